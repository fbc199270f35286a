"""Signing in and out, and one's own account."""

from flask import Blueprint

bp = Blueprint("account", __name__)

from portal.blueprints.account import (  # noqa: E402, F401  # routes
    views_profile,
    views_session,
    views_sign_in,
)
