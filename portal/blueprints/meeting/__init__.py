"""Dialogue sessions, priorities and commitments."""

from flask import Blueprint

bp = Blueprint("meeting", __name__)

from portal.blueprints.meeting import (  # noqa: E402, F401  # routes
    views_commitments,
    views_commitments_acts,
    views_follow_up,
    views_next_round,
)
