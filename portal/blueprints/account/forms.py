"""Forms of the account pages."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Email, EqualTo, Length

from portal.web.forms import PortalForm
from portal.web.language import LANGUAGES

EMAIL_RULES = [
    DataRequired(_("Enter your e-mail address.")),
    Email(_("Enter an e-mail address, such as name@example.org.")),
]


class PasswordForm(PortalForm):
    """Sign in with a password."""

    email = EmailField(_("E-mail address"), validators=EMAIL_RULES)
    password = PasswordField(_("Password"), validators=[DataRequired(_("Enter your password."))])


class LinkForm(PortalForm):
    """Ask for a sign-in link by mail."""

    email = EmailField(_("E-mail address"), validators=EMAIL_RULES)


class ProfileForm(PortalForm):
    """Name, language and time zone."""

    name = StringField(
        _("Your name"), validators=[DataRequired(_("Enter your name.")), Length(max=200)]
    )
    language = SelectField(
        _("Language"), choices=[SelectChoice(tag, name) for tag, name in LANGUAGES.items()]
    )
    time_zone = SelectField(_("Time zone"), choices=sorted(available_timezones()))
    digest = RadioField(
        _("News by mail"),
        choices=[
            SelectChoice("at_once", _("Mails at once")),
            SelectChoice("daily", _("One mail a day, at 7 in the morning")),
        ],
        default="at_once",
    )


class NewPasswordForm(PortalForm):
    """Set a password."""

    password = PasswordField(
        _("New password"), validators=[DataRequired(_("Enter a new password."))]
    )
    repeated = PasswordField(
        _("The same password again"),
        validators=[EqualTo("password", _("The two passwords are not the same."))],
    )
