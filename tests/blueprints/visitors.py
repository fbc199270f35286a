"""People who visit pages: signed in as on the portal itself, with the mail they were sent."""

import re

from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import Database
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from tests.page import PageClient

LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")


def database_of(app: Flask) -> Database:
    """The database that the app works on."""
    found: Database = app.extensions["portal.database"]
    return found


def signed_in(app: Flask, actor: Actor) -> PageClient:
    """The actor's browser, after opening a sign-in link."""
    assert actor.person_id is not None
    with database_of(app).transaction() as session:
        token = make_link(session, actor.person_id, now=now())
    client = PageClient(app)
    page = client.get(f"/sign-in/link/{token}")
    client.submit(page, token)
    return client


def mails(app: Flask, recipient: str) -> list[str]:
    """What was written to an address, the oldest first."""
    with database_of(app).session(writes=False) as session:
        query = select(OutboxMail.body).where(OutboxMail.recipient == recipient)
        return list(session.scalars(query.order_by(OutboxMail.created_at, OutboxMail.id)))


def link_in(mail: str) -> str:
    """The path of the mail's only link."""
    (path,) = LINK.findall(mail)
    return str(path)
