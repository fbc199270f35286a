"""Answers carried over from an earlier version, as a page shows them beside their question."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import gettext

from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import (
    ConfidentialityClass,
    Grid,
    Matrix,
    Maturity,
    Number,
    Question,
    Questionnaire,
    Table,
    Text,
)
from portal.questionnaire.migration import Kind
from portal.questionnaire.wordwise import Piece, pieces
from portal.response.answers import NOT_APPLICABLE, GivenAnswer
from portal.response.queries import CarriedAnswer, EarlierAnswer, SuggestedFrom
from portal.response.suggesting import is_more_open
from portal.response.values import display
from portal.web.language import calendar_day, day, language, listing
from portal.web.outline import KINDS, READERS
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
    """Why an answer needs a look: it was carried over, or taken from somewhere else.

    ``asked``: the earlier questions, where one became several or several one; ``left``: earlier
    answers of which something does not fit.
    """

    id: str
    is_suggested: bool
    why: str
    changes: tuple[WordingChange, ...]
    asked: tuple[tuple[str, Wording], ...]
    left: tuple[Earlier, ...]
    is_taken: bool = False
    """Somebody brought it along: only its own button confirms it."""
    remarks: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    """Titles of the files and links that come along when it is confirmed."""

    @property
    def is_evidence(self) -> bool:
        """Whether only evidence is suggested, for an answer that stands."""
        return self.is_taken and not self.is_suggested


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


def suggested_view(
    question: Question, answer: GivenAnswer, found: SuggestedFrom, speaker: Speaker
) -> CarriedView:
    """Put together where a suggestion comes from, and what differs between there and here."""
    source = found.questionnaire
    asked_there = found.question if found.is_current else None
    changes: tuple[WordingChange, ...] = ()
    if asked_there is not None and source is not None:
        past = Speaker(speaker.language, source.base_language, speaker.page)
        changes = tuple(_changes(asked_there, question, past, speaker))
    return CarriedView(
        id=question.id,
        is_suggested=found.is_current,
        is_taken=True,
        why=_origin(found, has_changed=bool(changes)),
        changes=changes,
        asked=(),
        left=tuple(_not_taken(answer, found)) if found.is_current else (),
        remarks=tuple(_remarks(answer, found)),
        pieces=tuple(piece.title for piece in found.pieces.usable),
    )


def _origin(found: SuggestedFrom, *, has_changed: bool) -> str:
    """Where it comes from and when it was said there."""
    when = day(found.answered_at) if found.answered_at else ""
    values = {"source": found.label, "day": when}
    if not found.is_current:
        words = gettext("Files and links that backed this question before are still valid.")
    elif found.kind == "profile":
        words = gettext("From your company's profile, saved %(day)s.")
    elif found.kind == "minerals":
        words = gettext("From your file: %(source)s.")
    elif found.kind == "commitments":
        words = gettext("From your commitments in “%(source)s”, as they stood on %(day)s.")
    elif found.kind == "evidence":
        words = gettext("From your evidence: %(source)s, added %(day)s.")
    elif found.is_signed:
        words = gettext("From %(source)s, signed %(day)s.")
    else:
        words = gettext("From %(source)s, written %(day)s and not signed.")
    sentences = [words % values]
    if has_changed:
        sentences.append(gettext("The question is asked differently now."))
    return " ".join(sentences)


def _remarks(answer: GivenAnswer, found: SuggestedFrom) -> Iterator[str]:
    """Who reads it, if not as before; and what does not come along."""
    earlier = found.earlier
    if found.is_current and answer.narrowing_reason:
        yield gettext("Fewer people may read it, for the reason that you gave then.")
    elif found.is_current and earlier is not None and is_more_open(answer, earlier):
        names = {
            "before": READERS[ConfidentialityClass(earlier.confidentiality)],
            "now": READERS[ConfidentialityClass(answer.confidentiality)],
        }
        words = gettext("Before, it was read by %(before)s. Here it would be read by %(now)s.")
        yield words % names
    for piece in found.pieces.expired:
        last = calendar_day(piece.valid_until) if piece.valid_until else ""
        values = {"title": piece.title, "day": last}
        yield gettext("“%(title)s” does not come along: it expired on %(day)s.") % values


def _not_taken(answer: GivenAnswer, found: SuggestedFrom) -> Iterator[Earlier]:
    """The answer as it was given, if something of it does not fit here."""
    earlier, source = found.earlier, found.questionnaire
    if earlier is None or source is None or found.question is None:
        return
    if earlier.value is not None and earlier.value != answer.value:
        yield _earlier_of(found.question, earlier, source)


def earlier_view(earlier: EarlierAnswer) -> Earlier:
    """An earlier answer in words of the page's language."""
    return _earlier_of(earlier.question, earlier.answer, earlier.questionnaire)


def _earlier_of(question: Question, answer: GivenAnswer, asked_in: Questionnaire) -> Earlier:
    page, base = language(), asked_in.base_language
    shown: Shown = ""
    if answer.is_exempt or answer.state == NOT_APPLICABLE:
        shown = gettext("Not applicable")
    elif answer.value is not None:
        shown = display(question, answer.value, page, base)
    return Earlier(
        id=question.id,
        number=asked_in.version,
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
