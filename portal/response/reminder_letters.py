"""The words of reminders to a supplier's team (pure): what is missing, who has it, until when."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core.errors import Listing, Message, message, plural
from portal.core.mail import Recipient, listed
from portal.questionnaire.definition import Question, Questionnaire, Section, localised
from portal.response.rules import Progress

LISTED = 12
"""Sections that a mail lists; the page shows them all."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is left of a section, or of one question of it, that somebody was given."""

    section: Section
    missing: tuple[Question, ...]
    due_on: date | None
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a response is, and who has which section: section id → names."""

    title: str
    supplier: str
    questionnaire: Questionnaire
    progress: Progress
    people: Mapping[str, Sequence[str]]
    signatories: tuple[str, ...]


def what_is_missing(state: State, to: Recipient) -> Iterator[Message | str]:
    """For who answers for the company: how far it is, what is left and who has it."""
    yield message(
        "the answers of {supplier} to “{dialogue}” have not been sent yet.",
        supplier=state.supplier,
        dialogue=state.title,
    )
    missing = [row for row in state.progress.sections if row.missing]
    if not missing:
        yield from _only_the_signature(state)
        return
    yield plural(
        "{answered} of {shown} questions are answered. Before the answers can be sent, {count} "
        "question still needs an answer or proof:",
        "{answered} of {shown} questions are answered. Before the answers can be sent, {count} "
        "questions still need an answer or proof:",
        sum(len(row.missing) for row in missing),
        answered=state.progress.answered,
        shown=state.progress.shown,
    )
    lines = (
        _line(state, to, row.section, len(row.missing), state.people.get(row.section.id, ()))
        for row in missing[:LISTED]
    )
    yield listed(to, [*lines, *_and_more(len(missing) - LISTED)])


def own_part(
    title: str, questionnaire: Questionnaire, to: Recipient, parts: Sequence[Part]
) -> Iterator[Message | str]:
    """For who was given a part: what of it is not answered yet, and who asked."""
    count = len({question.id for part in parts for question in part.missing})
    yield plural(
        "{count} question of “{dialogue}” that was given to you is not answered yet:",
        "{count} questions of “{dialogue}” that were given to you are not answered yet:",
        count,
        dialogue=title,
    )
    yield listed(to, [_part_line(questionnaire, to, part) for part in parts])
    names = tuple(sorted({part.asked_by for part in parts if part.asked_by}))
    if names:
        yield message("Asked by {names}.", names=Listing(names))


def own_subject(title: str, parts: Sequence[Part], today: date) -> Message:
    """The subject of a reminder about somebody's own part."""
    is_late = any(part.due_on is not None and part.due_on < today for part in parts)
    if is_late:
        return message("{dialogue}: your part was due", dialogue=title)
    return message("{dialogue}: your part is due soon", dialogue=title)


def parts_of(
    given: Iterable[tuple[str, str, date | None, str]],
    questionnaire: Questionnaire,
    progress: Progress,
) -> list[Part]:
    """What is left of (section, question or empty, due date, who asked), the first due first."""
    missing = {row.section.id: row.missing for row in progress.sections}
    sections = {section.id: section for section in questionnaire.sections}
    parts = [
        Part(sections[section_id], left, due_on, asked_by)
        for section_id, question_id, due_on, asked_by in given
        if section_id in sections and (left := _left(missing.get(section_id, ()), question_id))
    ]
    return sorted(parts, key=lambda part: (part.due_on or date.max, part.section.id))


def _left(missing: Collection[Question], question_id: str) -> tuple[Question, ...]:
    return tuple(each for each in missing if question_id in {"", each.id})


def _only_the_signature(state: State) -> Iterator[Message]:
    yield message("Everything is answered. What is left is to check the answers and to sign them.")
    if state.signatories:
        yield message("Who can sign: {names}.", names=Listing(state.signatories))


def _line(
    state: State, to: Recipient, section: Section, count: int, people: Sequence[str]
) -> Message:
    title = _title(state.questionnaire, to, section)
    if people:
        return plural(
            "{section}: {count} question; {names} has it",
            "{section}: {count} questions; with {names}",
            count,
            section=title,
            names=Listing(tuple(people)),
        )
    return plural(
        "{section}: {count} question; nobody was given it",
        "{section}: {count} questions; nobody was given them",
        count,
        section=title,
    )


def _part_line(questionnaire: Questionnaire, to: Recipient, part: Part) -> Message:
    title = _title(questionnaire, to, part.section)
    if part.due_on is None:
        return plural(
            "{section}: {count} question",
            "{section}: {count} questions",
            len(part.missing),
            section=title,
        )
    return plural(
        "{section}: {count} question, due on {day}",
        "{section}: {count} questions, due on {day}",
        len(part.missing),
        section=title,
        day=part.due_on,
    )


def _and_more(count: int) -> tuple[Message, ...]:
    if count <= 0:
        return ()
    return (plural("and {count} more section", "and {count} more sections", count),)


def _title(questionnaire: Questionnaire, to: Recipient, section: Section) -> str:
    said = localised(section.title, to.language, questionnaire.base_language)
    return f"{section.id} {said}".strip()
