"""Answers carried over from an earlier version, as a page shows them beside their question."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import gettext

from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import Grid, Matrix, Maturity, Number, Question, Table, Text
from portal.questionnaire.migration import Kind
from portal.questionnaire.wordwise import Piece, pieces
from portal.response.answers import NOT_APPLICABLE, GivenAnswer
from portal.response.queries import CarriedAnswer, EarlierAnswer
from portal.response.values import display
from portal.web.language import language, listing
from portal.web.outline import KINDS
from portal.web.wording import Speaker, Wording

Shown: TypeAlias = str | list[str] | list[list[str]]
"""What ``display`` gives: a text, a list, or the lines of a table with headings first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingChange:
    """A text of a question that was and is; ``label`` is empty for the question's own."""

    label: str
    pieces: tuple[Piece, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An answer to a question as it was asked in version ``number``."""

    id: str
    number: str
    text: Wording
    shown: Shown
    reason: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedView:
    """Why an answer needs a look.

    ``asked``: the earlier questions, where one became several or several one; ``left``: earlier
    answers of which something does not fit.
    """

    id: str
    is_suggested: bool
    why: str
    changes: tuple[WordingChange, ...]
    asked: tuple[tuple[str, Wording], ...]
    left: tuple[Earlier, ...]


def carried_view(
    question: Question, answer: GivenAnswer, carried: CarriedAnswer, speaker: Speaker
) -> CarriedView:
    """Put together what the page says of one carried answer; ``question`` as it reads now."""
    past = Speaker(speaker.language, carried.edition.corrected.base_language, speaker.page)
    before = carried.asked[0] if len(carried.asked) == 1 else None
    names = [each.id for each in carried.asked]
    return CarriedView(
        id=question.id,
        is_suggested=answer.is_suggested,
        why=_why(carried, names, is_suggested=answer.is_suggested),
        changes=tuple(_changes(before, question, past, speaker)) if before else (),
        asked=tuple((each.id, past.say(each.text)) for each in carried.asked)
        if names != [question.id]
        else (),
        left=tuple(earlier_view(each) for each in carried.left),
    )


def earlier_view(earlier: EarlierAnswer) -> Earlier:
    """An earlier answer in words of the page's language."""
    question, answer = earlier.question, earlier.answer
    page, base = language(), earlier.questionnaire.base_language
    shown: Shown = ""
    if answer.is_exempt or answer.state == NOT_APPLICABLE:
        shown = gettext("Not applicable")
    elif answer.value is not None:
        shown = display(question, answer.value, page, base)
    return Earlier(
        id=question.id,
        number=earlier.number,
        text=Speaker(page, base, page).say(question.text),
        shown=shown,
        reason=answer.reason,
        comment=answer.comment,
    )


def _why(carried: CarriedAnswer, names: list[str], *, is_suggested: bool) -> str:
    values = {"number": carried.edition.number, "sources": listing(names)}
    if not is_suggested:
        words = gettext(
            "The question has changed since version %(number)s, and your answer does not fit it "
            "any more. Answer it again."
        )
    elif carried.kind is Kind.SPLIT:
        words = gettext(
            "Carried over from version %(number)s: %(sources)s is now asked in parts. Check it."
        )
    elif carried.kind is Kind.MERGED:
        words = gettext(
            "Carried over from version %(number)s: %(sources)s are now one question. Check it."
        )
    else:
        words = gettext("Carried over from version %(number)s: the question has changed. Check it.")
    return str(words % values)


def _changes(
    before: Question, after: Question, past: Speaker, speaker: Speaker
) -> Iterator[WordingChange]:
    """Every wording that differs, in the order of the question as it reads now."""
    old, new = dict(_wordings(before)), dict(_wordings(after))
    for key in dict.fromkeys((*new, *old)):
        label = (new.get(key) or old[key])[0]
        was = past.say(old[key][1]) if key in old else Wording("")
        now = speaker.say(new[key][1]) if key in new else Wording("")
        if was.text != now.text:
            found = pieces(was.text, now.text)
            yield WordingChange(label=label, pieces=found, language=now.language or was.language)
    if before.type != after.type:
        found = pieces(str(KINDS[before.type]), str(KINDS[after.type]))
        yield WordingChange(label=gettext("Answer"), pieces=found, language="")


def _wordings(question: Question) -> Iterator[tuple[str, tuple[str, Text]]]:
    """Everything that is read before answering: key → what it is, and its text."""
    yield "text", ("", question.text)
    yield "hint", (gettext("Help"), question.hint)
    yield "proof", (gettext("Proof"), question.proof)
    if isinstance(question, Number):
        yield "unit", (gettext("Unit"), question.unit)
    if isinstance(question, Maturity):
        for level, anchor in enumerate(question.anchors):
            yield f"level {level}", (gettext("Level %(level)s", level=level), anchor)
    for option in options_of(question):
        yield f"option {option.id}", (gettext("Choice"), option.text)
    for row in question.rows if isinstance(question, Matrix | Grid) else ():
        yield f"row {row.id}", (gettext("Row"), row.text)
    yield from _columns(question)


def _columns(question: Question) -> Iterator[tuple[str, tuple[str, Text]]]:
    for column in question.columns if isinstance(question, Table | Grid) else ():
        yield f"column {column.id}", (gettext("Column"), column.text)
        for option in column.options:
            yield f"column {column.id} {option.id}", (gettext("Choice"), option.text)
