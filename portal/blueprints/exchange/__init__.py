"""The public questions and answers of a dialogue: ask, answer together, publish to all."""

from flask import Blueprint

bp = Blueprint("exchange", __name__)
