"""Pages that are the same for everyone: sent without a cookie, and kept by caches for a minute.

Only a request without any cookie gets such an answer, so that nothing of somebody who is signed in,
or who chose a language, is ever kept for others or taken from there.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, request, session

View = TypeVar("View", bound=Callable[..., Any])
MAX_AGE_S = 60
OK = 200


def same_for_everyone(view: View) -> View:
    """Mark a view whose answer is the same for all readers who are not signed in."""
    view.is_shared = True  # type: ignore[attr-defined]  # read below
    return view


def is_shared() -> bool:
    """Whether the answer to this request may be kept for others."""
    if request.endpoint is None or request.method not in {"GET", "HEAD"} or request.cookies:
        return False
    view = current_app.view_functions.get(request.endpoint)
    actor = g.get("actor")
    return getattr(view, "is_shared", False) and not (actor and actor.is_signed_in)


def share(response: Response) -> Response:
    """Let caches keep the answer for a minute, and ask by its hash whether it still holds."""
    if response.status_code != OK or session.modified or response.headers.getlist("Set-Cookie"):
        return response
    response.direct_passthrough = False
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag(overwrite=True)
    response.make_conditional(request)
    return response
