"""What was asked and answered before, and a new draft: for tests of the bank and of copying."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask

from portal.aggregate.queries import releases
from portal.brief import operations as briefs
from portal.brief.policy import Edition
from portal.core.clock import now
from portal.dialogue.operations import grant_role
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.operations_editing import import_draft
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.queries_versions import editions
from tests import factories
from tests.aggregate import market
from tests.blueprints.secretariat_world import dialogue_named
from tests.blueprints.visitors import database_of, signed_in
from tests.page import PageClient
from tests.questionnaire.answers import TYPES


class BankWorld:
    """A dialogue with a draft of every type, two editors of two buyers, and a reader."""

    def __init__(self, app: Flask, questionnaire: Questionnaire | None = TYPES) -> None:
        """Make it."""
        self.app = app
        with database_of(app).transaction() as session:
            dialogue = factories.dialogue(session, now=now())
            self.lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
            self.second = factories.member(session, dialogue, Role.CO_BUYER, now=now())
            self.reader = factories.member(session, dialogue, Role.BUYER_READER, now=now())
            self.name = dialogue.short_name
            if questionnaire is not None:
                own = factories.own(self.lead)
                import_draft(
                    session, self.lead, dialogue.id, questionnaire, organisation_id=own, now=now()
                )

    def at(self, path: str) -> str:
        """The address of a page of the draft."""
        return f"/dialogues/{self.name}/draft/{path}"

    def client(self, actor: Actor | None = None) -> PageClient:
        """The browser of the lead buyer, or of somebody else."""
        return signed_in(self.app, actor or self.lead)

    def draft(self) -> Questionnaire:
        """The draft as it is now."""
        with database_of(self.app).session(writes=False) as session:
            found = draft_of(session, dialogue_named(session, self.name).id)
        assert found is not None
        return found.questionnaire

    def publish(self, path: Path = factories.SMALL, *, name: str = "") -> str:
        """Another dialogue with a published questionnaire; the id of the version."""
        with database_of(self.app).transaction() as session:
            made = factories.published(session, path=path, now=now(), short_name=name)
            (edition,) = editions(session, made.id)
            return str(edition.id)

    def release(
        self, *, hidden: int = 0, public_brief: bool = False, path: Path = factories.SMALL
    ) -> None:
        """A closed dialogue named market with 12 answers open to its buyers, and a release.

        ``hidden`` of the suppliers keep one answer to themselves, too few to be shown.
        """
        begun = now() - timedelta(days=40)
        with database_of(self.app).transaction() as session:
            found = market.suppliers(12, "buyers")
            secret = {"B.03": {"value": "no", "class": market.HIDDEN}}
            found[:hidden] = [replace(each, more=secret) for each in found[:hidden]]
            made = market.market(session, found, path=path, now=begun)
            market.release(session, made, at=now())
            if public_brief:
                (release,) = releases(session, made.id)
                brief = briefs.create(
                    session,
                    SYSTEM,
                    release.id,
                    briefs.Draft(title="What we heard"),
                    edition=Edition.PUBLIC,
                    language="en",
                    now=now(),
                )
                briefs.publish(session, SYSTEM, brief.id, now=now())

    def member_of_market(self, role: Role, actor: Actor) -> None:
        """Give somebody's organisation a role in the market dialogue, too."""
        with database_of(self.app).transaction() as session:
            made = dialogue_named(session, "market")
            grant_role(
                session,
                SYSTEM,
                made.id,
                organisation_id=factories.own(actor),
                email=actor.email,
                name=actor.name,
                role=role,
                now=now(),
            )
