"""Putting the page of one table together: which rows it shows, and those that need a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal.core.clock import now
from portal.core.errors import Invalid, Message, NotNow, message
from portal.questionnaire.definition import Column, Table, localised
from portal.response.cells_text import cell_text
from portal.response.clarifying import takes_answers
from portal.response.operations import SavedRows
from portal.response.queries import TablePage
from portal.response.row_merge import Row as Cells
from portal.response.row_merge import RowConflict
from portal.response.row_steps import row_troubles
from portal.web.controls import Maker, typed_cell
from portal.web.language import language, moment, sentence
from portal.web.rows import Clash, Row, countries_of, page_rows
from portal.web.table_form import NEW, SentRow, SentRows
from portal.web.wording import Speaker

PER_PAGE = 25
MORE_ROWS = 5
LAST_PAGE = 99_999
"""A page after all others: the last one is shown."""
GAPS = "gaps"
NEW_ROW = _("New row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where in a table somebody is: the page from 1, a text to find, only rows with gaps."""

    page: int = 1
    find: str = ""
    only: str = ""
    more: bool = False

    @property
    def arguments(self) -> dict[str, str | int]:
        """The part of an address that leads back here."""
        found: dict[str, str | int] = {"find": self.find, "only": self.only}
        return {key: value for key, value in found.items() if value} | (
            {"page": self.page} if self.page > 1 else {}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """What the page shows: ``rows`` to fill in, of ``matches`` rows that were asked for.

    ``places`` are those of stored rows shown; ``errors`` are (element id, sentence).
    """

    spot: Spot
    pages: int
    matches: int
    gaps: int
    rows: tuple[Row, ...]
    places: tuple[int, ...]
    countries: Markup
    version: int
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_partial(self) -> bool:
        """Whether only some rows were asked for."""
        return bool(self.spot.find or self.spot.only)

    @property
    def is_refused(self) -> bool:
        """Whether nothing was saved: what was wrong is not in any one row."""
        return bool(self.errors) and not self.errors[0][0]


def spot_of(sent: MultiDict[str, str]) -> Spot:
    """Where an address or a form says that somebody is."""
    page = sent.get("page", "")
    is_page = page.isascii() and page.isdecimal() and len(page) < len(str(NEW))
    return Spot(
        page=max(1, int(page)) if is_page else 1,
        find=sent.get("find", "").strip()[:100],
        only=GAPS if sent.get("only") == GAPS else "",
        more="more" in sent,
    )


def address(found: TablePage, spot: Spot, anchor: str = "") -> str:
    """The address of a spot in the table."""
    return url_for(
        ".table",
        response_id=found.response.id,
        question_id=found.question.id,
        _anchor=anchor or None,
        **spot.arguments,  # type: ignore[arg-type]  # they are none of its own arguments
    )


def table_view(found: TablePage, spot: Spot) -> TableView:
    """The rows of a spot, as they are stored, and blank ones to fill in."""
    troubles = _troubles(found)
    places = _matching(found, spot, troubles)
    pages = max(1, -(-len(places) // PER_PAGE))
    spot = replace(spot, page=min(spot.page, pages))
    shown = places[(spot.page - 1) * PER_PAGE : spot.page * PER_PAGE]
    numbered = [(place, _title(place)) for place in shown]
    if not (spot.find or spot.only):
        room = found.question.maximum_rows - len(found.rows)
        numbered += _blank(min(MORE_ROWS if spot.more else 1, max(0, room)))
    typed = _typed(found.question, {place: found.rows[place] for place in shown})
    rows = page_rows(found.question, _maker(found, typed, {}), found.questionnaire, numbered)
    return TableView(
        spot=spot,
        pages=pages,
        matches=len(places),
        gaps=len(troubles),
        rows=tuple(_noted(row, troubles) for row in rows),
        places=tuple(shown),
        countries=countries_of(found.question, language()),
        version=found.answer.version,
    )


def shown_again(found: TablePage, spot: Spot, sent: SentRows, saved: SavedRows) -> TableView:
    """The page after a save that left rows for a person, at the rows as they are stored now."""
    desk = _Desk(found, saved)
    for row in sent.rows:
        desk.put(row)
    maker = _maker(found, desk.typed, desk.problems)
    rows = page_rows(found.question, maker, found.questionnaire, desk.numbered)
    shown = tuple(
        replace(row, clash=desk.clashes.get(number), is_open=row.is_open or number in desk.clashes)
        for row, (number, _) in zip(rows, desk.numbered, strict=True)
    )
    view = table_view(found, spot)
    blank = tuple(row for row in view.rows if not row.summary)
    taken = {row.id for row in shown}
    return replace(
        view,
        rows=(*shown, *(row for row in blank if row.id not in taken and _is_new(row))),
        errors=desk.errors,
    )


def typed_again(found: TablePage, spot: Spot, sent: SentRows, fault: Invalid) -> TableView:
    """The page after a save that was refused as a whole: every row as it was typed.

    After NotNow there are no rows any more that they could stand for: all of them are new.
    """
    kept, version = sent.rows, sent.base_version
    if isinstance(fault, NotNow):
        left = [row for row in sent.rows if not row.is_ticked] or sent.rows
        kept = tuple(replace(row, number=NEW + place) for place, row in enumerate(left))
        version = found.answer.version
    typed = {
        f"{found.question.id}:{row.number}:{column}": texts
        for row in kept
        for column, texts in row.texts.items()
    }
    numbered = [(row.number, _title(row.number)) for row in kept]
    rows = page_rows(found.question, _maker(found, typed, {}), found.questionnaire, numbered)
    errors = [("", sentence(fault.reason))]
    return replace(table_view(found, spot), rows=rows, errors=errors, version=version)


def may_change(found: TablePage) -> bool:
    """Whether the reader may change these rows now."""
    is_theirs = found.may_write and found.is_changeable and found.shown
    return is_theirs and takes_answers(found, now())


class _Desk:
    """Where the rows of a sent page are laid out again, under the numbers they have now."""

    def __init__(self, found: TablePage, saved: SavedRows) -> None:
        self.found, self.saved = found, saved
        self.question = found.question
        self.numbered: list[tuple[int, str]] = []
        self.typed: dict[str, tuple[str, ...]] = {}
        self.problems: dict[str, Message] = {}
        self.clashes: dict[int, Clash] = {}
        self.errors: list[tuple[str, str]] = []
        self.next_new = NEW
        self.contested = {each.base_place: each for each in saved.merged.conflicts}

    def put(self, row: SentRow) -> None:
        """Lay out one row: as it is stored, as it was typed, or both."""
        merged = self.saved.merged
        conflict = self.contested.get(row.number)
        if conflict is not None:
            self._put_conflict(row, conflict)
        elif row.is_left_out:
            return
        elif row.problems:
            number = self._number(merged.places.get(row.number))
            self._put_typed(number, row)
            if row.number in merged.moved_on:
                theirs = merged.moved_on[row.number]
                self._clash(number, row.cells, theirs)
        else:
            places = merged.added_at if row.is_new else merged.places
            place = places[row.number]
            self._put_cells(place, self.found.rows[place])

    def _put_conflict(self, row: SentRow, conflict: RowConflict) -> None:
        number = self._number(conflict.place)
        self._put_cells(number, conflict.mine or conflict.theirs or {})
        self._clash(number, conflict.mine, conflict.theirs)
        if row.problems:
            self._put_problems(number, row)

    def _number(self, place: int | None) -> int:
        if place is not None:
            return place
        self.next_new += 1
        return self.next_new

    def _put_cells(self, number: int, cells: Cells) -> None:
        self.numbered.append((number, _title(number)))
        self.typed |= _typed(self.question, {number: cells})

    def _put_typed(self, number: int, row: SentRow) -> None:
        self.numbered.append((number, _title(number)))
        self.typed |= {
            f"{self.question.id}:{number}:{column}": texts for column, texts in row.texts.items()
        }
        self._put_problems(number, row)

    def _put_problems(self, number: int, row: SentRow) -> None:
        labels = _labels(self.found)
        for column, problem in row.problems.items():
            name = f"{self.question.id}:{number}:{column}"
            self.problems[name] = problem
            told = message(
                "{row}, column {column}: {problem}",
                row=_title(number),
                column=labels[column],
                problem=problem,
            )
            self.errors.append((name, sentence(told)))

    def _clash(self, number: int, mine: Cells | None, theirs: Cells | None) -> None:
        self.clashes[number] = Clash(
            who=self.saved.theirs_by,
            when=moment(self.saved.theirs_at) if self.saved.theirs_at else "",
            sides=tuple(_sides(self.found, mine or {}, theirs or {})) if theirs else (),
            is_gone=theirs is None,
            is_mine_gone=mine is None,
        )
        told = gettext(
            "%(row)s: %(name)s changed it while you were writing.",
            row=_title(number),
            name=self.saved.theirs_by,
        )
        self.errors.append((f"{self.question.id}:{number}", told))


def _sides(found: TablePage, mine: Cells, theirs: Cells) -> Iterable[tuple[str, str, str]]:
    labels = _labels(found)
    for column in found.question.columns:
        if mine.get(column.id) != theirs.get(column.id):
            yield labels[column.id], _text(found, column, theirs), _text(found, column, mine)


def _text(found: TablePage, column: Column, cells: Cells) -> str:
    base = found.questionnaire.base_language
    return cell_text(column, cells.get(column.id), language(), base)


def _labels(found: TablePage) -> dict[str, str]:
    base = found.questionnaire.base_language
    return {each.id: localised(each.text, language(), base) for each in found.question.columns}


def _troubles(found: TablePage) -> dict[int, list[Message]]:
    base = found.questionnaire.base_language
    return row_troubles(found.question, found.rows, language(), base)


def _matching(found: TablePage, spot: Spot, troubles: Mapping[int, object]) -> Sequence[int]:
    """The places of the rows that were asked for."""
    places: Sequence[int] = sorted(troubles) if spot.only else range(len(found.rows))
    if not spot.find:
        return places
    wanted = spot.find.casefold()
    return [place for place in places if wanted in _whole_text(found, place)]


def _whole_text(found: TablePage, place: int) -> str:
    cells = found.rows[place]
    return "\n".join(_text(found, column, cells) for column in found.question.columns).casefold()


def _typed(question: Table, rows: Mapping[int, Cells]) -> dict[str, tuple[str, ...]]:
    return {
        f"{question.id}:{number}:{column}": typed_cell(value)
        for number, cells in rows.items()
        for column, value in cells.items()
    }


def _maker(
    found: TablePage, typed: Mapping[str, Sequence[str]], problems: Mapping[str, Message]
) -> Maker:
    speaker = Speaker(language(), found.questionnaire.base_language, language())
    return Maker(speaker, typed, problems)


def _noted(row: Row, troubles: Mapping[int, Sequence[Message]]) -> Row:
    number = int(row.id.rpartition(":")[2])
    notes = tuple(sentence(each) for each in troubles.get(number, ()))
    return replace(row, notes=notes)


def _title(number: int) -> str:
    if number >= NEW:
        return str(NEW_ROW)
    return str(gettext("Row %(number)s", number=number + 1))


def _blank(count: int) -> list[tuple[int, str]]:
    return [(NEW + each, _title(NEW)) for each in range(count)]


def _is_new(row: Row) -> bool:
    return int(row.id.rpartition(":")[2]) >= NEW
