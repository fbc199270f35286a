"""What each dialogue needs next, worked out from where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from portal.aggregate.queries import releases
from portal.brief.queries import briefs
from portal.core.db import Session
from portal.dialogue.queries import dialogues_of, parties
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.invitation.queries import invitations
from portal.questionnaire.queries import current_version, votes
from portal.response.queries import participation


class DialogueLike(Protocol):
    """What is needed of a dialogue here."""

    id: UUID
    short_name: str
    title: str
    state: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a dialogue: ``state`` is done, now (waits for a decision) or later."""

    name: str
    text: str
    state: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """A dialogue on the desk."""

    dialogue: DialogueLike
    invited: int
    started: int
    submitted: int
    waiting: tuple[Step, ...]


def desk(session: Session, actor: Actor, *, now: datetime) -> list[Line]:
    """Every dialogue the actor runs, with participation and what waits for a decision."""
    run = [
        dialogue
        for dialogue in dialogues_of(session, actor)
        if actor.may(Permission.DIALOGUE_CREATE, dialogue.id)
    ]
    return [_line(session, actor, dialogue, now) for dialogue in run]


def steps(session: Session, actor: Actor, dialogue: DialogueLike, *, now: datetime) -> list[Step]:
    """All steps of a dialogue in order; the first open one is the one to take now."""
    found = [_step(*facts, dialogue.short_name) for facts in _facts(session, actor, dialogue, now)]
    first = next((i for i, step in enumerate(found) if step.state != "done"), len(found))
    return [
        Step(step.name, step.text, "now" if i == first else step.state, step.href)
        for i, step in enumerate(found)
    ]


def _line(session: Session, actor: Actor, dialogue: DialogueLike, now: datetime) -> Line:
    counts = participation(session, dialogue.id)
    return Line(
        dialogue=dialogue,
        invited=len(invitations(session, dialogue.id)),
        started=counts.started,
        submitted=counts.submitted,
        waiting=tuple(step for step in steps(session, actor, dialogue, now=now) if step.state == "now"),
    )


def _step(name: str, text: str, done: bool, endpoint: str, dialogue: str) -> Step:  # noqa: FBT001 - unpacked facts
    href = url_for(endpoint, dialogue=dialogue)
    return Step(name, text, "done" if done else "later", href)


def _facts(
    session: Session, actor: Actor, dialogue: DialogueLike, now: datetime
) -> Iterator[tuple[str, str, bool, str]]:
    """(name, what is there or missing, done, page) of each step."""
    buyers = parties(session, dialogue.id, "buyer")
    names = ", ".join(buyer.name for buyer in buyers)
    yield _("Buyers"), names or _("Add the buyers."), bool(buyers), "secretariat.people"
    yield from _questionnaire_facts(session, dialogue)
    invited = len(invitations(session, dialogue.id))
    text = _("{n} companies").format(n=invited) if invited else _("Invite the first supplier.")
    yield _("Suppliers"), text, bool(invited), "secretariat.invitations"
    published = dialogue.state != "draft"
    text = _("Published.") if published else _("Publish, when the votes are in.")
    yield _("Publication"), text, published, "secretariat.manage"
    closed = dialogue.state in {"closed", "archived"}
    due = dialogue.state == "published" and now >= dialogue.closes_at
    text = _("Closed.") if closed else _("Close it now.") if due else _("Answers are being taken.")
    yield _("Closing"), text, closed, "secretariat.manage"
    made = releases(session, dialogue.id)
    text = _("Release {n}").format(n=made[0].number) if made else _("Make the release.")
    yield _("Release"), text, bool(made), "secretariat.releases"
    written = [brief for brief in briefs(session, actor, dialogue.id) if brief.is_published]
    text = _("Published.") if written else _("Write and publish the brief.")
    yield _("Brief"), text, bool(written), "secretariat.briefs"


def _questionnaire_facts(
    session: Session, dialogue: DialogueLike
) -> Iterator[tuple[str, str, bool, str]]:
    version = current_version(session, dialogue.id)
    text = f"{version.questionnaire.name} {version.number}" if version else _("Upload the draft.")
    yield _("Questionnaire"), text, version is not None, "secretariat.questionnaire"
    cast = votes(session, version.id) if version else []
    missing = ", ".join(vote.organisation_name for vote in cast if vote.approves is not True)
    text = _("Waiting for {names}.").format(names=missing) if missing else _("All buyers agree.")
    agreed = version is not None and not missing
    yield (
        _("Votes"),
        text if version else _("After the draft."),
        agreed,
        "secretariat.questionnaire",
    )
