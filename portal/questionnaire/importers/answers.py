"""What an answer is: from the type of a row to a form that a question or a column can take."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from portal.core.errors import Listing, Message, message
from portal.questionnaire.definition import Option
from portal.questionnaire.importers.limits import NOTHING, Limits, limits_in
from portal.questionnaire.importers.lists import Choices, Lists
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.structure import Item
from portal.questionnaire.importers.tables import Account, Record
from portal.questionnaire.importers.targets import Reads, Target, number_in
from portal.questionnaire.importers.vocabulary import CHOOSING, Kind, reason
from portal.questionnaire.importers.wordings import OTHER, Wordings

Form = Literal["text", "long", "number", "percentage", "single", "multi", "yes_no", "date", "file"]

READS: dict[Form, Reads] = {
    "text": Reads.TEXT,
    "long": Reads.TEXT,
    "number": Reads.NUMBER,
    "percentage": Reads.NUMBER,
    "single": Reads.CHOICE,
    "multi": Reads.CHOICES,
    "yes_no": Reads.CHOICE,
    "date": Reads.TEXT,
    "file": Reads.FILE,
}
FORMS: dict[Kind, tuple[Form, Message | None]] = {
    Kind.TEXT: ("text", None),
    Kind.INTEGER: ("number", message("Any number is taken, not only a whole one.")),
    Kind.DECIMAL: ("number", None),
    Kind.RANGE: ("number", None),
    Kind.PERCENTAGE: ("percentage", None),
    Kind.SELECT_ONE: ("single", None),
    Kind.SELECT_MULTIPLE: ("multi", None),
    Kind.RANK: ("multi", message("The options are chosen; their order is not asked.")),
    Kind.DATE: ("date", None),
    Kind.MOMENT: ("text", message("A time is given in words.")),
    Kind.PLACE: ("text", message("A place is given in words.")),
    Kind.BARCODE: ("text", message("The code is typed in.")),
    Kind.IMAGE: ("file", None),
    Kind.RECORDING: (
        "file",
        message("Sound and film are no kinds of evidence: documents and links are."),
    ),
    Kind.FILE: ("file", None),
    Kind.ACKNOWLEDGE: ("yes_no", message("To acknowledge is to answer yes.")),
}
"""By the kind of row: the form of its answer, and what changes with it."""

FULL = 100.0
RANGE_START, RANGE_END = 1.0, 10.0
"""What a range has without parameters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The form of an answer, and what it is held to."""

    form: Form
    changes: tuple[Message, ...] = ()
    choices: Choices = field(default_factory=lambda: Choices((), {}))
    limits: Limits = field(default_factory=Limits)
    is_image: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        """The options, those that cannot be chosen with another marked."""
        alone = {each for name in self.limits.alone for each in self.choices.ids.get(name, ())}
        return tuple(
            replace(option, exclusive=True) if option.id in alone else option
            for option in self.choices.options
        )

    def target(
        self, *, question: str | None = None, row: str | None = None, column: str | None = None
    ) -> Target:
        """How conditions read this answer."""
        minimum = 0.0 if self.form == "percentage" else self.limits.minimum
        ids = self.choices.ids
        if self.form == "yes_no" and not ids:
            ids = {"OK": ("yes",), "yes": ("yes",), "no": ("no",)}
        return Target(
            reads=READS[self.form],
            question=question,
            row=row,
            column=column,
            ids=ids,
            minimum=minimum if READS[self.form] is Reads.NUMBER else None,
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """Finds the form of each row's answer, and accounts for the cells that bear on it."""

    lists: Lists
    wordings: Wordings
    account: Account

    def of(self, item: Item, *, in_table: bool = False) -> Answer | None:
        """The answer of a row; None, with the row accounted for, if there can be none."""
        form, change = FORMS[item.kind]
        answer = Answer(form, (change,) if change else ())
        if item.kind in CHOOSING:
            chosen = self._chosen(item, answer, in_table=in_table)
            if chosen is None:
                return None
            answer = chosen
        elif item.kind is Kind.TEXT:
            answer = self._text(item.record, answer)
        elif item.kind is Kind.RANGE:
            answer = self._range(item.record, answer)
        elif item.kind is Kind.DATE:
            answer = self._date(item.record, answer)
        answer = replace(answer, is_image=item.kind is Kind.IMAGE)
        return self._limited(item, answer, in_table=in_table)

    def _chosen(self, item: Item, answer: Answer, *, in_table: bool) -> Answer | None:
        plain = item.kind is Kind.SELECT_ONE and not item.has_other
        choices = self.lists.use(item.list_name, may_be_yes_no=plain)
        if choices is None or not (choices.options or choices.is_yes_no):
            what = message("The list “{list}” is not in the workbook.", list=item.list_name)
            self.account.row(item.record, Outcome.NOT_CARRIED, what)
            return None
        if choices.is_yes_no:
            return replace(answer, form="yes_no", choices=choices)
        if item.has_other:
            choices = choices.with_other(self.wordings.ours(OTHER))
            other = message("“Other” is an option, with a question of its own for the words.")
            answer = replace(answer, changes=(*answer.changes, other))
        if len(choices.options) == 1 and answer.form == "single" and not in_table:
            single = message("There is only one option, so that it can also be left out.")
            answer = replace(answer, form="multi", changes=(*answer.changes, single))
        return replace(answer, choices=choices)

    def _text(self, record: Record, answer: Answer) -> Answer:
        """Several lines where the form shows several."""
        appearance, rows = record.get("appearance"), record.get("rows")
        parameters = record.get("parameters")
        several = "multiline" in appearance.split() or re.search(r"\brows\s*=", parameters)
        lines = number_in(rows)
        is_long = bool(several) or (lines is not None and lines > 1)
        for role, content in (("appearance", appearance), ("rows", rows)):
            kept = is_long and (role == "rows" or content == "multiline")
            if content and not kept:
                self.account.cell(record, role, Outcome.NOT_CARRIED, reason(role, content))
        if parameters and not (is_long and re.fullmatch(r"\s*rows\s*=\s*\d+\s*", parameters)):
            what = reason("parameters", parameters)
            self.account.cell(record, "parameters", Outcome.NOT_CARRIED, what)
        return replace(answer, form="long") if is_long else answer

    def _date(self, record: Record, answer: Answer) -> Answer:
        appearance = record.get("appearance")
        if not appearance:
            return answer
        self.account.cell(
            record, "appearance", Outcome.NOT_CARRIED, reason("appearance", appearance)
        )
        if not {"month-year", "year"} & set(appearance.split()):
            return answer
        return replace(answer, changes=(*answer.changes, message("A whole day is asked for.")))

    def _range(self, record: Record, answer: Answer) -> Answer:
        written = record.get("parameters")
        given = dict(re.findall(r"(\w+)\s*=\s*([^\s,;=]+)", written.casefold()))
        start = number_in(given.pop("start", RANGE_START))
        end = number_in(given.pop("end", RANGE_END))
        step = given.pop("step", "1")
        bounds = sorted(each for each in (start, end) if each is not None)
        limits = Limits(minimum=bounds[0], maximum=bounds[-1]) if len(bounds) > 1 else Limits()
        if given or number_in(step) != 1 or len(bounds) < 2:  # noqa: PLR2004 - both ends
            what = message("“{value}”: of a range only its ends are kept.", value=written)
            self.account.cell(record, "parameters", Outcome.CHANGED, what)
        return replace(answer, limits=limits)

    def _limited(self, item: Item, answer: Answer, *, in_table: bool) -> Answer:
        """The answer within its constraint, as far as that can be said."""
        written = item.record.get("constraint")
        if not written:
            return answer
        limits = limits_in(written, whole=item.kind in {Kind.INTEGER, Kind.RANGE})
        kept = _fitting(answer, limits)
        if in_table:
            kept = replace(kept, maximum_length=None)
        if kept.is_empty:
            what = message("“{value}”: this cannot be checked here.", value=written)
            self.account.cell(item.record, "constraint", Outcome.NOT_CARRIED, what)
            return answer
        both = answer.limits.narrowed(kept)
        if both.minimum is not None and both.maximum is not None and both.minimum > both.maximum:
            both = answer.limits
        is_exact = kept.is_exact and limits.is_exact and kept == limits
        outcome = Outcome.CARRIED if is_exact else Outcome.CHANGED
        what = message("“{value}” became: {limits}.", value=written, limits=Listing(_said(kept)))
        self.account.cell(item.record, "constraint", outcome, what)
        return replace(answer, limits=both)


def _fitting(answer: Answer, limits: Limits) -> Limits:
    """Those limits that an answer of this form can have."""
    match answer.form:
        case "number":
            return replace(limits, maximum_length=None, alone=())
        case "text" | "long":
            return replace(limits, minimum=None, maximum=None, alone=())
        case "multi":
            alone = tuple(name for name in limits.alone if name in answer.choices.ids)
            return replace(limits, minimum=None, maximum=None, maximum_length=None, alone=alone)
        case _:
            return NOTHING


def _said(limits: Limits) -> tuple[Message, ...]:
    parts: list[Message] = []
    if limits.minimum is not None:
        parts.append(message("at least {number}", number=_plain(limits.minimum)))
    if limits.maximum is not None:
        parts.append(message("at most {number}", number=_plain(limits.maximum)))
    if limits.maximum_length is not None:
        parts.append(message("at most {count} characters", count=limits.maximum_length))
    parts += [message("“{name}” excludes the others", name=name) for name in limits.alone]
    return tuple(parts)


def _plain(number: float) -> float:
    return int(number) if number.is_integer() else number
