"""What pages call the states and parts of sessions."""

from flask_babel import lazy_gettext as _

STATES = {
    "planned": (_("Planned"), ""),
    "announced": (_("Announced"), "accent"),
    "registration_closed": (_("Registration closed"), "accent"),
    "held": (_("Held"), "success"),
    "minutes_draft": (_("Minutes are being written"), "success"),
    "circulated": (_("Minutes go round"), "caution"),
    "final": (_("Minutes are final"), "success"),
    "contested": (_("Minutes are contested"), "caution"),
    "summarised": (_("Summary published"), "success"),
    "cancelled": (_("Cancelled"), "danger"),
}
"""State → word and tone."""
PARTS = {
    "supplier": _("Supplier"),
    "buyer": _("Buyer"),
    "observer": _("Observer"),
    "secretariat": _("Secretariat"),
}
KINDS = {
    "text": _("Talk"),
    "question": _("Released question"),
    "issue": _("Adopted issue"),
    "qa": _("Published answer"),
    "break": _("Break"),
}
CORRECTIONS = {
    "asked": (_("Not decided yet"), "caution"),
    "accepted": (_("Accepted"), "success"),
    "rejected": (_("Not accepted"), "danger"),
    "contested": (_("Contested"), "caution"),
}
