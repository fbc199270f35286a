"""What each dialogue needs next, worked out from where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.aggregate.queries import releases
from portal.aggregate.queries_feedback import feedback_desk
from portal.brief.queries import briefs
from portal.core.db import Session
from portal.dialogue.queries import dialogues_of, parties
from portal.dialogue.rules import is_closed
from portal.exchange.queries_desk import unanswered
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.invitation.queries import invitations
from portal.questionnaire.queries import current_version, votes
from portal.response.queries import participation
from portal.web.language import listing

PAGES = {
    "secretariat.people": Permission.DIALOGUE_CREATE,
    "questionnaire.review": Permission.DRAFT_READ,
    "secretariat.invitations": Permission.SUPPLIER_INVITE,
    "secretariat.manage": Permission.DIALOGUE_CREATE,
    "secretariat.releases": Permission.RELEASE_CREATE,
    "secretariat.briefs": Permission.BRIEF_COMPOSE,
    "secretariat.feedback": Permission.FEEDBACK_WRITE,
    "exchange.question_desk": Permission.QA_ANSWER,
}
"""What the page of a step asks for; who lacks it sees the step without a link."""


class DialogueLike(Protocol):
    """What is needed of a dialogue here."""

    id: UUID
    short_name: str
    title: str
    state: str
    opens_at: datetime
    closes_at: datetime
    open_registration: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """What is there of one step, or missing; ``ready`` if it can be done now."""

    name: str
    text: str
    page: str
    done: bool
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a dialogue: ``state`` is done, now (waits for a decision) or later."""

    name: str
    text: str
    state: str
    page: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A dialogue on the desk."""

    dialogue: DialogueLike
    invited: int
    started: int
    submitted: int
    waiting: tuple[Step, ...]
    is_due: bool
    """Its time is over, and nobody has closed it yet."""


def desk(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """Every dialogue the actor runs, with participation and what waits for a decision."""
    return [
        _line(session, actor, dialogue, now)
        for dialogue in dialogues_of(session, actor)
        if actor.may(Permission.DIALOGUE_CREATE, dialogue.id)
    ]


def steps(session: Session, actor: Actor, dialogue: DialogueLike, *, now: datetime) -> list[Step]:
    """All steps of a dialogue in order."""
    return [_step(fact, actor, dialogue) for fact in _facts(session, actor, dialogue, now)]


def stage(dialogue: DialogueLike, found: list[Step], *, now: datetime) -> str:
    """What can be done with the dialogue itself: prepare, publish, running, due or closed."""
    if dialogue.state == "draft":
        publication = next(step for step in found if step.page == "secretariat.manage")
        return "publish" if publication.state == "now" else "prepare"
    if dialogue.state == "published":
        return "due" if now >= dialogue.closes_at else "running"
    return "closed"


def _line(session: Session, actor: Actor, dialogue: DialogueLike, now: datetime) -> Line:
    counts = participation(session, dialogue.id)
    found = steps(session, actor, dialogue, now=now)
    return Line(
        dialogue=dialogue,
        invited=len(invitations(session, dialogue.id)),
        started=counts.started,
        submitted=counts.submitted,
        waiting=tuple(step for step in found if step.state == "now"),
        is_due=stage(dialogue, found, now=now) == "due",
    )


def _step(fact: Fact, actor: Actor, dialogue: DialogueLike) -> Step:
    state = "done" if fact.done else "now" if fact.ready else "later"
    may_open = actor.may(PAGES[fact.page], dialogue.id)
    href = url_for(fact.page, dialogue=dialogue.short_name) if may_open else ""
    return Step(fact.name, fact.text, state, fact.page, href)


def _facts(session: Session, actor: Actor, dialogue: DialogueLike, now: datetime) -> Iterator[Fact]:
    names = listing([buyer.name for buyer in parties(session, dialogue.id, "buyer")])
    yield Fact(_("Buyers"), names or _("Add the buyers."), "secretariat.people", bool(names))
    questionnaire, agreement = _questionnaire_facts(session, dialogue, now)
    yield questionnaire
    yield agreement
    yield _suppliers(session, dialogue, now)
    yield _publication(dialogue, agreed=agreement.done)
    if dialogue.state != "draft":
        yield _questions(session, dialogue)
    yield _closing(dialogue, now)
    yield from _results(session, actor, dialogue, now)


def _questionnaire_facts(
    session: Session, dialogue: DialogueLike, now: datetime
) -> tuple[Fact, Fact]:
    version = current_version(session, dialogue.id)
    cast = votes(session, version.id, now=now) if version else []
    text = f"{version.questionnaire.name} {version.number}" if version else _("Bring in the draft.")
    missing = listing([vote.organisation_name for vote in cast if not vote.agrees])
    if version is None:
        agreement = _("After the draft.")
    elif not cast:
        agreement = _("No buyer takes part yet.")
    elif missing:
        agreement = _("Waiting for %(names)s.", names=missing)
    else:
        agreement = _("All buyers agree.")
    page = "questionnaire.review"
    return (
        Fact(_("Questionnaire"), text, page, version is not None),
        Fact(_("Votes"), agreement, page, bool(cast) and not missing, ready=bool(cast)),
    )


def _suppliers(session: Session, dialogue: DialogueLike, now: datetime) -> Fact:
    invited = len(invitations(session, dialogue.id))
    closed = is_closed(dialogue, now)
    if invited:
        text = ngettext("%(num)d company", "%(num)d companies", invited)
    elif closed:
        text = _("No company was invited.")
    elif dialogue.open_registration:
        text = _("Any company may register itself.")
    else:
        text = _("Invite the first supplier.")
    done = bool(invited) or dialogue.open_registration or closed
    return Fact(_("Suppliers"), text, "secretariat.invitations", done)


def _publication(dialogue: DialogueLike, *, agreed: bool) -> Fact:
    published = dialogue.state != "draft"
    if published:
        text = _("Published.")
    else:
        text = _("Publish it.") if agreed else _("When all buyers agree on the questionnaire.")
    return Fact(_("Publication"), text, "secretariat.manage", published, ready=agreed)


def _closing(dialogue: DialogueLike, now: datetime) -> Fact:
    closed = dialogue.state in {"closed", "archived"}
    due = dialogue.state == "published" and now >= dialogue.closes_at
    if closed:
        text = _("Closed.")
    elif dialogue.state == "draft":
        text = _("After the publication.")
    elif due:
        text = _("Close it.")
    elif now < dialogue.opens_at:
        text = _("Answers are taken from the opening on.")
    else:
        text = _("Answers are being taken.")
    return Fact(_("Closing"), text, "secretariat.manage", closed, ready=due)


def _questions(session: Session, dialogue: DialogueLike) -> Fact:
    waiting = unanswered(session, dialogue.id)
    text = ngettext("%(num)d question is unanswered.", "%(num)d questions are unanswered.", waiting)
    text = text if waiting else _("No question is unanswered.")
    return Fact(_("Questions and answers"), text, "exchange.question_desk", not waiting)


def _results(
    session: Session, actor: Actor, dialogue: DialogueLike, now: datetime
) -> Iterator[Fact]:
    made = releases(session, dialogue.id)
    closed = is_closed(dialogue, now)
    text = _("Make the release.") if closed else _("After the close.")
    if made:
        text = _("Release %(number)s", number=made[0].number)
    yield Fact(_("Release"), text, "secretariat.releases", bool(made), ready=closed)
    written = any(brief.is_published for brief in briefs(session, actor, dialogue.id))
    text = _("Write and publish it.") if made else _("After the release.")
    if written:
        text = _("Published.")
    yield Fact(_("Brief"), text, "secretariat.briefs", written, ready=bool(made))
    yield _feedback(session, actor, dialogue, made[0].id if made else None)


def _feedback(
    session: Session, actor: Actor, dialogue: DialogueLike, release_id: UUID | None
) -> Fact:
    page = "secretariat.feedback"
    if release_id is None:
        return Fact(_("Feedback"), _("After the release."), page, done=False, ready=False)
    rows = feedback_desk(session, actor, dialogue.id, release_id)
    waiting = sum(row.letter != "sent" for row in rows)
    text = ngettext(
        "%(num)d supplier waits for its letter.",
        "%(num)d suppliers wait for their letter.",
        waiting,
    )
    text = text if waiting else _("Every supplier has had its letter.")
    return Fact(_("Feedback"), text, page, not waiting)
