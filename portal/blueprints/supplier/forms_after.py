"""Forms of what follows a submission: replies, still true, asking to change, named buyers."""

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.blueprints.supplier.forms import NotOptional
from portal.core.errors import Invalid
from portal.web.forms import PortalForm
from portal.web.language import sentence

REPLY = "reply:"


class ReplyForm(PortalForm):
    """Our replies, a field for each question, and the signature if answers were changed."""

    signatory = StringField(_("Your full name"), validators=[NotOptional(), Length(max=200)])
    declared = BooleanField(
        _(
            "I may sign for the company. The clarified answers are right to the best of our "
            "knowledge."
        )
    )

    def replies(self) -> dict[str, str]:
        """Question id → what was typed."""
        return {
            name.removeprefix(REPLY): text
            for name, text in request.form.items()
            if name.startswith(REPLY)
        }

    def add_fault(self, fault: Invalid) -> None:
        """Show a refusal at the fields it names; those of questions are kept for the page."""
        self.problems = {key: sentence(text) for key, text in fault.fields.items()}
        known = {name: text for name, text in fault.fields.items() if name in self}
        if known or not fault.fields:
            super().add_fault(Invalid(fault.reason, known))

    def faults(self) -> list[tuple[str, str]]:
        """For the error summary: fields, then questions."""
        own = [
            (f"{REPLY}{key}", f"{key}: {text}")
            for key, text in getattr(self, "problems", {}).items()
            if key not in self
        ]
        return super().faults() + own

    def problem(self, question_id: str) -> str:
        """What is wrong with the reply to a question."""
        found: str = getattr(self, "problems", {}).get(question_id, "")
        return found


class ChangeForm(PortalForm):
    """Ask those who run the dialogue to let us change something."""

    words = TextAreaField(
        _("What do you need to change, and why?"),
        validators=[DataRequired(_("Say what you need to change.")), Length(max=2000)],
    )


class StillTrueForm(PortalForm):
    """Say that what was submitted is still true."""

    remark = TextAreaField(
        _("Why your answers hold without it"), validators=[NotOptional(), Length(max=1000)]
    )


class NamedBuyersForm(PortalForm):
    """Choose the buyers that read answers of class named buyers."""

    buyers = SelectMultipleField(_("Buyers in this dialogue"), validate_choice=False)
