"""Forms of the long list of issues."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.meeting.operations_issues import IssueDraft
from portal.web.forms import PortalForm


class IssueForm(PortalForm):
    """What an issue says; ``base_version`` is what it was typed over."""

    title = StringField(
        _("Title"),
        description=_("What should change, in a few words."),
        validators=[
            DataRequired(_("Give the issue a title.")),
            Length(max=200, message=_("A title has at most 200 characters.")),
        ],
    )
    description = TextAreaField(
        _("Why it matters"),
        description=_("What happens today, to whom, and what buyers could ask for."),
        validators=[Length(max=4000)],
    )
    source = SelectField(
        _("Where it comes from"),
        description=_("A part of the published questionnaire, or your own words."),
        validate_choice=False,
    )
    base_version = HiddenField()

    def draft(self) -> IssueDraft:
        """What was typed."""
        return IssueDraft(
            title=self.title.data or "",
            description=self.description.data or "",
            source=self.source.data or "own",
        )


class WithdrawForm(PortalForm):
    """Why an issue is taken off the list."""

    reason = TextAreaField(
        _("Reason"),
        description=_("The other buyers read it."),
        validators=[DataRequired(_("Give the reason: the other buyers read it."))],
    )


class MergeForm(PortalForm):
    """Which issue stands for this one."""

    into = SelectField(_("The issue that stays"), validate_choice=False)
    reason = TextAreaField(_("Reason"), validators=[Length(max=4000)])


class ReadinessForm(PortalForm):
    """A question to tie to the issue."""

    key = SelectField(_("Question"), validate_choice=False)
