"""Forms of the supplier's pages, beside the questions themselves."""

from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length

from portal.core.errors import Invalid
from portal.identity.roles import Role
from portal.questionnaire.importers.xlsx import Sheet, read_sheets
from portal.web.forms import PortalForm

ROLE_NAMES = {
    Role.SUPPLIER_CONTRIBUTOR: _("Answers the sections given to them"),
    Role.SUPPLIER_ADMIN: _("Answers everything and asks others for help"),
    Role.SUPPLIER_SIGNATORY: _("Answers everything and signs"),
}


class NotOptional:
    """Leaves "(optional)" off the label of a field of which one of several is needed."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, _form: PortalForm, _field: Field) -> None:
        """Check nothing: the form as a whole does."""


def sheets_of(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a file that the field ``file`` sent; Invalid, naming it, if it has none."""
    try:
        return read_sheets(content, name)
    except Invalid as fault:
        raise Invalid(fault.reason, {"file": fault.reason}) from fault


class SignForm(PortalForm):
    """Sign and send the answers."""

    signatory = StringField(
        _("Your full name"),
        validators=[DataRequired(_("Enter your full name: it stands for your signature."))],
    )
    declared = BooleanField(
        _(
            "I may sign for the company. The answers are complete and right to the best of our "
            "knowledge, and we accept the confidentiality choices made in them."
        ),
        validators=[InputRequired(_("Confirm the declaration to send your answers."))],
    )


class WithdrawForm(PortalForm):
    """Take the answers back."""

    reason = StringField(
        _("Why do you take them back?"),
        validators=[DataRequired(_("Give the reason.")), Length(max=500)],
    )


class QuoteForm(PortalForm):
    """Let words be quoted."""

    question_id = SelectField(_("From the answer to"), validate_choice=False)
    text = TextAreaField(
        _("The exact words"),
        validators=[DataRequired(_("Copy the words from your answer.")), Length(max=1000)],
    )
    named = RadioField(
        _("Who said it"),
        choices=[
            SelectChoice("yes", _("With our company's name")),
            SelectChoice("no", _("As “a supplier”")),
        ],
        validators=[InputRequired(_("Choose whether your company is named."))],
    )


class ColleagueForm(PortalForm):
    """Ask a colleague for help."""

    name = StringField(
        _("Name"), validators=[DataRequired(_("Enter your colleague's name.")), Length(max=200)]
    )
    email = EmailField(
        _("E-mail address"),
        validators=[
            DataRequired(_("Enter your colleague's e-mail address.")),
            Email(_("Enter an e-mail address, such as name@example.org.")),
        ],
    )
    role = SelectField(
        _("What they do"),
        choices=[SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()],
    )
