"""Forms of the review: the vote, the silence period, remarks and suggestions."""

from flask_babel import lazy_gettext as _
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from portal.web.forms import PortalForm


class VoteForm(PortalForm):
    """One vote for one buyer organisation, on the text that the page showed."""

    organisation_id = SelectField(_("For"), validate_choice=False)
    seen_sha256 = HiddenField()
    approves = RadioField(
        _("Your organisation's vote"),
        choices=[
            SelectChoice("yes", _("We agree to publish this questionnaire")),
            SelectChoice("no", _("We do not agree yet")),
        ],
        validators=[InputRequired(_("Choose one of the two."))],
    )
    reason = TextAreaField(
        _("Reason, if you do not agree"),
        description=_("The other buyers and the secretariat read this."),
        validators=[Length(max=2000)],
    )


class SilenceForm(PortalForm):
    """Until when a buyer who says nothing may still object."""

    until = DateTimeLocalField(
        _("Silence counts as agreement from"),
        validators=[DataRequired(_("Enter a day and a time."))],
    )


class RemarkForm(PortalForm):
    """A remark on a part of the draft."""

    body = TextAreaField(
        _("Remark"),
        validators=[DataRequired(_("Write your remark first.")), Length(max=4000)],
    )


class SuggestionForm(PortalForm):
    """Another wording of one text of a part."""

    field = SelectField(_("Which text"), validate_choice=False)
    after = TextAreaField(
        _("Suggested wording"),
        validators=[DataRequired(_("Write the wording that you suggest.")), Length(max=20000)],
    )
    why = TextAreaField(_("Why (optional)"), validators=[Length(max=4000)])


class ReplyForm(PortalForm):
    """A reply to a remark, or the reason for declining a suggestion."""

    body = TextAreaField(_("Reply"), validators=[Length(max=4000)])
