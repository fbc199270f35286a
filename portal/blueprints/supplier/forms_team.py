"""Forms of how colleagues work together: who does what, notes, review."""

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    EmailField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, Length, Optional

from portal.blueprints.supplier.forms import ROLE_NAMES, NotOptional
from portal.identity.roles import Role
from portal.response.operations_notes import NOTE_LENGTH
from portal.response.operations_team import WORDS_LENGTH
from portal.web.forms import PortalForm

ALL_OF_IT, PARTS = "all", "parts"


class ShareForm(PortalForm):
    """Give a section, or some of its questions, to colleagues, or to a new one."""

    people = SelectMultipleField(_("Who answers it?"), validate_choice=False)
    name = StringField(_("Name"), validators=[NotOptional(), Length(max=200)])
    email = EmailField(
        _("E-mail address"),
        validators=[
            NotOptional(),
            Optional(),
            Email(_("Enter an e-mail address, such as name@example.org.")),
        ],
    )
    what = RadioField(
        _("What do they answer?"),
        choices=[
            SelectChoice(ALL_OF_IT, _("The whole section")),
            SelectChoice(PARTS, _("Only some of its questions")),
        ],
        default=ALL_OF_IT,
    )
    questions = SelectMultipleField(_("Which questions?"), validate_choice=False)
    due_on = DateField(_("By when?"), validators=[Optional()])
    words = TextAreaField(
        _("A few words for them"),
        description=_("They go along in the mail."),
        validators=[Length(max=WORDS_LENGTH)],
    )


class RolesForm(PortalForm):
    """What a colleague does."""

    roles = SelectMultipleField(
        _("What they do"),
        choices=[SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()],
    )

    @property
    def chosen(self) -> list[Role]:
        """The roles that are ticked."""
        return [Role(value) for value in self.roles.data or []]


class NoteForm(PortalForm):
    """A note for colleagues. ``place`` is a section and a question, joined by a slash."""

    place = SelectField(_("What is it about?"), validate_choice=False)
    text = TextAreaField(
        _("Your note"),
        validators=[DataRequired(_("Write the note.")), Length(max=NOTE_LENGTH)],
    )
    tell = SelectMultipleField(_("Who gets a mail about it?"), validate_choice=False)

    @property
    def at(self) -> tuple[str, str]:
        """The section and the question that were chosen."""
        section_id, _slash, question_id = (self.place.data or "/").partition("/")
        return section_id, question_id


class SendBackForm(PortalForm):
    """Send something back, with a note that says why."""

    text = TextAreaField(
        _("What is still to be done?"),
        description=_("Your colleagues read this as a note. No buyer sees it."),
        validators=[
            DataRequired(_("Say what is still to be done.")),
            Length(max=NOTE_LENGTH),
        ],
    )
