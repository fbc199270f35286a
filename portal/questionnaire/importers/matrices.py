"""Groups that a form shows as a table of choices: one matrix instead of many questions."""

from collections.abc import Sequence

from portal.core.errors import message
from portal.questionnaire.definition import Matrix, Option, Question
from portal.questionnaire.importers.answers import Answer
from portal.questionnaire.importers.names import Ids
from portal.questionnaire.importers.questions import Desk, renamed
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.routing import Meaning, Scope
from portal.questionnaire.importers.structure import Item
from portal.questionnaire.importers.vocabulary import Kind
from portal.questionnaire.importers.wordings import Distinct, joined

TABLE_LIST = "table-list"
FEWEST_OPTIONS = 2


def is_matrix(item: Item) -> bool:
    """Whether a group shows choices from one list as a table, under no condition of their own."""
    if (
        item.kind is not Kind.BEGIN_GROUP
        or TABLE_LIST not in item.record.peek("appearance").split()
    ):
        return False
    asked = [child for child in item.children if child.kind is not Kind.NOTE]
    return (
        bool(asked)
        and all(child.kind is Kind.SELECT_ONE and not child.has_other for child in asked)
        and len({child.list_name for child in asked}) == 1
        and not any(child.record.headings("relevant") for child in item.children)
    )


def matrix_of(
    desk: Desk, item: Item, scope: Scope, conditions: Sequence[Meaning]
) -> Question | None:
    """The matrix of such a group; None if its list has fewer than two options."""
    asked = [child for child in item.children if child.kind is not Kind.NOTE]
    choices = desk.answers.lists.use(asked[0].list_name)
    if choices is None or len(choices.options) < FEWEST_OPTIONS:
        return None
    item.record.get("appearance")
    matrix_id = desk.ids.take(item.name, "matrix")
    text, hints = desk.label(item), [desk.hint(item.record)]
    rows, ids = list[Option](), Ids()
    texts = Distinct(desk.wordings.languages.base)
    for child in asked:
        row_id = ids.take(child.name, "row")
        label = texts.take(desk.label(child))
        rows.append(Option(id=row_id, text=label))
        hint = desk.hint(child.record)
        hints.append({tag: f"{label[tag]}: {wording}" for tag, wording in hint.items()})
        target = Answer("single", choices=choices).target(question=matrix_id, row=row_id)
        scope.targets[child.name] = target
        what = message("The row {row} of {matrix}.", row=row_id, matrix=matrix_id)
        desk.settle(child, what, renamed(child, row_id))
    for note in item.children:
        if note.kind is Kind.NOTE:
            hints += [desk.wordings.read(note.record, "label"), desk.hint(note.record)]
            what = message("The text is part of the hint of {matrix}.", matrix=matrix_id)
            desk.account.row(note.record, Outcome.CHANGED, what)
    is_required = _must_be_answered(desk, item, asked)
    carried = message("The matrix {id}: each question in it is a row.", id=matrix_id)
    desk.settle(item, carried, renamed(item, matrix_id))
    return Matrix(
        id=matrix_id,
        text=text,
        hint=joined(hints),
        required=is_required,
        show_if=desk.shown_if(conditions),
        rows=tuple(rows),
        options=choices.options,
    )


def _must_be_answered(desk: Desk, item: Item, asked: Sequence[Item]) -> bool:
    """Whether any row must be: then all of them must."""
    required = [desk.is_required(child.record) for child in asked]
    if any(required) and not all(required):
        what = message("Some of its questions must be answered: here all of them must.")
        desk.account.row(item.record, Outcome.CHANGED, what)
    return any(required)
