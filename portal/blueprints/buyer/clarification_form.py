"""The form by which buyers ask about answers: a text for each, and until when."""

from datetime import date, datetime, time, timedelta

from flask import g, request
from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import InputRequired

from portal.core.clock import now, zone_of
from portal.core.errors import Invalid
from portal.response.clarifying import MOST_QUESTIONS, USUAL_DAYS
from portal.web.forms import PortalForm, local_instant
from portal.web.language import sentence

TEXT = "text:"
DAY_ENDS = time(23, 59)


class AskForm(PortalForm):
    """What is asked about each chosen answer, in ``text:<question>``, and until which day."""

    due_on = DateField(
        _("Answer until the end of"),
        description=_("At least three days from now. The supplier gets this by mail."),
        validators=[InputRequired(_("Enter the day."))],
    )

    def texts(self) -> dict[str, str]:
        """Question id → what was typed, in the order in which they were chosen."""
        found = {
            name.removeprefix(TEXT): text
            for name, text in request.form.items()
            if name.startswith(TEXT)
        }
        removed = request.form.get("remove", "")
        return {key: text for key, text in found.items() if key != removed}

    def due_at(self) -> datetime:
        """The end of the day, in the reader's time zone."""
        day: date = self.due_on.data
        return local_instant(datetime.combine(day, DAY_ENDS))

    def add_fault(self, fault: Invalid) -> None:
        """Show a refusal at the day or at the questions it names."""
        self.problems = {key: sentence(text) for key, text in fault.fields.items()}
        due = self.problems.pop("due_at", "")
        if due:
            self.due_on.errors = [*self.due_on.errors, due]
        if not fault.fields:
            self.form_errors.append(sentence(fault.reason))

    def problem(self, question_id: str) -> str:
        """What is wrong with the text to a question."""
        found: str = getattr(self, "problems", {}).get(question_id, "")
        return found

    def faults(self) -> list[tuple[str, str]]:
        """For the error summary: fields, then questions."""
        own = [
            (f"{TEXT}{key}", f"{key}: {text}")
            for key, text in getattr(self, "problems", {}).items()
        ]
        return super().faults() + own


def chosen_questions() -> list[str]:
    """The questions that a link or the form names, each once."""
    named = [*request.args.getlist("question"), request.form.get("more", "")]
    return list(dict.fromkeys(name for name in named if name))[:MOST_QUESTIONS]


def usual_day() -> date:
    """Ten days from today, where the reader is."""
    return now().astimezone(zone_of(g.actor.time_zone)).date() + timedelta(days=USUAL_DAYS)
