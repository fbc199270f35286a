"""Who comes to a session: registering, withdrawing, and whose name may be published."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.meeting.acting import act_on, locked
from portal.meeting.house_rules import RULES_EDITION
from portal.meeting.letters import confirm_registration, post_of
from portal.meeting.models import Meeting, Participation, Registration
from portal.meeting.policy import (
    PARTS,
    may_publish_name,
    may_register_colleagues,
    part_of,
)
from portal.meeting.queries import keeps_role, registered_for
from portal.meeting.rules import AHEAD, CANCELLED, takes_registrations

REGISTERED, WITHDRAWN = "registered", "withdrawn"


def register(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    organisation_id: UUID,
    *,
    people: Collection[UUID] = (),
    accepts_rules: bool,
    address: str = "",
    now: datetime,
) -> list[Registration]:
    """Register the actor, or ``people`` of a supplier by its admin, for an organisation.

    Whoever registers accepts the rules of the session, for those colleagues too. Registering
    twice changes nothing. Raises Refused if the actor may not, NotNow when registration is not
    open, Invalid without the rules, without anybody, or if somebody comes for another.
    """
    meeting = locked(session, meeting_id)
    part = _part(actor, meeting, organisation_id)
    wanted = set(people) or ({actor.person_id} if actor.person_id else set())
    _require_may_register(session, actor, meeting, organisation_id, wanted)
    if not takes_registrations(meeting, now):
        raise NotNow(message("Registration for this session is not open."))
    if not accepts_rules:
        sentence = message("Accept the rules of the session to register.")
        raise Invalid(sentence, {"accepts_rules": sentence})
    wanted -= _registered_already(session, actor, meeting, organisation_id, wanted)
    made = [
        _registered(session, actor, meeting, (person_id, organisation_id, part), now=now)
        for person_id in sorted(wanted)
    ]
    if made:
        post = post_of(session, meeting, address=address, now=now)
        confirm_registration(post, {row.person_id for row in made}, actor.name)
    return made


def withdraw_registration(
    session: Session, actor: Actor, registration_id: UUID, *, now: datetime
) -> None:
    """Take back one's own registration, or that of a colleague by the supplier's admin.

    Possible until the session is held. Raises Refused or NotNow.
    """
    row = session.get(Registration, registration_id)
    if row is None:
        raise Refused
    meeting = locked(session, row.meeting_id)
    session.refresh(row)
    is_colleague = may_register_colleagues(actor, meeting.dialogue_id, row.organisation_id)
    if actor.person_id != row.person_id and not is_colleague:
        raise Refused
    if meeting.state not in AHEAD or row.state != REGISTERED:
        raise NotNow(message("This registration cannot be withdrawn any more."))
    row.state = WITHDRAWN
    details: dict[str, object] = {"from": REGISTERED, "to": WITHDRAWN}
    record(session, _act(meeting, actor, row, "registration_withdrawn", details), now=now)


def withdraw_departed(session: Session, actor: Actor, meeting: Meeting, *, now: datetime) -> None:
    """Withdraw those who have no role for their organisation any more; the session is locked."""
    query = select(Registration).where(
        Registration.meeting_id == meeting.id,
        Registration.state == REGISTERED,
        ~keeps_role(meeting.dialogue_id),
    )
    for row in list(session.scalars(query)):
        row.state = WITHDRAWN
        details: dict[str, object] = {"from": REGISTERED, "to": WITHDRAWN}
        record(session, _act(meeting, actor, row, "registration_withdrawn", details), now=now)


def publish_name(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    organisation_id: UUID,
    *,
    publishes: bool,
    now: datetime,
) -> None:
    """Let an organisation's name stand among the participants that anyone reads, or take it off.

    Raises Refused unless the actor is the supplier's admin or signatory, or the observer; NotNow
    for a cancelled session or while nobody of the organisation is registered.
    """
    meeting = locked(session, meeting_id)
    if not may_publish_name(actor, meeting.dialogue_id, organisation_id):
        raise Refused
    query = select(Registration.id).where(
        registered_for(meeting), Registration.organisation_id == organisation_id
    )
    if meeting.state == CANCELLED or session.scalars(query.limit(1)).first() is None:
        raise NotNow(message("Register first: only participants are named."))
    row = participation(session, meeting.id, organisation_id)
    if (row.name_published_at is not None) == publishes:
        return
    row.name_published_at = now if publishes else None
    act = "name_published" if publishes else "name_taken_off"
    record(session, act_on(meeting, actor, act, organisation_id=organisation_id), now=now)


def participation(session: Session, meeting_id: UUID, organisation_id: UUID) -> Participation:
    """What the organisation said as a whole, added if it said nothing; the session is locked."""
    keys = {"meeting_id": meeting_id, "organisation_id": organisation_id}
    row = session.scalars(select(Participation).filter_by(**keys)).one_or_none()
    if row is None:
        row = Participation(**keys)
        session.add(row)
        session.flush()
    return row


def _part(actor: Actor, meeting: Meeting, organisation_id: UUID) -> str:
    part = part_of(actor, meeting.dialogue_id, organisation_id)
    if part is None or meeting.announced_at is None:
        raise Refused
    return part


def _require_may_register(
    session: Session, actor: Actor, meeting: Meeting, organisation_id: UUID, wanted: set[UUID]
) -> None:
    """Everybody registers themselves; a supplier's admin the people of its team."""
    if not wanted:
        raise Refused
    if wanted == {actor.person_id}:
        return
    holders = role_holders(session, meeting.dialogue_id, organisation_id)
    team = {holder.person_id for holder in holders if holder.role in PARTS}
    is_admin = may_register_colleagues(actor, meeting.dialogue_id, organisation_id)
    if not is_admin or not wanted <= team:
        raise Refused


def _registered_already(
    session: Session, actor: Actor, meeting: Meeting, organisation_id: UUID, wanted: set[UUID]
) -> set[UUID]:
    """Who of them is registered for the organisation; Invalid if somebody is for another.

    Whoever registers colleagues is not told who it is: a consultant's other clients are secret.
    """
    query = select(Registration.person_id, Registration.organisation_id).where(
        registered_for(meeting), Registration.person_id.in_(wanted)
    )
    found = {row.person_id: row.organisation_id for row in session.execute(query)}
    if all(each == organisation_id for each in found.values()):
        return set(found)
    if wanted == {actor.person_id}:
        raise Invalid(
            message(
                "You are registered for another organisation. Withdraw that registration first."
            )
        )
    sentence = message("One of the people chosen cannot be registered.")
    raise Invalid(sentence, {"people": sentence})


def _registered(
    session: Session, actor: Actor, meeting: Meeting, who: tuple[UUID, UUID, str], *, now: datetime
) -> Registration:
    """One person's registration, with its row in the log."""
    person_id, organisation_id, part = who
    query = select(Registration).filter_by(meeting_id=meeting.id, person_id=person_id)
    row = session.scalars(query).one_or_none()
    details: dict[str, object] = {
        "from": WITHDRAWN if row is not None else "",
        "to": REGISTERED,
        "rules": RULES_EDITION,
    }
    if row is None:
        row = Registration(meeting_id=meeting.id, person_id=person_id)
        session.add(row)
    row.organisation_id, row.part, row.state = organisation_id, part, REGISTERED
    row.rules_accepted_at = row.registered_at = now
    session.flush()
    record(session, _act(meeting, actor, row, "registered", details), now=now)
    return row


def _act(
    meeting: Meeting, actor: Actor, row: Registration, act: str, details: dict[str, object]
) -> Act:
    """What the log keeps of one registration."""
    return act_on(
        meeting,
        actor,
        act,
        details | {"person": str(row.person_id)},
        organisation_id=row.organisation_id,
        subject=("registration", row.id),
    )
