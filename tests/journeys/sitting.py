"""Five people of one dialogue at five browsers, and what they do in the room of its session."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Locator, expect
from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import Base, Database, Session
from portal.identity.actor import Actor
from portal.identity.roles import OrganisationKind, Role
from portal.meeting.ballots_rules import State
from portal.meeting.models import Meeting
from tests import factories
from tests.aggregate import market
from tests.journeys.browser import Reader
from tests.journeys.test_writing_together import sign_in
from tests.meeting import ballot_world

PLACE = "/dialogues/market"
NORTH, SOUTH = "Northern Laptops", "Southern Screens"
"""The two suppliers at the table: in what one of them sees, the other is not named."""
WAIT_MS = 20_000
"""The room asks for news every four to five seconds."""


@dataclass
class Sitting:
    """Who is there; ``anyone`` is not signed in. ``session`` is the session's address."""

    app: Flask
    database: Database
    ballot: str
    secretariat: Reader
    lead: Reader
    co_buyer: Reader
    supplier: Reader
    rival: Reader
    anyone: Reader
    session: str = ""

    @property
    def voters(self) -> tuple[Reader, Reader, Reader, Reader]:
        """Everybody at the table but the secretariat, which holds the chair."""
        return self.lead, self.co_buyer, self.supplier, self.rival

    @property
    def everybody(self) -> tuple[Reader, ...]:
        """Everybody at the table."""
        return self.secretariat, *self.voters

    def turn(
        self, model: type[Base], *, of: dict[str, str] | None = None, **fields: object
    ) -> None:
        """Put another time into rows of a table: the clock of a server cannot be turned."""
        with self.database.transaction() as session:
            session.execute(update(model).filter_by(**(of or {})).values(**fields))

    def tick(self) -> dict[str, int]:
        """Let the clock do what is due; name → how much was done."""
        done: dict[str, int] = self.app.extensions["portal.jobs"].tick()
        return done

    def meeting_begins(self, *, hours_ago: float) -> None:
        """Move the session, which lasts two hours; registration closed the day before."""
        starts_at = now() - timedelta(hours=hours_ago)
        self.turn(
            Meeting,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            registration_closes_at=starts_at - timedelta(days=1),
        )
        self.tick()


def sitting(app: Flask, new_reader: Callable[..., Reader]) -> Sitting:
    """A dialogue that is over and released, with a ballot whose joint demand is proposed."""
    database: Database = app.extensions["portal.database"]
    begun = now() - timedelta(days=60)
    with database.transaction() as session:
        dialogue = market.market(session, market.suppliers(12), now=begun)
        market.release(session, dialogue, at=market.after_close(begun))
        ours = ballot_world.world(
            session, now=now() - timedelta(days=28), buyers=2, dialogue=dialogue
        )
        ours.bring_to(State.OPTING_IN)
        ours.ballot.closes_at = now() + timedelta(days=1)
        ballot = f"{PLACE}/issues/ballots/{ours.ballot.id}"
        north, south = _signatory(session, ours, NORTH), _signatory(session, ours, SOUTH)
    lead, co_buyer = ours.buyers
    return Sitting(
        app,
        database,
        ballot,
        secretariat=sign_in(database, new_reader(), ours.secretariat),
        lead=sign_in(database, new_reader(), lead),
        co_buyer=sign_in(database, new_reader(), co_buyer),
        supplier=sign_in(database, new_reader(), north),
        rival=sign_in(database, new_reader(), south),
        anyone=new_reader(),
    )


def _signatory(session: Session, ours: ballot_world.World, company: str) -> Actor:
    made = factories.organisation(session, OrganisationKind.SUPPLIER, company, now=ours.now)
    return factories.member(
        session,
        ours.dialogue,
        Role.SUPPLIER_SIGNATORY,
        organisation_id=made.id,
        now=ours.now,
    )


def click(reader: Reader, name: str) -> None:
    """Press a button that acts without leaving the page; what follows is left out of its name."""
    pattern = re.compile(f"^{re.escape(name)}( –|$)")
    reader.page.get_by_role("button", name=pattern).first.click()


def shows(reader: Reader, words: str, *, where: str = "main") -> Locator:
    """Wait until the page says so by itself."""
    place = reader.page.locator(where).first
    expect(place).to_contain_text(words, timeout=WAIT_MS)
    return place


def unfold(reader: Reader, words: str) -> None:
    """Open what hides behind these words."""
    reader.page.get_by_text(words, exact=True).first.click()


def type_in(reader: Reader, fields: dict[str, Any]) -> None:
    """Type into fields by their names."""
    for name, text in fields.items():
        reader.page.locator(f"main [name='{name}']").first.fill(str(text))


def pick(reader: Reader, name: str, value: str) -> None:
    """Choose from a list by its name."""
    reader.page.locator(f"main select[name='{name}']").select_option(value)
