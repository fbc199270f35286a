"""Going on from a dialogue: the next round, or asking what became of its commitments.

What is taken along is looked at first (``queries_next_round``); commitments are linked, not copied.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, load_actor, role_holders
from portal.dialogue.rules import is_closed
from portal.identity.actor import SYSTEM, Actor
from portal.identity.news import tell
from portal.identity.roles import SUPPLIER_ROLES, Permission, Role
from portal.invitation.operations import Invitee, invite
from portal.meeting.models_commitments import CommitmentPlace, PreviousDialogue
from portal.meeting.queries_next_round import (
    NEXT_ROUND,
    open_commitments,
    promisors_of,
    suppliers_of,
)
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import read
from portal.questionnaire.operations import save_draft
from portal.questionnaire.queries_versions import editions

FOLLOW_UP_PATH = (
    Path(__file__).parents[2] / "questionnaires" / "twelve-month-follow-up" / "1.0.yaml"
)
"""Its table of commitments is the one that ``follow_up_rows`` fills."""
EXCLUSIVE = frozenset({Role.SECRETARIAT, Role.LEAD_BUYER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What a dialogue begins with that goes on from another. ``kind``: next_round, follow_up."""

    kind: str = NEXT_ROUND
    short_name: str
    title: str
    opens_at: datetime
    closes_at: datetime
    people: bool = True
    questionnaire: bool = True
    suppliers: bool = True
    commitments: bool = True


def go_on(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    along: Along,
    *,
    address: str,
    now: datetime,
) -> Dialogue:
    """Set up a draft dialogue that goes on from a closed one, with what was chosen.

    A next round takes the questionnaire that was asked; a follow-up asks about commitments, those
    who made them. Nobody outside hears of it before it is published. Raises Refused unless the
    actor runs the dialogue, NotNow before it has closed, Invalid as ``dialogue.operations.create``.
    """
    previous = _previous(session, actor, dialogue_id, now=now)
    made = _set_up(session, actor, previous, along, now=now)
    row = PreviousDialogue(dialogue_id=made.id, previous_id=previous.id, kind=along.kind)
    row.made_by, row.made_at = actor.person_id, now
    session.add(row)
    founder = load_actor(session, actor.person_id) if actor.person_id else SYSTEM
    taken: dict[str, object] = {"from": str(previous.id), "kind": along.kind}
    if along.people:
        taken["people"] = _bring_people(session, founder, previous, made, address, now=now)
    if along.questionnaire:
        asked = _questionnaire(session, previous, along)
        taken["questionnaire"] = save_draft(session, founder, made.id, asked, now=now).name
    if along.suppliers:
        taken["suppliers"] = _prepare(session, founder, previous, made, along, now=now)
    if along.commitments:
        taken["commitments"] = _carry(session, actor, previous, made, now=now)
    _record(session, actor, made, f"{along.kind}_started", taken, now=now)
    return made


def _previous(session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime) -> Dialogue:
    previous = session.get(Dialogue, dialogue_id)
    if previous is None or not actor.may(Permission.DIALOGUE_CREATE, dialogue_id):
        raise Refused
    if not is_closed(previous, now):
        raise NotNow(message("This round is not over. The next begins when it has closed."))
    return previous


def _set_up(
    session: Session, actor: Actor, previous: Dialogue, along: Along, *, now: datetime
) -> Dialogue:
    plan = dialogues.Plan(
        short_name=along.short_name,
        title=along.title,
        purpose=previous.purpose,
        rules=previous.rules,
        opens_at=along.opens_at,
        closes_at=along.closes_at,
        open_registration=previous.open_registration and along.kind == NEXT_ROUND,
        base_language=previous.base_language,
    )
    if not along.title.strip():
        sentence = message("Give it a title.")
        raise Invalid(sentence, {"title": sentence})
    return dialogues.create(session, actor, plan, now=now)


def _bring_people(
    session: Session,
    founder: Actor,
    previous: Dialogue,
    made: Dialogue,
    address: str,
    *,
    now: datetime,
) -> int:
    """Buyers, secretariat and observers with their roles; how many people. Each is told.

    Who founds it keeps the role that this gives: nobody is secretariat and lead buyer at once.
    """
    everybody = role_holders(session, previous.id)
    holders = [each for each in everybody if each.role not in SUPPLIER_ROLES]
    told: dict[UUID, RoleHolder] = {}
    for holder in holders:
        is_founder = holder.person_id == founder.person_id
        if is_founder and holder.role in EXCLUSIVE and founder.roles(made.id) & EXCLUSIVE:
            continue
        dialogues.grant_role(
            session,
            founder,
            made.id,
            organisation_id=holder.organisation_id,
            email=holder.email,
            name=holder.name,
            role=holder.role,
            now=now,
        )
        if not is_founder:
            told[holder.person_id] = holder
    subject, what = _what_begins(founder, previous, made)
    for reader in told.values():
        tell(session, reader, subject, what, f"{address}/dialogues/{made.short_name}", now=now)
    return len({holder.person_id for holder in holders})


def _what_begins(founder: Actor, previous: Dialogue, made: Dialogue) -> tuple[Message, Message]:
    """The subject and the sentence of the mail to those who are taken along."""
    subject = message("{dialogue}: preparations have begun", dialogue=made.title)
    what = message(
        "{name} is preparing “{dialogue}”, which goes on from “{previous}”. You have the same "
        "role as before:",
        name=founder.name,
        dialogue=made.title,
        previous=previous.title,
    )
    return subject, what


def _questionnaire(session: Session, previous: Dialogue, along: Along) -> Questionnaire:
    """What the last round asked, with its corrections; or what a follow-up asks."""
    if along.kind != NEXT_ROUND:
        return read(FOLLOW_UP_PATH)
    asked = editions(session, previous.id)
    if not asked:
        sentence = message("There is no published questionnaire to take along.")
        raise Invalid(sentence, {"questionnaire": sentence})
    return asked[-1].corrected


def _prepare(
    session: Session,
    founder: Actor,
    previous: Dialogue,
    made: Dialogue,
    along: Along,
    *,
    now: datetime,
) -> int:
    """Prepare an invitation for each supplier of the last round; how many. Publication sends them.

    A follow-up invites those that promised something.
    """
    promised = promisors_of(session, previous.id)
    chosen = [
        each
        for each in suppliers_of(session, previous.id)
        if along.kind == NEXT_ROUND or each.organisation_id in promised
    ]
    for each in chosen:
        invitee = Invitee(
            organisation=each.organisation,
            country=each.country,
            email=each.email,
            contact_name=each.contact_name,
        )
        invite(session, founder, made.id, invitee, address="", now=now)
    return len(chosen)


def _carry(
    session: Session, actor: Actor, previous: Dialogue, made: Dialogue, *, now: datetime
) -> int:
    """Let what is open be followed in the new dialogue, too: one row in the log for each."""
    found = open_commitments(session, previous.id)
    for commitment in found:
        session.add(
            CommitmentPlace(
                commitment_id=commitment.id,
                dialogue_id=made.id,
                carried_by=actor.person_id,
                carried_at=now,
            )
        )
        act = Act(
            person_id=actor.person_id,
            dialogue_id=made.id,
            subject=("commitment", commitment.id),
            act="carried_over",
            details={"from": previous.short_name, "to": made.short_name},
        )
        record(session, act, now=now)
    return len(found)


def _record(
    session: Session,
    actor: Actor,
    made: Dialogue,
    act: str,
    details: dict[str, object],
    *,
    now: datetime,
) -> None:
    grants = actor.grants_in(UUID(str(details["from"])))
    row = Act(
        person_id=actor.person_id,
        organisation_id=grants[0].organisation_id if grants else None,
        dialogue_id=made.id,
        subject=("dialogue", made.id),
        act=act,
        details=details,
    )
    record(session, row, now=now)
