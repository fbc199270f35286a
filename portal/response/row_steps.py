"""What is to be done with the rows of a table: gaps, rows of an earlier table, rows read (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.core.errors import Message, message
from portal.questionnaire.conditions import Route, cell_shown, shown_cells
from portal.questionnaire.definition import Table, localised
from portal.response.fields import Value, fault, field_of_column
from portal.response.row_merge import Row
from portal.response.row_sheet import ADD, REPLACE, UPDATE, ReadRow, RowSheet, key_columns
from portal.response.rules import prefilled_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """How rows that were read are put into the table: ``mode`` and, to update, the key column."""

    mode: str = ADD
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking would give: the rows then, and what becomes of those read, by their lines.

    ``same`` are in the table already. ``unclear``: line → why it cannot be taken.
    """

    rows: list[Row]
    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    same: tuple[int, ...] = ()
    unclear: Mapping[int, Message]

    @property
    def done(self) -> frozenset[int]:
        """The lines that are in the table then."""
        return frozenset((*self.added, *self.changed, *self.same))


def row_troubles(
    question: Table, rows: Sequence[Row], language: str, base: str
) -> dict[int, list[Message]]:
    """Place of a row → what it lacks and what is wrong with it; rows without either left out."""
    found: dict[int, list[Message]] = {}
    for place, row in enumerate(rows):
        shown = shown_cells(question.columns, row)
        for column in question.columns:
            name = localised(column.text, language, base)
            if column.id in shown:
                problem = fault(field_of_column(column), shown[column.id])
                if problem:
                    told = message("{column}: {problem}", column=name, problem=problem)
                    found.setdefault(place, []).append(told)
            elif column.required and cell_shown(column, shown):
                told = message("{column} is not filled in", column=name)
                found.setdefault(place, []).append(told)
    return found


def rows_added_earlier(question: Table, rows: Sequence[Row], way: Route) -> list[dict[str, Value]]:
    """The rows that an earlier table would start this one with and that are not in it yet.

    A row is there if some row holds the same in the columns taken over, each counted once.
    """
    free = list(range(len(rows)))
    found = []
    for wanted in prefilled_rows(question, way):
        place = next((each for each in free if wanted.items() <= rows[each].items()), None)
        if place is not None:
            free.remove(place)
        elif wanted:
            found.append(wanted)
    return found


def take(present: Sequence[Row], read: Sequence[ReadRow], taking: Taking) -> Taken:
    """Put the right rows of those read into the table; the faulty ones stay behind.

    Adding leaves out what is there already, cell for cell. Updating writes the cells that were
    read over those of the row with the same key, and adds rows with a new one.
    """
    good = [row for row in read if not row.problems and row.cells]
    if not good:
        return Taken(rows=list(present), unclear={})
    if taking.mode == REPLACE:
        lines = tuple(row.line for row in good)
        return Taken(rows=[row.cells for row in good], added=lines, unclear={})
    if taking.mode == UPDATE:
        return _updated(present, good, taking.key)
    same = tuple(row.line for row in good if row.cells in present)
    fresh = [row for row in good if row.line not in same]
    rows = [*present, *(row.cells for row in fresh)]
    return Taken(rows=rows, added=tuple(row.line for row in fresh), same=same, unclear={})


def settled(question: Table, sheet: RowSheet, taking: Taking) -> Taking:
    """How the next rows of a sheet are taken: the rest of what replaced all is added."""
    if sheet.taken and sheet.mode == ADD:
        return Taking()
    keys = {column.id for column in key_columns(question)}
    if taking.mode == UPDATE and taking.key in keys:
        return taking
    return taking if taking.mode == REPLACE else Taking()


def _updated(present: Sequence[Row], good: Sequence[ReadRow], key: str) -> Taken:
    rows = list(present)
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.get(key) is not None:
            places.setdefault(_key(row[key]), []).append(place)
    done = Taken(rows=rows, unclear={})
    unclear: dict[int, Message] = {}
    for read in good:
        value = read.cells.get(key)
        known = places.get(_key(value), []) if value is not None else []
        if len(known) > 1:
            unclear[read.line] = message(
                "{count} rows of the table have “{key}”: change them by hand",
                count=len(known),
                key=str(value),
            )
        elif known:
            both = {**rows[known[0]], **read.cells}
            if both == rows[known[0]]:
                done = replace(done, same=(*done.same, read.line))
            else:
                done = replace(done, changed=(*done.changed, read.line))
            rows[known[0]] = both
        else:
            rows.append(read.cells)
            if value is not None:
                places[_key(value)] = [len(rows) - 1]
            done = replace(done, added=(*done.added, read.line))
    return replace(done, unclear=unclear)


def _key(value: Value) -> str:
    return " ".join(str(value).casefold().split())
