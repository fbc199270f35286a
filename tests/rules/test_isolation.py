"""Who is not allowed finds nothing: every route × every role, from the routes and the table.

A route that somebody adds is in here by itself; a parameter it does not know fails the test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.aggregate.drafting import Choice
from portal.aggregate.operations import create, prepare, preview
from portal.brief import operations as briefs
from portal.brief.operations import Draft
from portal.core.clock import now as this_instant
from portal.core.db import Database, Session
from portal.core.jobs import ask_for
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.exchange.models import QaItem
from portal.exchange.operations import Asked, ask
from portal.identity.actor import SYSTEM, Actor
from portal.identity.operations import make_link
from portal.identity.roles import PERMISSIONS, Permission, Role
from portal.meeting import operations as meetings
from portal.web.guard import Access
from tests import factories
from tests.meeting.builders import planned
from tests.meeting.commitment_world import promised
from tests.page import PageClient

ROLES = [role for role in Role if role not in {Role.PLATFORM_ADMIN, Role.ANYONE}]


@dataclass(frozen=True)
class World:
    """One dialogue with everything in it, and somebody of every role in it and in another one."""

    parameters: dict[str, str]
    insiders: dict[Role, str]
    strangers: dict[Role, str]


def build(database: Database) -> World:
    """Two dialogues; the first has a submitted response, a release, a brief and a job."""
    moment = this_instant()
    begun = moment - timedelta(days=10)
    with database.transaction() as session:
        made = factories.published(session, now=begun, days=9)
        other = factories.published(session, now=begun, days=9)
        parameters = fill(session, made, begun, moment)
        return World(
            parameters,
            insiders=_everybody(session, made, begun),
            strangers=_everybody(session, other, begun),
        )


def _everybody(session: Session, where: Dialogue, begun: datetime) -> dict[Role, str]:
    """The sign-in token of somebody of every role in a dialogue."""
    return {
        role: token_of(session, factories.member(session, where, role, now=begun)) for role in ROLES
    }


NOWHERE = {
    "section_id": "A",
    "question_id": "A.02",
    "column_id": "name",
    "subject": "question:A.02",
    "field": "show_if",
    "key": "A.02~0",
    "filename": "draft.yaml",
    "sha256": "0" * 64,
    "number": "1",
    "audience": "buyer",
    "instrument_id": "oecd",
    "extension": "json",
    "token": "unknown",
    "topic": "privacy",
    "hand_id": str(UUID(int=0)),
    "poll_id": str(UUID(int=0)),
}
"""Parts of addresses that are the same in every dialogue."""
MISSING = (
    "invitation_id",
    "comment_id",
    "note_id",
    "import_id",
    "issue_id",
    "ballot_id",
    "step_id",
    "check_id",
    "action_id",
)
"""Parts that name nothing here: a dialogue with one of each of these would take too long."""


def fill(session: Session, made: Dialogue, begun: datetime, moment: datetime) -> dict[str, str]:
    """One of everything in the dialogue; returns what to put into addresses."""
    responder = factories.submitted(session, made, now=begun)
    secretariat = factories.member(session, made, Role.SECRETARIAT, now=begun)
    asked = _question(session, made, begun)
    dialogues.close(session, SYSTEM, made.id, now=moment)
    choice = Choice(made.closes_at)
    tried = prepare(session, secretariat, made.id, choice, now=moment)
    trial = preview(session, secretariat, tried, now=moment)
    release = create(session, secretariat, made.id, cut_off=made.closes_at, now=moment)
    edition = {"edition": "buyers", "language": "en"}
    brief = briefs.create(
        session, secretariat, release.id, Draft(title="Brief"), **edition, now=moment
    )
    job = ask_for(
        session, "brief", {}, dialogue_id=made.id, person_id=secretariat.person_id, now=moment
    )
    ids = {
        "response_id": responder.response_id,
        "evidence_id": responder.evidence_id,
        "asked_id": asked.id,
        "person_id": responder.actor.person_id,
        "brief_id": brief.id,
        "job_id": job.id,
        "trial_id": trial.id,
        "organisation_id": responder.organisation_id,
        "commitment_id": promised(session, made, responder, now=moment),
    }
    known = {name: str(key) for name, key in ids.items()} | {"dialogue": made.short_name}
    missing = dict.fromkeys(MISSING, str(release.id))
    return NOWHERE | missing | sessions_in(session, made, secretariat, moment) | known


def sessions_in(
    session: Session, made: Dialogue, secretariat: Actor, moment: datetime
) -> dict[str, str]:
    """An announced session with a point and a registration; no talk, passage or correction."""
    meeting, items = planned(session, secretariat, made.id, released=False, now=moment)
    meetings.announce(session, secretariat, meeting.id, now=moment)
    (came,) = meetings.register(
        session,
        secretariat,
        meeting.id,
        factories.own(secretariat),
        accepts_rules=True,
        now=moment,
    )
    missing = dict.fromkeys(("entry_id", "correction_id", "slot_id"), str(meeting.id))
    ids = {"meeting_id": meeting.id, "item_id": items[0].id, "registration_id": came.id}
    return missing | {name: str(key) for name, key in ids.items()}


def _question(session: Session, made: Dialogue, begun: datetime) -> QaItem:
    asker = factories.member(session, made, Role.CO_BUYER, now=begun)
    asked = Asked(text="Why?", language="en")
    return ask(session, asker, made.id, asked, address="", now=begun)


def token_of(session: Session, actor: Actor) -> str:
    """What signs this person in."""
    assert actor.person_id is not None
    return make_link(session, actor.person_id, now=this_instant())


@pytest.fixture
def world(app: Flask, database: Database) -> World:
    app.config["WTF_CSRF_ENABLED"] = False
    return build(database)


def routes(app: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Every route that needs a permission, with its method."""
    for rule in app.url_map.iter_rules():
        needed = getattr(app.view_functions[rule.endpoint], "needs", Access.ANYONE)
        if isinstance(needed, Permission):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule, method, needed


def address(app: Flask, rule: Rule, world: World) -> str:
    """The route's address for the objects of the first dialogue."""
    values: dict[str, str | int] = {name: world.parameters[name] for name in rule.arguments}
    if "number" in values:
        values["number"] = int(values["number"])
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def signed_in(app: Flask, token: str) -> PageClient:
    client = PageClient(app)
    client.http.post(f"/sign-in/link/{token}")
    return client


def statuses(app: Flask, world: World, token: str, *, public: bool) -> dict[str, int]:
    """Status of every route, with the objects of the first dialogue, for one person."""
    client = signed_in(app, token)
    found = {}
    for rule, method, needed in routes(app):
        if not rule.arguments or (Role.ANYONE in PERMISSIONS[needed]) is not public:
            continue
        url = address(app, rule, world)
        found[f"{method} {url} {needed}"] = client.http.open(url, method=method).status_code
    return found


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
def test_somebody_of_another_dialogue_finds_nothing(app: Flask, world: World, role: Role) -> None:
    found = statuses(app, world, world.strangers[role], public=False)
    assert found
    assert {route: status for route, status in found.items() if status != 404} == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_the_permission_finds_nothing(app: Flask, world: World, role: Role) -> None:
    found = statuses(app, world, world.insiders[role], public=False)
    lacking = {
        route: status
        for route, status in found.items()
        if role not in PERMISSIONS[Permission(route.split()[-1])]
    }
    assert lacking
    assert {route: status for route, status in lacking.items() if status != 404} == {}


def test_nobody_signed_out_is_told_what_exists(app: Flask, world: World) -> None:
    client = PageClient(app)
    missing = World({**world.parameters, "dialogue": "no-such-dialogue"}, {}, {})
    for rule, method, needed in routes(app):
        if Role.ANYONE in PERMISSIONS[needed]:
            continue
        there = client.http.open(address(app, rule, world), method=method)
        nowhere = client.http.open(address(app, rule, missing), method=method)
        assert there.status_code == nowhere.status_code == 302, rule.rule


def test_a_page_without_its_token_is_refused(app: Flask, world: World) -> None:
    client = signed_in(app, world.insiders[Role.LEAD_BUYER])
    app.config["WTF_CSRF_ENABLED"] = True
    for rule, method, needed in routes(app):
        if method != "GET" and Role.LEAD_BUYER in PERMISSIONS[needed]:
            status = client.http.open(address(app, rule, world), method=method).status_code
            assert status in {400, 404}, rule.rule
