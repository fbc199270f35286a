"""Forms about evidence: something new, what is said of it, a newer one in its place."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import (
    DateField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    URLField,
)
from wtforms.validators import Length, Optional

from portal.blueprints.supplier.forms import NotOptional
from portal.response.operations import Described
from portal.response.validity import DOCUMENT_KINDS
from portal.web.forms import PortalForm
from portal.web.language import sentence
from portal.web.outline import READERS


def kind_choices() -> list[SelectChoice]:
    """What a document can be, in the page's language."""
    return [SelectChoice(kind, sentence(name)) for kind, name in DOCUMENT_KINDS.items()]


def reader_choices() -> list[SelectChoice]:
    """Who may read a file, the most first."""
    said = ((found.value, str(text)) for found, text in READERS.items())
    return [SelectChoice(value, text[:1].upper() + text[1:]) for value, text in said]


class DocumentForm(PortalForm):
    """What is said of a piece of evidence."""

    title = StringField(
        _("What it is called"),
        description=_(
            "For example: Human rights policy 2026. Without it, the file's name is used."
        ),
        validators=[Length(max=200)],
    )
    document_kind = SelectField(_("Kind of document"), choices=kind_choices)
    issued_on = DateField(_("Issued on"), validators=[Optional()])
    valid_until = DateField(
        _("Valid until"),
        description=_("We remind you 60 and 14 days before."),
        validators=[Optional()],
    )
    confidentiality = SelectField(
        _("Who may read it"),
        description=_("Only those who may also read the answer that it backs."),
        choices=reader_choices,
    )

    def described(self) -> Described:
        """What the form says."""
        return Described(
            title=self.title.data or "",
            issued_on=self.issued_on.data,
            valid_until=self.valid_until.data,
            document_kind=self.document_kind.data or "other",
            confidentiality=self.confidentiality.data,
        )

    def keep_readers(self) -> None:
        """Let who reads it be what the form began with: the sender may not choose that."""
        self.confidentiality.data = self.confidentiality.object_data


class NewDocumentForm(DocumentForm):
    """Add files or a link."""

    file = MultipleFileField(_("Files"), validators=[NotOptional()])
    url = URLField(_("Or a web address"), validators=[NotOptional(), Length(max=2000)])


class EvidenceForm(NewDocumentForm):
    """Add files or a link to an answer, or tie what is there."""

    existing = SelectMultipleField(_("From our library"), validate_choice=False)


class TieForm(PortalForm):
    """Use a piece for more answers; a choice is ``response:question``."""

    question = SelectMultipleField(_("Questions"), validate_choice=False)
