"""Security headers and cookies, on every answer from the first page on."""

import secrets
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from portal.core.settings import Settings
from portal.web.shared import is_shared, share

POLICY = (
    "default-src 'none'; script-src 'self' '{script}'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
FIRST_SCRIPT = (
    'document.body.classList.add("js-enabled", ...("noModule" in HTMLScriptElement.prototype '
    '? ["govuk-frontend-supported"] : []));'
)
"""The one script within the pages: it must run before anything is drawn."""
ITS_HASH = "sha256-" + b64encode(sha256(FIRST_SCRIPT.encode()).digest()).decode()
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
    script = Markup(FIRST_SCRIPT)  # noqa: S704 - a constant
    app.context_processor(lambda: {"csp_nonce": csp_nonce, "first_script": script})
    app.after_request(_add_headers)
    if settings.is_https:
        app.after_request(_demand_https)


def csp_nonce() -> str:
    """The nonce that scripts of this page carry; none where a cache may keep the page.

    A nonce that others get too would protect nobody: there the policy names the script's hash.
    """
    if "csp_nonce" not in g:
        g.csp_nonce = "" if is_shared() else secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def require_own_form() -> None:
    """Refuse a form that no page of ours sent: without a token, its origin must be this portal.

    For a view that readers without any cookie use: a token would need one.
    """
    own = {request.host, urlsplit(current_app.extensions["portal.settings"].public_url).netloc}
    is_own = urlsplit(request.headers.get("Origin", "")).netloc in own
    if (g.actor.is_signed_in or not is_own) and current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()


def _demand_https(response: Response) -> Response:
    """Browsers that came over https once come over nothing else for a year."""
    response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR_S}"
    return response


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    script = f"nonce-{csp_nonce()}" if csp_nonce() else ITS_HASH
    response.headers["Content-Security-Policy"] = POLICY.format(script=script)
    if is_shared():
        response = share(response)
    if not response.direct_passthrough and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
