"""Sharing the work: give sections and questions to colleagues, and say what colleagues do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.clock import zone_of
from portal.core.errors import Invalid, Message, Refused, message
from portal.dialogue.models import RoleGrant
from portal.dialogue.operations import add_grant
from portal.dialogue.queries import RoleHolder, role_holders
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.operations import make_link
from portal.identity.roles import SUPPLIER_ROLES, Role
from portal.invitation.operations import invite_colleague
from portal.questionnaire.definition import Question, Section
from portal.response.fields import clean
from portal.response.loading import Loaded, act_on, load
from portal.response.models import Assignment
from portal.response.models_team import Presence
from portal.response.notices_team import Occasion, notify_assigned
from portal.response.policy import may_assign, may_lead_team

WORDS_LENGTH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of a section is given (no question: all of it), until the end of which day.

    ``words`` go along in the mail and nowhere else.
    """

    question_ids: tuple[str, ...] = ()
    due_on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A colleague who is asked for the first time, and what they do from now on."""

    name: str
    email: str
    role: Role = Role.SUPPLIER_CONTRIBUTOR


ALL_OF_IT = Terms()


def assign(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    person_ids: Collection[UUID],
    *,
    terms: Terms = ALL_OF_IT,
    link: str = "",
    now: datetime,
) -> None:
    """Give a section, or some of its questions, to colleagues; they are told by mail.

    It takes the place of what these people had of the section; what others have of it stays.
    ``link`` is the section's page; without it nobody is told. Whoever has just this already is
    not told again.

    Raises Refused unless the actor is the supplier's admin or signatory, and for anybody who has
    no role for this supplier in the dialogue; Invalid without people or for a day that will not do.
    """
    loaded, section = _shareable(session, actor, response_id, section_id)
    questions = _chosen(section, terms)
    if not person_ids:
        problem = message("Choose who answers it, or add a colleague.")
        raise Invalid(problem, {"people": problem})
    _require_day(loaded, actor, terms, now)
    team = _team(session, loaded)
    if not set(person_ids) <= team.keys():
        raise Refused
    told = [
        team[person_id]
        for person_id in sorted(set(person_ids))
        if _give(session, actor, loaded, section, person_id, terms=terms, now=now)
    ]
    occasion = Occasion(session, loaded, actor, link, now)
    for reader in told:
        if link and reader.person_id != actor.person_id:
            notify_assigned(occasion, reader, section, questions, _terms_in_words(terms, actor))


def forward(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    newcomer: Newcomer,
    *,
    terms: Terms = ALL_OF_IT,
    link: str,
    sign_in: str,
    now: datetime,
) -> Person:
    """Invite a colleague and give them a section or questions of it, told in one mail.

    The mail's only link signs them in (``sign_in`` and a token) and leads on to ``link``.
    Raises Refused unless the actor may invite, Invalid as ``assign``.
    """
    loaded, section = _shareable(session, actor, response_id, section_id)
    if newcomer.role not in SUPPLIER_ROLES:
        raise Refused
    questions = _chosen(section, terms)
    _require_day(loaded, actor, terms, now)
    person = invite_colleague(
        session,
        actor,
        loaded.response.dialogue_id,
        organisation_id=loaded.response.organisation_id,
        email=newcomer.email,
        name=newcomer.name,
        role=newcomer.role,
        now=now,
    )
    _give(session, actor, loaded, section, person.id, terms=terms, now=now)
    token = make_link(session, person.id, next_path=urlsplit(link).path, now=now)
    occasion = Occasion(session, loaded, actor, f"{sign_in}{token}", now)
    once = message("Sign in with this link. It works once, within 48 hours:")
    due = [*_terms_in_words(terms, actor), once]
    notify_assigned(occasion, person, section, questions, due, may_wait=False)
    return person


def take_back(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    person_id: UUID,
    *,
    now: datetime,
) -> None:
    """Take from a colleague what they were given of a section; what they wrote stays.

    Raises Refused unless the actor is the supplier's admin or signatory.
    """
    loaded, _ = _shareable(session, actor, response_id, section_id)
    if _take(session, response_id, person_id, section_id):
        details = {"section": section_id, "person": str(person_id)}
        record(session, act_on(loaded.response, actor, "taken_back", details), now=now)


def set_roles(
    session: Session,
    actor: Actor,
    response_id: UUID,
    person_id: UUID,
    roles: Collection[Role],
    *,
    now: datetime,
) -> None:
    """Let a colleague do exactly this on the response.

    Raises Refused unless the actor is the supplier's admin and the person a colleague; Invalid for
    oneself, without any role, and where nobody could sign any more.
    """
    loaded, held = _colleague(session, actor, response_id, person_id)
    wanted = set(roles)
    if not wanted:
        problem = message("Choose what they do, or take them off instead.")
        raise Invalid(problem, {"roles": problem})
    if not wanted <= SUPPLIER_ROLES:
        raise Refused
    if wanted == held:
        return
    _require_signatory(session, loaded, person_id, wanted)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id, person_id)
    _drop_grants(session, *place)
    for role in sorted(wanted):
        add_grant(session, *place, role)
    details = {"person": str(person_id), "from": sorted(held), "to": sorted(wanted)}
    record(session, act_on(loaded.response, actor, "roles_changed", details), now=now)


def take_off(
    session: Session, actor: Actor, response_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Take a colleague off the response: their roles and what they were given go, their texts stay.

    Raises as ``set_roles``.
    """
    loaded, held = _colleague(session, actor, response_id, person_id)
    _require_signatory(session, loaded, person_id, set())
    _drop_grants(session, loaded.response.dialogue_id, loaded.response.organisation_id, person_id)
    _take(session, response_id, person_id)
    session.execute(
        delete(Presence).where(Presence.response_id == response_id, Presence.person_id == person_id)
    )
    details = {"person": str(person_id), "from": sorted(held)}
    record(session, act_on(loaded.response, actor, "taken_off", details), now=now)


# How it is done -------------------------------------------------------------------------


def _shareable(
    session: Session, actor: Actor, response_id: UUID, section_id: str
) -> tuple[Loaded, Section]:
    """The locked response and the section, if the actor may give it to people."""
    loaded = load(session, response_id, lock=True)
    if not may_assign(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    return loaded, loaded.section(section_id)


def _chosen(section: Section, terms: Terms) -> Sequence[Question]:
    known = {question.id for question in section.questions}
    if not set(terms.question_ids) <= known:
        raise Refused
    return [question for question in section.questions if question.id in terms.question_ids]


def _require_day(loaded: Loaded, actor: Actor, terms: Terms, now: datetime) -> None:
    """Raise Invalid for a day that is over, or after the dialogue has closed; words too long."""
    if len(terms.words) > WORDS_LENGTH:
        problem = message("Shorten this to {maximum} characters or fewer.", maximum=WORDS_LENGTH)
        raise Invalid(problem, {"words": problem})
    if terms.due_on is None:
        return
    zone = zone_of(actor.time_zone)
    closing = loaded.dialogue.closes_at.astimezone(zone).date()
    if terms.due_on < now.astimezone(zone).date():
        problem = message("Choose today or a later day.")
        raise Invalid(problem, {"due_on": problem})
    if terms.due_on > closing:
        problem = message("Choose a day before the dialogue closes, {day}.", day=closing)
        raise Invalid(problem, {"due_on": problem})


def _team(session: Session, loaded: Loaded) -> dict[UUID, RoleHolder]:
    response = loaded.response
    holders = role_holders(session, response.dialogue_id, response.organisation_id)
    return {holder.person_id: holder for holder in holders if holder.role in SUPPLIER_ROLES}


def _give(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    section: Section,
    person_id: UUID,
    *,
    terms: Terms,
    now: datetime,
) -> bool:
    """Replace what the person has of the section; False if it was just this before."""
    response_id = loaded.response.id
    wanted = {(question_id, terms.due_on) for question_id in terms.question_ids or ("",)}
    query = select(Assignment.question_id, Assignment.due_on).where(
        Assignment.response_id == response_id,
        Assignment.section_id == section.id,
        Assignment.person_id == person_id,
    )
    if {(question_id, due_on) for question_id, due_on in session.execute(query)} == wanted:
        return False
    _take(session, response_id, person_id, section.id)
    session.add_all(
        Assignment(
            response_id=response_id,
            section_id=section.id,
            question_id=question_id,
            person_id=person_id,
            due_on=due_on,
            assigned_by=actor.person_id,
            assigned_at=now,
        )
        for question_id, due_on in wanted
    )
    details: dict[str, object] = {"section": section.id, "people": [str(person_id)]}
    details["questions"] = list(terms.question_ids)
    details["due_on"] = terms.due_on.isoformat() if terms.due_on else None
    record(session, act_on(loaded.response, actor, "assigned", details), now=now)
    return True


def _take(session: Session, response_id: UUID, person_id: UUID, section_id: str = "") -> bool:
    """Delete what somebody was given (of a section); whether there was anything."""
    gone = delete(Assignment).where(
        Assignment.response_id == response_id, Assignment.person_id == person_id
    )
    if section_id:
        gone = gone.where(Assignment.section_id == section_id)
    return bool(session.scalars(gone.returning(Assignment.id)).all())


def _terms_in_words(terms: Terms, actor: Actor) -> list[Message | str]:
    found: list[Message | str] = []
    if terms.due_on is not None:
        found.append(message("Please answer by {day}.", day=terms.due_on))
    words = clean(terms.words)
    if words:
        found += [message("{name} writes:", name=actor.name), words]
    return found


def _colleague(
    session: Session, actor: Actor, response_id: UUID, person_id: UUID
) -> tuple[Loaded, set[Role]]:
    """The locked response and what a colleague, not the actor, does on it."""
    loaded = load(session, response_id, lock=True)
    if not may_lead_team(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    held = {each.role for each in _holders(session, loaded) if each.person_id == person_id}
    if not held:
        raise Refused
    if person_id == actor.person_id:
        raise Invalid(message("Nobody changes what they do themselves: ask another admin."))
    return loaded, held


def _holders(session: Session, loaded: Loaded) -> Iterable[RoleHolder]:
    response = loaded.response
    return role_holders(session, response.dialogue_id, response.organisation_id)


def _require_signatory(
    session: Session, loaded: Loaded, person_id: UUID, wanted: set[Role]
) -> None:
    """Raise Invalid if nobody could sign once the person does only what is wanted."""
    signing = {
        each.person_id: each.name
        for each in _holders(session, loaded)
        if each.role is Role.SUPPLIER_SIGNATORY
    }
    if set(signing) == {person_id} and Role.SUPPLIER_SIGNATORY not in wanted:
        raise Invalid(
            message(
                "{name} is the only one who can sign. Let somebody else sign first.",
                name=signing[person_id],
            )
        )


def _drop_grants(
    session: Session, dialogue_id: UUID, organisation_id: UUID, person_id: UUID
) -> None:
    session.execute(
        delete(RoleGrant).where(
            RoleGrant.dialogue_id == dialogue_id,
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.person_id == person_id,
            RoleGrant.role.in_(SUPPLIER_ROLES),
        )
    )
