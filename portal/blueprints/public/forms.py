"""Forms for companies that are invited or register themselves."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length

from portal.web.forms import PortalForm, country_field


class RegistrationForm(PortalForm):
    """A company registers for an open dialogue."""

    organisation = StringField(
        _("Company"),
        validators=[DataRequired(_("Enter the company's legal name.")), Length(max=200)],
    )
    country = country_field()
    name = StringField(
        _("Your name"), validators=[DataRequired(_("Enter your name.")), Length(max=200)]
    )
    email = EmailField(
        _("Your e-mail address at the company"),
        validators=[
            DataRequired(_("Enter your e-mail address.")),
            Email(_("Enter an e-mail address, such as name@example.org.")),
        ],
    )


class AcceptForm(PortalForm):
    """An invited company takes part."""

    name = StringField(
        _("Your name"), validators=[DataRequired(_("Enter your name.")), Length(max=200)]
    )


class DeclineForm(PortalForm):
    """An invited company says no."""

    reason = TextAreaField(
        _("Why do you not take part?"),
        validators=[
            DataRequired(_("Say in a few words why: the buyers learn from it.")),
            Length(max=2000),
        ],
    )
