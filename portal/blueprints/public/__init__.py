"""Pages for anyone: the dialogues, their questionnaires, registration, and the statements."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from portal.blueprints.public import (  # noqa: E402  # routes
    views_briefs,
    views_calendar,
    views_data,
    views_dialogue,
    views_health,
    views_invitation,
    views_language,
    views_papers,
)

__all__ = [
    "bp",
    "views_briefs",
    "views_calendar",
    "views_data",
    "views_dialogue",
    "views_health",
    "views_invitation",
    "views_language",
    "views_papers",
]
