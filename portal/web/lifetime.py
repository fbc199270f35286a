"""How long a session lasts: until nothing was asked for a while, and never past a working day.

Flask would send the cookie anew with every answer. Here it is sent again only when a minute has
passed, so that an answer that is still under way cannot undo a sign-out, and never for a request
that only asks how much time is left.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, session

from portal.core.clock import now
from portal.core.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
STARTED, SEEN = "started", "seen"
"""In the session: when it began, and the last request that counts; seconds of the epoch."""
WARN_S = 5 * 60
STEP_S = 60
"""How late the last request may be noted."""


def begin() -> None:
    """A session starts now."""
    session.permanent = True
    session[STARTED] = session[SEEN] = now().timestamp()


def seconds_left() -> int:
    """Until the session ends if nothing is asked any more; 0 once it is over."""
    settings = _settings()
    started = float(session.get(STARTED, 0))
    idle = float(session.get(SEEN, started)) + settings.idle_minutes * 60
    ends = min(idle, started + settings.session_hours * 3600)
    return max(0, int(ends - now().timestamp()))


def warn_seconds() -> int:
    """How long before the end somebody is told of it: five minutes, less of a short session."""
    return min(WARN_S, _settings().idle_minutes * 60 // 3)


def keep_alive(*, at_once: bool = False) -> None:
    """Somebody is there: the time without a request begins anew."""
    instant = now().timestamp()
    if at_once or instant - float(session.get(SEEN, 0)) >= STEP_S:
        session[SEEN] = instant


def _settings() -> Settings:
    found: Settings = current_app.extensions["portal.settings"]
    return found


def leaves_session(view: View) -> View:
    """Mark a view that a page asks by itself: it is no sign that somebody is there."""
    view.leaves_session = True  # type: ignore[attr-defined]  # read by the guard
    return view
