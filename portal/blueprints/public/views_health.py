"""For the machines that watch over the portal."""

from flask import current_app
from flask.typing import ResponseReturnValue

from portal.blueprints.public import bp
from portal.core.db import DatabaseUnavailable
from portal.web.guard import Access, needs


@bp.get("/healthz")
@needs(Access.ANYONE)
def healthy() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@needs(Access.ANYONE)
def ready() -> ResponseReturnValue:
    """The process answers and so does its database."""
    try:
        current_app.extensions["portal.database"].is_ready()
    except DatabaseUnavailable:
        return {"status": "database unavailable"}, 503
    return {"status": "ok"}
