"""Dialogue sessions, priorities and commitments."""

from flask import Blueprint

bp = Blueprint("meeting", __name__)

from portal.blueprints.meeting import (  # noqa: E402, F401  # routes
    views_agenda,
    views_ballot_scores,
    views_ballots,
    views_commitments,
    views_commitments_acts,
    views_corrections,
    views_follow_up,
    views_issues,
    views_minutes,
    views_next_round,
    views_planning,
    views_priorities,
    views_priorities_published,
    views_priorities_roadmap,
    views_registration,
    views_room,
    views_room_notes,
    views_room_polls,
    views_sessions,
    views_slots,
    views_steps,
)
