"""Things that tests start from, made through the portal's own operations."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from portal.core.db import Session
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.identity.operations import create_organisation, ensure_member, ensure_person
from portal.identity.roles import OrganisationKind, Role
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import read
from portal.response import operations as responses
from portal.response.models import Response

SMALL = Path(__file__).parent / "data" / "small.yaml"
FLAGSHIP = Path(__file__).parents[1] / "questionnaires" / "ict-due-diligence" / "1.0.yaml"
_numbers = count(1)


def organisation(
    session: Session,
    kind: OrganisationKind,
    name: str = "",
    *,
    parent_id: UUID | None = None,
    now: datetime,
) -> Organisation:
    """An organisation with an invented name."""
    name = name or f"{kind.value.capitalize()} {next(_numbers)}"
    return create_organisation(
        session, SYSTEM, name=name, kind=kind, country="BE", parent_id=parent_id, now=now
    )


def dialogue(
    session: Session,
    *,
    short_name: str = "",
    now: datetime,
    days: int = 30,
    open_registration: bool = False,
) -> Dialogue:
    """A dialogue in draft that opens now."""
    plan = dialogues.Plan(
        short_name=short_name or f"dialogue-{next(_numbers)}",
        title="Fair laptops",
        purpose="Ask once, together.",
        rules="Everyone gets the same.",
        opens_at=now,
        closes_at=now + timedelta(days=days),
        open_registration=open_registration,
    )
    return dialogues.create(session, SYSTEM, plan, now=now)


def member(
    session: Session,
    of_dialogue: Dialogue,
    role: Role,
    *,
    organisation_id: UUID | None = None,
    now: datetime,
) -> Actor:
    """Somebody with a role in the dialogue, of a new organisation unless one is named."""
    kind = OrganisationKind(dialogues.PART_OF_ROLE[role])
    organisation_id = organisation_id or organisation(session, kind, now=now).id
    email = f"{role.value.lower()}{next(_numbers)}@example.org"
    person = dialogues.grant_role(
        session,
        SYSTEM,
        of_dialogue.id,
        organisation_id=organisation_id,
        email=email,
        name=f"{role.name.replace('_', ' ').title()} {next(_numbers)}",
        role=role,
        now=now,
    )
    ensure_member(session, person.id, organisation_id, admin=True, now=now)
    return load_actor(session, person.id)


def colleague(
    session: Session, of_dialogue: Dialogue, actor: Actor, role: Role, *, now: datetime
) -> Actor:
    """Somebody else of the actor's organisation."""
    return member(session, of_dialogue, role, organisation_id=own(actor), now=now)


def own(actor: Actor) -> UUID:
    """The actor's only organisation."""
    (organisation_id,) = actor.organisations
    return organisation_id


def questionnaire(path: Path = SMALL) -> Questionnaire:
    """A small questionnaire with one question of every type, or the one at the path."""
    return read(path)


def published(
    session: Session, *, path: Path = SMALL, now: datetime, days: int = 30, short_name: str = ""
) -> Dialogue:
    """A published dialogue with one buyer, whose lead buyer voted, and a secretariat."""
    made = dialogue(session, now=now, days=days, short_name=short_name)
    lead = member(session, made, Role.LEAD_BUYER, now=now)
    member(session, made, Role.SECRETARIAT, now=now)
    version = questionnaires.save_draft(session, lead, made.id, questionnaire(path), now=now)
    questionnaires.vote(
        session, lead, version.id, organisation_id=own(lead), approves=True, reason="", now=now
    )
    questionnaires.publish(session, lead, made.id, now=now)
    dialogues.mark_published(session, lead, made, now=now)
    return made


def supplier(session: Session, of_dialogue: Dialogue, *, now: datetime) -> Actor:
    """A supplier's signatory, who may also answer."""
    return member(session, of_dialogue, Role.SUPPLIER_SIGNATORY, now=now)


def response(session: Session, of_dialogue: Dialogue, actor: Actor, *, now: datetime) -> Response:
    """The actor's company's response, started."""
    return responses.start(session, actor, of_dialogue.id, own(actor), now=now)


def person_email(session: Session, *, now: datetime) -> str:
    """The address of a person without any role."""
    number = next(_numbers)
    return ensure_person(session, email=f"nobody{number}@example.org", now=now).email
