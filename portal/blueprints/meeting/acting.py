"""For whom a reader of these pages acts, and small things that their views share."""

from uuid import UUID

from flask import flash, g, request, url_for
from flask_babel import gettext as _

from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.meeting.priorities_merging import Joined
from portal.web.guard import settings


def acting_for(permission: Permission) -> UUID:
    """The organisation that the address or form names, else the reader's first; else Refused."""
    found = g.actor.organisations_that_may(permission, g.dialogue.id)
    asked = request.values.get("organisation")
    chosen = [each for each in found if asked in {None, str(each)}]
    if not chosen:
        raise Refused
    first: UUID = chosen[0]
    return first


def acting_for_if(permission: Permission) -> UUID | None:
    """As ``acting_for``; None for who only reads."""
    return acting_for(permission) if g.actor.may(permission, g.dialogue.id) else None


def base_version(text: str | None) -> int:
    """The version that a form was typed over; 0 if it names none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - digits


def say_saved(found: Joined, text: str) -> None:
    """Say that it is saved, and what came of a colleague's changes at the same time."""
    if not found.clashes:
        flash(text, "success")
        return
    flash(
        _(
            "Saved. A colleague had changed the same fields meanwhile: texts now stand one under "
            "the other, and for the rest what you sent counts. Look at it once more."
        )
    )


def ballots_address() -> str:
    """Where mails find ballots; the ballot's id follows."""
    return settings().public_url + url_for("meeting.issues") + "/ballots"
