"""The rounds of a clarification in words: what was asked, both answers, the reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.blueprints.supplier.forms_after import ReplyForm
from portal.blueprints.supplier.words import say
from portal.questionnaire.definition import Question, Questionnaire
from portal.response.queries_clarifying import ClarificationPage, Round
from portal.web.language import language
from portal.web.reading import Line, read_answers
from portal.web.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """One question; ``after`` only where the answer is another than before."""

    id: str
    section_id: str
    text: Wording
    asked: str
    before: Line | None
    after: Line | None
    is_changed: bool
    reply: str
    problem: str
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """One round. ``standing``: open, over, answered."""

    of: Round
    standing: str
    asked: tuple[AskedView, ...]
    led_to: tuple[tuple[str, str, Wording], ...]

    @property
    def is_changed(self) -> bool:
        """Whether any of its answers is another than what was signed."""
        return bool(self.led_to) or any(each.is_changed for each in self.asked)


def rounds_in_words(found: ClarificationPage, form: ReplyForm, *, at: datetime) -> list[RoundView]:
    """Every round, the newest first; what was just typed stands in place of stored replies."""
    typed = form.replies() if form.is_submitted() else {}
    return [_round(row, typed if row.is_open(at) else {}, form, at) for row in found.rounds]


def _round(row: Round, typed: Mapping[str, str], form: ReplyForm, at: datetime) -> RoundView:
    standing = "open" if row.is_open(at) else "over" if row.is_over(at) else "answered"
    speak = say(row.questionnaire)
    return RoundView(
        of=row,
        standing=standing,
        asked=tuple(
            AskedView(
                id=each.question.id,
                section_id=each.section.id,
                text=speak(each.question.text),
                asked=each.text,
                before=line(row.questionnaire, each.question, each.before),
                after=line(row.questionnaire, each.question, each.after),
                is_changed=each.is_changed,
                reply=typed.get(each.question.id, each.reply),
                problem=form.problem(each.question.id),
                may_write=each.may_write and standing == "open",
            )
            for each in row.items
        ),
        led_to=tuple((section.id, each.id, speak(each.text)) for section, each in row.led_to),
    )


def line(
    questionnaire: Questionnaire, question: Question, answer: Mapping[str, Any] | None
) -> Line | None:
    """One answer in words."""
    if answer is None:
        return None
    (section,) = read_answers(questionnaire, {question.id: answer}, language())
    return section.lines[0]
