"""Answering: the task list, one section a page, evidence, signing, and what comes after."""

from flask import Blueprint

bp = Blueprint("supplier", __name__)

from portal.blueprints.supplier import (  # noqa: E402, F401  # routes
    views_carried,
    views_evidence,
    views_sections,
    views_submission,
    views_tasks,
    views_team,
)
