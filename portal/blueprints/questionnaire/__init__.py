"""Writing a questionnaire together: editing, reviewing, comparing, following versions."""

from flask import Blueprint

bp = Blueprint("questionnaire", __name__)

from portal.blueprints.questionnaire import (  # noqa: E402, F401  # routes
    views_clauses,
    views_conditions,
    views_discussion,
    views_editor,
    views_files,
    views_history,
    views_question,
    views_review,
    views_sections,
)
