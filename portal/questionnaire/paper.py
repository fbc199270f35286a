"""What a workbook and a printed form say of a questionnaire, in the reader's language (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from portal.core.errors import Message, message
from portal.core.words import Words, words
from portal.questionnaire.choices import choice_ids, options_of
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    YES_NO,
    All,
    Column,
    ColumnType,
    Condition,
    ConfidentialityClass,
    EvidenceNeed,
    Grid,
    LongText,
    Matrix,
    Maturity,
    Number,
    Option,
    Percentage,
    Question,
    Questionnaire,
    ShortText,
    Text,
    YesNo,
    YesPartlyNo,
    localised,
)
from portal.questionnaire.sentences import YES_PARTLY_NO_WORDS, sentence

KINDS: Mapping[str, Message] = {
    "yes_partly_no": message("Yes, partly or no"),
    "yes_no": message("Yes or no"),
    "maturity": message("One of five levels"),
    "single": message("One choice"),
    "multi": message("Any number of choices"),
    "percentage": message("Percentage"),
    "number": message("Number"),
    "text": message("One line of text"),
    "long": message("Several lines of text"),
    "date": message("Date"),
    "file": message("Files or links"),
    "table": message("Table, as many rows as you need"),
    "matrix": message("One choice in each row"),
    "grid": message("Several answers in each row"),
    "country": message("Country"),
    "email": message("E-mail address"),
    "url": message("Web address"),
}
"""What an answer or a cell consists of, by type."""

READERS: Mapping[ConfidentialityClass, Message] = {
    ConfidentialityClass.PUBLIC: message("anyone"),
    ConfidentialityClass.PARTICIPANTS: message("everyone in this dialogue, other suppliers too"),
    ConfidentialityClass.BUYERS_AND_OBSERVERS: message(
        "the buyers, the observers and the secretariat"
    ),
    ConfidentialityClass.BUYERS: message("the buyers and the secretariat"),
    ConfidentialityClass.NAMED_BUYERS: message("only buyers that you name, and the secretariat"),
    ConfidentialityClass.AGGREGATE_ONLY: message("the secretariat; everybody else in totals only"),
}
"""Who reads an answer of each class, to follow "Read by:"."""

PROOF: Mapping[EvidenceNeed, Message] = {
    EvidenceNeed.OPTIONAL: message("Proof, if you have any: file name or web address"),
    EvidenceNeed.IF_YES: message("Proof, unless you answer no: file name or web address"),
    EvidenceNeed.IF_ROWS: message("Proof, if you list anything: file name or web address"),
    EvidenceNeed.ALWAYS: message("Proof: file name or web address"),
}
"""What is asked for beside an answer that needs evidence."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which text a paper was made from, and until when it can be answered.

    ``sha256``: of the version's canonical JSON, in hexadecimal; ``dialogue``: its title or empty.
    """

    sha256: str
    dialogue: str = ""
    deadline: datetime | None = None
    is_draft: bool = False
    """The text may still change."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of an answer, and the words it is chosen by."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is written in one place: the answer to a simple question, or one cell of a row."""

    type: str
    """A question's or a column's type; ``single`` for a row of a matrix."""
    choices: tuple[Choice, ...] = ()
    """For types that are chosen; no two labels read alike."""
    minimum: float | None = None
    maximum: float | None = None
    maximum_length: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where to go on: at a question, or at the start of a section."""

    id: str
    is_section: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """Puts the parts of one questionnaire in the words of one language."""

    questionnaire: Questionnaire
    language: str
    countries: tuple[Choice, ...] = ()
    """What a country is chosen from; without them, it is written."""

    @property
    def words(self) -> Words:
        """The words that are not the questionnaire's own."""
        return words(self.language)

    def version(self, stamp: Stamp) -> str:
        """Name and number of the version, and whether it is a draft."""
        version = f"{self.questionnaire.name} {self.questionnaire.version}"
        return self.words("{version} (draft)", version=version) if stamp.is_draft else version

    def text(self, text: Text) -> str:
        """The wording, in the base language if there is none in the reader's."""
        return localised(text, self.language, self.questionnaire.base_language).strip()

    def line(self, text: Text, default: str = "") -> str:
        """The wording in one line; ``default`` if there is none."""
        return " ".join(self.text(text).split()) or default

    def clause(self, condition: Condition, columns: Sequence[Column] = ()) -> str:
        """When the condition holds, to follow "Only if"."""
        return sentence(condition, self.questionnaire, self.language, columns=columns)

    def only_if(self, condition: Condition | None, columns: Sequence[Column] = ()) -> str:
        """The clause behind "Only if"; empty without a condition."""
        if condition is None:
            return ""
        return self.words("Only if {clause}", clause=self.clause(condition, columns))

    def route(self, condition: Condition | None, goal: Goal | None) -> str:
        """When to answer, and where to go on otherwise; empty without a condition."""
        if condition is None:
            return ""
        clause = self.clause(condition)
        if goal is None:
            return self.words(
                "Only if {clause}; otherwise you have reached the end.", clause=clause
            )
        if goal.is_section:
            return self.words(
                "Only if {clause}; otherwise go on with section {section}.",
                clause=clause,
                section=goal.id,
            )
        return self.words(
            "Only if {clause}; otherwise go on with {question}.", clause=clause, question=goal.id
        )

    def readers(self, question: Question) -> str:
        """Who will read the answer unless the supplier limits this further."""
        return self.words.message(READERS[question.confidentiality.default])

    def proof_wanted(self, question: Question) -> str:
        """What to write about evidence; empty if none is asked for."""
        if question.evidence is None or question.type == "file":
            return ""
        return self.words.message(PROOF[question.evidence.need])

    def kind(self, entry: Entry) -> str:
        """What an answer consists of, with its unit and its limits."""
        parts = (self.words.message(KINDS[entry.type]), entry.unit, self._limits(entry))
        return ", ".join(part for part in parts if part)

    def entry(self, question: Question) -> Entry:
        """The place of a simple question's answer; of one row for a matrix."""
        if isinstance(question, Number):
            return Entry(
                type=question.type,
                minimum=question.minimum,
                maximum=question.maximum,
                unit=self.line(question.unit),
            )
        if isinstance(question, ShortText | LongText):
            return Entry(type=question.type, maximum_length=question.maximum_length)
        if isinstance(question, Percentage):
            return Entry(type=question.type, minimum=0, maximum=100)
        kind = "single" if isinstance(question, Matrix) else question.type
        return Entry(type=kind, choices=self._choices(question))

    def cell(self, column: Column) -> Entry:
        """The place of one cell in this column."""
        choices = tuple(self._labelled(column.options))
        if column.type is ColumnType.YES_NO:
            choices = self._shared(YES_NO)
        elif column.type is ColumnType.COUNTRY:
            choices = self.countries
        is_share = column.type is ColumnType.PERCENTAGE
        return Entry(
            type=column.type.value,
            choices=_distinct(choices),
            minimum=0 if is_share else column.minimum,
            maximum=100 if is_share else column.maximum,
            unit=self.line(column.unit),
        )

    def rows(self, question: Matrix | Grid) -> tuple[Choice, ...]:
        """The fixed rows by their labels."""
        return tuple(self._labelled(question.rows))

    def _choices(self, question: Question) -> tuple[Choice, ...]:
        if isinstance(question, Maturity):
            anchors = zip(MATURITY_LEVELS, question.anchors, strict=True)
            return tuple(
                Choice(str(level), f"{level}: {self.line(anchor)}") for level, anchor in anchors
            )
        if isinstance(question, YesNo | YesPartlyNo):
            return self._shared(choice_ids(question))
        return _distinct(self._labelled(options_of(question)))

    def _shared(self, ids: Iterable[str]) -> tuple[Choice, ...]:
        return tuple(Choice(each, self.words.message(YES_PARTLY_NO_WORDS[each])) for each in ids)

    def _labelled(self, options: Iterable[Option]) -> Iterable[Choice]:
        return (Choice(option.id, self.line(option.text, option.id)) for option in options)

    def _limits(self, entry: Entry) -> str:
        if entry.maximum_length is not None:
            return self.words(
                "up to {count} characters", count=self.words.number(entry.maximum_length)
            )
        low, high = entry.minimum, entry.maximum
        if low is not None and high is not None:
            return self.words(
                "from {low} to {high}", low=self.words.number(low), high=self.words.number(high)
            )
        if low is not None:
            return self.words("{low} or more", low=self.words.number(low))
        if high is not None:
            return self.words("{high} or less", high=self.words.number(high))
        return ""


def question_goals(questionnaire: Questionnaire) -> Mapping[str, Goal | None]:
    """Where to go on if a question is not asked, by its id; None where the questionnaire ends.

    That is the next question in page order that does not need the same condition.
    """
    placed = [
        (section, question) for section in questionnaire.sections for question in section.questions
    ]
    goals: dict[str, Goal | None] = {}
    for position, (home, skipped) in enumerate(placed, start=1):
        if skipped.show_if is not None:
            goals[skipped.id] = next(
                (
                    Goal(question.id) if section is home else Goal(section.id, is_section=True)
                    for section, question in placed[position:]
                    if not _needs(section.show_if, skipped.show_if)
                    and not _needs(question.show_if, skipped.show_if)
                ),
                None,
            )
    return goals


def section_goals(questionnaire: Questionnaire) -> Mapping[str, Goal | None]:
    """The same for sections that are asked under a condition."""
    sections = questionnaire.sections
    return {
        skipped.id: next(
            (
                Goal(section.id, is_section=True)
                for section in sections[position:]
                if not _needs(section.show_if, skipped.show_if)
            ),
            None,
        )
        for position, skipped in enumerate(sections, start=1)
        if skipped.show_if is not None
    }


def _needs(condition: Condition | None, needed: Condition) -> bool:
    """Whether the condition cannot hold unless ``needed`` does, as far as their shapes tell."""
    if condition is None:
        return False
    held = _parts(condition)
    return all(part in held for part in _parts(needed))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.all if isinstance(condition, All) else (condition,)


def _distinct(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """The choices, with their ids behind the labels if any two labels read alike."""
    listed = tuple(choices)
    if len({choice.label.casefold() for choice in listed}) == len(listed):
        return listed
    return tuple(replace(choice, label=f"{choice.label} ({choice.id})") for choice in listed)
