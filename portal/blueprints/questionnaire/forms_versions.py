"""Forms of versions: begin one, say what came from what, correct a wording, publish."""

from flask_babel import lazy_gettext as _
from wtforms import (
    DateTimeLocalField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from portal.questionnaire.migration import KIND_WORDS
from portal.questionnaire.operations_versions import ERRATUM_LENGTH, NUMBER_LENGTH
from portal.web.forms import PortalForm
from portal.web.language import sentence

REASON_LENGTH = 1000
AS_PROPOSED = ""


class NewVersionForm(PortalForm):
    """A version to begin."""

    number = StringField(
        _("Number of the new version"),
        description=_("Such as 2.0. Everyone reads it."),
        validators=[
            DataRequired(_("Give the version a number, such as 2.0.")),
            Length(max=NUMBER_LENGTH, message=_("A number has at most 20 characters.")),
        ],
    )


class DiscardForm(PortalForm):
    """A version to give up."""

    reason = StringField(
        _("Reason"),
        validators=[DataRequired(_("Give the reason.")), Length(max=REASON_LENGTH)],
    )


class OriginForm(PortalForm):
    """Where a question comes from."""

    kind = RadioField(
        _("What is it, compared with the version before?"),
        choices=lambda: [
            SelectChoice(AS_PROPOSED, str(_("As the comparison proposes"))),
            *(SelectChoice(kind.value, sentence(words)) for kind, words in KIND_WORDS.items()),
        ],
        validate_choice=False,
    )
    sources = SelectMultipleField(_("Earlier questions that it comes from"), validate_choice=False)


class CorrectionForm(PortalForm):
    """A published wording to correct."""

    field = SelectField(_("Which text"), validate_choice=False)
    after = TextAreaField(
        _("What it should read"),
        validators=[
            DataRequired(_("Write what it should read: a wording cannot be taken away.")),
            Length(max=ERRATUM_LENGTH),
        ],
    )
    reason = TextAreaField(
        _("What was wrong"),
        description=_("Everyone gets this by mail, with the old and the new text."),
        validators=[
            DataRequired(_("Say what was wrong: everyone will read it.")),
            Length(max=REASON_LENGTH),
        ],
    )


class PublicationForm(PortalForm):
    """The new version goes out, and the closing time moves."""

    closes_at = DateTimeLocalField(
        _("New closing time"), validators=[InputRequired(_("Enter the new day and time."))]
    )
    reason = TextAreaField(
        _("Why there is a new version"),
        description=_("Everyone gets this by mail."),
        validators=[
            DataRequired(_("Give the reason: everyone will read it.")),
            Length(max=REASON_LENGTH),
        ],
    )
