"""Signing in and out, and one's own account."""

from flask import Blueprint

bp = Blueprint("account", __name__)

from portal.blueprints.account import views_profile, views_sign_in  # noqa: E402, F401  # routes
