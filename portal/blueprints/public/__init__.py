"""Pages for anyone: the dialogues, their questionnaires, registration, and the statements."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from portal.blueprints.public import views_dialogue, views_health, views_invitation  # noqa: E402, F401  # routes
