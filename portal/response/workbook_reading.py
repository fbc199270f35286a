"""What a workbook that came back says: from which answers it was made, what stands in it (pure).

Answers are found by the hidden map of their cells, never by labels, so the workbook may be in any
language. Nothing is evaluated: of a formula the value is taken that was last calculated.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.core.errors import Invalid, message
from portal.questionnaire.importers.xlsx import Sheet
from portal.questionnaire.importers.xlsx_parts import REFERENCE, column_number
from portal.questionnaire.workbook_book import FORMAT, LIST_SHEET, MAP_SHEET
from portal.questionnaire.workbook_filling import SEAL, Place, is_sealed
from portal.response.workbook_cells import COMMENT

RESPONSE, VERSIONS = "response", "version of "
"""Keys of the stamp: whose answers, and which version of each answer the workbook was made from."""
HEAD = ("sheet", "cell", "question", "part", "row", "column", "option", "list")
NOT_OURS = message(
    "This is not a workbook of this portal. Download the workbook of your answers, and give that "
    "file back."
)
CHANGED = message(
    "The hidden sheet of this workbook was changed, so its answers cannot be matched to yours. "
    "Download the workbook again and copy your changes into it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCell:
    """What stands in an answer cell; ``text`` is the id of a choice where its label is known.

    ``where`` is ``sheet!cell``. ``unread``: a fault, or a formula that nobody has calculated.
    """

    where: str
    text: str = ""
    is_formula: bool = False
    unread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWorkbook:
    """A workbook as it was read: its stamp, and the filled cells of each question.

    ``versions``: question → the version of the answer that the workbook was made from, 0 for none.
    ``lost``: questions whose rows or sheets are not where they were, each with the sheet's name.
    """

    stamp: Mapping[str, str]
    versions: Mapping[str, int]
    cells: Mapping[str, Mapping[Place, ReadCell]]
    lost: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language it was made in."""
        return self.stamp.get("language", "en")


def read_workbook(sheets: Sequence[Sheet], key: bytes, tables: Collection[str]) -> ReadWorkbook:
    """Read a workbook's stamp, map and cells; ``tables`` are the ids of questions that are one.

    The empty workbook of a version has no seal and is taken as one made from no answers.
    Raises Invalid if it is none of the portal's, or if its hidden sheets were changed.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    if not {MAP_SHEET, LIST_SHEET} <= by_name.keys():
        raise Invalid(NOT_OURS)
    lines = list(_lines(by_name[MAP_SHEET]))
    lists = list(_lines(by_name[LIST_SHEET]))
    if not lines or lines[0] != ["format", FORMAT]:
        raise Invalid(NOT_OURS)
    _require_sealed(lines, lists, key)
    if list(HEAD) not in lines:
        raise Invalid(CHANGED)
    middle = lines.index(list(HEAD))
    stamp = {line[0]: line[1] if len(line) > 1 else "" for line in lines[:middle]}
    places = [_Mapped.of(line) for line in lines[middle + 1 :]]
    return _Reader(by_name, _labels(lists), tables).read(stamp, places)


def _require_sealed(
    lines: Sequence[Sequence[str]], lists: Sequence[Sequence[str]], key: bytes
) -> None:
    seals = [line for line in lines if line[0] == SEAL]
    is_answered = any(line[0] == RESPONSE or line[0].startswith(VERSIONS) for line in lines)
    if not seals and not is_answered:
        return
    rest = [line for line in lines if line[0] != SEAL]
    if len(seals) != 1 or not is_sealed(key, [*rest, *lists], (*seals[0], "")[1]):
        raise Invalid(CHANGED)


@dataclass(frozen=True, slots=True)
class _Mapped:
    """A line of the map."""

    sheet: str
    row: int
    column: int
    cell: str
    place: Place
    list: str

    @classmethod
    def of(cls, line: Sequence[str]) -> "_Mapped":
        """Read one; an empty workbook's map may have been changed by anybody."""
        sheet, cell, question, part, row, column, option, number, *_ = (*line, *[""] * len(HEAD))
        found = REFERENCE.fullmatch(cell)
        if found is None:
            raise Invalid(CHANGED)
        place = Place(question=question, part=part, row=row, column=column, option=option)
        return cls(sheet, int(found[2]), column_number(found[1]), cell, place, number)


class _Reader:
    """Takes the mapped cells out of the sheets."""

    def __init__(
        self,
        sheets: Mapping[str, Sheet],
        ids: Mapping[tuple[str, str], str],
        tables: Collection[str],
    ) -> None:
        self.sheets = sheets
        self.ids = ids
        self.tables = tables

    def read(self, stamp: Mapping[str, str], places: Sequence[_Mapped]) -> ReadWorkbook:
        lost: dict[str, str] = {}
        cells: dict[str, dict[Place, ReadCell]] = {}
        for mapped in places:
            found = cells.setdefault(mapped.place.question, {})
            if not self._is_there(mapped):
                lost.setdefault(mapped.place.question, mapped.sheet)
            elif (cell := self._cell(mapped)) is not None:
                found[mapped.place] = cell
        versions = {
            question_id: int(stamp.get(f"{VERSIONS}{question_id}") or 0) for question_id in cells
        }
        kept = {key: value for key, value in stamp.items() if not key.startswith(VERSIONS)}
        return ReadWorkbook(stamp=kept, versions=versions, cells=cells, lost=lost)

    def _is_there(self, mapped: _Mapped) -> bool:
        """Whether the cell is still where the map says: each question and row bears its number.

        A sheet that somebody took out, or rows that were moved, must not read as emptied answers.
        """
        sheet = self.sheets.get(mapped.sheet)
        if sheet is None:
            return False
        beside = sheet.rows.get(mapped.row, {})
        place = mapped.place
        if place.part == COMMENT:
            return beside.get(1) == place.question
        is_numbered = place.question in self.tables
        return not (is_numbered and place.row) or place.row in {beside.get(1), beside.get(2)}

    def _cell(self, mapped: _Mapped) -> ReadCell | None:
        sheet, where = self.sheets[mapped.sheet], f"{mapped.sheet}!{mapped.cell}"
        spot = (mapped.row, mapped.column)
        unread = sheet.unread.get(spot, "")
        text = sheet.rows.get(mapped.row, {}).get(mapped.column, "")
        if unread:
            return ReadCell(where=where, unread=unread)
        if not text:
            return None
        known = self.ids.get((mapped.list, text.casefold()), text)
        return ReadCell(where=where, text=known, is_formula=spot in sheet.formulas)


def _lines(sheet: Sheet) -> Iterator[list[str]]:
    for row in sorted(sheet.rows):
        cells = sheet.rows[row]
        yield [cells.get(column, "") for column in range(1, max(cells) + 1)]


def _labels(lists: Sequence[Sequence[str]]) -> dict[tuple[str, str], str]:
    """Number of a list and label → id; a choice may also be typed as its id."""
    found: dict[tuple[str, str], str] = {}
    for number, choice_id, *label in (line for line in lists[1:] if len(line) > 1):
        found.setdefault((number, choice_id.casefold()), choice_id)
        if label:
            found[number, label[0].casefold()] = choice_id
    return found
