"""Forms of the room: a written question, a poll, the note."""

from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, RadioField, SelectChoice, TextAreaField

from portal.meeting.rules_polls import Electorate, Kind, Unit
from portal.web.forms import PortalForm


class Needed:
    """Leaves "(optional)" off a label; whether something is missing, the operation says."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, _form: PortalForm, _field: Field) -> None:
        """Check nothing here."""


class QuestionForm(PortalForm):
    """A question in writing."""

    text = TextAreaField(
        _("Your question"),
        description=_("Others see it without your name. The chair sees who asks."),
        validators=[Needed()],
    )


class PollForm(PortalForm):
    """A poll or a dot vote."""

    text = TextAreaField(_("What do you ask?"), validators=[Needed()])
    kind = RadioField(
        _("What kind of vote is it?"),
        choices=[
            SelectChoice(Kind.POLL, _("A poll: everybody chooses one")),
            SelectChoice(Kind.DOTS, _("A dot vote: everybody marks as many as they like")),
        ],
        default=Kind.POLL,
        validators=[Needed()],
        validate_choice=False,
    )
    options = TextAreaField(
        _("Options"),
        description=_("One on each line, 2 to 10. They cannot be changed once people vote."),
        validators=[Needed()],
    )
    electorate = RadioField(
        _("Who votes?"),
        choices=[
            SelectChoice(Electorate.ALL, _("Suppliers, buyers and observers")),
            SelectChoice(Electorate.SUPPLIERS, _("Suppliers only")),
            SelectChoice(Electorate.BUYERS, _("Buyers only")),
        ],
        default=Electorate.ALL,
        validators=[Needed()],
        validate_choice=False,
    )
    unit = RadioField(
        _("Whose vote counts?"),
        description=_("Suppliers always have one vote for each corporate group."),
        choices=[
            SelectChoice(Unit.ORGANISATION, _("One for each organisation")),
            SelectChoice(Unit.PERSON, _("One for each person")),
        ],
        default=Unit.ORGANISATION,
        validators=[Needed()],
        validate_choice=False,
    )


class NoteForm(PortalForm):
    """What is noted together; ``base`` names the text that it was typed over."""

    text = TextAreaField(_("Notes on this point"), validators=[Needed()])
    base = HiddenField()
