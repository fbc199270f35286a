"""A whole questionnaire to read: every question with its routing, nothing to fill in."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from portal.questionnaire.choices import options_of
from portal.questionnaire.conditions import sentence
from portal.questionnaire.definition import (
    Column,
    Condition,
    ConfidentialityClass,
    Grid,
    Matrix,
    Maturity,
    Number,
    Question,
    Questionnaire,
    Section,
    Table,
)
from portal.web.language import language
from portal.web.wording import Speaker, Wording

READERS = {
    ConfidentialityClass.PUBLIC: _("anyone"),
    ConfidentialityClass.PARTICIPANTS: _("everyone in this dialogue, other suppliers too"),
    ConfidentialityClass.BUYERS_AND_OBSERVERS: _("the buyers, the observers and the secretariat"),
    ConfidentialityClass.BUYERS: _("the buyers and the secretariat"),
    ConfidentialityClass.NAMED_BUYERS: _("only buyers that you name, and the secretariat"),
    ConfidentialityClass.AGGREGATE_ONLY: _("the secretariat; everybody else in totals only"),
}
"""Who reads an answer of each class, to follow "Read by:"."""

KINDS = {
    "yes_partly_no": _("Yes, partly or no"),
    "yes_no": _("Yes or no"),
    "maturity": _("One of five levels"),
    "single": _("One choice"),
    "multi": _("Any number of choices"),
    "percentage": _("Percentage"),
    "number": _("Number"),
    "text": _("One line of text"),
    "long": _("Several lines of text"),
    "date": _("Date"),
    "file": _("Files or links"),
    "table": _("Table, as many rows as you need"),
    "matrix": _("One choice in each row"),
    "grid": _("Several answers in each row"),
    "country": _("Country"),
    "email": _("E-mail address"),
    "url": _("Web address"),
}
"""What an answer or a cell consists of, by type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnOutline:
    """A column of a table or grid."""

    text: Wording
    kind: str
    choices: tuple[Wording, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOutline:
    """A question to read. ``shown_if`` is a clause to follow "Only if", or empty."""

    id: str
    text: Wording
    hint: Wording
    proof: Wording
    kind: str
    unit: str
    choices: tuple[Wording, ...]
    rows: tuple[Wording, ...]
    columns: tuple[ColumnOutline, ...]
    shown_if: str
    readers: str
    minutes: float
    is_core: bool
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionOutline:
    """A section to read, with its questions."""

    id: str
    title: Wording
    why: Wording
    shown_if: str
    minutes: float
    questions: tuple[QuestionOutline, ...]


def outline(questionnaire: Questionnaire, wanted: str) -> list[SectionOutline]:
    """Every section in page order, in the ``wanted`` language where a text exists in it."""
    reader = _Reader(questionnaire, Speaker(wanted, questionnaire.base_language, language()))
    return [reader.section(section) for section in questionnaire.sections]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Puts the parts of one questionnaire in words."""

    questionnaire: Questionnaire
    speaker: Speaker

    def section(self, section: Section) -> SectionOutline:
        return SectionOutline(
            id=section.id,
            title=self.speaker.say(section.title),
            why=self.speaker.say(section.why),
            shown_if=self.clause(section.show_if),
            minutes=sum(question.minutes for question in section.questions),
            questions=tuple(self.question(question) for question in section.questions),
        )

    def question(self, question: Question) -> QuestionOutline:
        rows = question.rows if isinstance(question, Matrix | Grid) else ()
        columns = question.columns if isinstance(question, Table | Grid) else ()
        return QuestionOutline(
            id=question.id,
            text=self.speaker.say(question.text),
            hint=self.speaker.say(question.hint),
            proof=self.speaker.say(question.proof),
            kind=str(KINDS[question.type]),
            unit=str(self.speaker.say(question.unit)) if isinstance(question, Number) else "",
            choices=self.choices(question),
            rows=tuple(self.speaker.say(row.text) for row in rows),
            columns=tuple(self.column(column) for column in columns),
            shown_if=self.clause(question.show_if),
            readers=str(READERS[question.confidentiality.default]),
            minutes=question.minutes,
            is_core=question.core,
            is_required=question.required,
        )

    def choices(self, question: Question) -> tuple[Wording, ...]:
        if isinstance(question, Maturity):
            return tuple(self.speaker.say(anchor) for anchor in question.anchors)
        return tuple(self.speaker.say(option.text) for option in options_of(question))

    def column(self, column: Column) -> ColumnOutline:
        return ColumnOutline(
            text=self.speaker.say(column.text),
            kind=str(KINDS[column.type]),
            choices=tuple(self.speaker.say(option.text) for option in column.options),
        )

    def clause(self, condition: Condition | None) -> str:
        if condition is None:
            return ""
        return sentence(condition, self.questionnaire, self.speaker.language)
