"""Who may open which page: every route names its permission, and 404 hides what is not yours.

The guard answers for the route: signed in, the permission held in the dialogue that the address
names. The operation answers for the row.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, abort, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from portal.core.settings import Settings
from portal.dialogue.queries import dialogue_by_name, load_actor, signed_in_actor
from portal.identity.actor import ANYONE, Actor
from portal.identity.queries import session_epoch
from portal.identity.roles import Permission
from portal.web import lifetime
from portal.web.transaction import SAFE_METHODS, start_writing

View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """What a route may ask for instead of a permission."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"


class SignedIn(UserMixin):
    """What Flask-Login keeps of a person: id and epoch, so that all sessions can be ended."""

    def __init__(self, actor: Actor, epoch: int) -> None:
        """Wrap the actor."""
        self.actor = actor
        self.epoch = epoch

    def get_id(self) -> str:
        """Person and epoch; a session of an older epoch is not accepted any more."""
        return f"{self.actor.person_id}:{self.epoch}"


def needs(permission: Permission | Access) -> Callable[[View], View]:
    """Declare what a view needs; a route without it fails the first request and the tests."""

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]  # read by _check and the route test
        return view

    return mark


def init_guard(app: Flask) -> None:
    """Set up sign-in and check every request."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.url_value_preprocessor(_take_dialogue)
    app.url_defaults(_add_dialogue)
    app.before_request(_check)


def sign_in(person_id: UUID) -> None:
    """Start a fresh session for the person; whatever the old one held is gone."""
    session.clear()
    actor = load_actor(g.session, person_id)
    lifetime.begin()
    # A token that was made for this request belongs to the session before.
    g.pop("csrf_token", None)
    login_user(SignedIn(actor, session_epoch(g.session, person_id) or 0))
    g.actor = actor


def sign_out() -> None:
    """End this session."""
    logout_user()
    session.clear()


def settings() -> Settings:
    """The settings of this process."""
    found: Settings = current_app.extensions["portal.settings"]
    return found


def _take_dialogue(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views read the dialogue from g, where the guard puts it, not from their arguments."""
    g.short_name = values.pop("dialogue", None) if values else None


def _add_dialogue(endpoint: str, values: dict[str, Any]) -> None:
    """Links within a dialogue's pages stay in that dialogue."""
    if g.get("dialogue") and current_app.url_map.is_endpoint_expecting(endpoint, "dialogue"):
        values.setdefault("dialogue", g.dialogue.short_name)


def _load(key: str) -> SignedIn | None:
    person, _, epoch = key.rpartition(":")
    if not lifetime.seconds_left():
        return None
    actor = signed_in_actor(g.session, UUID(person), int(epoch))
    return SignedIn(actor, int(epoch)) if actor is not None else None


def _check() -> ResponseReturnValue | None:
    g.actor = current_user.actor if current_user.is_authenticated else ANYONE
    g.dialogue = None
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    needed = getattr(view, "needs", None)
    if needed is None:
        abort(404)
    if g.actor.is_signed_in and not getattr(view, "leaves_session", False):
        lifetime.keep_alive()
    found = _find_dialogue()
    permitted = needed is Access.ANYONE or _permitted(needed)
    if found and permitted:
        if request.method not in SAFE_METHODS and not getattr(view, "reads_first", False):
            start_writing()
        return None
    if permitted or g.actor.is_signed_in:
        abort(404)
    asked: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # Flask-Login
    return asked


def _find_dialogue() -> bool:
    """Put the dialogue that the address names into g; unpublished, it exists for its own."""
    if g.get("short_name") is None:
        return True
    dialogue = dialogue_by_name(g.session, g.short_name)
    if dialogue is None:
        return False
    if dialogue.published_at is None and not g.actor.grants_in(dialogue.id):
        return False
    g.dialogue = dialogue
    return True


def _permitted(needed: Permission | Access) -> bool:
    actor: Actor = g.actor
    if needed is Access.SIGNED_IN:
        return actor.is_signed_in
    if not isinstance(needed, Permission):
        return False
    return actor.may(needed, g.dialogue.id if g.dialogue else None)
