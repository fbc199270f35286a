"""A condition of the draft, put together from lists and said as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.condition_form import (
    ConditionForm,
    as_text,
    line_numbers,
    next_key,
    stepped,
    typed,
)
from portal.blueprints.questionnaire.condition_lines import Builder, Sheet
from portal.blueprints.questionnaire.condition_view import line_views
from portal.blueprints.questionnaire.condition_words import heading, home, part_name, said
from portal.blueprints.questionnaire.opened import editor, opened
from portal.core.clock import now
from portal.core.errors import Invalid, Refused
from portal.identity.roles import Permission
from portal.questionnaire.building import CONDITION, decision_on, readable, with_condition
from portal.questionnaire.definition import Condition
from portal.questionnaire.merging import Clash
from portal.questionnaire.operations_editing import Clashes, Saved, change
from portal.questionnaire.queries_editing import Draft, content_at
from portal.questionnaire.subjects import content_of
from portal.web.guard import needs
from portal.web.pages import page

CONDITIONS = "/dialogues/<dialogue>/draft/conditions/<subject>/<path:field>"


@bp.get(CONDITIONS)
@needs(Permission.DRAFT_EDIT)
def condition(subject: str, field: str) -> ResponseReturnValue:
    """The lines of a condition as it stands."""
    return _work(subject, field).begun()


@bp.post(CONDITIONS)
@needs(Permission.DRAFT_EDIT)
def work_on_condition(subject: str, field: str) -> ResponseReturnValue:
    """Every step shows the lines again, and only saving keeps them."""
    work = _work(subject, field)
    sheet, step = typed(work.builder, request.form), request.form.get("do", "")
    return work.saved(sheet) if step == "save" else work.page(stepped(sheet, step))


def _work(subject: str, field: str) -> "_Work":
    draft = opened()
    decision = decision_on(draft.questionnaire, subject, field)
    if decision is None:
        raise Refused
    return _Work(draft, Builder(draft.questionnaire, decision), ConditionForm())


@dataclass(frozen=True, slots=True)
class _Work:
    """One request's work on a condition."""

    draft: Draft
    builder: Builder
    form: ConditionForm

    def begun(self) -> str:
        """The condition as it stands, or one empty line."""
        was = self.builder.decision.condition
        self.form.seen.data, self.form.was.data = str(self.draft.revision), as_text(was)
        sheet = self.builder.opened(was)
        return self.page(sheet if sheet.lines else stepped(sheet, "add"))

    def saved(self, sheet: Sheet) -> ResponseReturnValue:
        """Keep the condition and go back to its part; else the page with what is wrong."""
        built, self.form.lacking = self.builder.built(sheet)
        self.form.numbers = line_numbers(sheet)
        if self.form.lacking or not self.form.validate():
            return self.page(sheet), 422
        try:
            done = self._change(built)
        except Clashes as refusal:
            self.form.seen.data = str(opened().revision)
            if not _theirs(refusal.clashes, self.builder.decision.field):
                self.form.add_fault(refusal)
            return self.page(sheet, refusal.clashes), 409
        except Invalid as refusal:
            self.form.add_fault(refusal)
            return self.page(sheet), 422
        words = gettext("The condition has been saved.")
        flash(words if done.subjects else gettext("Nothing was changed."), "success")
        return redirect(home(self.builder.decision))

    def page(self, sheet: Sheet, clashes: Sequence[Clash] = ()) -> str:
        """The lines as they are, with what they would say."""
        built, lacking = self.builder.built(sheet)
        decision, draft, builder = self.builder.decision, self.draft, self.builder
        return page(
            "questionnaire/condition.html",
            draft=draft,
            decision=decision,
            form=self.form,
            sheet=sheet,
            heading=heading(draft, decision),
            now_said=said(draft, builder, decision.condition),
            will_say=None if lacking else said(draft, builder, built),
            theirs_said=[said(draft, builder, each) for each in _theirs(clashes, decision.field)],
            lines=line_views(builder, sheet, self.form.lacking),
            can_read=bool(readable(draft.questionnaire, decision) or decision.left),
            next=next_key(sheet.lines),
            home=home(decision),
            back=part_name(draft, decision),
        )

    def _change(self, built: Condition | None) -> Saved:
        """The part as the page showed it, with this condition."""
        decision, by = self.builder.decision, editor(self.draft)
        current = content_of(self.draft.questionnaire, decision.subject)
        base = content_at(g.session, self.draft.id, decision.subject, by.seen, current)
        content = with_condition(base, decision.field, built)
        return change(
            g.session,
            g.actor,
            self.draft.id,
            decision.subject,
            content,
            editor=by,
            now=now(),
        )


def _theirs(clashes: Sequence[Clash], field: str) -> list[Condition | None]:
    """What others have made of the condition meanwhile."""
    return [
        CONDITION.validate_python(each.theirs) if each.theirs is not None else None
        for each in clashes
        if each.field == field
    ]
