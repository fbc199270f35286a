"""Ready and reviewed: a section between colleagues, and the whole before it is signed.

While the whole is being reviewed, answers stay changeable and the response stays in review: the
reviewer mends a comma without ending the review, and what was changed since shows at each section.
The review ends when somebody sends the answers back or signs them.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.queries import RoleHolder, role_holders
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response.answers import GivenAnswer
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.marks import Standing, not_ready
from portal.response.models_team import SectionMark
from portal.response.notices_team import Occasion, notify_review_asked, notify_sent_back
from portal.response.operations_notes import add_note
from portal.response.policy import may_assign
from portal.response.queries_team import beside
from portal.response.rules import progress

IN_REVIEW = "internal_review"


def mark_ready(
    session: Session, actor: Actor, response_id: UUID, section_id: str, *, now: datetime
) -> None:
    """Say that a section is done as far as its writers are concerned; said again, it counts anew.

    Optional questions may stay open. Raises Refused unless the actor may answer all of the
    section, NotNow (closed, submitted), Invalid with one sentence that names what is missing.
    """
    loaded = load(session, response_id, lock=True)
    section = loaded.section(section_id)
    require_writable(session, actor, loaded.response, section_id)
    require_changeable(loaded, now)
    count = progress(loaded.questionnaire, given_answers(session, response_id))
    row = next((each for each in count.sections if each.section.id == section_id), None)
    problem = not_ready(section, row)
    if problem is not None:
        raise Invalid(problem)
    mark = _mark(session, response_id, section_id)
    mark.ready_by, mark.ready_at = actor.person_id, now
    mark.reviewed_by = mark.reviewed_at = None
    record(session, act_on(loaded.response, actor, "ready", {"section": section_id}), now=now)


def review(
    session: Session, actor: Actor, response_id: UUID, section_id: str, *, now: datetime
) -> None:
    """Say that somebody else has looked at a section that is ready, and agrees.

    Raises Refused unless the actor is the supplier's admin or signatory, NotNow if the section is
    not ready, was changed since, or was called ready by the actor.
    """
    loaded = _reviewed(session, actor, response_id, now)
    section = loaded.section(section_id)
    found = beside(session, actor, response_id, loaded.questionnaire, section, now=now)
    mark = found.marks.get(section_id)
    if mark is None or mark.standing is Standing.OPEN:
        raise NotNow(message("Nobody has called this section ready yet."))
    if mark.standing is Standing.CHANGED:
        raise NotNow(
            message("{name} changed this section since it was ready.", name=mark.changed_by)
        )
    if mark.ready_by_id == actor.person_id:
        raise NotNow(message("You called this section ready: somebody else reviews it."))
    stored = _mark(session, response_id, section_id)
    stored.reviewed_by, stored.reviewed_at = actor.person_id, now
    record(session, act_on(loaded.response, actor, "reviewed", {"section": section_id}), now=now)


def send_back(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    text: str,
    *,
    link: str,
    now: datetime,
) -> None:
    """Say that a section needs more work, with a note that says why; its marks are taken away.

    Whoever called it ready is told by mail, with ``link``. Raises Refused unless the actor is the
    supplier's admin or signatory, NotNow if the section was not called ready, Invalid without
    a note.
    """
    loaded = _reviewed(session, actor, response_id, now)
    loaded.section(section_id)
    mark = _mark(session, response_id, section_id)
    if mark.ready_at is None:
        raise NotNow(message("Nobody has called this section ready yet."))
    add_note(session, actor, loaded, (section_id, ""), text, now=now)
    writer = mark.ready_by
    mark.ready_by = mark.ready_at = mark.reviewed_by = mark.reviewed_at = None
    record(session, act_on(loaded.response, actor, "sent_back", {"section": section_id}), now=now)
    _tell(session, loaded, actor, {writer}, section_id, link=link, now=now)


def ask_for_review(
    session: Session, actor: Actor, response_id: UUID, *, link: str, now: datetime
) -> None:
    """Ask those who sign to review all answers; they are told by mail, with ``link``.

    Answers stay changeable. Raises Refused unless the actor is the supplier's admin or signatory,
    NotNow if nothing was answered yet, a review is under way, or nobody else could do it.
    """
    loaded = _reviewed(session, actor, response_id, now)
    response = loaded.response
    if response.state == IN_REVIEW:
        raise NotNow(message("A review is under way already."))
    if response.state != "in_progress":
        raise NotNow(message("There is nothing to review yet."))
    readers = _signatories(session, loaded, actor)
    if not readers:
        raise NotNow(message("Nobody else signs for your company. Ask a colleague to sign first."))
    response.state = IN_REVIEW
    response.review_asked_by, response.review_asked_at = actor.person_id, now
    details: dict[str, object] = {"from": "in_progress", "to": IN_REVIEW}
    record(session, act_on(response, actor, "review_asked", details), now=now)
    answers = given_answers(session, response_id)
    occasion = Occasion(session, loaded, actor, link, now)
    notify_review_asked(occasion, readers, _missing(loaded, answers))


def end_review(
    session: Session,
    actor: Actor,
    response_id: UUID,
    text: str,
    *,
    link: str,
    now: datetime,
) -> None:
    """Send all answers back to the writers, with a note that says why; who asked is told by mail.

    Raises Refused unless the actor is the supplier's admin or signatory, NotNow without a review,
    Invalid without a note.
    """
    loaded = _reviewed(session, actor, response_id, now)
    response = loaded.response
    if response.state != IN_REVIEW:
        raise NotNow(message("No review is under way."))
    add_note(session, actor, loaded, ("", ""), text, now=now)
    asked_by = response.review_asked_by
    response.state, response.review_asked_by, response.review_asked_at = "in_progress", None, None
    details: dict[str, object] = {"from": IN_REVIEW, "to": "in_progress"}
    record(session, act_on(response, actor, "review_ended", details), now=now)
    _tell(session, loaded, actor, {asked_by}, "", link=link, now=now)


def _reviewed(session: Session, actor: Actor, response_id: UUID, now: datetime) -> Loaded:
    """The locked response, if the actor may review it now."""
    loaded = load(session, response_id, lock=True)
    if not may_assign(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    require_changeable(loaded, now)
    return loaded


def _mark(session: Session, response_id: UUID, section_id: str) -> SectionMark:
    """The section's row, added if there is none; the response's lock keeps it the only one."""
    query = select(SectionMark).filter_by(response_id=response_id, section_id=section_id)
    mark = session.scalars(query).one_or_none()
    if mark is None:
        mark = SectionMark(response_id=response_id, section_id=section_id)
        session.add(mark)
    return mark


def _missing(loaded: Loaded, answers: dict[str, GivenAnswer]) -> int:
    return sum(len(row.missing) for row in progress(loaded.questionnaire, answers).sections)


def _signatories(session: Session, loaded: Loaded, actor: Actor) -> list[RoleHolder]:
    return [
        each
        for each in _team(session, loaded)
        if each.role is Role.SUPPLIER_SIGNATORY and each.person_id != actor.person_id
    ]


def _team(session: Session, loaded: Loaded) -> Iterable[RoleHolder]:
    response = loaded.response
    return role_holders(session, response.dialogue_id, response.organisation_id)


def _tell(
    session: Session,
    loaded: Loaded,
    actor: Actor,
    people: set[UUID | None],
    section_id: str,
    *,
    link: str,
    now: datetime,
) -> None:
    """Tell these people, as far as they are still on the response, that something was sent back."""
    readers = {
        each.person_id: each
        for each in _team(session, loaded)
        if each.person_id in people - {actor.person_id}
    }
    notify_sent_back(Occasion(session, loaded, actor, link, now), readers.values(), section_id)
