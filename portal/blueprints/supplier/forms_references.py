"""Forms of answers by reference: name a company, say yes or no, take it back."""

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.response.referring import NAME_LENGTH, REASON_LENGTH
from portal.web.forms import PortalForm


class NamingForm(PortalForm):
    """Whose answers stand for ours, and at which questions of a section."""

    brand = StringField(
        _("The manufacturer's exact company name"),
        description=_("As it stands in the company register, for example: Example Devices B.V."),
        validators=[
            DataRequired(_("Enter the company's name, as it is in the company register.")),
            Length(max=NAME_LENGTH),
        ],
    )
    questions = SelectMultipleField(_("Which questions does it answer?"), validate_choice=False)


class DecisionForm(PortalForm):
    """What we say to a company that points to our answers."""

    references = SelectMultipleField(_("Which questions?"), validate_choice=False)
    reason = TextAreaField(_("Why not?"), validators=[Length(max=REASON_LENGTH)])
