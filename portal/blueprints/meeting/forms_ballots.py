"""Forms of ballots: opening one, scoring, dissent, adoption, statement, roadmap."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from portal.meeting.operations_priorities import StepDraft
from portal.meeting.priorities_rules import CRITERIA, HIGHEST, LOWEST
from portal.web.forms import PortalForm, as_uuid

SECRET, OPEN = "secret", "open"
STEP_STATES = {
    "planned": _("Planned"),
    "under_way": _("Under way"),
    "done": _("Done"),
    "dropped": _("Dropped"),
}


class BallotForm(PortalForm):
    """Open a ballot: what cannot be changed later is said at the choice."""

    title = StringField(
        _("Title"), validators=[DataRequired(_("Give the ballot a title.")), Length(max=200)]
    )
    issues = SelectMultipleField(_("Issues"), validate_choice=False)
    kind = RadioField(
        _("Who sees who gave what"),
        description=_("Everybody reads this before they score. It cannot be changed later."),
        choices=[
            SelectChoice(
                OPEN, _("Open ballot: buyers and the secretariat see each buyer's scores by name")
            ),
            SelectChoice(
                SECRET,
                _("Secret ballot: nobody sees who gave what, and nothing under ten organisations"),
            ),
        ],
        validators=[InputRequired(_("Choose one of the two."))],
    )
    closes_at = DateTimeLocalField(
        _("The first round closes"), validators=[InputRequired(_("Enter a day and a time."))]
    )


class ClosingForm(PortalForm):
    """Until when the next round is open."""

    closes_at = DateTimeLocalField(
        _("The second round closes"), validators=[InputRequired(_("Enter a day and a time."))]
    )


class CancelForm(PortalForm):
    """Why a ballot is given up."""

    reason = TextAreaField(
        _("Reason"), validators=[DataRequired(_("Give the reason: everybody who scores reads it."))]
    )


def _score(label: str, hint: str) -> RadioField:
    return RadioField(
        label,
        description=hint,
        choices=[SelectChoice(str(each), str(each)) for each in range(LOWEST, HIGHEST + 1)],
        validators=[InputRequired(_("Choose a score from 1 to 5."))],
    )


class ScoreForm(PortalForm):
    """One organisation's scores of one issue."""

    scale = _score(_("Scale: how grave is the harm?"), _("1 slight · 5 to life, health or freedom"))
    scope = _score(_("Scope: how many people does it reach?"), _("1 a few · 5 very many"))
    irremediability = _score(
        _("Irremediability: how hard is it to make good?"), _("1 easily made good · 5 not at all")
    )
    leverage = _score(
        _("Leverage: how much can we change together?"), _("1 hardly anything · 5 a great deal")
    )
    effort = _score(_("Effort: what does it take of us?"), _("1 little · 5 a great deal"))
    comment = TextAreaField(_("Comment"), validators=[Length(max=4000)])
    base_version = HiddenField()

    def scores(self) -> dict[str, int]:
        """Criterion → score."""
        return {name: int(self[name].data) for name in CRITERIA}

    def suggest(self, scores: dict[str, Any], comment: str, version: int) -> None:
        """Show what the organisation gave so far."""
        for name, score in scores.items():
            self[name].data = str(score)
        self.comment.data, self.base_version.data = comment, str(version)


class DissentForm(PortalForm):
    """What a buyer sees otherwise."""

    text = TextAreaField(
        _("What we see otherwise"),
        description=_("The other buyers and the secretariat read this under your name."),
        validators=[Length(max=4000)],
    )
    base_version = HiddenField()


class ListForm(PortalForm):
    """The proposed list: reasons stand beside each issue."""

    closes_at = DateTimeLocalField(
        _("Buyers opt in or out until"), validators=[InputRequired(_("Enter a day and a time."))]
    )
    common = TextAreaField(
        _("Reason for those without one of their own"),
        description=_("Suppliers will read the reasons."),
        validators=[Length(max=4000)],
    )


class StatementForm(PortalForm):
    """What the joint statement says before its list."""

    introduction = TextAreaField(_("Introduction"), validators=[Length(max=4000)])
    base_version = HiddenField()


class StepForm(PortalForm):
    """A step of the roadmap."""

    issue = SelectField(_("Issue"), validate_choice=False)
    what = StringField(
        _("What will be done"),
        validators=[DataRequired(_("Say what will be done.")), Length(max=300)],
    )
    owner = SelectField(_("Buyer that does it"), validate_choice=False)
    due_on = DateField(_("By"), validators=[InputRequired(_("Enter the day by which it is done."))])
    demand = TextAreaField(
        _("What to ask of suppliers"),
        description=_("As a tender or a contract would say it."),
        validators=[Length(max=4000)],
    )
    clause_ref = SelectField(_("Clause that it rests on"), validate_choice=False)
    state = SelectField(
        _("How far it is"),
        choices=[SelectChoice(value, text) for value, text in STEP_STATES.items()],
        default="planned",
    )
    reason = TextAreaField(
        _("Reason for a later day, or for dropping it"),
        description=_("Everybody who reads the roadmap reads it."),
        validators=[Length(max=4000)],
    )
    base_version = HiddenField()

    def draft(self) -> StepDraft:
        """What was typed."""
        return StepDraft(
            issue_id=as_uuid(self.issue.data),
            owner_id=as_uuid(self.owner.data),
            what=self.what.data or "",
            due_on=self.due_on.data,
            demand=self.demand.data or "",
            clause_ref=self.clause_ref.data or "",
            state=self.state.data or "planned",
            reason=self.reason.data or "",
        )


class ReviewForm(PortalForm):
    """The yearly look."""

    note = TextAreaField(
        _("What came of it"),
        description=_("Everybody reads it: what has changed in the market, and what you change."),
        validators=[DataRequired(_("Write what you found: everybody reads it."))],
    )
