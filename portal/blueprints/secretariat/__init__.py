"""Running a dialogue: setting up, inviting, publishing, closing, releasing, briefing."""

from flask import Blueprint

bp = Blueprint("secretariat", __name__)

from portal.blueprints.secretariat import (  # noqa: E402, F401  # routes
    views_briefs,
    views_calendar,
    views_consultation,
    views_desk,
    views_feedback,
    views_invitations,
    views_people,
    views_releases,
)
