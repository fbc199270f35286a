"""A file that somebody brings in: YAML of the portal, or a spreadsheet form (XLSForm)."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from werkzeug.datastructures import FileStorage

from portal.core.errors import Invalid, message
from portal.questionnaire.check import check_text
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.faults import Fault
from portal.questionnaire.importers.report import ReportLine
from portal.questionnaire.importers.xlsform import import_xlsform
from portal.questionnaire.subjects import assemble, parts

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls"})
UNNAMED = "questionnaire.yaml"


class Arrived:
    """What came, what is wrong with it, and what of a spreadsheet was carried over."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.name = ""
        self.faults: Sequence[Fault] = ()
        self.report: Sequence[ReportLine] = ()
        self._questionnaire: Questionnaire | None = None

    def read(self, upload: FileStorage) -> None:
        """Take the file in; Invalid with one sentence if it is no questionnaire at all."""
        self.name = Path(upload.filename or UNNAMED).name
        content = upload.read()
        if Path(self.name).suffix.lower() in SPREADSHEETS:
            self._read_spreadsheet(content)
        else:
            self._read_text(content)

    def questionnaire(self) -> Questionnaire:
        """The questionnaire; Invalid if the file holds none that can be edited."""
        if self._questionnaire is None:
            raise Invalid(message("The file cannot become the draft. Nothing was saved."))
        return self._questionnaire

    def _read_spreadsheet(self, content: bytes) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / self.name
            path.write_bytes(content)
            imported = import_xlsform(path)
        self._questionnaire, self.report = imported.questionnaire, imported.report

    def _read_text(self, content: bytes) -> None:
        """A draft may have faults that the check names; ids given twice could not be edited."""
        checked = check_text(content.decode("utf-8", "replace"), self.name)
        known = checked.questionnaire
        if known is not None and assemble(parts(known)) == known:
            self._questionnaire = known
        else:
            self.faults = checked.faults
