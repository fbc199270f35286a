"""What was read of a spreadsheet, on the page where it is looked at before anything changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from portal.core.errors import Invalid, Message, message
from portal.questionnaire.definition import Column, ColumnType, Table, localised
from portal.response.cells_text import cell_text, known_choices
from portal.response.queries import RowImport, TablePage
from portal.response.row_reading import Lines, read_file, read_pasted
from portal.response.row_sheet import ADD, REPLACE, UPDATE, ReadRow, RowSheet, key_columns, rows_of
from portal.response.row_steps import Taking, settled, take
from portal.web.controls import Choice, Control, Maker, typed_cell
from portal.web.forms import PortalForm
from portal.web.intake import harmless
from portal.web.language import language, sentence
from portal.web.rows import Row, page_rows
from portal.web.table_form import PARTS
from portal.web.wording import Speaker, Wording

MOST_MENDED = 25
"""Faulty rows that the page offers to mend at once; the next ones follow."""
MOST_NAMED = 300
"""Faults that the page lists."""
NUMBERS = frozenset({ColumnType.NUMBER, ColumnType.PERCENTAGE})


class RowsForm(PortalForm):
    """Paste rows, or upload a file with them."""

    pasted = TextAreaField(
        _("Paste rows here"),
        description=_(
            "Select the cells in Excel, LibreOffice or Google Sheets, with the titles of the "
            "columns if you like, copy them and paste them here."
        ),
    )
    file = FileField(_("Or upload a file"))

    def lines(self, organisation_id: UUID) -> tuple[Lines, str, bytes]:
        """What was sent: its lines, and the name and content of the file if it was one.

        Raises Invalid, naming the field, if nothing, or something unreadable or harmful was sent.
        """
        upload = self.file.data
        is_file = bool(upload and upload.filename)
        if is_file == bool((self.pasted.data or "").strip()):
            what = message("Paste rows or choose a file: one of the two.")
            raise Invalid(what, {"pasted": what})
        try:
            if not is_file:
                return read_pasted(self.pasted.data), "", b""
            name, content = str(upload.filename), harmless(upload, organisation_id)
            return read_file(name, content), name, content
        except Invalid as fault:
            raise Invalid(fault.reason, {"file" if is_file else "pasted": fault.reason}) from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A faulty cell: where it is in what was read, what stands there, how it is mended.

    ``anchor`` is the id of its control, empty if the page does not offer it yet.
    """

    line: int
    column: str
    text: str
    problem: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to take the rows: what is sent, what it is called, and its effect."""

    value: str
    text: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column as it was read: its title or number, its first text, and what it is taken for."""

    head: str
    sample: str
    column_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadView:
    """What the page shows. ``gaps`` counts right rows with empty required cells."""

    read: int
    good: int
    faulty: int
    taken: int
    gaps: int
    faults: tuple[Fault, ...]
    rows: tuple[Row, ...]
    ways: tuple[Way, ...]
    places: tuple[Place, ...]
    options: tuple[tuple[str, str], ...]

    @property
    def unknown(self) -> list[str]:
        """The titles of columns that are left out."""
        return [place.head for place in self.places if not place.column_id and place.sample]


def read_view(found: TablePage, held: RowImport) -> ReadView:
    """Put the page together."""
    rows = rows_of(found.question, held.sheet)
    wrong = [row for row in rows if row.problems]
    good = [row for row in rows if not row.problems]
    labels = labels_of(found)
    offered = {row.line for row in wrong[:MOST_MENDED]}
    faults = tuple(
        Fault(
            line=row.line,
            column=labels[column_id],
            text=row.texts[column_id],
            problem=sentence(problem),
            anchor=f"{found.question.id}:{row.line}:{column_id}" if row.line in offered else "",
        )
        for row in wrong
        for column_id, problem in row.problems.items()
    )
    return ReadView(
        read=len(rows) + held.sheet.taken,
        good=len(good),
        faulty=len(wrong),
        taken=held.sheet.taken,
        gaps=sum(bool(row.missing) for row in good),
        faults=faults[:MOST_NAMED],
        rows=_to_mend(found, wrong[:MOST_MENDED]),
        ways=tuple(_ways(found, held.sheet, rows)),
        places=tuple(_places(held.sheet)),
        options=tuple(labels.items()),
    )


def labels_of(found: TablePage) -> dict[str, str]:
    """Column → its title."""
    base = found.questionnaire.base_language
    return {each.id: localised(each.text, language(), base) for each in found.question.columns}


def sent_cells(question: Table, form: MultiDict[str, str]) -> dict[int, dict[str, list[str]]]:
    """What was typed over faulty rows: line → column → everything sent.

    A multiple choice of which nothing is ticked is sent as nothing, and means nothing.
    """
    known = {column.id for column in question.columns}
    multiple = [column.id for column in question.columns if column.type is ColumnType.MULTI]
    found: dict[int, dict[str, list[str]]] = {}
    for name, sent in form.lists():
        parts = name.split(":")
        is_cell = len(parts) == PARTS and parts[0] == question.id and parts[2] in known
        if is_cell and parts[1].isascii() and parts[1].isdecimal():
            cells = found.setdefault(int(parts[1][:9]), {key: [] for key in multiple})
            cells[parts[2]] = sent
    return found


def taking_of(text: str) -> Taking:
    """The way of this value; adding for anything unknown."""
    mode, _, key = text.partition(":")
    return Taking(mode=mode if mode in {REPLACE, UPDATE} else ADD, key=key)


def _ways(found: TablePage, sheet: RowSheet, rows: Sequence[ReadRow]) -> list[Way]:
    """How the right rows can be taken; one way only where there is nothing to choose."""
    present = found.rows
    if not present or settled(found.question, sheet, Taking(mode=REPLACE)).mode == ADD:
        return [Way(value=ADD, text="", hint="")]
    added = take(present, rows, Taking())
    hint = ngettext("%(num)d new row.", "%(num)d new rows.", len(added.added))
    if added.same:
        hint += " " + ngettext(
            "%(num)d row is there already and is left out.",
            "%(num)d rows are there already and are left out.",
            len(added.same),
        )
    ways = [Way(value=ADD, text=gettext("Add to the rows there are"), hint=hint)]
    ways += [_update(found, rows, column) for column in key_columns(found.question)]
    gone = ngettext(
        "%(num)d row that is there now is removed.",
        "%(num)d rows that are there now are removed.",
        len(present),
    )
    return [*ways, Way(value=REPLACE, text=gettext("Replace all rows"), hint=gone)]


def _update(found: TablePage, rows: Sequence[ReadRow], column: Column) -> Way:
    done = take(found.rows, rows, Taking(mode=UPDATE, key=column.id))
    return Way(
        value=f"{UPDATE}:{column.id}",
        text=gettext(
            "Update the rows with the same “%(column)s”", column=labels_of(found)[column.id]
        ),
        hint=gettext(
            "Rows changed: %(changed)s. New rows: %(added)s. Rows that stay as they are: %(same)s.",
            changed=len(done.changed),
            added=len(done.added),
            same=len(done.same),
        ),
    )


def _places(sheet: RowSheet) -> list[Place]:
    samples = [
        next((line.cells[n] for line in sheet.lines if n < len(line.cells) and line.cells[n]), "")
        for n in range(len(sheet.columns))
    ]
    heads = [*sheet.heads, *([""] * len(sheet.columns))]
    return [
        Place(
            head=heads[n] or str(gettext("Column %(number)s", number=n + 1)),
            sample=samples[n][:80],
            column_id=column_id,
        )
        for n, column_id in enumerate(sheet.columns)
    ]


def _to_mend(found: TablePage, wrong: Sequence[ReadRow]) -> tuple[Row, ...]:
    """The faulty rows to be mended, each cell as it would be typed, the faulty ones as they are."""
    question, base = found.question, found.questionnaire.base_language
    columns = {column.id: column for column in question.columns}
    typed: dict[str, tuple[str, ...]] = {}
    problems: dict[str, Message] = {}
    for row in wrong:
        for column_id, text in row.texts.items():
            name = f"{question.id}:{row.line}:{column_id}"
            column, value = columns[column_id], row.cells.get(column_id)
            if column_id in row.problems:
                problems[name] = row.problems[column_id]
                typed[name] = (text,)
            elif column.type in NUMBERS:
                typed[name] = (cell_text(column, value, language(), base),)
            else:
                typed[name] = typed_cell(value)
    maker = Maker(Speaker(language(), base, language()), typed, problems)
    numbered = [(row.line, str(gettext("Line %(number)s", number=row.line))) for row in wrong]
    rows = page_rows(question, maker, found.questionnaire, numbered)
    texts = {name: sent[0] for name, sent in typed.items() if name in problems}
    return tuple(
        replace(
            row,
            controls=tuple(
                _with_text(columns[control.name.split(":")[2]], control, texts[control.name])
                if control.name in texts
                else control
                for control in row.controls
            ),
        )
        for row in rows
    )


def _with_text(column: Column, control: Control, text: str) -> Control:
    """A control that shows the text that is wrong in it, whatever it takes otherwise."""
    if control.kind == "date":
        return replace(control, kind="text")
    if not control.choices:
        return control
    known, rest = known_choices(column, text) if control.kind == "checkboxes" else ((), text)
    choices = [replace(each, is_checked=each.value in known) for each in control.choices]
    wrong = Choice(
        id=f"{control.name}/{len(choices)}",
        value=rest or text,
        text=Wording(gettext("“%(text)s” (as it was read)", text=rest or text)),
        is_checked=True,
    )
    return replace(control, choices=(*choices, wrong))
