"""Answers side by side with what was asked about each of them."""

from dataclasses import dataclass

from flask import g

from portal.core.clock import now
from portal.questionnaire.definition import Question
from portal.response.queries import Attributed
from portal.response.queries_clarifying import Clarified, clarified
from portal.web.language import language
from portal.web.reading import Line, read_answers


@dataclass(frozen=True, slots=True)
class Talk:
    """What was asked about one answer, and what came of it; ``standing``: open, over, answered."""

    of: Clarified
    standing: str
    before: Line | None

    @property
    def is_changed(self) -> bool:
        """Whether the answer is another since."""
        return self.of.is_changed


def talks(found: Attributed) -> dict[tuple[int, str], list[Talk]]:
    """(column, question) → what was asked about the answer there, the newest round first."""
    places = {column.response_id: place for place, column in enumerate(found.suppliers)}
    questions = {line.question.id: line.question for line in found.lines}
    shown = {
        response_id: {
            line.question.id: answer
            for line in found.lines
            if (answer := line.answers[place]) is not None
        }
        for response_id, place in places.items()
    }
    told = clarified(g.session, g.actor, g.dialogue.id, places, shown)
    return {
        (places[response_id], question_id): [
            Talk(each, each.standing(now()), _before(found, questions[question_id], each))
            for each in rounds
        ]
        for (response_id, question_id), rounds in told.items()
    }


def _before(found: Attributed, question: Question, each: Clarified) -> Line | None:
    if each.before is None:
        return None
    (section,) = read_answers(found.questionnaire, {question.id: each.before}, language())
    return section.lines[0]
