"""Dialogue sessions, priorities and commitments."""

from flask import Blueprint

bp = Blueprint("meeting", __name__)

from portal.blueprints.meeting import (  # noqa: E402, F401  # routes
    views_agenda,
    views_ballot_scores,
    views_ballots,
    views_corrections,
    views_issues,
    views_minutes,
    views_planning,
    views_priorities,
    views_priorities_published,
    views_priorities_roadmap,
    views_registration,
    views_sessions,
    views_slots,
    views_steps,
)
