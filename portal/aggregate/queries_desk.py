"""Reads of the release desk: what there is, what was tried out, and whether it is time again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.chain import broken
from portal.aggregate.models import Release, ReleaseDocument, ReleaseMember, ReleasePreview
from portal.aggregate.policy import Audience, may_create_release
from portal.aggregate.proposals import SMALLEST_ATOM
from portal.aggregate.queries import audiences_of, questionnaire_of, release_of, releases
from portal.aggregate.report import Report, read_report
from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.queries import groups
from portal.questionnaire.definition import Questionnaire, Segment
from portal.questionnaire.queries import published_version, version_of
from portal.response.models import Submission
from portal.response.queries_submitted import stream_submissions


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since the newest release.

    ``changed``: corporate groups that submitted anew, for the first time or no more. ``more``:
    how many more have to, before anything that they change can be shown.
    """

    number: int
    changed: int

    @property
    def more(self) -> int:
        """0 if nothing or enough has changed."""
        return SMALLEST_ATOM - self.changed if 0 < self.changed < SMALLEST_ATOM else 0


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk; ``broken`` is a release that is not what was chained."""

    releases: tuple[Release, ...]
    segments: tuple[Segment, ...]
    since: Since | None
    broken: Release | None


@dataclass(frozen=True, slots=True)
class Tried:
    """A release that was tried out, or one that was made, with the report on it.

    ``is_first``: no release before it.
    """

    preview: ReleasePreview
    questionnaire: Questionnaire
    audiences: tuple[Audience, ...]
    report: Report
    is_first: bool


def desk(session: Session, dialogue_id: UUID, *, now: datetime) -> Desk:
    """The desk of a dialogue, releases newest first; 4 queries, whatever the number of answers."""
    found = releases(session, dialogue_id)
    version = published_version(session, dialogue_id)
    return Desk(
        releases=tuple(found),
        segments=version.questionnaire.segments if version is not None else (),
        since=_since(session, dialogue_id, found[0], now) if found else None,
        broken=broken(found[::-1]),
    )


def tried(session: Session, actor: Actor, dialogue_id: UUID, preview_id: UUID) -> Tried:
    """What was tried out; Refused unless it is the dialogue's and the actor its secretariat."""
    found = session.get(ReleasePreview, preview_id)
    if found is None or found.dialogue_id != dialogue_id:
        raise Refused
    version = version_of(session, found.version_id)
    if version is None or not may_create_release(actor, dialogue_id):
        raise Refused
    audiences = tuple(Audience(name) for name in found.audiences)
    any_release = select(Release.id).where(Release.dialogue_id == dialogue_id).limit(1)
    return Tried(
        preview=found,
        questionnaire=version.questionnaire,
        audiences=audiences,
        report=read_report(found.report, version.questionnaire, found.segments, audiences),
        is_first=session.scalar(any_release) is None,
    )


def report_on(
    session: Session, actor: Actor, dialogue_id: UUID, number: int
) -> tuple[Release, Questionnaire, Report]:
    """Why what of a release is not shown; Refused unless the actor is the secretariat."""
    found = release_of(session, dialogue_id, number)
    if found is None or found.report is None or not may_create_release(actor, dialogue_id):
        raise Refused
    questionnaire = questionnaire_of(session, found)
    audiences = audiences_of(session, found.id)
    structure = select(ReleaseDocument.structure).where(ReleaseDocument.release_id == found.id)
    (columns,) = session.scalars(structure.limit(1)).all()
    segments = list(columns["columns"])[1:]
    return found, questionnaire, read_report(found.report, questionnaire, segments, audiences)


def _since(session: Session, dialogue_id: UUID, newest: Release, now: datetime) -> Since:
    """Compare who stands now with who entered the newest release."""
    entered = select(ReleaseMember.submission_id).where(ReleaseMember.release_id == newest.id)
    before = set(session.scalars(entered))
    standing = {
        each.submission_id: each.group_id
        for each in stream_submissions(session, dialogue_id, now, with_content=False)
    }
    gone = select(Submission.organisation_id).where(Submission.id.in_(before - standing.keys()))
    tops = groups(session)
    changed = {standing[each] for each in standing.keys() - before}
    changed |= {tops[each] for each in session.scalars(gone)}
    return Since(newest.number, len(changed))
