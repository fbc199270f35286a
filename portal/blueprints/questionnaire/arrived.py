"""A file that somebody brings in: YAML of the portal, or a spreadsheet form (XLSForm)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from werkzeug.datastructures import FileStorage

from portal.core.errors import Invalid, message
from portal.questionnaire.check import check_text
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.faults import Fault
from portal.questionnaire.importers.report import Outcome, ReportLine, counted
from portal.questionnaire.importers.xlsform import read_xlsform
from portal.questionnaire.importers.xlsx import is_workbook
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
        if Path(self.name).suffix.lower() in SPREADSHEETS or is_workbook(content):
            imported = read_xlsform(content, self.name)
            self._questionnaire, self.report = imported.questionnaire, imported.report
        else:
            self._read_text(content)

    def questionnaire(self) -> Questionnaire:
        """The questionnaire; Invalid if the file holds none that can be edited."""
        if self._questionnaire is None:
            raise Invalid(message("The file cannot become the draft. Nothing was saved."))
        return self._questionnaire

    def require_report(self) -> None:
        """Raise Invalid unless there is one: of YAML nothing is lost."""
        if not self.report:
            raise Invalid(message("Only a spreadsheet form (.xlsx) has a report."))

    @property
    def totals(self) -> Mapping[Outcome, int]:
        """How many lines of the report there are of each outcome."""
        return counted(self.report)

    @property
    def carried(self) -> Sequence[ReportLine]:
        """What came over as it was, and figures of columns whose cells have their own lines."""
        return [line for line in self.report if _is_minor(line)]

    @property
    def others(self) -> Sequence[ReportLine]:
        """What was changed or did not come over."""
        return [line for line in self.report if not _is_minor(line)]

    def _read_text(self, content: bytes) -> None:
        """A draft may have faults that the check names; ids given twice could not be edited."""
        checked = check_text(content.decode("utf-8", "replace"), self.name)
        known = checked.questionnaire
        if known is not None and assemble(parts(known)) == known:
            self._questionnaire = known
        else:
            self.faults = checked.faults


def _is_minor(line: ReportLine) -> bool:
    is_column = line.row is None and line.column is not None
    return line.outcome is Outcome.CARRIED or (is_column and line.outcome is Outcome.CHANGED)
