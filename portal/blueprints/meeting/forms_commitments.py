"""Forms about commitments: proposing, wording, proof, checks, corrective actions, reasons."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.blueprints.meeting.commitments_view import LEVEL_NAMES, METHODS
from portal.core.errors import Invalid
from portal.meeting.commitments_rules import Level, Method
from portal.meeting.commitments_sources import ANSWER, CONTRACT, OWN, SESSION, Source
from portal.meeting.operations_commitments import Proposal
from portal.meeting.operations_commitments_actions import Finding
from portal.meeting.operations_commitments_proof import Proof, Verification
from portal.meeting.operations_commitments_terms import Clash, Wording
from portal.meeting.queries_commitments_offered import Offered
from portal.web.forms import PortalForm, as_uuid

TO_ALL = "-"


def _named(table: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(key), name) for key, name in table.items()]


def _to_all(found: Offered) -> str:
    if found.is_supplier:
        return str(gettext("The buyers jointly"))
    return str(gettext("All buyers; if a buyer promises, everybody"))


def _chosen(text: str | None) -> UUID | None:
    return as_uuid(text) if text and text != TO_ALL else None


class WordingForm(PortalForm):
    """What is promised, until when; ``base`` is the number of the terms it was typed over."""

    text = TextAreaField(
        _("What is promised"),
        description=_("One thing that can be shown to be done."),
        validators=[DataRequired(_("Say what is promised.")), Length(max=2000)],
    )
    due_on = DateField(_("Due on"), validators=[InputRequired(_("Enter the day."))])
    base = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])

    clash: Clash | None = None
    """What somebody else saved meanwhile, to be compared."""

    def add_fault(self, fault: Invalid) -> None:
        """After a clash, saving again means: over what the page now shows beside it."""
        super().add_fault(fault)
        if isinstance(fault, Clash):
            self.clash = fault
            self.base.raw_data, self.base.data = None, fault.number

    def wording(self) -> Wording:
        """What was typed."""
        return Wording(text=self.text.data or "", due_on=self.due_on.data, base=self.base.data or 0)


class ProposalForm(PortalForm):
    """A new commitment: who promises whom what until when, and what it comes from."""

    promisor = SelectField(_("Who promises"), validators=[DataRequired(_("Choose who promises."))])
    counterpart = SelectField(_("To whom"))
    text = WordingForm.text
    due_on = WordingForm.due_on
    kind = RadioField(
        _("Where it comes from"),
        choices=[
            SelectChoice(OWN, _("Our own")),
            SelectChoice(ANSWER, _("An answer to the questionnaire")),
            SelectChoice(SESSION, _("A session of this dialogue")),
            SelectChoice(CONTRACT, _("A contract")),
        ],
        default=OWN,
    )
    question_id = StringField(
        _("Number of the question"), description=_("If it comes from an answer, such as B.01.")
    )
    meeting_id = SelectField(_("Which session"))
    reference = StringField(
        _("Which contract"),
        description=_("If it comes from a contract: its number or name."),
        validators=[Length(max=200)],
    )
    clause = SelectField(_("Clause"), description=_("The clause that it puts into practice."))
    level = SelectField(
        _("Level of the clause"),
        description=_("Each level contains the ones before it."),
        choices=_named(LEVEL_NAMES),
    )
    method = SelectField(
        _("How it will be checked"), choices=_named(METHODS), default=Method.DESK_REVIEW
    )

    def offer(self, found: Offered) -> "ProposalForm":
        """Offer whom and what there is to choose."""
        self.promisor.choices = [
            SelectChoice("", gettext("Choose")),
            *(SelectChoice(str(key), name) for key, name in found.promisors),
        ]
        self.counterpart.choices = [
            SelectChoice(TO_ALL, _to_all(found)),
            *(SelectChoice(str(key), name) for key, name in found.counterparts),
        ]
        self.meeting_id.choices = [
            SelectChoice("", gettext("No session")),
            *(SelectChoice(str(key), name) for key, name in found.meetings),
        ]
        self.clause.choices = [
            SelectChoice("", gettext("No clause")),
            *(SelectChoice(key, name) for key, name in found.clauses.items()),
        ]
        return self

    def prefer(self, wanted: Mapping[str, str]) -> None:
        """Choose what the link that led here names: an answer of a supplier, a session."""
        known = {str(choice.value) for choice in self.promisor.choices}
        if wanted.get("promisor") in known:
            self.promisor.data = wanted["promisor"]
        if wanted.get("question"):
            self.kind.data, self.question_id.data = ANSWER, wanted["question"][:60]
        if wanted.get("session") in {str(choice.value) for choice in self.meeting_id.choices}:
            self.kind.data, self.meeting_id.data = SESSION, wanted["session"]

    def proposal(self) -> Proposal:
        """What was typed."""
        return Proposal(
            organisation_id=as_uuid(self.promisor.data),
            counterpart_id=_chosen(self.counterpart.data),
            text=self.text.data or "",
            due_on=self.due_on.data,
            source=Source(
                kind=self.kind.data,
                question_id=(self.question_id.data or "").strip(),
                meeting_id=_chosen(self.meeting_id.data),
                reference=self.reference.data or "",
            ),
            clause=self.clause.data or "",
            level=Level(self.level.data),
            method=Method(self.method.data),
        )


class ProofForm(PortalForm):
    """What shows that it was kept."""

    evidence_id = SelectField(_("From our evidence"))
    url = StringField(_("Link"), description=_("Starts with https://"))
    text = TextAreaField(_("In words"), validators=[Length(max=2000)])

    def offer(self, pieces: list[tuple[UUID, str]]) -> "ProofForm":
        """Offer the company's own pieces."""
        self.evidence_id.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(str(key), name) for key, name in pieces),
        ]
        return self

    def proof(self) -> Proof:
        """What was chosen and typed."""
        return Proof(
            evidence_id=_chosen(self.evidence_id.data),
            url=self.url.data or "",
            text=self.text.data or "",
        )


class CheckForm(PortalForm):
    """A check that the proof passed."""

    checked = TextAreaField(
        _("What was checked"),
        description=_("Other buyers read this to see whether they can rely on it."),
        validators=[DataRequired(_("Say what was checked.")), Length(max=2000)],
    )
    level = SelectField(_("Level of the clause"), choices=_named(LEVEL_NAMES))
    method = SelectField(_("Method"), choices=_named(METHODS))
    checked_on = DateField(_("Checked on"), validators=[InputRequired(_("Enter the day."))])
    valid_until = DateField(_("Valid until"), validators=[InputRequired(_("Enter the day."))])
    shared = BooleanField(
        _("Buyers of our other dialogues may rely on it"),
        description=_("Only those that take part in this dialogue, too."),
    )

    def verification(self) -> Verification:
        """What was typed."""
        return Verification(
            checked=self.checked.data or "",
            level=Level(self.level.data),
            method=Method(self.method.data),
            checked_on=self.checked_on.data,
            valid_until=self.valid_until.data,
            shared=bool(self.shared.data),
        )


class ActionForm(PortalForm):
    """A corrective action."""

    finding = TextAreaField(
        _("What was found"),
        validators=[DataRequired(_("Say what was found.")), Length(max=2000)],
    )
    action = TextAreaField(
        _("What is done about it"),
        validators=[DataRequired(_("Say what is done about it.")), Length(max=2000)],
    )
    owner = StringField(
        _("Who does it"), validators=[DataRequired(_("Say who does it.")), Length(max=200)]
    )
    due_on = DateField(_("Due on"), validators=[InputRequired(_("Enter the day."))])

    def found(self) -> Finding:
        """What was typed."""
        return Finding(
            finding=self.finding.data or "",
            action=self.action.data or "",
            owner=self.owner.data or "",
            due_on=self.due_on.data,
        )


class ReasonForm(PortalForm):
    """Why; the operation says where it must be given."""

    reason = TextAreaField(_("Reason"), validators=[Length(max=2000)])


class WhyForm(PortalForm):
    """Why, where it must be said."""

    reason = TextAreaField(
        _("Reason"),
        validators=[DataRequired(_("Give the reason: the other side reads it.")), Length(max=2000)],
    )


class TermsForm(PortalForm):
    """Which terms are meant, and why not."""

    number = HiddenField(validators=[DataRequired()])
    reason = TextAreaField(_("Reason"), validators=[Length(max=2000)])
