"""How a version follows from the one before, and what stands in the way of publishing it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import g

from portal.blueprints.questionnaire.opened import in_words
from portal.core.clock import now
from portal.core.errors import Refused
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.migration import KIND_WORDS, Kind, MigrationMap, Origin
from portal.questionnaire.migration import in_words as origin_in_words
from portal.questionnaire.queries import VoteRow, votes
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.queries_versions import Edition, edition_of, map_faults, migration_of
from portal.questionnaire.standing import faults_by_subject
from portal.response.queries import Participation, participation
from portal.web.language import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginLine:
    """A question of the new version and where it comes from."""

    id: str
    text: str
    kind: str
    what: str
    is_said: bool
    """By an editor; otherwise as the comparison proposes."""
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The whole map: its lines by section, what is asked no more, and counts in words."""

    previous: str
    sections: tuple[tuple[str, tuple[OriginLine, ...]], ...]
    dropped: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    faults: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationView:
    """What is there for a publication, and what is not."""

    votes: Sequence[VoteRow]
    faults: int
    map: MapView
    participation: Participation

    @property
    def missing_votes(self) -> list[str]:
        """Names of the buyers who have not agreed."""
        return [row.organisation_name for row in self.votes if not row.agrees]

    @property
    def is_ready(self) -> bool:
        """Nothing stands in the way."""
        return not (self.faults or self.map.faults or self.missing_votes) and bool(self.votes)


def publication_view(draft: Draft) -> PublicationView:
    """Votes, check and map of the draft, and how many responses there are."""
    return PublicationView(
        votes=votes(g.session, draft.id, now=now()),
        faults=sum(len(found) for found in faults_by_subject(draft.questionnaire).values()),
        map=map_view(draft),
        participation=participation(g.session, g.dialogue.id),
    )


def map_view(draft: Draft) -> MapView:
    """Every question of the draft with its origin."""
    found, old = _map_of(draft)
    faults: dict[str, list[str]] = {}
    for fault in map_faults(g.session, draft.id):
        faults.setdefault(fault.question_id, []).append(sentence(fault.what))
    counts = Counter(origin.kind for origin in found.origins.values())
    return MapView(
        previous=old.number,
        sections=tuple(
            (
                f"{section.id} {in_words(draft, section.title)}",
                tuple(
                    _line(draft, question.id, found.origins[question.id], faults)
                    for question in section.questions
                ),
            )
            for section in draft.questionnaire.sections
        ),
        dropped=tuple(_named(old.corrected, found.dropped)),
        counts=tuple((sentence(words), counts[kind]) for kind, words in KIND_WORDS.items()),
        faults=len(faults),
    )


def earlier_questions(draft: Draft) -> list[tuple[str, str]]:
    """(id, id and wording) of the questions of the version before."""
    return list(_named(_map_of(draft)[1].corrected, None))


def origin_of(draft: Draft, question_id: str) -> Origin:
    """Where the question comes from; Refused if it is not there."""
    origin = _map_of(draft)[0].origins.get(question_id)
    if origin is None:
        raise Refused
    return origin


def _map_of(draft: Draft) -> tuple[MigrationMap, Edition]:
    found = migration_of(g.session, draft.id)
    old = edition_of(g.session, draft.previous_id) if draft.previous_id else None
    if found is None or old is None:
        raise Refused
    return found, old


def _line(
    draft: Draft, question_id: str, origin: Origin, faults: dict[str, list[str]]
) -> OriginLine:
    question = draft.questionnaire.question(question_id)
    return OriginLine(
        id=question_id,
        text=in_words(draft, question.text) if question else "",
        kind=origin.kind.value if origin.kind is not Kind.KEPT else "",
        what=sentence(origin_in_words(question_id, origin)),
        is_said=origin.said,
        faults=tuple(faults.get(question_id, ())),
    )


def _named(questionnaire: Questionnaire, wanted: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    for question in questionnaire.questions():
        if wanted is None or question.id in wanted:
            base = questionnaire.base_language
            yield question.id, f"{question.id} {question.text.get(base, '')}"
