"""Forms of the editor that are the same for every questionnaire."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from portal.questionnaire.parts import ID_PATTERN
from portal.web.forms import PortalForm
from portal.web.outline import KINDS

ID_LENGTH = 60
TITLE_LENGTH = 300


class SeenForm(PortalForm):
    """Nothing but the button, and the revision that the page showed."""

    seen = HiddenField()


def _id_field(label: str) -> StringField:
    return StringField(
        label,
        validators=[
            DataRequired(_("Write an id.")),
            Length(max=ID_LENGTH, message=_("An id has at most 60 characters.")),
            Regexp(ID_PATTERN, message=_("Use letters, digits, points, hyphens and underscores.")),
        ],
    )


class NewSectionForm(SeenForm):
    """A section to add."""

    id = _id_field(_("Id, such as M"))
    title = StringField(
        _("Title"),
        validators=[
            DataRequired(_("Write a title.")),
            Length(max=TITLE_LENGTH, message=_("A title has at most 300 characters.")),
        ],
    )


class ConfirmTranslationForm(SeenForm):
    """A part and a language whose wordings still fit."""

    subject = HiddenField()
    language = HiddenField()


class NewQuestionForm(SeenForm):
    """A question to add."""

    id = _id_field(_("Id, such as B.14"))
    type = SelectField(
        _("What is the answer?"),
        choices=lambda: [
            SelectChoice(kind, str(words))
            for kind, words in KINDS.items()
            if kind not in {"country", "email", "url"}
        ],
    )
    text = StringField(
        _("The question"),
        validators=[
            DataRequired(_("Write the question.")),
            Length(max=1000, message=_("A question has at most 1,000 characters.")),
        ],
    )
    after = SelectField(_("Where does it stand?"), validate_choice=False)


class TypeForm(SeenForm):
    """Another type for a question."""

    type = SelectField(
        _("What is the answer?"),
        choices=lambda: [
            SelectChoice(kind, str(words))
            for kind, words in KINDS.items()
            if kind not in {"country", "email", "url"}
        ],
    )


class MoveForm(SeenForm):
    """A place for a section or a question."""

    section_id = SelectField(_("Section"), validate_choice=False)
    position = IntegerField(
        _("Place, from 1"),
        validators=[
            DataRequired(_("Write a number from 1.")),
            NumberRange(min=1, max=999, message=_("Write a number from 1 to 999.")),
        ],
    )


class ImportForm(PortalForm):
    """A file that becomes the draft."""

    file = FileField(_("File"), validators=[FileRequired(_("Choose a file first."))])
