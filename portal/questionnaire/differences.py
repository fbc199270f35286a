"""What differs between two texts of a questionnaire, part by part and field by field (pure).

A question is the same if its id is; ``renamed`` names those that took another one. Values are the
plain JSON of ``subjects.flatten``; putting them in words is left to whoever shows them.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.meaning import WITHOUT_MEANING, meaning_of
from portal.questionnaire.subjects import (
    ENTRY_LISTS,
    HEAD,
    ORDER,
    Content,
    Fields,
    flatten,
    id_in,
    kind_of,
    parts,
    question_subject,
    section_subject,
)

NONE_RENAMED: Mapping[str, str] = MappingProxyType({})


class Fate(StrEnum):
    """What became of a section or question; STAYED may still have moved."""

    ADDED = "added"
    RETIRED = "retired"
    CHANGED = "changed"
    STAYED = "stayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Which changes are wanted: wordings in one language (else in all), changes of meaning."""

    language: str = ""
    meaning: bool = False


EVERYTHING = Only()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that differs; None where it was or is not there.

    ``language`` is the tag of a text's wording, and ``has_meaning`` whether an answer depends on
    what differs. For a list of entries, the values are their ids in order: what an added or
    removed entry consists of is no change of its own.
    """

    field: str
    before: Any
    after: Any
    language: str = ""
    has_meaning: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """What became of one part.

    ``was`` is the id it had before and ``came_from`` the section it stood in, if that was another.
    """

    subject: str
    fate: Fate
    is_moved: bool = False
    was: str = ""
    came_from: str = ""
    fields: tuple[FieldChange, ...] = ()

    @property
    def id(self) -> str:
        """The id of the section or question."""
        return id_in(self.subject)

    @property
    def is_change(self) -> bool:
        """Whether there is anything to tell."""
        return self.fate is not Fate.STAYED or self.is_moved or bool(self.was)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """A section, and those of its questions of which there is something to tell."""

    part: PartChange
    questions: tuple[PartChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs, in page order; sections without a change are left out."""

    head: PartChange
    sections: tuple[SectionChange, ...]
    unchanged: int
    """Questions of the new text of which there is nothing to tell."""
    questions: tuple[PartChange, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the questions once."""
        found = tuple(each for section in self.sections for each in section.questions)
        object.__setattr__(self, "questions", found)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs that was asked for."""
        return not self.sections and not self.head.is_change

    def count(self, fate: Fate) -> int:
        """How many questions have this fate."""
        return sum(each.fate == fate for each in self.questions)

    @property
    def moved(self) -> int:
        """How many questions stand elsewhere; their words may have changed, too."""
        return sum(each.is_moved for each in self.questions)


def compare(
    old: Questionnaire,
    new: Questionnaire,
    only: Only = EVERYTHING,
    *,
    renamed: Mapping[str, str] = NONE_RENAMED,
) -> Comparison:
    """What differs between two texts. ``renamed``: id in the new text → id in the old one."""
    before, after = _Text.of(old, _applicable(old, new, renamed)), _Text.of(new, {})
    languages = frozenset((*old.languages, *new.languages))
    return _Comparer(before, after, languages, only).compared()


def field_changes(
    before: Content, after: Content, languages: Collection[str]
) -> Iterator[FieldChange]:
    """The fields of a part that differ, in the order of the new text; removed ones last."""
    old, new = flatten(before), flatten(after)
    inside = tuple(_inside_of_added_or_removed(old, new))
    for name in dict.fromkeys((*new, *old)):
        was, is_ = old.get(name), new.get(name)
        if was != is_ and not name.startswith(inside):
            yield FieldChange(
                field=name,
                before=was,
                after=is_,
                language=_language(name, was if is_ is None else is_, languages),
                has_meaning=name not in WITHOUT_MEANING and meaning_of(was) != meaning_of(is_),
            )


def moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest entries of both lists whose moves explain the new order."""
    places = {each: place for place, each in enumerate(old)}
    shared = [each for each in new if each in places]
    ends: list[int] = []
    lengths = []
    for each in shared:
        length = bisect_left(ends, places[each])
        ends[length : length + 1] = [places[each]]
        lengths.append(length)
    wanted, stayed = len(ends) - 1, set()
    for each, length in zip(reversed(shared), reversed(lengths), strict=True):
        if length == wanted:
            stayed.add(each)
            wanted -= 1
    return set(shared) - stayed


# One text and the other ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """A questionnaire taken apart, its questions under the ids of the new text."""

    contents: Mapping[str, Content]
    sections: Mapping[str, Sequence[str]]
    """Section id to the ids of its questions, both in order."""
    home: Mapping[str, str]
    """Question id to the id of its section."""
    was: Mapping[str, str]
    """Id in the new text to the id in the old one, where it is another."""

    @classmethod
    def of(cls, questionnaire: Questionnaire, now: Mapping[str, str]) -> "_Text":
        """``now``: id in this text → id in the new one."""
        contents = parts(questionnaire)
        order = contents.pop(ORDER)
        sections = {name: [now.get(each, each) for each in ids] for name, ids in order}
        for was, is_ in now.items():
            contents[question_subject(is_)] = contents.pop(question_subject(was)) | {"id": is_}
        home = {each: name for name, ids in sections.items() for each in ids}
        return cls(contents, sections, home, {is_: was for was, is_ in now.items()})


@dataclass(frozen=True, slots=True)
class _Comparer:
    old: _Text
    new: _Text
    languages: frozenset[str]
    only: Only

    def compared(self) -> Comparison:
        names = list(_woven(list(self.old.sections), list(self.new.sections), self.new.sections))
        gone_astray = moved(list(self.old.sections), list(self.new.sections))
        found, unchanged = [], 0
        for name in names:
            part = self.part(section_subject(name), is_moved=name in gone_astray)
            questions = list(self.questions(name))
            changed = tuple(each for each in questions if each.is_change)
            unchanged += len(questions) - len(changed)
            if changed or part.is_change:
                found.append(SectionChange(part=part, questions=changed))
        head = self.part(HEAD, is_moved=False)
        return Comparison(head=head, sections=tuple(found), unchanged=unchanged)

    def questions(self, section: str) -> Iterator[PartChange]:
        """The questions of a section, those that were taken out of it included."""
        old, new = self.old.sections.get(section, ()), self.new.sections.get(section, ())
        here = moved([each for each in old if self.new.home.get(each) == section], new)
        for each in _woven(old, new, self.new.home):
            home = self.old.home.get(each)
            is_elsewhere = home is not None and each in self.new.home and home != section
            change = self.part(question_subject(each), is_moved=is_elsewhere or each in here)
            yield replace(change, came_from=home or "") if is_elsewhere else change

    def part(self, subject: str, *, is_moved: bool) -> PartChange:
        before, after = self.old.contents.get(subject), self.new.contents.get(subject)
        if before is None or after is None:
            return PartChange(subject=subject, fate=Fate.RETIRED if before else Fate.ADDED)
        fields = tuple(self.fields(subject, before, after))
        return PartChange(
            subject=subject,
            fate=Fate.CHANGED if fields else Fate.STAYED,
            is_moved=is_moved,
            was=self.old.was.get(id_in(subject), "") if kind_of(subject) == "question" else "",
            fields=fields,
        )

    def fields(self, subject: str, before: Content, after: Content) -> Iterator[FieldChange]:
        for each in field_changes(before, after, self.languages):
            is_number = subject == HEAD and each.field == "version"
            if self.only.meaning and (is_number or not each.has_meaning):
                continue
            if self.only.language and each.language not in {"", self.only.language}:
                continue
            yield each


def _applicable(
    old: Questionnaire, new: Questionnaire, renamed: Mapping[str, str]
) -> dict[str, str]:
    """Old id → new id of the questions that are there under both and under no third one."""
    before = {question.id for question in old.questions()}
    after = {question.id for question in new.questions()}
    return {
        was: is_ for is_, was in renamed.items() if is_ in after - before and was in before - after
    }


def _woven(old: Sequence[str], new: Sequence[str], kept: Collection[str]) -> list[str]:
    """The new order, with what is kept nowhere behind what it stood behind."""
    result, behind = list(new), ""
    for each in old:
        if each not in kept:
            result.insert(result.index(behind) + 1 if behind else 0, each)
        if each in result:
            behind = each
    return result


def _inside_of_added_or_removed(old: Fields, new: Fields) -> Iterator[str]:
    """The beginnings of the fields of entries that only one side has."""
    for name in dict.fromkeys((*old, *new)):
        if name.rpartition("/")[2] in ENTRY_LISTS:
            was, is_ = old.get(name), new.get(name)
            only_one = set(was or ()) ^ set(is_ or ())
            yield from (f"{name}/{each}/" for each in only_one)


def _language(name: str, value: object, languages: Collection[str]) -> str:
    """The language of a wording; empty for any other field."""
    path, _, last = name.rpartition("/")
    return last if path and last in languages and isinstance(value, str) else ""
