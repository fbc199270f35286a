"""Writing a questionnaire together: editing, reviewing, comparing, following versions."""

from flask import Blueprint

bp = Blueprint("questionnaire", __name__)

from portal.blueprints.questionnaire import (  # noqa: E402, F401  # routes
    views_bank,
    views_clauses,
    views_compare,
    views_conditions,
    views_copying,
    views_corrections,
    views_discussion,
    views_editor,
    views_files,
    views_history,
    views_origins,
    views_papers,
    views_preview,
    views_question,
    views_review,
    views_sections,
    views_versions,
)
