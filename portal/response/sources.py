"""Loads what a company could bring along into a response: its earlier answers, files, profile.

Shared by the page that offers it and the operation that takes it. Only responses of the same
organisation whose own team the actor belongs to are ever looked at.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.definition import File, Question, Questionnaire
from portal.questionnaire.migration import MigrationMap
from portal.questionnaire.models import Version
from portal.questionnaire.queries_lineage import Lineage, lineage
from portal.response.answers import GivenAnswer, unanswered
from portal.response.company_profile import (
    ProfileValues,
    profile_values,
    saved_at,
    values_for,
)
from portal.response.loading import REVISED, Loaded, answers_of_many, definition
from portal.response.models import Answer, Evidence, Response
from portal.response.models_sources import AnswerOrigin
from portal.response.policy import may_read_own
from portal.response.shelf import Shelf, holds_for, is_expired, shelf_of
from portal.response.suggesting import (
    Pair,
    Suggestion,
    chained,
    is_free,
    lacks_evidence,
    pairs,
    suggestions,
    with_readers,
)
from portal.response.values import PROVIDED

MOST_OFFERED = 6
"""Earlier responses that are offered, the newest first: older ones hardly hold any more."""
_Row: TypeAlias = Row[UUID, UUID, UUID, datetime | None, str, str, bool]
"""Response, dialogue, version, when it was submitted, the dialogue's title, hash, is revised."""
RESPONSE, EVIDENCE, PROFILE = "response", "evidence", "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Another response of the company; ``answered_at`` is when it was signed or last changed."""

    response_id: UUID
    label: str
    answered_at: datetime
    is_signed: bool
    questionnaire: Questionnaire
    answers: Mapping[str, GivenAnswer]
    pairs: Mapping[str, Pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one source would suggest for questions without an answer.

    ``key`` names it in a form. ``pieces``: question id → evidence that would be suggested by
    itself; ``expired`` is what backed an answer before and does not hold any more.
    """

    kind: str
    key: str
    label: str = ""
    answered_at: datetime | None = None
    is_signed: bool = False
    response_id: UUID | None = None
    suggestions: Mapping[str, Suggestion]
    pieces: Mapping[str, Evidence] = field(default_factory=dict)
    expired: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """A version with its dialogue's line; None for the line if it has no other version."""

    questionnaire: Questionnaire
    version_id: UUID
    line: Lineage | None


def map_between(old: Placed, new: Placed) -> MigrationMap | None:
    """The map from one version to another if one of their two lines leads there, else None."""
    if old.line is not None:
        place = old.line.place(old.version_id)
        later = old.line.place_of(new.questionnaire, range(place + 1, len(old.line.editions)))
        if later is not None:
            return chained([step.map for step in old.line.steps[place:later]])
    if new.line is not None:
        place = new.line.place(new.version_id)
        earlier = new.line.place_of(old.questionnaire, range(place))
        if earlier is not None:
            return chained([step.map for step in new.line.steps[earlier:place]])
    return None


def offers(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    answers: Mapping[str, GivenAnswer],
    *,
    now: datetime,
) -> list[Offer]:
    """Everything that could be brought along, the newest response first; none that brings nothing.

    About eight queries, however many answers there are. The actor must belong to the team.
    """
    organisation_id = loaded.response.organisation_id
    found = _earlier_responses(session, actor, loaded)
    shelf = shelf_of(session, organisation_id)
    made = [
        *(_of_response(each, loaded, answers, shelf, now) for each in found),
        _of_evidence(found, loaded, answers, shelf, now, taken=_taken(session, loaded)),
        *_of_profile(session, loaded, answers, now),
    ]
    return [offer for offer in made if offer.suggestions or offer.pieces or offer.expired]


# Earlier responses ----------------------------------------------------------------------


def _earlier_responses(session: Session, actor: Actor, loaded: Loaded) -> list[Earlier]:
    rows = _rows(session, actor, loaded)
    if not rows:
        return []
    ids = [row.id for row in rows]
    answers = answers_of_many(session, ids)
    changed = _last_changes(session, ids)
    own_line = lineage(session, loaded.dialogue.id) if loaded.is_revised else None
    found = []
    for row in rows:
        questionnaire = definition(session, row.version_id, row.sha256)
        through = _through(session, row, questionnaire, loaded, own_line)
        found.append(
            Earlier(
                response_id=row.id,
                label=row.title,
                answered_at=row.submitted_at or changed[row.id],
                is_signed=row.submitted_at is not None,
                questionnaire=questionnaire,
                answers=answers[row.id],
                pairs=pairs(questionnaire, loaded.questionnaire, through),
            )
        )
    return found


def _rows(session: Session, actor: Actor, loaded: Loaded) -> list[_Row]:
    """The company's other responses that have answers and that the actor may read."""
    organisation_id = loaded.response.organisation_id
    changed = (
        select(func.max(Answer.updated_at)).where(Answer.response_id == Response.id)
    ).scalar_subquery()
    columns = (
        Response.id,
        Response.dialogue_id,
        Response.version_id,
        Response.submitted_at,
        Dialogue.title,
        Version.sha256,
        REVISED.label("is_revised"),
    )
    query = (
        select(*columns)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .join(Version, Version.id == Response.version_id)
        .where(
            Response.organisation_id == organisation_id,
            Response.id != loaded.response.id,
            changed.is_not(None),
        )
        .order_by(func.coalesce(Response.submitted_at, changed).desc(), Response.id)
    )
    rows = session.execute(query).all()
    own = [row for row in rows if may_read_own(actor, row.dialogue_id, organisation_id)]
    return own[:MOST_OFFERED]


def _last_changes(session: Session, response_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    query = select(Answer.response_id, func.max(Answer.updated_at)).group_by(Answer.response_id)
    found = session.execute(query.where(Answer.response_id.in_(response_ids)))
    return dict(found.all())


def _through(
    session: Session,
    row: _Row,
    questionnaire: Questionnaire,
    loaded: Loaded,
    own_line: Lineage | None,
) -> MigrationMap | None:
    """The map between the two versions if one of the two lines leads from one to the other."""
    if questionnaire is loaded.questionnaire or questionnaire.name != loaded.questionnaire.name:
        return None
    line = lineage(session, row.dialogue_id) if row.is_revised else None
    return map_between(
        Placed(questionnaire, row.version_id, line),
        Placed(loaded.questionnaire, loaded.response.version_id, own_line),
    )


def _of_response(
    earlier: Earlier,
    loaded: Loaded,
    answers: Mapping[str, GivenAnswer],
    shelf: Shelf,
    now: datetime,
) -> Offer:
    made = suggestions(
        earlier.questionnaire, loaded.questionnaire, earlier.pairs, earlier.answers, day=now.date()
    )
    offered, expired = {}, {}
    for question_id, suggestion in made.items():
        if not is_free(answers.get(question_id)):
            continue
        _, question = loaded.section_of(question_id)
        pieces = shelf.behind(earlier.response_id, suggestion.source)
        usable = [piece for piece in pieces if holds_for(piece, question, now)]
        if pieces and not usable and is_expired(pieces[0], now):
            expired[question_id] = pieces[0]
        if usable or not isinstance(question, File):
            offered[question_id] = suggestion
    return Offer(
        kind=RESPONSE,
        key=f"{RESPONSE}:{earlier.response_id}",
        label=earlier.label,
        answered_at=earlier.answered_at,
        is_signed=earlier.is_signed,
        response_id=earlier.response_id,
        suggestions=offered,
        expired=expired,
    )


# Evidence, and what the company says of itself ------------------------------------------


def _of_evidence(
    found: list[Earlier],
    loaded: Loaded,
    answers: Mapping[str, GivenAnswer],
    shelf: Shelf,
    now: datetime,
    *,
    taken: Collection[str],
) -> Offer:
    """Files and links that back the same question elsewhere, for answers that have none."""
    own = loaded.response.id
    tied = {question_id for response_id, question_id in shelf.ties if response_id == own}
    tied.update(taken)
    offered, pieces, expired = {}, {}, {}
    for question in loaded.questionnaire.questions():
        if not lacks_evidence(question, answers.get(question.id), tied):
            continue
        behind = list(_behind(question, found, shelf))
        usable = [(each, piece) for each, piece in behind if holds_for(piece, question, now)]
        if usable:
            source, pieces[question.id] = usable[0]
            answer = _provided(question) if isinstance(question, File) else None
            offered[question.id] = Suggestion(answer=answer, source=source, differs=False)
        elif behind and is_expired(behind[0][1], now):
            expired[question.id] = behind[0][1]
    return Offer(kind=EVIDENCE, key=EVIDENCE, suggestions=offered, pieces=pieces, expired=expired)


def _taken(session: Session, loaded: Loaded) -> list[str]:
    """The questions for which evidence was brought along and waits to be used."""
    query = select(AnswerOrigin.question_id).where(
        AnswerOrigin.response_id == loaded.response.id, AnswerOrigin.kind == EVIDENCE
    )
    return list(session.scalars(query))


def _behind(
    question: Question, found: Iterable[Earlier], shelf: Shelf
) -> Iterator[tuple[str, Evidence]]:
    for earlier in found:
        for source in earlier.pairs.get(question.id, Pair(())).sources:
            for piece in shelf.behind(earlier.response_id, source):
                yield source, piece


def _provided(question: Question) -> GivenAnswer:
    return _suggested(question, PROVIDED)


def _suggested(question: Question, value: object) -> GivenAnswer:
    blank = unanswered(question)
    return GivenAnswer(state="suggested", value=value, confidentiality=blank.confidentiality)


def _of_profile(
    session: Session, loaded: Loaded, answers: Mapping[str, GivenAnswer], now: datetime
) -> Iterator[Offer]:
    stored = session.scalar(
        select(Organisation.profile).where(Organisation.id == loaded.response.organisation_id)
    )
    values: ProfileValues = values_for(loaded.questionnaire, profile_values(stored))
    free = {key: value for key, value in values.items() if is_free(answers.get(key))}
    made = {}
    for question_id, (field_id, value) in free.items():
        _, question = loaded.section_of(question_id)
        answer = _suggested(question, value)
        made[question_id] = Suggestion(
            answer=with_readers(question, answer, answer, day=now.date()),
            source=field_id,
            differs=False,
        )
    if made:
        yield Offer(kind=PROFILE, key=PROFILE, answered_at=saved_at(stored), suggestions=made)
