"""What reviewers say of answers reaches no supplier, no observer and nobody else.

No page, no file, no mail, no export and no log holds a note or what a score stands for.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now as this_instant
from portal.core.db import Base, Database, Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Permission, Role, scope_of
from portal.response.exchange import export_responses
from portal.response.models_review import ReviewMark, ScoringGuide
from portal.response.operations_guide import write_guide
from portal.response.operations_review import Judgement, give_mark
from tests import factories
from tests.rules.test_isolation import World, fill, token_of
from tests.rules.test_notes_stay_inside import pages, words_of

CANARY = "canary-7b1e-in-a-mark"
OUTSIDE = (Role.OBSERVER, Role.SUPPLIER_ADMIN, Role.SUPPLIER_CONTRIBUTOR, Role.SUPPLIER_SIGNATORY)


@pytest.fixture
def world(database: Database) -> World:
    """A dialogue that is over, in which buyers marked, noted and scored a public answer."""
    moment = this_instant()
    begun = moment - timedelta(days=10)
    with database.transaction() as session:
        made = factories.published(session, now=begun, days=9)
        parameters = fill(session, made, begun, moment)
        organisation = UUID(parameters["organisation_id"])
        lead = factories.member(session, made, Role.LEAD_BUYER, now=begun)
        _review(session, lead, made, organisation)
        tokens = {
            role: token_of(session, factories.member(session, made, role, now=begun))
            for role in OUTSIDE
        }
        signatory = Role.SUPPLIER_SIGNATORY
        team = factories.member(session, made, signatory, organisation_id=organisation, now=begun)
        own = {signatory: token_of(session, team)}
        own[Role.LEAD_BUYER] = token_of(session, lead)
    return World(parameters, insiders=tokens, strangers=own)


def _review(session: Session, lead: Actor, made: Dialogue, organisation: UUID) -> None:
    moment = this_instant()
    for question in ("A.01", "A.02"):
        write_guide(session, lead, made.id, question, [CANARY] * 5, base_version=0, now=moment)
        said = Judgement(mark="serious", note=CANARY, score=1, guide_version=1)
        give_mark(session, lead, made.id, (organisation, question), said, now=moment)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_supplier_and_no_observer_finds_a_note_or_a_guide(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    outside = [*world.insiders.values(), world.strangers[Role.SUPPLIER_SIGNATORY], ""]
    for token in outside:
        seen = list(pages(app, world, token))
        assert len(seen) > 5
        assert not [url for url, found in seen if CANARY in words_of(found)]
    inside = pages(app, world, world.strangers[Role.LEAD_BUYER])
    assert len([url for url, found in inside if CANARY in words_of(found)]) > 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_note_and_no_guide_is_stored_or_exported_anywhere_else(
    database: Database, world: World
) -> None:
    with database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in {ReviewMark.__tablename__, ScoringGuide.__tablename__}:
                assert CANARY not in str(session.execute(select(table)).all()), table.name
        dialogue = factories.named(session, world.parameters["dialogue"])
        own = UUID(world.parameters["organisation_id"])
        for role in Role:
            if scope_of(Permission.EXPORT_ANSWERS, role) is not None:
                lines = export_responses(
                    session, SYSTEM, dialogue.id, role=role, organisation_id=own, now=this_instant()
                )
                assert CANARY not in "".join(lines)
