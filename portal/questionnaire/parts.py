"""What questions are made of: texts, ids, classes, conditions, options, columns and rules.

Part of the definition, which see; import these names from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        return _WIDTHS[self]


_WIDTHS = {found: rank for rank, found in enumerate(reversed(ConfidentialityClass))}


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


class Shape(StrEnum):
    """How the number of a site, smelter or company is written."""

    SMELTER = "smelter"
    """The RMI's ``CID`` and six digits."""
    OS_ID = "os_id"
    """Open Supply Hub's number of a production site, 15 signs."""
    COORDINATES = "coordinates"
    """Degrees north and east."""
    LEI = "lei"
    """A legal entity identifier, 20 signs with check digits (ISO 17442)."""
    DUNS = "duns"
    """Nine digits."""
    GLN = "gln"
    """A global location number, 13 digits with a check digit."""
    GTIN = "gtin"
    """A global trade item number, 8 to 14 digits with a check digit."""


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
    unit: Text = field(default_factory=dict)
    """What a number counts, such as hours; for numbers only."""
    minimum: float | None = None
    maximum: float | None = None
    shapes: tuple[Shape, ...] | None = None
    """For texts: a cell must be a number of one of these kinds."""
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
