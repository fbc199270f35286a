"""A form that was sent after the session had ended: its fields, until they can be sent again.

A section's form carries a seal: for whom the page was made, and where it leads. Only a form with
a seal of ours is carried along, so that no other site can put words into somebody's mouth while
they sign in; and only that person gets it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

SEAL = "seal"
KEPT_FOR = timedelta(days=7)
MOST_FIELDS = 10_000
MOST_CHARACTERS = 1_000_000
OF_SIGNING_IN = frozenset({SEAL, "csrf_token", "email", "password", "next"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """Fields of a form by name, for whom and where to send them; ``seal`` proves both."""

    path: str
    person_id: UUID
    fields: Mapping[str, list[str]]
    seal: str


def seal_of(path: str) -> str:
    """The proof that the form at this path was made for the actor."""
    return _serializer().dumps([str(g.actor.person_id), path])


def unsent() -> Unsent | None:
    """What this request would carry along; None without a seal of ours, or if it is too much."""
    seal = request.form.get(SEAL, "")
    try:
        person, path = _serializer().loads(seal, max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return None
    fields = {key: values for key, values in request.form.lists() if key not in OF_SIGNING_IN}
    sizes = [len(name) + len(value) for name, values in fields.items() for value in values]
    if len(sizes) > MOST_FIELDS or sum(sizes) > MOST_CHARACTERS:
        return None
    return Unsent(path=path, person_id=UUID(person), fields=fields, seal=seal)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="unsent-form")
