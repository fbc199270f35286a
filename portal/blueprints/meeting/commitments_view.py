"""Commitments in words: states, levels, methods, and what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.meeting.commitments_rules import LEVELS, Level, Method, State
from portal.meeting.queries_commitment import Event

STATES = {
    State.PROPOSED: _("Proposed"),
    State.AGREED: _("Agreed"),
    State.IN_PROGRESS: _("In progress"),
    State.PROOF_GIVEN: _("Proof given"),
    State.VERIFIED: _("Verified"),
    State.DISPUTED: _("Disputed"),
    State.OVERDUE: _("Overdue"),
    State.ESCALATED: _("Escalated"),
    State.CLOSED: _("Closed"),
    State.DROPPED: _("Dropped"),
}
TONES = {
    State.PROPOSED: "accent",
    State.PROOF_GIVEN: "accent",
    State.VERIFIED: "success",
    State.CLOSED: "success",
    State.DISPUTED: "caution",
    State.OVERDUE: "danger",
    State.ESCALATED: "danger",
}
LEVEL_NAMES = {
    Level.BASIC: _("Basic"),
    Level.ADVANCED: _("Advanced"),
    Level.LEADING: _("Leading"),
}
METHODS = {
    Method.DECLARATION: _("Declaration by the supplier"),
    Method.DESK_REVIEW: _("Review of documents"),
    Method.CERTIFICATE: _("Certificate, looked up at its issuer"),
    Method.INTERVIEWS: _("Interviews with workers"),
    Method.PRODUCT_TEST: _("Test of the product"),
    Method.REMOTE_AUDIT: _("Audit at a distance"),
    Method.SITE_AUDIT: _("Audit on site"),
    Method.UNANNOUNCED_AUDIT: _("Unannounced audit on site"),
}
ACTS = {
    "proposed": _("Proposed"),
    "agreed_by_one_side": _("One side has agreed"),
    "agreed": _("Agreed by both"),
    "begun": _("Work has begun"),
    "proof_given": _("Proof given"),
    "proof_read": _("Proof downloaded"),
    "verified": _("Verified"),
    "disputed": _("Disputed"),
    "replied": _("Reply to the dispute"),
    "overdue": _("Overdue"),
    "escalated": _("Escalated"),
    "closed": _("Closed"),
    "dropped": _("Dropped"),
    "changed": _("Worded anew"),
    "change_proposed": _("New wording proposed"),
    "terms_agreed": _("New wording agreed"),
    "terms_declined": _("New wording turned down"),
    "check_shared": _("Check shared with buyers of other dialogues"),
    "check_unshared": _("Check no longer shared"),
    "action_added": _("Corrective action added"),
    "action_done": _("Corrective action done"),
    "carried_over": _("Taken along to the next round"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a history; ``words`` are what somebody wrote with it."""

    subject_id: str
    at: datetime
    text: str
    words: str
    who: str


def happenings(events: Iterable[Event]) -> list[Happening]:
    """The events as they are read, in their order; what the clock did is the portal's."""
    return [
        Happening(
            event.subject_id,
            event.at,
            str(ACTS.get(event.act, event.act)),
            str(event.details.get("reason") or event.details.get("finding") or ""),
            event.organisation or gettext("the portal"),
        )
        for event in events
    ]


def say(kind: str, value: str) -> str:
    """A state, level or method in words."""
    tables: Mapping[str, Mapping[Any, object]] = {
        "state": STATES,
        "level": LEVEL_NAMES,
        "method": METHODS,
    }
    return str(tables[kind].get(value, value))


def words() -> dict[str, object]:
    """What the templates of commitments need to put them into words."""
    return {
        "states": STATES,
        "tones": TONES,
        "level_names": LEVEL_NAMES,
        "levels": LEVELS,
        "methods": METHODS,
    }
