"""Dialogues at every stage, and the people who run them, for tests of the secretariat's pages."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.core.clock import now
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor, role_holders
from portal.identity.actor import Actor
from portal.identity.operations import ensure_member, ensure_person
from portal.identity.roles import OrganisationKind, Role
from portal.questionnaire import operations as questionnaires
from tests import factories
from tests.aggregate import market
from tests.blueprints.visitors import database_of
from tests.page import Page

EMAIL = "ines@example.org"
COMPANY: dict[str, Any] = {
    "organisation": "Maker of Laptops",
    "country": "PT",
    "contact_name": "Ines",
    "email": EMAIL,
}
BRUSSELS = ZoneInfo("Europe/Brussels")


def typed(instant: datetime) -> str:
    """An instant as somebody in Brussels types it."""
    return instant.astimezone(BRUSSELS).strftime("%Y-%m-%dT%H:%M")


def shown(answer: Page | TestResponse) -> Page:
    """The page that a form answered with."""
    assert isinstance(answer, Page)
    return answer


def founder(session: Session, kind: OrganisationKind = OrganisationKind.SECRETARIAT) -> Actor:
    """Somebody who may set up a dialogue and runs none yet."""
    organisation = factories.organisation(session, kind, now=now())
    person = ensure_person(session, email="sara@example.org", name="Sara", now=now())
    ensure_member(session, person.id, organisation.id, now=now())
    return load_actor(session, person.id)


def staff(session: Session, dialogue: Dialogue, role: Role = Role.SECRETARIAT) -> Actor:
    """Whoever holds the role in the dialogue already."""
    rows = role_holders(session, dialogue.id)
    return load_actor(session, next(row.person_id for row in rows if row.role == role))


def in_preparation(app: Flask, *, draft: bool = True, agreed: bool = False) -> tuple[str, Actor]:
    """A dialogue before its publication, and its secretariat."""
    with database_of(app).transaction() as session:
        dialogue = factories.dialogue(session, now=now())
        lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
        secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now())
        if draft or agreed:
            version = questionnaires.save_draft(
                session, lead, dialogue.id, factories.questionnaire(), now=now()
            )
        if agreed:
            questionnaires.vote(
                session,
                lead,
                version.id,
                organisation_id=factories.own(lead),
                approves=True,
                reason="",
                now=now(),
            )
        return dialogue.short_name, secretariat


def running(app: Flask, *, days_ago: int = 0) -> tuple[str, Actor]:
    """A published dialogue of 30 days, and its secretariat."""
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now() - timedelta(days=days_ago))
        return dialogue.short_name, staff(session, dialogue)


def finished(app: Flask, *, answers: int = 12) -> Actor:
    """A dialogue named market that is over, with so many responses, and its secretariat."""
    with database_of(app).transaction() as session:
        dialogue = market.market(session, market.suppliers(answers), now=now() - timedelta(days=40))
        return staff(session, dialogue)


def dialogue_named(session: Session, name: str) -> Dialogue:
    """The dialogue of this short name."""
    return session.scalars(select(Dialogue).where(Dialogue.short_name == name)).one()


def plan(**changes: object) -> dict[str, Any]:
    """What the form for a new dialogue takes."""
    return {
        "title": "Fair phones",
        "short_name": "phones",
        "purpose": "Ask once, together.",
        "rules": "Everyone gets the same.",
        "opens_at": typed(now() + timedelta(days=1)),
        "closes_at": typed(now() + timedelta(days=31)),
        **changes,
    }
