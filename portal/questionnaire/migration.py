"""How the questions of a new version came from those of the version before (pure).

The portal proposes a map by comparing the two; editors say where a question was split or merged,
or took another id. Open responses are carried over by it, and signed answers to questions that
were kept go on counting.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.errors import Message, message
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.likeness import means_the_same, question_contents, takes_the_same
from portal.questionnaire.subjects import Content

MOST_SOURCES = 20
"""Of one question: more were never merged by a person."""


class Kind(StrEnum):
    """What became of the answers to a question's sources."""

    KEPT = "kept"
    REWORDED = "reworded"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a question of the new version comes from: ids of the version before, best first.

    ``fits``: every right answer to the sources is right here, too. ``said``: by an editor.
    """

    kind: Kind
    sources: tuple[str, ...] = ()
    fits: bool = True
    said: bool = False


@dataclass(frozen=True, slots=True)
class MigrationMap:
    """The origin of each question of the new version, in page order, and what is asked no more."""

    origins: Mapping[str, Origin]
    dropped: tuple[str, ...]

    @property
    def kept(self) -> dict[str, str]:
        """New id → old id of the questions whose answers stand as they are."""
        return {
            question_id: origin.sources[0]
            for question_id, origin in self.origins.items()
            if origin.kind is Kind.KEPT
        }

    def count(self, kind: Kind) -> int:
        """How many questions of the new version are of this kind."""
        return sum(origin.kind is kind for origin in self.origins.values())


def propose(
    old: Questionnaire, new: Questionnaire, *, as_published: Questionnaire | None = None
) -> MigrationMap:
    """The map that a comparison of ids and contents gives.

    Where ``old`` holds corrections, ``as_published`` is it without them: an erratum leaves the
    meaning as it is, so a question that says either is kept.
    """
    return migration(old, new, {}, as_published=as_published)


def migration(
    old: Questionnaire,
    new: Questionnaire,
    said: Mapping[str, Any] | None,
    *,
    as_published: Questionnaire | None = None,
) -> MigrationMap:
    """The proposed map with what editors said instead: new id → {"kind", "sources"}."""
    before, after = question_contents(old), question_contents(new)
    printed = question_contents(as_published) if as_published is not None else before
    origins = {}
    for question_id, content in after.items():
        if said and question_id in said:
            origins[question_id] = _said(said[question_id], content, before)
        else:
            origins[question_id] = _proposed(question_id, content, before, printed)
    used = {source for origin in origins.values() for source in origin.sources}
    return MigrationMap(origins, tuple(each for each in before if each not in used))


def _proposed(
    question_id: str,
    content: Content,
    before: Mapping[str, Content],
    printed: Mapping[str, Content],
) -> Origin:
    if question_id not in before:
        return Origin(Kind.NEW)
    source, sources = before[question_id], (question_id,)
    if means_the_same(source, content) or means_the_same(printed[question_id], content):
        return Origin(Kind.KEPT, sources)
    return Origin(Kind.REWORDED, sources, fits=takes_the_same(source, content))


def _said(entry: Mapping[str, Any], content: Content, before: Mapping[str, Content]) -> Origin:
    sources = tuple(entry["sources"])
    fits = all(takes_the_same(before[each], content) for each in sources if each in before)
    return Origin(Kind(entry["kind"]), sources, fits=fits, said=True)


# What is wrong with a map ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way of publishing: at a question of the new version, and why."""

    question_id: str
    what: Message
    is_unfinished: bool = False
    """It goes away when another question is said to come from the same source."""


def faults(
    found: MigrationMap,
    new: Questionnaire,
    history: Sequence[Questionnaire],
) -> list[Fault]:
    """Everything wrong with the map; ``history`` are the versions before, the newest first.

    Sources exist, each kind has as many as it needs, ids of earlier questions keep their meaning.
    """
    after, before = question_contents(new), [question_contents(each) for each in history]
    parts = Counter(source for origin in found.origins.values() for source in origin.sources)
    faulty = []
    for question_id, origin in found.origins.items():
        reasons = (
            *_source_faults(origin, history[0].version, before[0]),
            *_kind_faults(origin, after[question_id], before[0]),
            *_id_faults(question_id, origin, after[question_id], before, history),
        )
        faulty += [Fault(question_id, what) for what in reasons]
        alone = _split_faults(origin, parts)
        faulty += [Fault(question_id, what, is_unfinished=True) for what in alone]
    return faulty


def _source_faults(origin: Origin, number: str, before: Mapping[str, Content]) -> Iterator[Message]:
    for source in origin.sources:
        if source not in before:
            sentence = "There is no question {source} in version {number}."
            yield message(sentence, source=source, number=number)
    if len(set(origin.sources)) < len(origin.sources):
        yield message("Name each earlier question once.")


def _kind_faults(
    origin: Origin, content: Content, before: Mapping[str, Content]
) -> Iterator[Message]:
    count = len(origin.sources)
    if origin.kind is Kind.NEW and count:
        yield message("A new question has no earlier question. Choose another kind.")
    elif origin.kind is Kind.MERGED and not 1 < count <= MOST_SOURCES:
        yield message("Name two to {most} earlier questions that were merged.", most=MOST_SOURCES)
    elif origin.kind in {Kind.KEPT, Kind.REWORDED, Kind.SPLIT} and count != 1:
        yield message("Name the one earlier question that it comes from.")
    elif origin.kind is Kind.KEPT and origin.said:
        source = before.get(origin.sources[0])
        if source is not None and not means_the_same(source, content):
            sentence = "It does not say the same as {source}: choose “reworded”."
            yield message(sentence, source=origin.sources[0])


def _id_faults(
    question_id: str,
    origin: Origin,
    content: Content,
    before: Sequence[Mapping[str, Content]],
    history: Sequence[Questionnaire],
) -> Iterator[Message]:
    """An id that was published keeps its meaning: answers are stored under it."""
    place = next((i for i, contents in enumerate(before) if question_id in contents), None)
    if place is None:
        return
    earlier, number = before[place][question_id], history[place].version
    if place == 0 and question_id in origin.sources:
        if not origin.said and earlier["type"] != content["type"]:
            sentence = (
                "In version {number} it is of type {before}, now of type {after}. "
                "Give it another id, or say what becomes of its answers."
            )
            values = {"number": number, "before": earlier["type"], "after": content["type"]}
            yield message(sentence, **values)
    elif place == 0 or not means_the_same(earlier, content):
        sentence = "Its id belongs to another question of version {number}. Give it a new id."
        yield message(sentence, number=number)


def _split_faults(origin: Origin, parts: Mapping[str, int]) -> Iterator[Message]:
    if origin.kind is Kind.SPLIT and origin.sources and parts[origin.sources[0]] == 1:
        sentence = "{source} is split into this question only: name the others, or reworded."
        yield message(sentence, source=origin.sources[0])


# In words -------------------------------------------------------------------------------

KIND_WORDS: Mapping[Kind, Message] = {
    Kind.KEPT: message("Unchanged"),
    Kind.REWORDED: message("Reworded"),
    Kind.SPLIT: message("Split"),
    Kind.MERGED: message("Merged"),
    Kind.NEW: message("New"),
}


def in_words(question_id: str, origin: Origin) -> Message:
    """What becomes of the answers to a question's sources, in one or two sentences."""
    names = ", ".join(origin.sources)
    match origin.kind:
        case Kind.NEW:
            words = message("New: nobody has answered it yet.")
        case Kind.KEPT if origin.sources == (question_id,):
            words = message("Unchanged: answers stay as they are.")
        case Kind.KEPT:
            words = message("Unchanged, but was {source}: answers stay as they are.", source=names)
        case Kind.SPLIT:
            sentence = "Split from {source}: its answer is suggested where it fits."
            words = message(sentence, source=names)
        case Kind.MERGED:
            sentence = "Merged from {sources}: the first answer that fits is suggested."
            words = message(sentence, sources=names)
        case _ if origin.fits:
            words = message("Reworded: answers stay and have to be confirmed.")
        case _:
            sentence = "Answered in another way: answers that still fit have to be confirmed."
            words = message(sentence)
    return words
