"""What of a company's earlier answers can be suggested to another questionnaire (pure).

Answers are only ever suggested where there is none yet, and count once somebody has confirmed
them. Questions belong together if their version's migration map says so, if they have the same id
in a questionnaire of the same name, or if they mean the same (questions copied from the bank).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.questionnaire.conditions import question_index, route
from portal.questionnaire.definition import (
    ConfidentialityClass,
    EvidenceNeed,
    File,
    Question,
    Questionnaire,
    Section,
)
from portal.questionnaire.kept import kept
from portal.questionnaire.likeness import likeness_key, question_contents
from portal.questionnaire.migration import Kind, MigrationMap, propose
from portal.response.answers import GivenAnswer, is_narrowed, values_of
from portal.response.carrying import suggested
from portal.response.rules import (
    NARROWING_REASONS,
    allowed_classes,
    evidence_kinds,
    needs_evidence,
)

GIVEN = frozenset({"draft", "done", "not_applicable"})
"""States of an answer that somebody gave or confirmed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The earlier questions that a question belongs to, best first, and whether it differs."""

    sources: tuple[str, ...]
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What would be suggested for one question; ``answer`` is None if only evidence would.

    ``source`` is the question it answered, ``differs`` whether that is asked otherwise now.
    """

    answer: GivenAnswer | None
    source: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionCount:
    """How many suggestions a section would get, and to how many questions that differ."""

    section: Section
    count: int
    differing: int


def pairs(
    old: Questionnaire, new: Questionnaire, through: MigrationMap | None = None
) -> dict[str, Pair]:
    """Which questions of ``new`` an answer to ``old`` may answer; ``through`` is their own map."""
    if old is new:
        return {question.id: Pair((question.id,)) for question in new.questions()}
    found = {}
    if old.name == new.name:
        for question_id, origin in (through or propose(old, new)).origins.items():
            if origin.sources:
                found[question_id] = Pair(origin.sources, origin.kind is not Kind.KEPT)
    else:
        through = None
    if through is None:
        used = {source for pair in found.values() for source in pair.sources}
        for question_id, source in _alike(old, new).items():
            if source not in used:
                found.setdefault(question_id, Pair((source,)))
    return found


def chained(maps: Sequence[MigrationMap]) -> MigrationMap | None:
    """The map that leads through several versions, the oldest step first; None for no step."""
    whole: MigrationMap | None = None
    for step in maps:
        whole = step if whole is None else _composed(whole, step)
    return whole


def suggestions(
    old: Questionnaire,
    new: Questionnaire,
    found: Mapping[str, Pair],
    answers: Mapping[str, GivenAnswer],
    *,
    day: date,
) -> dict[str, Suggestion]:
    """What the answers to ``old`` suggest for ``new``, whatever is answered there, in page order.

    Answers that their own questionnaire does not ask for, given the others, are left out. A file
    question is suggested as answered: whether its file still holds is for the caller to see.
    """
    before = question_index(old)
    asked = {question.id for question in route(old, values_of(answers)).questions}
    made = {}
    for question in new.questions():
        pair = found.get(question.id, Pair(()))
        for source in pair.sources:
            answer = answers.get(source)
            if answer is None or answer.state not in GIVEN or source not in asked:
                continue
            own = suggested(question, answer, before[source])
            if own is not None:
                made[question.id] = Suggestion(
                    answer=with_readers(question, own, answer, day=day),
                    source=source,
                    differs=pair.differs,
                )
                break
    return made


def with_readers(
    question: Question, answer: GivenAnswer, earlier: GivenAnswer, *, day: date
) -> GivenAnswer:
    """The suggestion with the limit that ``earlier`` had, if the question allows it.

    A limit needs its reason, and ends on its last day. Else who reads is as the question foresees.
    """
    has_ended = earlier.narrowing_until is not None and earlier.narrowing_until < day
    keeps = (
        is_narrowed(question, earlier.confidentiality)
        and earlier.confidentiality in allowed_classes(question)
        and earlier.narrowing_reason in NARROWING_REASONS
        and not has_ended
    )
    if keeps:
        return replace(
            answer,
            confidentiality=earlier.confidentiality,
            narrowing_reason=earlier.narrowing_reason,
            narrowing_until=earlier.narrowing_until,
        )
    default = str(question.confidentiality.default)
    return replace(answer, confidentiality=default, narrowing_reason="", narrowing_until=None)


def is_more_open(answer: GivenAnswer, earlier: GivenAnswer) -> bool:
    """Whether more people would read the suggestion than could read the earlier answer."""
    now, before = (ConfidentialityClass(each.confidentiality) for each in (answer, earlier))
    return now.width > before.width


def is_free(answer: GivenAnswer | None) -> bool:
    """Whether a question may get a suggestion: there is no answer and not a word beside it."""
    return answer is None or (answer.state == "empty" and not answer.comment)


def lacks_evidence(question: Question, answer: GivenAnswer | None, tied: Collection[str]) -> bool:
    """Whether evidence may be suggested: for an answer that it could back, or a file question.

    Where an answer is suggested, too, its evidence comes along with it.
    """
    if not evidence_kinds(question) or question.id in tied:
        return False
    if isinstance(question, File):
        return is_free(answer)
    if answer is None or answer.state not in {"draft", "done"}:
        return False
    rule = question.evidence
    is_welcome = rule is not None and rule.need is EvidenceNeed.OPTIONAL
    return is_welcome or needs_evidence(question, answer.value)


def counts(questionnaire: Questionnaire, offered: Mapping[str, Suggestion]) -> list[SectionCount]:
    """How much is offered for each section that gets anything."""
    return list(_counts(questionnaire, offered))


def _counts(
    questionnaire: Questionnaire, offered: Mapping[str, Suggestion]
) -> Iterator[SectionCount]:
    for section in questionnaire.sections:
        own = [offered[each.id] for each in section.questions if each.id in offered]
        if own:
            differing = sum(each.differs for each in own)
            yield SectionCount(section=section, count=len(own), differing=differing)


def _composed(first: MigrationMap, then: MigrationMap) -> MigrationMap:
    """One map for two steps; a question differs if it changed in either."""
    origins = {}
    for question_id, origin in then.origins.items():
        earlier = [first.origins[each] for each in origin.sources if each in first.origins]
        sources = tuple(dict.fromkeys(source for each in earlier for source in each.sources))
        changed = [each.kind for each in (origin, *earlier) if each.kind is not Kind.KEPT]
        kind = next(iter(changed), Kind.KEPT) if sources else Kind.NEW
        origins[question_id] = replace(origin, kind=kind, sources=sources)
    used = {source for origin in origins.values() for source in origin.sources}
    before = {source for origin in first.origins.values() for source in origin.sources}
    return MigrationMap(origins, tuple(each for each in (*first.dropped, *before - used)))


def _alike(old: Questionnaire, new: Questionnaire) -> dict[str, str]:
    """New id → old id of the questions that mean the same."""
    theirs = _keys(old, new.base_language)
    return {
        question_id: theirs[key]
        for key, question_id in _keys(new, new.base_language).items()
        if key in theirs
    }


def _keys(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    """What a question means → its id; a question that is asked twice is left out."""
    known = _known_keys(questionnaire)
    if language not in known:
        found: dict[str, list[str]] = {}
        for question_id, content in question_contents(questionnaire).items():
            found.setdefault(likeness_key(content, language), []).append(question_id)
        known[language] = {key: ids[0] for key, ids in found.items() if len(ids) == 1}
    return known[language]


@kept
def _known_keys(_questionnaire: Questionnaire) -> dict[str, dict[str, str]]:
    """Language → what ``_keys`` gives, worked out when first asked for."""
    return {}
