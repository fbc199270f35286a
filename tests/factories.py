"""Things that tests start from, made through the portal's own operations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from portal.core.db import Session
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.identity.operations import create_organisation, ensure_member
from portal.identity.roles import OrganisationKind, Role
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import read
from portal.response import operations as responses
from portal.response.answers import AnswerDraft
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


def approve(
    session: Session, of_dialogue: Dialogue, lead: Actor, draft: Questionnaire, *, now: datetime
) -> None:
    """The lead buyer saves the draft and votes for it: with one buyer, it is approved."""
    version = questionnaires.save_draft(session, lead, of_dialogue.id, draft, now=now)
    questionnaires.vote(
        session, lead, version.id, organisation_id=own(lead), approves=True, reason="", now=now
    )


def published(
    session: Session, *, path: Path = SMALL, now: datetime, days: int = 30, short_name: str = ""
) -> Dialogue:
    """A published dialogue with one buyer, whose lead buyer voted, and a secretariat."""
    made = dialogue(session, now=now, days=days, short_name=short_name)
    lead = member(session, made, Role.LEAD_BUYER, now=now)
    member(session, made, Role.SECRETARIAT, now=now)
    approve(session, made, lead, questionnaire(path), now=now)
    questionnaires.publish(session, lead, made.id, now=now)
    dialogues.mark_published(session, lead, made, now=now)
    return made


def named(session: Session, short_name: str) -> Dialogue:
    """The dialogue of this short name."""
    return session.scalars(select(Dialogue).where(Dialogue.short_name == short_name)).one()


def supplier(session: Session, of_dialogue: Dialogue, *, now: datetime) -> Actor:
    """A supplier's signatory, who may also answer."""
    return member(session, of_dialogue, Role.SUPPLIER_SIGNATORY, now=now)


def response(session: Session, of_dialogue: Dialogue, actor: Actor, *, now: datetime) -> Response:
    """The actor's company's response, started."""
    return responses.start(session, actor, of_dialogue.id, own(actor), now=now)


@dataclass(frozen=True)
class Responder:
    """A supplier that has submitted the small questionnaire."""

    actor: Actor
    organisation_id: UUID
    response_id: UUID
    evidence_id: UUID
    submission_id: UUID


def drafts(role: str, changes: dict[str, object]) -> dict[str, AnswerDraft]:
    """Complete answers to the small questionnaire, of a company in this role."""
    values: dict[str, object] = {
        "A.01": [role],
        "A.02": "50_249",
        "B.01": "yes",
        "B.02": "2026-01-31",
        "B.03": "yes",
        "B.04": 2,
        "B.05": 40,
        "B.06": 3,
        **changes,
    }
    if role != "reseller":
        values.setdefault("C.01", {"assembly": "all", "chips": "partly"})
    return {
        question_id: value if isinstance(value, AnswerDraft) else AnswerDraft(value=value)
        for question_id, value in values.items()
    }


def answer(
    session: Session,
    actor: Actor,
    response_id: UUID,
    given: dict[str, AnswerDraft],
    *,
    now: datetime,
) -> None:
    """Save answers, each on its section's page."""
    for section_id in sorted({question_id.split(".")[0] for question_id in given}):
        page = {key: draft for key, draft in given.items() if key.split(".")[0] == section_id}
        responses.save_section(session, actor, response_id, section_id, page, now=now)


def submitted(
    session: Session,
    of_dialogue: Dialogue,
    role: str = "reseller",
    *,
    now: datetime,
    changes: dict[str, object] | None = None,
) -> Responder:
    """A new supplier that answered everything, tied a link to its policy, and submitted."""
    actor = supplier(session, of_dialogue, now=now)
    made = response(session, of_dialogue, actor, now=now)
    answer(session, actor, made.id, drafts(role, changes or {}), now=now)
    policy = responses.add_link(
        session,
        actor,
        own(actor),
        "https://example.org/policy",
        responses.Described(title="Policy"),
        now=now,
    )
    responses.tie(session, actor, made.id, "B.01", policy.id, now=now)
    submission = responses.submit(
        session, actor, made.id, signatory=actor.name, declared=True, now=now
    )
    return Responder(actor, own(actor), made.id, policy.id, submission.id)
