"""What a questionnaire version consists of, as immutable data.

These classes are the one source of truth for the question types: the YAML loader, the
generated ``schema.json``, the pages, the workbook, the release and the brief all read them.
A text is a mapping from language tag to wording; ids are stable across versions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag

Text: TypeAlias = Mapping[str, str]
Scalar: TypeAlias = str | int | float | bool

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
PLAIN_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
Id: TypeAlias = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]
"""Of a questionnaire, section or question."""
PlainId: TypeAlias = Annotated[str, StringConstraints(pattern=PLAIN_ID_PATTERN, max_length=60)]
"""Of an option, row, column or segment: no dot, since a dot joins a question to its row."""

STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True, populate_by_name=True)


class ConfidentialityClass(StrEnum):
    """Who may read an answer attributed to its supplier, widest first."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    BUYERS_AND_OBSERVERS = "buyers_and_observers"
    BUYERS = "buyers"
    NAMED_BUYERS = "named_buyers"
    AGGREGATE_ONLY = "aggregate_only"

    @property
    def width(self) -> int:
        """Rank from 5 (public) down to 0 (aggregate only)."""
        return len(ConfidentialityClass) - 1 - list(ConfidentialityClass).index(self)


# Conditions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One comparison with an earlier answer; an answer that is absent never passes, ``rows`` aside.

    Exactly one comparison is given. Without ``question`` the test reads ``column`` of the same
    table row, or the row of the same id (row conditions of a matrix).
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    question: Id | None = None
    """The earlier question."""
    row: PlainId | None = None
    """One row of an earlier matrix."""
    some_row: bool | tuple[PlainId, ...] = False
    """True: any row of the matrix or table; a list: any of these matrix rows."""
    column: PlainId | None = None
    """The column of an earlier table or grid (with ``some_row``), or of the same table row."""
    equals: Annotated[Scalar | None, Field(alias="==")] = None
    differs: Annotated[Scalar | None, Field(alias="!=")] = None
    one_of: Annotated[tuple[Scalar, ...] | None, Field(alias="in")] = None
    has: tuple[str, ...] | None = None
    """A multiple choice holds at least one of these options."""
    at_least: Annotated[float | str | None, Field(alias=">=")] = None
    """A number or level is at least this; a single choice is this option or one listed after it."""
    rows: Mapping[Literal["==", ">="], int] | None = None
    """How many rows an earlier table has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every condition holds."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    all: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """At least one condition holds."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    any: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The condition does not hold."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    negated: Annotated["Condition", Field(alias="not")]


def _condition_kind(value: object) -> str:
    if isinstance(value, Mapping):
        return next((kind for kind in ("all", "any", "not") if kind in value), "test")
    return {All: "all", Some: "any", Not: "not"}.get(type(value), "test")


Condition: TypeAlias = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Some, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Test, Tag("test")],
    Discriminator(_condition_kind),
]


# Parts of a question --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice, or one row of a matrix."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: PlainId
    text: Text
    exclusive: bool = False
    """In a multiple choice: cannot be chosen together with another ("none of these")."""


class ColumnType(StrEnum):
    """What one column of a table or grid holds."""

    TEXT = "text"
    NUMBER = "number"
    PERCENTAGE = "percentage"
    SINGLE = "single"
    MULTI = "multi"
    YES_NO = "yes_no"
    DATE = "date"
    COUNTRY = "country"
    EMAIL = "email"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One typed column of a table or grid."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: PlainId
    type: ColumnType
    text: Text
    required: bool = False
    """The cell must be filled in every row that has anything in it."""
    options: tuple[Option, ...] = ()
    """For single and multi."""
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    show_if: Condition | None = None
    """Row-wise: tests on ``column`` of the same row."""


class EvidenceNeed(StrEnum):
    """When an answer must be backed by a file or link."""

    OPTIONAL = "optional"
    IF_YES = "if_yes"
    IF_ROWS = "if_rows"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """When evidence is needed and in which forms (``url``, ``pdf``, ``xlsx`` …)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    need: EvidenceNeed = EvidenceNeed.OPTIONAL
    kinds: tuple[Literal["url", "pdf", "xlsx", "csv", "docx", "image"], ...] = ("url", "pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidentiality:
    """The class an answer starts with and how far a supplier may change it.

    ``narrowest`` is set to the default where the release uses the answer as a public fact
    (segments, routing): such an answer cannot be narrowed.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    default: ConfidentialityClass = ConfidentialityClass.BUYERS
    widest: ConfidentialityClass | None = None
    """The widest class a supplier may choose; without it, the default is the widest."""
    narrowest: ConfidentialityClass = ConfidentialityClass.AGGREGATE_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseReference:
    """Which clause of which instrument a question covers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    instrument: PlainId
    clause: str
    verified: bool = False
    """The clause number was checked against the instrument's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRule:
    """How a question enters a release."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    aggregate: bool = True
    bands: tuple[float, ...] = ()
    """Upper bounds (inclusive) of all bands but the last, for percentages and numbers."""


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
    unit: str
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
    title: str
    version: str
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
