"""Answers side by side with what was asked about each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, request

from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire.definition import Question
from portal.response.queries import Attributed
from portal.response.queries_after import standings
from portal.response.queries_clarifying import Clarified, clarified
from portal.response.queries_review import marks_at
from portal.response.reviewing import spread
from portal.web.language import language
from portal.web.reading import Line, read_answers, side_by_side

ONLY = "differences"
"""In ``show=``: leave out the questions that all suppliers answered alike."""


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


def compared(found: Attributed) -> Mapping[str, object]:
    """One section side by side, with what reviewers and buyers said of each answer."""
    section = found.lines[0].section
    sections = found.questionnaire.sections
    place = next(number for number, each in enumerate(sections) if each.id == section.id)
    only = request.args.get("show") == ONLY
    rows = [row for row in side_by_side(found, language()) if row.differs or not only]
    marks = marks_at(g.session, g.actor, g.dialogue.id, found)
    return {
        "found": found,
        "section": section,
        "before": sections[place - 1] if place else None,
        "after": next(iter(sections[place + 1 :]), None),
        "only": only,
        "rows": rows,
        "marks": marks,
        "spreads": {at: spread(given) for at, given in marks.items()},
        "talks": talks(found),
        "standings": standings(g.session, [each.response_id for each in found.suppliers]),
        "may_ask": g.actor.may(Permission.ANSWER_CLARIFY, g.dialogue.id),
        "may_mark": g.actor.may(Permission.ANSWER_REVIEW, g.dialogue.id),
    }


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
