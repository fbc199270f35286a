"""What the next page tells its reader once."""

from flask import flash, session


def say_once(text: str, category: str = "message") -> None:
    """Flash a sentence, unless it waits to be shown already: a cookie must not grow with saves."""
    if (category, text) not in [tuple(each) for each in session.get("_flashes", ())]:
        flash(text, category)
