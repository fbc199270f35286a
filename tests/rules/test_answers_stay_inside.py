"""What a supplier lets few people read reaches nobody else: no page, no file, no release.

Every answer of a class carries a word of its own, in texts, rows, comments and reasons. Everybody
fetches every page and every file (invariant I4); the words that they find are those of the classes
that their role may read, and of a supplier's own answers.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now as this_instant
from portal.core.db import Database, Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import SUPPLIER_ROLES, Permission, Role, scope_of
from portal.questionnaire.definition import ConfidentialityClass
from portal.response import operations
from portal.response.answers import AnswerDraft
from portal.response.exchange import export_responses
from portal.response.models import Response
from portal.response.rules import NARROWING_REASONS
from tests import factories
from tests.rules.test_isolation import ROLES, World, fill, token_of
from tests.rules.test_notes_stay_inside import pages, words_of

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OTHERS = 11
CLASSES = tuple(ConfidentialityClass)
EVERYBODY = {ConfidentialityClass.PUBLIC}
PARTICIPANTS = EVERYBODY | {ConfidentialityClass.PARTICIPANTS}
OBSERVERS = PARTICIPANTS | {ConfidentialityClass.BUYERS_AND_OBSERVERS}
BUYERS = OBSERVERS | {ConfidentialityClass.BUYERS}
ALLOWED = {
    Role.LEAD_BUYER: BUYERS,
    Role.CO_BUYER: BUYERS,
    Role.BUYER_READER: BUYERS,
    Role.SECRETARIAT: BUYERS | {ConfidentialityClass.AGGREGATE_ONLY},
    Role.OBSERVER: OBSERVERS,
    Role.SUPPLIER_ADMIN: PARTICIPANTS,
    Role.SUPPLIER_CONTRIBUTOR: PARTICIPANTS,
    Role.SUPPLIER_SIGNATORY: PARTICIPANTS,
    Role.ANYONE: EVERYBODY,
}
"""What a role may at most read of others' answers, from the matrix of the domain."""


def canary(name: ConfidentialityClass) -> str:
    """The word in answers of a class; no class's word is part of another's."""
    return f"canary-{CLASSES.index(name)}-of-a-class"


@pytest.fixture
def world(database: Database) -> World:
    """A dialogue that is over and released, with a supplier for each class; those are first."""
    moment = this_instant()
    begun = moment - timedelta(days=10)
    with database.transaction() as session:
        made = factories.published(session, now=begun, days=9)
        owners = {name: _answer(session, made, name, begun) for name in CLASSES}
        for _ in range(OTHERS):
            factories.submitted(session, made, now=begun)
        parameters = fill(session, made, begun, moment)
        readers = {role: factories.member(session, made, role, now=begun) for role in ROLES}
        tokens: dict[Role, str] = {role: token_of(session, each) for role, each in readers.items()}
        organisations = ",".join(str(factories.own(owner)) for owner in owners.values())
        secret = owners[ConfidentialityClass.AGGREGATE_ONLY]
        query = select(Response.id).filter_by(organisation_id=factories.own(secret))
        response_id = session.scalars(query).one()
        own = {Role.SUPPLIER_SIGNATORY: token_of(session, secret)}
    places = {
        "organisation_id": str(factories.own(secret)),
        "response_id": str(response_id),
        "organisations": organisations,
    }
    return World(parameters | places, insiders=tokens, strangers=own)


def _answer(session: Session, made: Dialogue, name: ConfidentialityClass, begun: datetime) -> Actor:
    """A supplier all of whose answers are of the class, as far as the questions allow it."""
    actor = factories.supplier(session, made, now=begun)
    response = factories.response(session, made, actor, now=begun)
    word = canary(name)
    reason = "" if name is ConfidentialityClass.PUBLIC else next(iter(NARROWING_REASONS))
    said = AnswerDraft(
        value=word, comment=word, confidentiality=name.value, narrowing_reason=reason
    )
    given = {
        **factories.drafts("reseller", {}),
        "A.03": replace(said, value=[{"name": word, "country": "FR", "staff": 5}]),
        "D.01": said,
    }
    factories.answer(session, actor, response.id, given, now=begun)
    policy = operations.add_link(
        session,
        actor,
        factories.own(actor),
        "https://example.org/policy",
        operations.Described(title="Policy"),
        now=begun,
    )
    operations.tie(session, actor, response.id, "B.01", policy.id, now=begun)
    operations.submit(session, actor, response.id, signatory="Ada", declared=True, now=begun)
    return actor


def found_by(app: Flask, world: World, token: str) -> Iterator[tuple[str, ConfidentialityClass]]:
    """(address, class) of every word found, side by side pages of all suppliers among them."""
    app.config["WTF_CSRF_ENABLED"] = False
    for url, found in pages(app, world, token, _side_by_side(world)):
        words = words_of(found)
        yield from ((url, name) for name in CLASSES if canary(name) in words)


def _side_by_side(world: World) -> list[str]:
    dialogue = world.parameters["dialogue"]
    return [
        f"/dialogues/{dialogue}/answers/compare?supplier={organisation}&section={section}"
        for organisation in world.parameters["organisations"].split(",")
        for section in ("A", "D")
    ]


@SQLITE
def test_everybody_finds_only_words_of_the_classes_that_they_may_read(
    app: Flask, world: World
) -> None:
    seen: dict[Role, set[ConfidentialityClass]] = {}
    for role, token in {**world.insiders, Role.ANYONE: ""}.items():
        found = list(found_by(app, world, token))
        leaks = [each for each in found if each[1] not in ALLOWED[role]]
        assert not leaks, role
        seen[role] = {name for _, name in found}
    for role in (Role.LEAD_BUYER, Role.CO_BUYER, Role.BUYER_READER):
        assert seen[role] == BUYERS, role


@SQLITE
def test_a_supplier_finds_its_own_answers_and_those_of_its_class_of_reader(
    app: Flask, world: World
) -> None:
    (token,) = world.strangers.values()
    found = {name for _, name in found_by(app, world, token)}
    assert ConfidentialityClass.AGGREGATE_ONLY in found
    assert found <= PARTICIPANTS | {ConfidentialityClass.AGGREGATE_ONLY}


@SQLITE
def test_exported_responses_hold_only_words_of_the_classes_that_a_role_may_read(
    database: Database, world: World
) -> None:
    """Suppliers get their own, the secretariat all: it keeps the file of the consultation."""
    own = UUID(world.parameters["organisation_id"])
    secret = {ConfidentialityClass.AGGREGATE_ONLY}
    with database.session(writes=True) as session:
        dialogue = factories.named(session, world.parameters["dialogue"])
        for role, allowed in ALLOWED.items():
            if scope_of(Permission.EXPORT_ANSWERS, role) is None:
                continue
            lines = export_responses(
                session, SYSTEM, dialogue.id, role=role, organisation_id=own, now=this_instant()
            )
            text = "".join(lines)
            found = {name for name in CLASSES if canary(name) in text}
            if role in SUPPLIER_ROLES:
                assert found == secret, role
            elif role is Role.SECRETARIAT:
                assert found == set(CLASSES), role
            else:
                assert found == allowed, role
