"""Identifiers and secrets."""

import secrets
from hashlib import sha256
from uuid import UUID, uuid4

TOKEN_BYTES = 32


def new_id() -> UUID:
    """A random identifier that tells nothing about what it names."""
    return uuid4()


def new_token() -> str:
    """A secret of 256 bits for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token: whoever reads the database cannot use it."""
    return sha256(token.encode()).hexdigest()
