"""The public questions and answers of a dialogue: ask, answer together, publish to all."""

from flask import Blueprint

bp = Blueprint("exchange", __name__)

from portal.blueprints.exchange import (  # noqa: E402, F401  # routes
    views_answer,
    views_asking,
    views_correction,
    views_desk,
    views_item,
    views_public,
    views_rejection,
    views_times,
    views_wording,
)
