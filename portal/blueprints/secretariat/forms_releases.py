"""Forms of the release desk."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired

from portal.aggregate.policy import AUDIENCES, Audience
from portal.web.forms import PortalForm, local_instant

AUDIENCE_CHOICES = {
    Audience.PUBLIC: _("The public, once a brief is published"),
    Audience.SUPPLIER: _("Suppliers and observers"),
    Audience.BUYER: _("Buyers"),
}


class TrialForm(PortalForm):
    """What to try out."""

    cut_off = DateTimeLocalField(
        _("Answers submitted until"),
        validators=[InputRequired(_("Enter the day and time of the cut-off."))],
    )
    segments = SelectMultipleField(
        _("Segments shown beside all suppliers"),
        description=_("Fewer segments let more of each be shown."),
    )
    audiences = SelectMultipleField(
        _("For whom"),
        choices=[SelectChoice(each.value, AUDIENCE_CHOICES[each]) for each in AUDIENCES],
        validators=[DataRequired(_("Choose at least one audience."))],
    )

    def until(self, moment: datetime) -> datetime:
        """The cut-off: with all of the minute that was typed, as far as it has passed by now."""
        typed = local_instant(self.cut_off.data)
        end = typed + timedelta(minutes=1)
        return min(end, moment) if typed <= moment else typed

    def suggest(self, moment: datetime) -> None:
        """Everything submitted so far, every segment, for everybody."""
        local = moment.astimezone(ZoneInfo(g.actor.time_zone))
        self.cut_off.data = local.replace(tzinfo=None, second=0, microsecond=0)
        self.segments.data = [choice.value for choice in self.segments.choices]
        self.audiences.data = [each.value for each in AUDIENCES]


class FreezeForm(PortalForm):
    """The author's signature under what was tried out; ``require_signed`` bounds its length."""

    reason = TextAreaField(
        _("Why this release replaces the one before it"),
        description=_("Everybody who reads the release reads this."),
    )
    signatory = StringField(
        _("Your name, as a signature"),
        validators=[DataRequired(_("Sign with your name."))],
    )
    looked = BooleanField(
        _("I have looked at what each audience will see. A release cannot be taken back."),
        validators=[DataRequired(_("Confirm that you have looked at it."))],
    )
