"""Limits on sign-in tries, per account and per address, and on work that anyone may ask for."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.core.settings import Settings

TRIES = "10 per 5 minutes"
"""Of a password, or of asking for mail."""
LINK_TRIES = "60 per 5 minutes"
"""Of links: their 256 bits cannot be guessed, and a whole office may share one address."""
PAPERS = "60 per 5 minutes"
"""Of questionnaires as files, which take half a second each; an office may share one address."""

limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def init_limits(app: Flask, settings: Settings) -> None:
    """Count where the settings say."""
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits, RATELIMIT_STORAGE_URI=settings.rate_limit_storage
    )
    limiter.init_app(app)


def account_named() -> str:
    """The account that a sign-in form names, so that one account is not tried from everywhere."""
    return "account:" + request.form.get("email", "").strip().lower()
