"""Forms of questions and answers."""

from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.exchange.rules import MOST_RESPONSE_DAYS, RESPONSE_DAYS
from portal.exchange.texts import Typed
from portal.web.forms import PortalForm, as_uuid
from portal.web.language import own_name

TAGS = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt"),
    *("lv", "mt", "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
)
"""The official languages of the European Union, and Norwegian."""


def number_in(field: HiddenField) -> int:
    """The number that a hidden field carries; 0 if somebody changed it into something else."""
    text = field.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004  # digits of a database integer


def _languages() -> list[SelectChoice]:
    return [SelectChoice(tag, own_name(tag)) for tag in TAGS]


class AskForm(PortalForm):
    """A question to the buyers."""

    about = SelectField(_("What is it about?"))
    text = TextAreaField(
        _("Your question"),
        description=_(
            "Leave out who you are and what would tell it, as far as you can. Do not ask about "
            "other companies, and say nothing of future prices, margins, volumes or plans."
        ),
        validators=[InputRequired(_("Write your question."))],
    )
    language = SelectField(_("Language of your question"), choices=_languages)

    def subject(self) -> tuple[str, str]:
        """Kind and id; empty for something else."""
        kind, _colon, subject_id = (self.about.data or "").partition(":")
        return kind, subject_id


class TextForm(PortalForm):
    """A text that two people may write at once; ``base`` is the revision it was opened at."""

    base = HiddenField()

    def typed(self) -> Typed:
        """What was typed over which revision."""
        chosen = self["language"].data if "language" in self else ""
        return Typed(self["text"].data or "", number_in(self.base), chosen or "")


class WordingForm(TextForm):
    """The question as everybody will read it."""

    text = TextAreaField(
        _("The question as everybody will read it"),
        description=_("It must not tell who asks: no names, places, products or addresses."),
        validators=[InputRequired(_("Write the question without names."))],
    )
    language = SelectField(
        _("Language of this wording"),
        description=_("A language that few speak may tell who asks: word it in another."),
        choices=_languages,
    )
    looked = BooleanField(_("I have looked: this does not tell who asks"))


class AnswerForm(TextForm):
    """The joint answer."""

    text = TextAreaField(
        _("The answer of all buyers"),
        description=_("Everybody gets exactly this text. It must not tell who asked."),
        validators=[InputRequired(_("Write the answer."))],
    )
    language = SelectField(_("Language of the answer"), choices=_languages)
    looked = BooleanField(_("I have looked: this does not tell who asks"))


class VoteForm(PortalForm):
    """Agree, or object and say why."""

    organisation = SelectField(_("Organisation"))
    seen = HiddenField()
    says = RadioField(
        _("What does your organisation say?"),
        choices=[SelectChoice("yes", _("We agree")), SelectChoice("no", _("We object"))],
        validators=[InputRequired(_("Choose one of the two."))],
    )
    reason = TextAreaField(
        _("If you object: what should change?"), description=_("The other buyers read this.")
    )

    def voter(self) -> UUID:
        """The buyer that votes; Refused for what is no id."""
        return as_uuid(self.organisation.data)


class PublishForm(PortalForm):
    """Which agreed answers to publish together."""

    # Whether each may be published, the operation says: somebody else may have been quicker.
    items = SelectMultipleField(_("Answers to publish"), validate_choice=False)

    def chosen(self) -> list[UUID]:
        """Their ids."""
        return [as_uuid(each) for each in self.items.data or []]


class RejectionForm(PortalForm):
    """Why a question is not answered."""

    reason = TextAreaField(
        _("Why is it not answered?"),
        description=_("Everybody reads this. It must not tell who asked."),
        validators=[InputRequired(_("Give the reason: everyone will read it."))],
    )
    shows_question = RadioField(
        _("What does everybody read?"),
        choices=[
            SelectChoice("yes", _("The question, and why it is not answered")),
            SelectChoice(
                "no", _("Only why it is not answered, since the question cannot be shown")
            ),
        ],
        validators=[InputRequired(_("Choose one of the two."))],
    )
    looked = BooleanField(_("I have looked: this does not tell who asks"))


class CorrectionForm(PortalForm):
    """What a published answer should read."""

    seen = HiddenField()
    after = TextAreaField(
        _("What it should read"),
        validators=[InputRequired(_("Write what it should read: an answer cannot be taken away."))],
    )
    reason = TextAreaField(
        _("What was wrong?"),
        description=_("Everybody reads this."),
        validators=[InputRequired(_("Say what was wrong: everyone will read it."))],
    )
    meaning = RadioField(
        _("Does this change what the answer means?"),
        choices=[
            SelectChoice("no", _("No: an answer that was right stays right")),
            SelectChoice("yes", _("Yes: suppliers may want to answer differently")),
        ],
        validators=[InputRequired(_("Choose one of the two."))],
    )
    closes_at = DateTimeLocalField(_("New closing time"), validators=[Optional()])
    looked = BooleanField(_("I have looked: this does not tell who asks"))


class TimesForm(PortalForm):
    """Until when questions are taken, and how long buyers may object."""

    questions_until = DateTimeLocalField(_("Questions are taken until"), validators=[Optional()])
    response_days = IntegerField(
        _("Days in which a buyer may object to an answer"),
        description=_("After that, silence counts as agreement."),
        validators=[
            InputRequired(_("Enter a number of days.")),
            NumberRange(RESPONSE_DAYS, MOST_RESPONSE_DAYS, _("Enter 5 to 60 days.")),
        ],
    )
