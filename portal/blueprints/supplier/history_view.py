"""The history of answers in words: what changed from one entry to the next, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext, ngettext

from portal.questionnaire.definition import ConfidentialityClass, File, Question, Questionnaire
from portal.questionnaire.wordwise import Effort, Piece, pieces
from portal.response.answers import GivenAnswer
from portal.response.operations_restoring import RESTORED
from portal.response.queries_history import AnswerHistory, ResponseHistory, Touched
from portal.response.tabs import tab_of
from portal.response.turns import Turn
from portal.response.values import display
from portal.web.language import language
from portal.web.outline import READERS

Shown = str | list[str] | list[list[str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an entry changed: its name, and both texts as one run."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry of the history; ``version`` is set where one can go back to it."""

    name: str
    at: datetime
    how: str
    saves: int
    differences: tuple[Difference, ...]
    state: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedView:
    """Somebody's changes in a row of one answer; ``section_id`` is empty if it is asked no more."""

    question_id: str
    section_id: str
    name: str
    at: datetime
    how: str
    count: int


def entries(found: AnswerHistory) -> list[EntryView]:
    """The history of one answer, newest first; the newest is what there is now."""
    effort = Effort()
    words = _Words(found.question, found.questionnaire)
    return [
        EntryView(
            name=turn.last.name,
            at=turn.last.at,
            how=how(turn.last.source),
            saves=turn.saves,
            differences=tuple(words.differences(turn, effort)),
            state=words.state(turn.last.answer),
            version=_version(found, turn) if number else 0,
        )
        for number, turn in enumerate(found.turns)
    ]


def touched(found: ResponseHistory) -> list[TouchedView]:
    """Who changed what lately; what one person changed of one answer in a row is one line."""
    sections = {q.id: each.id for each in found.questionnaire.sections for q in each.questions}
    return [
        TouchedView(
            question_id=question_id,
            section_id=sections.get(question_id, ""),
            name=name,
            at=changes[0].at,
            how=how(changes[0].source),
            count=len(changes),
        )
        for (question_id, name), changes in _runs(found.changes)
    ]


def how(source: str) -> str:
    """What an answer was changed with, in words."""
    if not source or tab_of(source) is not None:
        return str(gettext("typed"))
    known = {
        RESTORED: gettext("went back to an earlier text"),
        "workbook": gettext("from a workbook"),
        "rows": gettext("from a file with rows"),
        "minerals": gettext("from a minerals template"),
        "commitments": gettext("from your commitments"),
        "suggested": gettext("taken from a suggestion"),
        "dismissed": gettext("did not take a suggestion"),
        "reference": gettext("by pointing to what a brand answered"),
        "import": gettext("imported"),
        "clarification": gettext("put back to what was signed"),
    }
    return str(known.get(source.partition(":")[0], gettext("by the portal")))


def _runs(changes: Sequence[Touched]) -> Iterator[tuple[tuple[str, str], list[Touched]]]:
    for key, run in groupby(changes, key=lambda each: (each.question_id, each.name)):
        yield key, list(run)


def _version(found: AnswerHistory, turn: Turn) -> int:
    """The version to go back to; none where it says what there is now, and none of a file."""
    answer, current = turn.last.answer.confirmed, found.current
    says_nothing = answer.value is None and not answer.is_exempt
    # Only its own page makes a reference, or takes it back.
    is_reference = answer.is_by_reference or (says_nothing and current.is_by_reference)
    is_same = is_reference or answer.content == current.content
    return 0 if is_same or isinstance(found.question, File) else answer.version


@dataclass(frozen=True, slots=True)
class _Words:
    """Puts answers to one question in words."""

    question: Question
    questionnaire: Questionnaire

    def differences(self, turn: Turn, effort: Effort) -> Iterator[Difference]:
        """What an entry changed of value, reason, comment and readers; only what did change."""
        old, new = self._parts(turn.before), self._parts(turn.last.answer)
        for label, text in new.items():
            if old[label] != text:
                yield Difference(label, pieces(old[label], text, effort))

    def state(self, answer: GivenAnswer) -> str:
        """What has to be said of it beside its texts."""
        if answer.is_suggested:
            return str(gettext("suggested, not confirmed"))
        if answer.is_exempt:
            return str(gettext("does not apply to us"))
        if answer.is_by_reference:
            return str(gettext("by reference to another company"))
        return str(gettext("emptied")) if answer.value is None else ""

    def _parts(self, answer: GivenAnswer | None) -> dict[str, str]:
        readers = ""
        if answer is not None:
            readers = str(READERS[ConfidentialityClass(answer.confidentiality)])
        return {
            gettext("Answer"): self._value(answer),
            gettext("Reason"): answer.reason if answer else "",
            gettext("Comment"): answer.comment if answer else "",
            gettext("Read by"): readers,
        }

    def _value(self, answer: GivenAnswer | None) -> str:
        if answer is None or answer.value is None:
            return ""
        base = self.questionnaire.base_language
        return _flat(display(self.question, answer.value, language(), base))


def _flat(shown: Shown) -> str:
    """A value in lines of text, the cells of a table between bars."""
    if isinstance(shown, str):
        return shown
    lines = [each if isinstance(each, str) else " | ".join(each) for each in shown]
    return "\n".join(line for line in lines if line.strip(" |"))


def saves_in_words(count: int) -> str:
    """``saved 14 times on the way``; nothing for a single save."""
    if count == 1:
        return ""
    return str(ngettext("saved %(num)d time", "saved %(num)d times on the way", count))
