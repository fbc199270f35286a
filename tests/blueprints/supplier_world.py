"""A published dialogue, a supplier that answers it, and readers who are signed in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from portal.core.clock import now
from portal.core.db import Database, Session
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from portal.identity.roles import Role
from portal.response.loading import given_answers
from portal.response.models import Response
from tests import factories
from tests.page import Page, PageClient

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "A": {"A.01": ["brand"], "A.02": "50_249"},
    "B": {
        "B.01": "yes",
        "B.02": "2026-03-31",
        "B.03": "yes",
        "B.04": "3",
        "B.05": "45,5",
        "B.06": "6",
    },
    "C": {"C.01:assembly": "all", "C.01:chips": "none", "C.02:assembly:year": "2028"},
    "D": {"D.02": "Buy less, use longer.\nPay for repair."},
}
"""Section → field → what is typed; everything that a brand must answer, less the proof of B.01."""


class Reader(PageClient):
    """A reader who also types into fields whose names are no Python names."""

    def fill_in(
        self,
        page: Page,
        action: str = "",
        *,
        typed: Mapping[str, object],
        status: int = 302,
        button: str = "",
    ) -> Page | TestResponse:
        """Send the page's form with these fields changed; None leaves a field out."""
        form = page.form(action, button)
        pressed = {button: [dict(form.buttons)[button]]} if button else {}
        return self.send(form.action, {**form.fields, **pressed, **typed}, status=status)


@dataclass(frozen=True)
class World:
    """One supplier's response in one dialogue, and the app around it."""

    app: Flask
    database: Database
    dialogue_id: UUID
    response_id: UUID
    organisation_id: UUID
    signatory: Actor

    @property
    def url(self) -> str:
        """The response's task list."""
        return f"/responses/{self.response_id}"

    def section(self, section_id: str) -> str:
        """A section's page."""
        return f"{self.url}/sections/{section_id}"

    def client(self, actor: Actor | None = None) -> Reader:
        """A reader signed in as this person, the signatory unless somebody is named."""
        person_id = (actor or self.signatory).person_id
        assert person_id is not None
        with self.database.transaction() as session:
            token = make_link(session, person_id, next_path="", now=now())
        client = Reader(self.app)
        page = client.get(f"/sign-in/link/{token}")
        client.submit(page, f"/sign-in/link/{token}")
        return client

    def colleague(self, role: Role) -> Actor:
        """Somebody else of the supplier."""
        with self.database.transaction() as session:
            dialogue = session.get_one(Dialogue, self.dialogue_id)
            return factories.colleague(session, dialogue, self.signatory, role, now=now())

    def member(self, role: Role) -> Actor:
        """Somebody with this role in the supplier's dialogue, of an organisation of their own."""
        with self.database.transaction() as session:
            dialogue = session.get_one(Dialogue, self.dialogue_id)
            return factories.member(session, dialogue, role, now=now())

    def other_supplier(self) -> "World":
        """Another supplier in the same dialogue, with a response of its own."""
        with self.database.transaction() as session:
            dialogue = session.get_one(Dialogue, self.dialogue_id)
            return _answering(self.app, session, dialogue)

    def save(
        self, client: Reader, section_id: str, typed: Mapping[str, object]
    ) -> Page | TestResponse:
        """Fill in a section's form and send it, expecting that all of it is right."""
        page = client.get(self.section(section_id))
        return client.fill_in(page, self.section(section_id), typed=typed)

    def prove(self, client: Reader, question_id: str, **fields: object) -> None:
        """Back an answer with a link."""
        url = f"{self.url}/evidence/{question_id}"
        link = {"url": "https://example.eu/policy", "title": "Policy", **fields}
        client.fill_in(client.get(url), url, typed=link)

    def fill(self, client: Reader) -> None:
        """Answer everything that is required, with its proof."""
        for section_id, typed in ANSWERS.items():
            self.save(client, section_id, typed)
        self.prove(client, "B.01")

    def sign(self, client: Reader) -> Page:
        """Sign and send; returns the receipt."""
        page = client.get(f"{self.url}/check")
        sent = client.submit(page, "/submit", signatory="Ada Brand", declared="y")
        return client.follow(sent)

    def stored(self) -> dict[str, Any]:
        """The stored value of each question that has one."""
        with self.database.session(writes=False) as session:
            answers = given_answers(session, self.response_id)
        return {key: given.value for key, given in answers.items() if given.value is not None}

    def reload(self, actor: Actor) -> Actor:
        """The actor with the roles held now."""
        assert actor.person_id is not None
        with self.database.session(writes=False) as session:
            return load_actor(session, actor.person_id)

    def state(self) -> str:
        """The state of the response."""
        with self.database.session(writes=False) as session:
            return session.scalars(
                select(Response.state).where(Response.id == self.response_id)
            ).one()

    def close(self) -> None:
        """Let the closing time pass."""
        with self.database.transaction() as session:
            session.execute(
                update(Dialogue)
                .where(Dialogue.id == self.dialogue_id)
                .values(closes_at=now() - timedelta(seconds=1))
            )


@dataclass
class Statements:
    """The SQL statements that a request sent."""

    found: list[str] = field(default_factory=list)

    def note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Keep one, unless it only sets up the transaction."""
        if not statement.startswith(("PRAGMA", "BEGIN")):
            self.found.append(statement)


def world(app: Flask, path: Path = factories.SMALL) -> World:
    """A dialogue that is open now, and a supplier that has begun to answer."""
    database: Database = app.extensions["portal.database"]
    with database.transaction() as session:
        dialogue = factories.published(session, path=path, now=now())
        return _answering(app, session, dialogue)


@contextmanager
def statements(database: Database) -> Iterator[Statements]:
    """Everything that is sent to the database meanwhile."""
    heard = Statements()
    event.listen(database.engine, "before_cursor_execute", heard.note)
    yield heard
    event.remove(database.engine, "before_cursor_execute", heard.note)


def _answering(app: Flask, session: Session, dialogue: Dialogue) -> World:
    signatory = factories.supplier(session, dialogue, now=now())
    response = factories.response(session, dialogue, signatory, now=now())
    return World(
        app=app,
        database=app.extensions["portal.database"],
        dialogue_id=dialogue.id,
        response_id=response.id,
        organisation_id=response.organisation_id,
        signatory=signatory,
    )
