"""Questions of other questionnaires made to fit a draft, and what they lose on the way (pure).

Contents are the plain JSON of parts, as ``subjects.parts`` gives it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import chain, count
from string import ascii_uppercase
from typing import Any

from portal.core.errors import Listing, Message, message, plural
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.fieldnames import language_name
from portal.questionnaire.likeness import means_the_same
from portal.questionnaire.ordering import as_content, as_order, with_question, with_section
from portal.questionnaire.subjects import (
    HEAD,
    ORDER,
    Content,
    parts,
    question_subject,
    section_subject,
)

TEXTS = frozenset({"title", "why", "text", "hint", "proof", "unit", "note"})
ENTRIES = frozenset({"options", "rows", "columns"})
CONDITIONS = ("show_if", "row_show_if")
MOST_NAMED = 30
"""Ids in one sentence: more are counted. All that is said has to fit into a cookie."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Questions to copy out of one questionnaire, in its order."""

    source: Questionnaire
    question_ids: Collection[str]


class Loss(Enum):
    """What could not come along with a question or section."""

    CONDITION = auto()
    SECTION_CONDITION = auto()
    PREFILL = auto()
    LANGUAGE = auto()
    QUESTION = auto()
    NAME = auto()


LOSSES: Mapping[Loss, Message] = {
    Loss.CONDITION: plural(
        "{ids}: its condition reads a question that is not in this draft.",
        "{ids}: their conditions read questions that are not in this draft.",
        1,
    ),
    Loss.SECTION_CONDITION: plural(
        "{ids}: the condition of its section stays behind.",
        "{ids}: the conditions of their sections stay behind.",
        1,
    ),
    Loss.PREFILL: plural(
        "{ids}: its rows start from a table that is not in this draft.",
        "{ids}: their rows start from tables that are not in this draft.",
        1,
    ),
    Loss.LANGUAGE: plural(
        "The wording in {ids} stays behind: this draft is not in that language.",
        "The wordings in {ids} stay behind: this draft is not in those languages.",
        1,
    ),
    Loss.QUESTION: plural(
        "{ids} was left out: it has no wording in a language of this draft.",
        "{ids} were left out: they have no wording in a language of this draft.",
        1,
    ),
    Loss.NAME: plural("The id was taken: {ids}.", "The ids were taken: {ids}.", 1),
}
"""A sentence for each kind, about what it concerns: ids of questions, sections, languages."""


@dataclass(slots=True)
class Copying:
    """A draft that questions are copied into.

    ``earlier`` holds the questions of its published versions: their ids keep their meaning.
    """

    contents: dict[str, Content]
    earlier: Mapping[str, Content]
    lost: dict[Loss, list[object]]
    copied: int = 0

    def into_section(self, pick: Picked, section_id: str) -> None:
        """Add the questions at the end of a section; Invalid if there is no such section."""
        copy = _Copy(self, pick)
        copy.name(section_id, copy.wanted)
        for section in pick.source.sections:
            ids = [each.id for each in section.questions if each.id in copy.names]
            if section.show_if is not None:
                self.lose(Loss.SECTION_CONDITION, *ids)
            copy.add(ids, section_id)

    def as_sections(self, pick: Picked) -> None:
        """Add each section that has one of the questions, with these questions, at the end."""
        copy = _Copy(self, pick)
        chosen = {
            section.id: ids
            for section in pick.source.sections
            if (ids := [each.id for each in section.questions if each.id in copy.wanted])
        }
        section_ids = self._free_sections(chosen)
        for original, ids in chosen.items():
            copy.name(section_ids[original], ids)
        for original, ids in chosen.items():
            copy.add_section(original, section_ids[original])
            copy.add(ids, section_ids[original])

    def lose(self, loss: Loss, *what: object) -> None:
        """Note what could not come along, each thing once."""
        named = self.lost.setdefault(loss, []) if what else []
        named.extend(each for each in what if each not in named)

    def dropped(self) -> tuple[Message, ...]:
        """All that could not come along, a sentence for each kind of loss."""
        return tuple(
            replace(sentence, values={"ids": Listing(_cut(what))}, count=len(what))
            for loss, sentence in LOSSES.items()
            if (what := self.lost.get(loss))
        )

    def _free_sections(self, wanted: Iterable[str]) -> dict[str, str]:
        """An id for each section: its own if it is free, else a letter."""
        taken = {section_id for section_id, _ in as_order(self.contents[ORDER])}
        found = {each: each for each in wanted if each not in taken}
        taken |= found.keys()
        for each in wanted:
            tries = chain(ascii_uppercase, (f"{each}-{number}" for number in count(2)))
            if each not in found:
                found[each] = next(name for name in tries if name not in taken)
                taken.add(found[each])
        return found


class _Copy:
    """Copies out of one source."""

    def __init__(self, into: Copying, pick: Picked) -> None:
        self.into = into
        self.languages = frozenset(into.contents[HEAD]["languages"])
        self.originals = parts(pick.source)
        self.names: dict[str, str] = {}
        chosen = [each for each in pick.source.questions() if each.id in pick.question_ids]
        self.wanted = [each.id for each in chosen if self.languages & each.text.keys()]
        into.lose(Loss.QUESTION, *(each.id for each in chosen if each.id not in self.wanted))

    def name(self, section_id: str, wanted: Sequence[str]) -> None:
        """Give each question an id: its own if it is free, else the next number of the section."""
        taken = {_id for _, ids in as_order(self.into.contents[ORDER]) for _id in ids}
        taken |= set(self.names.values())
        kept = {each for each in wanted if each not in taken and self._may_keep(each)}
        taken |= kept | self.into.earlier.keys()
        for each in wanted:
            self.names[each] = each if each in kept else _numbered(section_id, taken)
            if each not in kept:
                taken.add(self.names[each])
                new = message("{old} is {new} here", old=each, new=self.names[each])
                self.into.lose(Loss.NAME, new)

    def add(self, question_ids: Iterable[str], section_id: str) -> None:
        """Add the named ones of these questions at the end of a section of the draft."""
        contents = self.into.contents
        order = as_order(contents[ORDER])
        for question_id in question_ids:
            if question_id in self.names:
                content = self._question(question_id)
                contents[question_subject(content["id"])] = content
                order = with_question(order, section_id, content["id"], after=None)
                self._add_instruments(content)
                self.into.copied += 1
        contents[ORDER] = as_content(order)

    def add_section(self, original_id: str, section_id: str) -> None:
        """Add the section, empty, with its title, its reason and, if possible, its condition."""
        contents = self.into.contents
        label = message("section {id}", id=original_id)
        section = self._worded(self.originals[section_subject(original_id)])
        section = self._routed(section, label) | {"id": section_id}
        contents[section_subject(section_id)] = section
        order = with_section(as_order(contents[ORDER]), section_id, after=None)
        contents[ORDER] = as_content(order)
        if section_id != original_id:
            sentence = "section {old} is {new} here"
            self.into.lose(Loss.NAME, message(sentence, old=original_id, new=section_id))

    def _question(self, question_id: str) -> Content:
        original = self.originals[question_subject(question_id)]
        content = self._routed(self._worded(original), question_id)
        prefill = content.pop("prefill", None)
        if prefill is not None and self._is_here(prefill["question"]):
            name = self.names.get(prefill["question"], prefill["question"])
            content["prefill"] = prefill | {"question": name}
        elif prefill is not None:
            self.into.lose(Loss.PREFILL, question_id)
        return content | {"id": self.names[question_id]}

    def _worded(self, original: Content) -> Content:
        foreign = sorted(set(_languages_in(original)) - self.languages)
        self.into.lose(Loss.LANGUAGE, *map(language_name, foreign))
        return _in_languages(original, self.languages)

    def _routed(self, content: Content, label: object) -> Content:
        """The content with the conditions that can be read here, its own and its columns'."""
        found = {
            key: _renamed(value, self.names) if key in CONDITIONS else value
            for key, value in content.items()
            if key not in CONDITIONS or all(self._is_here(each) for each in _read(value))
        }
        if len(found) < len(content):
            self.into.lose(Loss.CONDITION, label)
        if "columns" in found:
            found["columns"] = [self._routed(each, label) for each in found["columns"]]
        return found

    def _is_here(self, question_id: str) -> bool:
        """Whether what the source asks under this id comes along, or is asked in the draft."""
        if question_id in self.names:
            return True
        subject = question_subject(question_id)
        ours, theirs = self.into.contents.get(subject), self.originals.get(subject)
        return ours is not None and theirs is not None and means_the_same(ours, theirs)

    def _may_keep(self, question_id: str) -> bool:
        """An id of an earlier version stays with the question that had it: answers are kept."""
        before = self.into.earlier.get(question_id)
        original = self.originals[question_subject(question_id)]
        return before is None or means_the_same(before, original)

    def _add_instruments(self, content: Content) -> None:
        """Bring along the instruments that the question's clauses belong to."""
        head = self.into.contents[HEAD]
        known = {each["id"] for each in head["instruments"]}
        needed = {each["instrument"] for each in content["clauses"]} - known
        added = [
            _in_languages(each, self.languages)
            for each in self.originals[HEAD]["instruments"]
            if each["id"] in needed
        ]
        if added:
            self.into.contents[HEAD] = head | {"instruments": [*head["instruments"], *added]}


def with_wordings(content: Content, other: Content) -> Content:
    """The content with the wordings that only the other has; entries are paired by their ids."""
    found = dict(content)
    for key, value in content.items():
        more = other.get(key)
        if key in TEXTS and more:
            found[key] = {**more, **value}
        elif key == "anchors" and more:
            found[key] = [{**theirs, **own} for own, theirs in zip(value, more, strict=True)]
        elif key in ENTRIES and more:
            theirs = {each["id"]: each for each in more}
            found[key] = [with_wordings(each, theirs.get(each["id"], {})) for each in value]
    return found


def _languages_in(content: Content) -> Iterator[str]:
    """The language of each wording."""
    for key, value in content.items():
        if key in TEXTS:
            yield from value
        elif key == "anchors":
            yield from chain.from_iterable(value)
        elif key in ENTRIES:
            yield from chain.from_iterable(map(_languages_in, value))


def _in_languages(content: Content, languages: Collection[str]) -> Content:
    """The content with its wordings in these languages only."""
    found = dict(content)
    for key, value in content.items():
        if key in TEXTS:
            found[key] = {name: text for name, text in value.items() if name in languages}
        elif key == "anchors":
            found[key] = [_in_languages({"text": each}, languages)["text"] for each in value]
        elif key in ENTRIES:
            found[key] = [_in_languages(each, languages) for each in value]
    return found


def _read(rule: Content) -> set[str]:
    """The ids behind every ``question`` key."""
    if isinstance(rule, Mapping):
        own = {str(rule["question"])} if isinstance(rule.get("question"), str) else set()
        return own.union(*(_read(value) for value in rule.values()))
    if isinstance(rule, list):
        return set().union(*(_read(item) for item in rule))
    return set()


def _renamed(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return {
            key: names.get(item, item)
            if key == "question" and isinstance(item, str)
            else _renamed(item, names)
            for key, item in value.items()
        }
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def _numbered(section_id: str, taken: Collection[str]) -> str:
    """The next free id in the section's own scheme."""
    tries = (f"{section_id}.{number:02d}" for number in count(1))
    return next(each for each in tries if each not in taken)


def _cut(what: Sequence[object]) -> tuple[object, ...]:
    if len(what) <= MOST_NAMED:
        return tuple(what)
    left = len(what) - MOST_NAMED
    return (*what[:MOST_NAMED], plural("{count} more", "{count} more", left))
