"""Who gets what is published: those who hold a role, and those who were invited."""

from flask import g

from portal.exchange.giving import Readers
from portal.invitation.queries_readers import invited_readers
from portal.web.guard import settings


def readers() -> Readers:
    """Who reads beyond those who hold a role in this dialogue."""
    return Readers(tuple(invited_readers(g.session, g.dialogue)), settings().public_url)
