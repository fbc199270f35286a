"""Repeats as tables: the questions inside become columns, and a repeat in it a table of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.core.errors import Message, message
from portal.questionnaire.definition import Column, ColumnType, Question, Table, Text
from portal.questionnaire.importers.answers import FORMS, Answer, Form
from portal.questionnaire.importers.names import Ids
from portal.questionnaire.importers.questions import Desk, renamed, specified
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.routing import Meaning, Scope
from portal.questionnaire.importers.structure import Item
from portal.questionnaire.importers.targets import Reads, Target, number_in
from portal.questionnaire.importers.vocabulary import Kind
from portal.questionnaire.importers.wordings import joined

MOST_ROWS = 300
COLUMN_TYPES: dict[Form, ColumnType] = {
    "text": ColumnType.TEXT,
    "long": ColumnType.TEXT,
    "number": ColumnType.NUMBER,
    "percentage": ColumnType.PERCENTAGE,
    "single": ColumnType.SINGLE,
    "multi": ColumnType.MULTI,
    "yes_no": ColumnType.YES_NO,
    "date": ColumnType.DATE,
}


@dataclass(slots=True)
class _Rows:
    """The columns of one table as they are found, and what else stands in its repeat."""

    label: Text
    scope: Scope
    ids: Ids = field(default_factory=Ids)
    columns: list[Column] = field(default_factory=list)
    hints: list[Text] = field(default_factory=list)
    inner: list[Item] = field(default_factory=list)


def tables_of(
    desk: Desk, item: Item, scope: Scope, conditions: Sequence[Meaning], around: Text | None = None
) -> list[Question]:
    """The table of a repeat, followed by those of the repeats inside of it.

    ``around`` is the label of the repeat outside: its rows are named in a first column.
    """
    label = desk.label(item)
    rows = _Rows(label, scope.inside())
    if around is not None:
        column_id = rows.ids.take("belongs_to", "belongs_to")
        rows.columns.append(Column(id=column_id, type=ColumnType.TEXT, text=around, required=True))
    _collect(desk, item.children, rows, ())
    asked = len(rows.columns) > (around is not None)
    scope.in_tables.update(each.name for each in item.all_inside() if each.name)
    found: list[Question] = []
    if asked:
        found.append(_table(desk, item, scope, conditions, rows))
        _settle(desk, item, found[0].id, is_inner=around is not None)
    else:
        desk.account.row(
            item.record, Outcome.NOT_CARRIED, message("No column of this table is carried.")
        )
        scope.left_out.add(item.name)
    for inner in rows.inner:
        meaning = desk.condition(inner.record, rows.scope)
        if meaning is False:
            desk.never_asked(inner, scope)
            continue
        if meaning is not True:
            what = message("A table is not shown by the cells of another table.")
            desk.account.cell(inner.record, "relevant", Outcome.NOT_CARRIED, what)
        found += tables_of(desk, inner, scope, conditions, label)
    return found


def _table(
    desk: Desk,
    item: Item,
    scope: Scope,
    conditions: Sequence[Meaning],
    rows: _Rows,
) -> Table:
    question_id = desk.ids.take(item.name, "table")
    scope.targets[item.name] = Target(reads=Reads.ROWS, question=question_id)
    count = _row_count(desk, item)
    return Table(
        id=question_id,
        text=rows.label,
        hint=joined((desk.hint(item.record), *rows.hints)),
        required=count is not None,
        show_if=desk.shown_if(conditions),
        columns=tuple(rows.columns),
        minimum_rows=count or 0,
        maximum_rows=count or MOST_ROWS,
    )


def _row_count(desk: Desk, item: Item) -> int | None:
    """The number of rows, where the form fixes it."""
    written = item.record.get("repeat_count")
    number = number_in(written)
    if number is not None and number.is_integer() and 1 <= number <= MOST_ROWS:
        return int(number)
    if written:
        what = message("“{value}”: suppliers add as many rows as they need.", value=written)
        desk.account.cell(item.record, "repeat_count", Outcome.NOT_CARRIED, what)
    return None


def _settle(desk: Desk, item: Item, given: str, *, is_inner: bool) -> None:
    changes = renamed(item, given)
    if is_inner:
        what = (
            "A table of its own: its first column says which row of the table before it is meant."
        )
        changes.append(message(what))
    desk.settle(
        item, message("The table {id}: each question in it is a column.", id=given), changes
    )


def _collect(desk: Desk, items: Sequence[Item], rows: _Rows, conditions: Sequence[Meaning]) -> None:
    for item in items:
        if item.kind is Kind.BEGIN_REPEAT:
            rows.inner.append(item)
            continue
        meaning = desk.condition(item.record, rows.scope)
        if meaning is False:
            desk.never_asked(item, rows.scope)
        elif item.kind is Kind.BEGIN_GROUP:
            what = message("The group is not shown: its questions are columns like the others.")
            desk.account.row(item.record, Outcome.CHANGED, what)
            rows.hints += [desk.wordings.read(item.record, "label"), desk.hint(item.record)]
            _collect(desk, item.children, rows, (*conditions, meaning))
        elif item.kind is Kind.NOTE:
            rows.hints += [desk.wordings.read(item.record, "label"), desk.hint(item.record)]
            what = message("The text is part of the hint of the table.")
            desk.account.row(item.record, Outcome.CHANGED, what)
        elif item.kind in FORMS:
            _add_column(desk, item, rows, (*conditions, meaning))
        else:
            desk.leave_out(item, rows.scope)


def _add_column(desk: Desk, item: Item, rows: _Rows, conditions: Sequence[Meaning]) -> None:
    answer = desk.answers.of(item, in_table=True)
    if answer is not None and answer.form not in COLUMN_TYPES:
        what = message("A table has no column for files.")
        desk.account.row(item.record, Outcome.NOT_CARRIED, what)
        answer = None
    if answer is None:
        desk.leave_out(item, rows.scope)
        return
    column = _column(desk, item, rows, answer, conditions)
    rows.columns.append(column)
    target = answer.target(column=column.id)
    rows.scope.targets[item.name] = target
    _add_hint(desk, item, rows, column.text)
    changes: list[Message] = [*renamed(item, column.id), *answer.changes]
    if answer.form == "long":
        changes.append(message("A cell of a table has one line."))
    desk.settle(
        item,
        message("The column {id}, of the type {type}.", id=column.id, type=column.type.value),
        changes,
    )
    if item.has_other:
        other = Column(
            id=rows.ids.take(f"{item.name}_other", "column"),
            type=ColumnType.TEXT,
            text=specified(column.text),
            required=column.required,
            show_if=target.chosen(target.ids["other"]),
        )
        rows.columns.append(other)


def _column(
    desk: Desk, item: Item, rows: _Rows, answer: Answer, conditions: Sequence[Meaning]
) -> Column:
    return Column(
        id=rows.ids.take(item.name, "column"),
        type=COLUMN_TYPES[answer.form],
        text=desk.label(item),
        required=desk.is_required(item.record),
        options=answer.options,
        minimum=answer.limits.minimum,
        maximum=answer.limits.maximum,
        show_if=desk.shown_if(conditions),
    )


def _add_hint(desk: Desk, item: Item, rows: _Rows, label: Text) -> None:
    """A column has no hint: it goes to the table, after the column's name."""
    hint = desk.hint(item.record)
    if not hint:
        return
    rows.hints.append({tag: f"{label[tag]}: {wording}" for tag, wording in hint.items()})
    if item.record.headings("hint"):
        what = message("It is part of the hint of the table.")
        desk.account.cells(item.record, "hint", Outcome.CHANGED, what)
