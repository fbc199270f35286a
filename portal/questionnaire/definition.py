"""What a questionnaire version consists of, as immutable data.

These classes are the one source of truth for the question types: the YAML loader, the
generated ``schema.json``, the pages, the workbook, the release and the brief all read them.
A text is a mapping from language tag to wording; ids are stable across versions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field

from portal.questionnaire.parts import (
    STRICT,
    All,
    ClauseReference,
    Column,
    ColumnType,
    Condition,
    Confidentiality,
    ConfidentialityClass,
    EvidenceNeed,
    EvidenceRule,
    Id,
    Not,
    Option,
    PlainId,
    ReleaseRule,
    Scalar,
    Shape,
    Some,
    Test,
    Text,
)

__all__ = [
    "MATURITY_LEVELS",
    "YES_NO",
    "YES_PARTLY_NO",
    "All",
    "ClauseReference",
    "Column",
    "ColumnType",
    "Condition",
    "Confidentiality",
    "ConfidentialityClass",
    "Date",
    "EvidenceNeed",
    "EvidenceRule",
    "File",
    "Grid",
    "Id",
    "Instrument",
    "LongText",
    "Matrix",
    "Maturity",
    "Multi",
    "Not",
    "Number",
    "Option",
    "Percentage",
    "PlainId",
    "Prefill",
    "Question",
    "Questionnaire",
    "ReleaseRule",
    "Scalar",
    "Section",
    "Segment",
    "Shape",
    "ShortText",
    "Single",
    "Some",
    "Table",
    "Test",
    "Text",
    "YesNo",
    "YesPartlyNo",
    "localised",
]


# Questions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What every question has."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    text: Text
    hint: Text = field(default_factory=dict)
    """Why buyers ask, and how to answer."""
    proof: Text = field(default_factory=dict)
    """What counts as proof, with an example."""
    core: bool = False
    """On the short path that a small company sees first."""
    minutes: float = 1.0
    """How long an honest answer takes, estimated."""
    required: bool = True
    """Must be answered (or given as not applicable) before the response can be signed."""
    show_if: Condition | None = None
    not_applicable: bool = False
    """The answer "not applicable" with a reason is allowed."""
    evidence: EvidenceRule | None = None
    confidentiality: Confidentiality = field(default_factory=Confidentiality)
    clauses: tuple[ClauseReference, ...] = ()
    release: ReleaseRule = field(default_factory=ReleaseRule)
    competition_review: str | None = None
    """Why a reviewer lets a question stand that mentions prices, margins, volumes, capacity
    or roadmaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YesPartlyNo(_Question):
    """Yes, partly or no."""

    type: Literal["yes_partly_no"] = "yes_partly_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(_Question):
    """Yes or no."""

    type: Literal["yes_no"] = "yes_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturity(_Question):
    """A ladder of levels 0 to 4, each with a written anchor; the value is the level's number."""

    type: Literal["maturity"] = "maturity"
    anchors: tuple[Text, Text, Text, Text, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Single(_Question):
    """One of several options."""

    type: Literal["single"] = "single"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multi(_Question):
    """Any number of options."""

    type: Literal["multi"] = "multi"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentage(_Question):
    """A number from 0 to 100."""

    type: Literal["percentage"] = "percentage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(_Question):
    """A number with a unit."""

    type: Literal["number"] = "number"
    unit: Text
    """What is counted, such as hours per week."""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortText(_Question):
    """One line of text."""

    type: Literal["text"] = "text"
    maximum_length: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText(_Question):
    """Several lines of text."""

    type: Literal["long"] = "long"
    maximum_length: int = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(_Question):
    """A calendar day."""

    type: Literal["date"] = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class File(_Question):
    """One or more files; the answer is its evidence."""

    type: Literal["file"] = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """Where the rows of a table start from: one row for each row of an earlier table."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    question: Id
    columns: Mapping[PlainId, PlainId]
    """Own column → column of the earlier table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(_Question):
    """Repeating rows with typed columns."""

    type: Literal["table"] = "table"
    columns: tuple[Column, ...]
    minimum_rows: int = 1
    maximum_rows: int = 300
    prefill: Prefill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix(_Question):
    """One choice for each of several fixed rows."""

    type: Literal["matrix"] = "matrix"
    rows: tuple[Option, ...]
    options: tuple[Option, ...]
    row_show_if: Condition | None = None
    """Row-wise: a test that names a matrix without a row reads its row of the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(_Question):
    """A matrix whose cells are typed columns."""

    type: Literal["grid"] = "grid"
    rows: tuple[Option, ...]
    columns: tuple[Column, ...]
    row_show_if: Condition | None = None


Question: TypeAlias = Annotated[
    YesPartlyNo
    | YesNo
    | Maturity
    | Single
    | Multi
    | Percentage
    | Number
    | ShortText
    | LongText
    | Date
    | File
    | Table
    | Matrix
    | Grid,
    Field(discriminator="type"),
]


# The whole ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions on one page."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    title: Text
    why: Text = field(default_factory=dict)
    """Why this is asked, in two lines."""
    show_if: Condition | None = None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A group of suppliers that a release may show beside all suppliers.

    Membership is a public fact: either ``when`` derives it from answers that are always public,
    or, without ``when``, it is declared with the response.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: PlainId
    text: Text
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A law, convention, guidance or template that clauses belong to."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: PlainId
    title: Text
    version: str
    note: Text = field(default_factory=dict)
    """What a reader should know of its state, such as to whom it applies."""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One version of a shared questionnaire."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Id
    version: str
    base_language: str
    languages: tuple[str, ...]
    title: Text
    introduction: Text = field(default_factory=dict)
    instruments: tuple[Instrument, ...] = ()
    segments: tuple[Segment, ...] = ()
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        """Every question in page order."""
        for section in self.sections:
            yield from section.questions

    def question(self, question_id: str) -> Question | None:
        """The question of this id."""
        return next((q for q in self.questions() if q.id == question_id), None)


YES_PARTLY_NO = ("yes", "partly", "no")
YES_NO = ("yes", "no")
MATURITY_LEVELS = (0, 1, 2, 3, 4)


def localised(text: Text, language: str, base_language: str) -> str:
    """The wording in ``language``, else in the base language, else empty."""
    return text.get(language) or text.get(base_language) or ""
