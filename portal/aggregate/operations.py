"""Making a release."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.aggregate import tabulate
from portal.aggregate.disclosure import ALL, Column, Gate, Outcome, Question, bands_only, publish
from portal.aggregate.documents import Heading, document, text_hash
from portal.aggregate.models import Release, ReleaseDocument, ReleaseMember
from portal.aggregate.policy import AUDIENCES, Audience, may_create_release
from portal.aggregate.tabulate import Member, Places
from portal.core.audit import Act, record
from portal.core.canonical import content_hash
from portal.core.errors import NotNow, Refused, message
from portal.core.ids import new_id
from portal.dialogue.models import Dialogue
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.questionnaire.queries import LoadedVersion, published_version
from portal.response.cells import CellKey, cell_keys
from portal.response.snapshot import instant

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a release is made of."""

    dialogue: Dialogue
    version: LoadedVersion
    members: list[Member]
    places: Places
    cut_off: datetime

    @property
    def contributors(self) -> list[Member]:
        """One submission for each corporate group."""
        return [member for member in self.members if member.counts]


def create(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    cut_off: datetime,
    now: datetime,
    progress: Progress | None = None,
    gate: Gate = bands_only,
) -> Release:
    """Freeze what was submitted by the cut-off and what of it each audience may see.

    Nothing that happens to a response later changes a release. Raises Refused unless the actor is
    the secretariat; NotNow while the dialogue is not closed, for a cut-off in the future, and if
    nothing was submitted.
    """
    _serialise(session)
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=True)
    if dialogue is None or not may_create_release(actor, dialogue_id):
        raise Refused
    plan = _plan(session, dialogue, cut_off, now)
    questions = _decide(session, plan, gate, progress)
    release = _store(session, plan, questions, actor, now)
    withheld = {
        audience.value: sum(outcomes[audience].withheld for outcomes in questions.values())
        for audience in AUDIENCES
    }
    details = {"number": release.number, "cut_off": instant(cut_off), "sha256": release.sha256}
    act = Act(
        person_id=actor.person_id,
        dialogue_id=dialogue_id,
        subject=("release", release.id),
        act="release.created",
        details={**details, "responses": len(plan.members), "withheld": withheld},
    )
    record(session, act, now=now)
    return release


def _serialise(session: Session) -> None:
    """Ask PostgreSQL for a serialisable transaction where one is still to begin.

    In a transaction that has begun the lock on the dialogue has to do: it keeps two releases
    apart, and the one query for the standing submissions sees them all at one instant.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "SERIALIZABLE"})


def _plan(session: Session, dialogue: Dialogue, cut_off: datetime, now: datetime) -> _Plan:
    if not is_closed(dialogue, now):
        raise NotNow(
            message("Answers are still being taken. The release can be made after the close.")
        )
    if cut_off > now:
        raise NotNow(message("The cut-off is in the future. Choose an instant that has passed."))
    version = published_version(session, dialogue.id)
    members = (
        tabulate.members(session, dialogue.id, version.id, cut_off) if version is not None else []
    )
    if version is None or not members:
        raise NotNow(message("Nothing was submitted by the cut-off, so there is nothing to show."))
    return _Plan(dialogue, version, members, Places(), cut_off)


def _decide(
    session: Session, plan: _Plan, gate: Gate, progress: Progress | None
) -> dict[str, dict[Audience, Outcome]]:
    """What each audience may see of each countable question, in page order."""
    earlier = tabulate.earlier(session, plan.dialogue.id, plan.places)
    numbers = {
        member.submission_id: plan.places.of(str(member.group)) for member in plan.contributors
    }
    answers = tabulate.answers(session, plan.version.id, numbers)
    columns = _columns(plan, numbers)
    keys = _keys(plan)
    decided = {}
    for done, key in enumerate(keys, start=1):
        options = [option for option, _ in key.options]
        question = Question(answers.get(key.key, tabulate.NO_ANSWERS), options, columns)
        decided[key.key] = publish(question, earlier.get(key.key, {}), gate)
        if progress is not None:
            progress(done, len(keys))
    return decided


def _keys(plan: _Plan) -> list[CellKey]:
    questions = plan.version.questionnaire.questions()
    return [key for question in questions for key in cell_keys(question)]


def _columns(plan: _Plan, numbers: Mapping[UUID, int]) -> dict[str, int]:
    """Everybody in each column: all, then the segments in declared order."""
    columns = {ALL: 0} | {segment.id: 0 for segment in plan.version.questionnaire.segments}
    for member in plan.contributors:
        for name in (ALL, *member.segments):
            columns[name] |= 1 << numbers[member.submission_id]
    return columns


def _store(
    session: Session,
    plan: _Plan,
    questions: Mapping[str, Mapping[Audience, Outcome]],
    actor: Actor,
    now: datetime,
) -> Release:
    latest = select(func.max(Release.number)).where(Release.dialogue_id == plan.dialogue.id)
    number = (session.scalar(latest) or 0) + 1
    release_id = new_id()
    documents = [_document(plan, release_id, number, name, questions) for name in AUDIENCES]
    release = Release(
        id=release_id,
        dialogue_id=plan.dialogue.id,
        version_id=plan.version.id,
        number=number,
        cut_off=plan.cut_off,
        sha256=_release_hash(plan, number, documents),
        created_by=actor.person_id,
        created_at=now,
    )
    session.add(release)
    session.flush()
    session.add_all(documents)
    session.add_all(
        ReleaseMember(
            release_id=release_id, submission_id=member.submission_id, counts=member.counts
        )
        for member in plan.members
    )
    session.flush()
    return release


def _document(
    plan: _Plan,
    release_id: UUID,
    number: int,
    audience: Audience,
    questions: Mapping[str, Mapping[Audience, Outcome]],
) -> ReleaseDocument:
    questionnaire = plan.version.questionnaire
    heading = Heading(
        dialogue=plan.dialogue.short_name,
        number=number,
        cut_off=plan.cut_off,
        questionnaire={
            "name": questionnaire.name,
            "version": questionnaire.version,
            "sha256": plan.version.sha256,
        },
        responses=len(plan.members),
        groups=len(plan.contributors),
        columns=[ALL, *(segment.id for segment in questionnaire.segments)],
    )
    shown: dict[str, tuple[Column, ...]] = {
        key: outcomes[audience].columns for key, outcomes in questions.items()
    }
    text = document(heading, audience, shown)
    return ReleaseDocument(
        release_id=release_id,
        audience=audience.value,
        document=text,
        sha256=text_hash(text),
        structure=tabulate.structure(plan.contributors, plan.places, shown),
    )


def _release_hash(plan: _Plan, number: int, documents: list[ReleaseDocument]) -> str:
    """One hash over everything: the dialogue, the release and the hash of each document."""
    return content_hash(
        {
            "dialogue": plan.dialogue.short_name,
            "number": number,
            "cut_off": instant(plan.cut_off),
            "documents": {row.audience: row.sha256 for row in documents},
        }
    )
