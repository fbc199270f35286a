"""Reads of feedback letters: who has had one, a draft with its comparison, and one's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.feedback import Line, compare
from portal.aggregate.models import FeedbackLetter, Release, ReleaseDocument, ReleaseMember
from portal.aggregate.policy import Audience
from portal.aggregate.queries import questionnaire_of
from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Permission
from portal.questionnaire.definition import Questionnaire
from portal.response.cells import cell_keys
from portal.response.loading import load_own
from portal.response.models import Response, Submission
from portal.response.sight import sight_of
from portal.response.standing import Later


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A supplier that has submitted, and its letter. ``letter``: none, draft, sent."""

    response_id: UUID
    organisation_id: UUID
    supplier: str
    letter: str
    sent_at: datetime | None
    in_release: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """The release that letters speak of, as suppliers may see it; the newest of the dialogue."""

    release: Release
    document: ReleasedDocument
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """A letter with what it is read with; ``lines`` are the comparison."""

    dialogue: Dialogue
    supplier: str
    response_id: UUID
    ground: Ground
    understood: str
    follows: str
    lines: list[Line]
    sent_at: datetime | None
    sha256: str


def ground_of(session: Session, dialogue_id: UUID) -> Ground | None:
    """The newest release of a dialogue that was made for suppliers; None before the first."""
    found = session.scalars(newest_for_suppliers(dialogue_id)).one_or_none()
    return _ground(session, found) if found is not None else None


def newest_for_suppliers(dialogue_id: UUID) -> Select[Release]:
    """The newest release with a document for suppliers: one may be made for buyers alone."""
    return (
        select(Release)
        .join(ReleaseDocument, ReleaseDocument.release_id == Release.id)
        .where(
            Release.dialogue_id == dialogue_id,
            ReleaseDocument.audience == Audience.SUPPLIER.value,
        )
        .order_by(Release.number.desc())
        .limit(1)
    )


def feedback_desk(
    session: Session, actor: Actor, dialogue_id: UUID, release_id: UUID
) -> list[DeskRow]:
    """Every supplier that has submitted, and how far its letter is; three queries.

    Raises Refused unless the actor may write feedback in the dialogue.
    """
    require_writer(actor, dialogue_id)
    submitted = (
        select(Submission.response_id, Submission.organisation_id, Organisation.name)
        .join(Organisation, Organisation.id == Submission.organisation_id)
        .where(Submission.dialogue_id == dialogue_id, Submission.withdrawn_at.is_(None))
        .distinct()
        .order_by(Organisation.name, Submission.response_id)
    )
    query = select(FeedbackLetter).where(FeedbackLetter.release_id == release_id)
    letters = {letter.response_id: letter for letter in session.scalars(query)}
    members = set(
        session.scalars(
            select(Submission.response_id)
            .join(ReleaseMember, ReleaseMember.submission_id == Submission.id)
            .where(ReleaseMember.release_id == release_id)
        )
    )
    return [
        DeskRow(
            response_id=response_id,
            organisation_id=organisation_id,
            supplier=supplier,
            letter=_state(letters.get(response_id)),
            sent_at=letters[response_id].sent_at if response_id in letters else None,
            in_release=response_id in members,
        )
        for response_id, organisation_id, supplier in session.execute(submitted)
    ]


def draft_page(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID
) -> LetterPage:
    """One supplier's letter on the newest release, written or not; with its comparison.

    The comparison holds the answers that are open to the actor by their class; the supplier reads
    all of it. See ``operations_feedback.read_letter``, which also writes down who read. Raises
    Refused unless the actor may write feedback and the supplier has submitted.
    """
    require_writer(actor, dialogue_id)
    ground = ground_of(session, dialogue_id)
    query = (
        select(Response.id, Organisation.name, Dialogue)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .where(Response.dialogue_id == dialogue_id, Response.organisation_id == organisation_id)
    )
    row = session.execute(query).one_or_none()
    if row is None or ground is None:
        raise Refused
    response_id, supplier, dialogue = row
    letter = letter_on(session, response_id, ground.release.id)
    submission = submission_for(session, response_id, ground.release.id)
    return LetterPage(
        dialogue=dialogue,
        supplier=supplier,
        response_id=response_id,
        ground=ground,
        understood=letter.understood if letter else "",
        follows=letter.follows if letter else "",
        lines=_lines_for(session, actor, ground, submission),
        sent_at=letter.sent_at if letter else None,
        sha256=letter.sha256 if letter else "",
    )


def own_letter(session: Session, actor: Actor, response_id: UUID) -> LetterPage | None:
    """The newest letter that was sent to a supplier, for its own team; None if there is none.

    Raises Refused outside the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    query = (
        select(FeedbackLetter, Release)
        .join(Release, Release.id == FeedbackLetter.release_id)
        .where(FeedbackLetter.response_id == response_id, FeedbackLetter.sent_at.is_not(None))
        .order_by(Release.number.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    letter, release = row
    return LetterPage(
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        response_id=response_id,
        ground=_ground(session, release),
        understood=letter.understood,
        follows=letter.follows,
        lines=letter.comparison["lines"],
        sent_at=letter.sent_at,
        sha256=letter.sha256,
    )


def require_writer(actor: Actor, dialogue_id: UUID) -> None:
    """Raise Refused unless the actor may write feedback in the dialogue."""
    if not actor.may(Permission.FEEDBACK_WRITE, dialogue_id):
        raise Refused


def letter_on(
    session: Session, response_id: UUID, release_id: UUID, *, lock: bool = False
) -> FeedbackLetter | None:
    """The letter to a supplier about a release."""
    query = select(FeedbackLetter).where(
        FeedbackLetter.response_id == response_id, FeedbackLetter.release_id == release_id
    )
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def submission_for(session: Session, response_id: UUID, release_id: UUID) -> Submission:
    """What a letter is about: what entered the release, else what stands now.

    Raises Refused if nothing of this response stands.
    """
    member = (
        select(Submission)
        .join(ReleaseMember, ReleaseMember.submission_id == Submission.id)
        .where(ReleaseMember.release_id == release_id, Submission.response_id == response_id)
    )
    standing = (
        select(Submission)
        .where(Submission.response_id == response_id, Submission.withdrawn_at.is_(None))
        .order_by(Submission.number.desc())
        .limit(1)
    )
    found = session.scalars(member).first() or session.scalars(standing).first()
    if found is None:
        raise Refused
    return found


def comparison_of(session: Session, ground: Ground, submission: Submission) -> Mapping[str, Any]:
    """What is frozen with a letter: the release and its cells beside the supplier's answers."""
    release = ground.release
    answers = answers_in(session, ground, submission)
    return {
        "release": {"number": release.number, "sha256": ground.document.sha256},
        "submission": {"number": submission.number, "sha256": submission.sha256},
        "lines": compare(ground.document, ground.questionnaire, answers),
    }


def answers_in(session: Session, ground: Ground, submission: Submission) -> Mapping[str, Any]:
    """The submitted answers in terms of the version that was released."""
    later = Later(session, ground.release.dialogue_id, ground.release.version_id)
    return later.answers(submission.version_id, json.loads(submission.snapshot)["answers"])


def _lines_for(
    session: Session, actor: Actor, ground: Ground, submission: Submission
) -> list[Line]:
    """The comparison without the questions whose answers are not open to the actor."""
    answers = answers_in(session, ground, submission)
    classes = sight_of(session, actor, ground.release.dialogue_id).of(submission.response_id)
    closed = {key for key, answer in answers.items() if answer["class"] not in classes}
    keys = {
        cell.key
        for question in ground.questionnaire.questions()
        if question.id in closed
        for cell in cell_keys(question)
    }
    lines = compare(ground.document, ground.questionnaire, answers)
    return [line for line in lines if line["key"] not in keys]


def _ground(session: Session, release: Release) -> Ground:
    query = select(ReleaseDocument.document, ReleaseDocument.sha256).where(
        ReleaseDocument.release_id == release.id,
        ReleaseDocument.audience == Audience.SUPPLIER.value,
    )
    text, sha256 = session.execute(query).one()
    return Ground(release, parse(text, sha256), questionnaire_of(session, release))


def _state(letter: FeedbackLetter | None) -> str:
    if letter is None:
        return "none"
    return "draft" if letter.sent_at is None else "sent"
