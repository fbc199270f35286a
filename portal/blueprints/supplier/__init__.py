"""Answering: the task list, one section a page, evidence, signing, and what comes after."""

from flask import Blueprint

bp = Blueprint("supplier", __name__)

from portal.blueprints.supplier import (  # noqa: E402, F401  # routes
    views_after,
    views_autosave,
    views_calendar,
    views_carried,
    views_clarification,
    views_company,
    views_compared,
    views_evidence,
    views_feedback,
    views_history,
    views_library,
    views_library_piece,
    views_marks,
    views_minerals,
    views_notes,
    views_papers,
    views_presence,
    views_readers,
    views_references,
    views_rows,
    views_sections,
    views_sharing,
    views_sources,
    views_submission,
    views_tables,
    views_tasks,
    views_team,
    views_workbook,
)
