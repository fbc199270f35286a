"""Questions from rows of the survey: texts, hints, whether they must be answered, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.errors import Message, message
from portal.questionnaire.definition import (
    Condition,
    Date,
    EvidenceRule,
    File,
    LongText,
    Multi,
    Number,
    Percentage,
    Question,
    ShortText,
    Single,
    Text,
    YesNo,
)
from portal.questionnaire.importers.answers import Answer, Answers
from portal.questionnaire.importers.effort import Effort
from portal.questionnaire.importers.names import Ids
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.routing import Meaning, Scope, route
from portal.questionnaire.importers.structure import Item
from portal.questionnaire.importers.tables import Account, Record
from portal.questionnaire.importers.targets import Reads, Target, joined_all, size
from portal.questionnaire.importers.vocabulary import Kind
from portal.questionnaire.importers.wordings import SPECIFY, UNITS, Wordings, joined

SHORT_TEXT, LONG_TEXT = 300, 4000
PLAIN: Mapping[str, type[Percentage | YesNo | Date]] = {
    "percentage": Percentage,
    "yes_no": YesNo,
    "date": Date,
}
"""Forms of answers that need nothing more to be said."""
ALWAYS = frozenset({"yes", "true", "true()", "1"})
NEVER = frozenset({"", "no", "false", "false()", "0"})

AUTOMATIC = "“{type}” is recorded by the app that shows a form; suppliers are not asked for it."
LEFT_OUT: Mapping[Kind, str] = {
    Kind.AUTOMATIC: AUTOMATIC,
    Kind.CALCULATE: "“{type}” is not asked; where a condition reads it, it is written out.",
    Kind.FROM_FILE: "“{type}”: the choices are not in the workbook.",
    Kind.UNKNOWN: "“{type}” is no type that is known.",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every part of the survey is worked on with."""

    account: Account
    wordings: Wordings
    answers: Answers
    ids: Ids
    """Of questions."""
    effort: Effort

    def condition(self, record: Record, scope: Scope) -> Meaning:
        """When the row is shown: True for always, False for never."""
        written = record.get("relevant")
        if not written:
            return True
        routed = route(written, scope)
        self.effort.step(routed.steps)
        outcome = Outcome.NOT_CARRIED if routed.meaning is True else Outcome.CHANGED
        for loss in routed.losses:
            self.account.cell(record, "relevant", outcome, loss)
        return routed.meaning

    def shown_if(self, meanings: Sequence[Meaning]) -> Condition | None:
        """All conditions as one; None if there is nothing to ask."""
        self.effort.step(sum(size(each) for each in meanings if not isinstance(each, bool)))
        condition = joined_all(meanings)
        return None if isinstance(condition, bool) else condition

    def is_required(self, record: Record) -> bool:
        """Whether it must be answered; a condition for that is taken for yes."""
        written = record.get("required").casefold()
        if written in NEVER:
            return False
        if written not in ALWAYS:
            what = message("“{value}”: it must always be answered.", value=record.get("required"))
            self.account.cell(record, "required", Outcome.CHANGED, what)
        return True

    def label(self, item: Item) -> Text:
        """What the row asks; its name or type if it has no label."""
        return self.wordings.read(item.record, "label", instead=item.name or item.kind.value)

    def hint(self, record: Record) -> Text:
        """The hint, with the guidance, and with the message of a constraint that is not kept."""
        hint = self.wordings.read(record, "hint")
        guidance = self.wordings.read(record, "guidance_hint")
        if guidance:
            what = message("It is part of the hint.")
            self.account.cells(record, "guidance_hint", Outcome.CHANGED, what)
        return joined((hint, guidance, self._constraint_message(record)))

    def leave_out(self, item: Item, scope: Scope) -> None:
        """Account for a row that is not asked, and remember that nothing can read it."""
        if item.name and item.kind is not Kind.CALCULATE:
            scope.left_out.add(item.name)
        if not self.account.has_row(item.record):
            what = LEFT_OUT.get(item.kind, LEFT_OUT[Kind.UNKNOWN])
            written = message(what, type=item.record.get("type"))
            self.account.row(item.record, Outcome.NOT_CARRIED, written)

    def never_asked(self, item: Item, scope: Scope) -> None:
        """Account for a row that is never shown, and for all inside of it."""
        what = message("It is never asked: its condition cannot hold.")
        for each in (item, *item.all_inside()):
            self.account.row(each.record, Outcome.NOT_CARRIED, what)
            if each.name:
                scope.left_out.add(each.name)

    def settle(self, item: Item, carried: Message, changes: Sequence[Message]) -> None:
        """Say that the row is carried, or how it changed."""
        for change in changes:
            self.account.row(item.record, Outcome.CHANGED, change)
        if not changes:
            self.account.row(item.record, Outcome.CARRIED, carried)

    def _constraint_message(self, record: Record) -> Text:
        headings = record.headings("constraint")
        if not headings or record.outcomes.get(headings[0]) is not Outcome.NOT_CARRIED:
            return {}
        text = self.wordings.read(record, "constraint_message")
        if text:
            what = message("It is part of the hint, since the constraint is not checked.")
            self.account.cells(record, "constraint_message", Outcome.CHANGED, what)
        return text


def renamed(item: Item, given: str) -> list[Message]:
    """What to say if the id is not the name."""
    if item.name == given:
        return []
    return [message("“{name}” has the id “{id}”.", name=item.name, id=given)]


def questions_of(
    desk: Desk, item: Item, scope: Scope, conditions: Sequence[Meaning]
) -> list[Question]:
    """The question of a row, and the one for "other"; none if it is not carried."""
    answer = desk.answers.of(item)
    if answer is None:
        desk.leave_out(item, scope)
        return []
    question_id = desk.ids.take(item.name, "question")
    target = answer.target(question=question_id)
    common = {
        "text": desk.label(item),
        "hint": desk.hint(item.record),
        "required": desk.is_required(item.record),
        "show_if": desk.shown_if(conditions),
    }
    changes = [*renamed(item, question_id), *answer.changes]
    if answer.form == "number":
        what = "Its unit is “{unit}”, since a form does not say what is counted."
        changes.append(message(what, unit=UNITS["en"]))
    question = _question(desk, answer, id=question_id, **common)
    carried = message("The question {id}, of the type {type}.", id=question_id, type=question.type)
    desk.settle(item, carried, changes)
    scope.targets[item.name] = target
    if not item.has_other:
        return [question]
    return [question, _other_question(desk, item, scope, question, target)]


def specified(text: Text) -> Text:
    """The text of the question for the words of "other"."""
    return {
        tag: SPECIFY.get(tag.split("-")[0], SPECIFY["en"]).format(question=wording)
        for tag, wording in text.items()
    }


def _other_question(
    desk: Desk, item: Item, scope: Scope, question: Question, target: Target
) -> Question:
    name = f"{item.name}_other"
    question_id = desk.ids.take(name, "question")
    if name not in scope.names:
        scope.targets[name] = Target(reads=Reads.TEXT, question=question_id)
    return ShortText(
        id=question_id,
        text=specified(question.text),
        required=question.required,
        show_if=target.chosen(target.ids["other"]),
    )


def _question(desk: Desk, answer: Answer, **common: Any) -> Question:  # noqa: ANN401 - any field
    limits = answer.limits
    question: Question
    match answer.form:
        case "text":
            question = ShortText(maximum_length=limits.maximum_length or SHORT_TEXT, **common)
        case "long":
            question = LongText(maximum_length=limits.maximum_length or LONG_TEXT, **common)
        case "number":
            unit = desk.wordings.ours(UNITS)
            question = Number(unit=unit, minimum=limits.minimum, maximum=limits.maximum, **common)
        case "single" | "multi":
            chosen = Single if answer.form == "single" else Multi
            question = chosen(options=answer.options, **common)
        case "file":
            evidence = EvidenceRule(kinds=("image",)) if answer.is_image else None
            question = File(evidence=evidence, **common)
        case _:
            question = PLAIN[answer.form](**common)
    return question
