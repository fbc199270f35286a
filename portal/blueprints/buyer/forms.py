"""The buyers' vote."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.web.forms import PortalForm


class VoteForm(PortalForm):
    """One vote for one buyer organisation."""

    organisation_id = SelectField(_("For"), validate_choice=False)
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
