"""Security headers and cookies, on every answer from the first page on."""

import secrets
from datetime import timedelta

from flask import Flask, Response, g

from portal.core.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
ONE_YEAR_S = 365 * 24 * 60 * 60
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def init_security(app: Flask, settings: Settings) -> None:
    """Sign and mark cookies, and add the headers to every answer."""
    app.config.update(
        SECRET_KEY=settings.cookie_secret,
        SESSION_COOKIE_NAME="__Host-parley" if settings.is_https else "parley",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.idle_minutes),
        SESSION_REFRESH_EACH_REQUEST=False,  # portal.web.lifetime says when
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its session
        MAX_CONTENT_LENGTH=(settings.upload_limit_mb + 2) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
    )
    app.context_processor(lambda: {"csp_nonce": csp_nonce})
    app.after_request(_add_headers)
    if settings.is_https:
        app.after_request(_demand_https)


def csp_nonce() -> str:
    """The nonce that scripts of this page carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _demand_https(response: Response) -> Response:
    """Browsers that came over https once come over nothing else for a year."""
    response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR_S}"
    return response


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = POLICY.format(nonce=csp_nonce())
    is_asset = response.direct_passthrough and response.mimetype != "application/octet-stream"
    if not is_asset and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
