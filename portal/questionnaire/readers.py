"""What depends on a question's answer (pure)."""

from collections.abc import Collection, Iterator

from portal.questionnaire.checks.places import placed_conditions
from portal.questionnaire.conditions import references
from portal.questionnaire.definition import Questionnaire, Table
from portal.questionnaire.faults import KeyPath


def readers_of(questionnaire: Questionnaire, question_ids: Collection[str]) -> Iterator[str]:
    """The ids of the sections, questions and segments that read an answer to one of these."""
    for placed in placed_conditions(questionnaire):
        if any(test.question in question_ids for test in references(placed.condition)):
            yield placed.owner.id if placed.owner else _id_at(questionnaire, placed.path)
    for question in questionnaire.questions():
        prefill = question.prefill if isinstance(question, Table) else None
        if prefill is not None and prefill.question in question_ids:
            yield question.id


def _id_at(questionnaire: Questionnaire, path: KeyPath) -> str:
    """The section or segment whose condition stands at the path."""
    place = int(path[1])
    found = questionnaire.sections if path[0] == "sections" else questionnaire.segments
    return found[place].id
