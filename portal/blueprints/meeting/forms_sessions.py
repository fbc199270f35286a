"""Forms of dialogue sessions: plan, agenda, steps, registration, bilateral talks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from portal.meeting.operations import Plan
from portal.meeting.operations_agenda import Item
from portal.meeting.operations_slots import Series
from portal.meeting.queries import Meeting
from portal.web.forms import PortalForm, local_instant

SATURDAY = 5


def typed_time(instant: datetime) -> datetime:
    """An instant as the actor types it: in their time zone, without one, to the minute."""
    local = instant.astimezone(ZoneInfo(g.actor.time_zone))
    return local.replace(tzinfo=None, second=0, microsecond=0)


def whole(text: str | None) -> int:
    """A number that a form carries along; 0 if it is none, which no version has."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004


class PlanForm(PortalForm):
    """What a session is about, where and when."""

    title = StringField(_("Title"), validators=[DataRequired(_("Give the session a title."))])
    purpose = TextAreaField(_("Purpose"), description=_("What it is for. Everyone reads this."))
    place = StringField(
        _("Where it takes place"), description=_("Leave empty if it is only online.")
    )
    online_address = StringField(
        _("Online address"),
        description=_("Only those who registered see it. It begins with https://."),
    )
    starts_at = DateTimeLocalField(
        _("Starts"), validators=[InputRequired(_("Enter the day and time at which it starts."))]
    )
    ends_at = DateTimeLocalField(
        _("Ends"), validators=[InputRequired(_("Enter the day and time at which it ends."))]
    )
    registration_closes_at = DateTimeLocalField(
        _("Registration closes"),
        validators=[InputRequired(_("Enter the day and time until which people register."))],
    )
    version = HiddenField()

    def plan(self) -> Plan:
        """What the form says, with times as instants."""
        return Plan(
            title=self.title.data or "",
            purpose="\n".join((self.purpose.data or "").splitlines()),
            place=self.place.data or "",
            online_address=self.online_address.data or "",
            starts_at=local_instant(self.starts_at.data),
            ends_at=local_instant(self.ends_at.data),
            registration_closes_at=local_instant(self.registration_closes_at.data),
        )

    def show(self, meeting: Meeting) -> None:
        """Fill in what is planned."""
        for name in ("title", "purpose", "place", "online_address", "version"):
            self[name].data = getattr(meeting, name)
        for name in ("starts_at", "ends_at", "registration_closes_at"):
            self[name].data = typed_time(getattr(meeting, name))

    def suggest(self, moment: datetime) -> None:
        """Two hours, in four weeks on a working day at ten; registration closes 3 days before."""
        local = typed_time(moment) + timedelta(weeks=4)
        while local.weekday() >= SATURDAY:
            local += timedelta(days=1)
        starts = local.replace(hour=10, minute=0)
        self.starts_at.data, self.ends_at.data = starts, starts + timedelta(hours=2)
        self.registration_closes_at.data = starts - timedelta(days=3)


class ItemForm(PortalForm):
    """A point of the agenda in words, or a break."""

    title = StringField(
        _("What it is about"), validators=[DataRequired(_("Say what it is about."))]
    )
    minutes = IntegerField(
        _("Minutes"), default=15, validators=[InputRequired(_("Enter how many minutes it takes."))]
    )
    note = TextAreaField(_("Note"), description=_("Everyone who takes part reads this."))
    is_break = BooleanField(_("This is a break"))
    version = HiddenField()

    def item(self) -> Item:
        """The point as it is typed."""
        return Item(
            kind="break" if self.is_break.data else "text",
            title=self.title.data or "",
            note=self.note.data or "",
            minutes=self.minutes.data or 0,
        )


class SubjectForm(PortalForm):
    """A point about something that exists: ``subject`` is kind:id."""

    subject = SelectField(
        _("Question, issue or answer"), validators=[DataRequired(_("Choose what it is about."))]
    )
    lasts = IntegerField(
        _("Minutes"), default=15, validators=[InputRequired(_("Enter how many minutes it takes."))]
    )

    def item(self) -> Item:
        """The point as it was chosen; it takes the title of its subject."""
        kind, _colon, subject_id = str(self.subject.data).partition(":")
        return Item(kind=kind, subject_id=subject_id, title="", minutes=self.lasts.data or 0)


class StepForm(PortalForm):
    """A step that everybody is told of, with its reason."""

    reason = TextAreaField(
        _("Reason"),
        description=_("Everybody who was told of the session reads this."),
        validators=[DataRequired(_("Give the reason: everyone will read it."))],
    )


class RegisterForm(PortalForm):
    """Who comes, for which organisation, having accepted the rules."""

    people = SelectMultipleField(_("Who comes"))
    accepts_rules = BooleanField(
        _("I have read the rules of the session and of the dialogue, and accept them."),
        validators=[DataRequired(_("Accept the rules of the session to register."))],
    )
    publishes_name = BooleanField(
        _("Publish the name of our organisation in the list of participants"),
        description=_(
            "Anyone reads this list. Without it, other suppliers do not learn that you come."
        ),
    )
    organisation_id = HiddenField()


class SeriesForm(PortalForm):
    """A series of equally long talks."""

    first_at = DateTimeLocalField(
        _("The first one starts"),
        validators=[InputRequired(_("Enter the day and time of the first talk."))],
    )
    minutes = IntegerField(
        _("Minutes for each"), default=30, validators=[InputRequired(_("Enter the minutes."))]
    )
    pause = IntegerField(_("Minutes between them"), default=10, validators=[Optional()])
    per_day = IntegerField(
        _("How many a day"),
        description=_("After these they go on at the same time of the next working day."),
        default=8,
        validators=[InputRequired(_("Enter how many talks there are a day."))],
    )
    count = IntegerField(
        _("How many in all"),
        description=_("At least one for each supplier of the dialogue."),
        validators=[InputRequired(_("Enter how many talks there are."))],
    )

    def series(self) -> Series:
        """What the form says."""
        return Series(
            first_at=local_instant(self.first_at.data),
            minutes=self.minutes.data or 0,
            pause=self.pause.data or 0,
            count=self.count.data or 0,
            per_day=self.per_day.data or 0,
        )
