"""Reading: the draft and its votes, participation, releases, and answers side by side."""

from flask import Blueprint

bp = Blueprint("buyer", __name__)

from portal.blueprints.buyer import (  # noqa: E402, F401  # routes
    views_answers,
    views_changes,
    views_clarification,
    views_guide,
    views_participation,
    views_release,
    views_review,
    views_supplier,
)
