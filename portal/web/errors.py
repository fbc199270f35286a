"""Error pages: one clear sentence, and nothing about what is hidden."""

import structlog
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from portal.core.db import DatabaseUnavailable
from portal.core.errors import Invalid, NotNow, Refused
from portal.web.pages import page

KNOWN = {400, 404, 405, 409, 413, 422, 429, 500, 503}
log = structlog.get_logger()


def init_errors(app: Flask) -> None:
    """Turn every error into its page."""
    app.register_error_handler(Refused, lambda _error: error_page(404))
    app.register_error_handler(NotNow, lambda error: error_page(409, error.reason))
    app.register_error_handler(Invalid, lambda error: error_page(422, error.reason))
    app.register_error_handler(DatabaseUnavailable, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, reason: object = None) -> ResponseReturnValue:
    """The page for a status, with the sentence if there is one."""
    return page("errors/error.html", status=status, reason=reason), status


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status in {301, 302, 303, 307, 308}:
        return error.get_response()
    return error_page(status if status in KNOWN else 404 if status < 500 else 500)  # noqa: PLR2004


def _unavailable(error: DatabaseUnavailable) -> ResponseReturnValue:
    log.error("database unavailable", error=str(error.orig))
    return error_page(503)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected error", exc_info=error)
    return error_page(500)
