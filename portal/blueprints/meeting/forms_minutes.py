"""Forms of the minutes: passages, corrections, positions, the public summary."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired

from portal.meeting.operations_minutes import Entry
from portal.meeting.queries_minutes import PartyName
from portal.web.forms import PortalForm, as_uuid

SPEAKERS = {
    "": _("Nobody in particular"),
    "supplier": _("A supplier"),
    "buyer": _("A buyer"),
    "observer": _("An observer"),
    "secretariat": _("The secretariat"),
}


class EntryForm(PortalForm):
    """A passage: who spoke, in whose name, and what was said."""

    speaker = SelectField(
        _("Who said it"),
        choices=[SelectChoice(value, text) for value, text in SPEAKERS.items()],
    )
    organisation_id = SelectField(
        _("For which organisation"),
        description=_(
            "Only you who draft see it. It is shown to others once the organisation releases it."
        ),
    )
    text = TextAreaField(_("What was said"), validators=[DataRequired(_("Write what was said."))])
    version = HiddenField()

    def offer(self, parties: list[PartyName]) -> None:
        """Let one of the organisations of the dialogue be chosen, or none."""
        named = [SelectChoice(str(party.id), party.name) for party in parties]
        self.organisation_id.choices = [SelectChoice("", _("Not noted")), *named]

    def entry(self) -> Entry:
        """The passage as it is typed."""
        chosen = self.organisation_id.data
        return Entry(
            text="\n".join((self.text.data or "").strip().splitlines()),
            speaker=self.speaker.data or "",
            organisation_id=as_uuid(chosen) if chosen else None,
        )


class WishForm(PortalForm):
    """A correction that an organisation wants."""

    wanted = TextAreaField(
        _("How it should read"), validators=[DataRequired(_("Write how it should read."))]
    )
    why = TextAreaField(
        _("What is wrong with it"), validators=[DataRequired(_("Say what is wrong with it."))]
    )
    organisation_id = SelectField(_("For which organisation"))

    def offer(self, voices: list[PartyName]) -> None:
        """The organisations for which the reader speaks."""
        self.organisation_id.choices = [SelectChoice(str(party.id), party.name) for party in voices]

    def voice(self) -> UUID:
        """The organisation that asks."""
        return as_uuid(self.organisation_id.data)


class AcceptForm(PortalForm):
    """What the passage says after the correction."""

    text = TextAreaField(
        _("What the minutes say now"),
        validators=[DataRequired(_("Write what the minutes say now."))],
    )
    version = HiddenField()


class RejectForm(PortalForm):
    """Why a correction is not accepted."""

    reason = TextAreaField(
        _("Why it is not accepted"),
        description=_("The organisation that asked reads this."),
        validators=[DataRequired(_("Say why it is not accepted."))],
    )


class PositionForm(PortalForm):
    """What an organisation that still disagrees adds to the minutes."""

    position = TextAreaField(
        _("Our position"),
        description=_("It is annexed to the minutes. Everybody of the dialogue reads it."),
        validators=[DataRequired(_("Write your position."))],
    )
    named = BooleanField(
        _("Show it with the name of our organisation"),
        description=_("Otherwise it is the position of “a supplier” or “a buyer”."),
    )


class SummaryForm(PortalForm):
    """What anyone reads of the session."""

    text = TextAreaField(
        _("Public summary"),
        description=_("What came of the session. Name no company without its consent."),
        validators=[DataRequired(_("Write what came of the session, for anyone to read."))],
    )
