"""What a dialogue brief consists of, as immutable data.

Pages, PDF and exports are made from this alone, so that they cannot differ in a figure. Every
text is already in the brief's language; every number comes from one release document.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from pydantic import TypeAdapter

from portal.core.canonical import canonical_json, content_hash

FORMAT = "parley-brief-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One cell of a release: a count, a band of the share of n, or nothing that may be shown.

    ``low`` and ``high`` are per cent of n and the same where the count is exact.
    """

    text: str
    count: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A column of a figure: ``all`` or a segment, with the number of answers under it."""

    id: str
    label: str
    n: int
    protected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option of a figure, with one value for each base."""

    option: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The distribution of one countable question, or of one row of a matrix."""

    key: str
    label: str = ""
    bases: tuple[Base, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Figures under one head: one with bars, or the rows of a matrix with the same options.

    ``not_shown`` names the rows without a figure.
    """

    title: str = ""
    rows: bool = False
    options: tuple[str, ...] = ()
    figures: tuple[Figure, ...]
    not_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that their author released; ``supplier`` is empty where the author stays unnamed."""

    question_id: str
    question: str
    text: str
    supplier: str
    language: str
    language_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with at least one figure that may be shown."""

    id: str
    text: str
    notes: tuple[str, ...] = ()
    blocks: tuple[Block, ...]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A question that is only named."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the questionnaire: what is shown, what is not, and what is never counted."""

    id: str
    title: str
    why: str
    questions: tuple[Question, ...]
    not_shown: tuple[Named, ...] = ()
    not_counted: tuple[Named, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule-made sentence and the figure it was read from."""

    question_id: str
    headline: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A figure that stands on the page of findings, for all suppliers."""

    question_id: str
    text: str
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what it stands for, as text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A group of suppliers that the release looks at: its largest base and questions shown."""

    label: str
    largest_base: int | None
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStamp:
    """Which release the figures come from, with the hashes that prove it."""

    number: int
    audience: str
    cut_off: datetime
    sha256: str
    document_sha256: str
    questionnaire: str
    version: str
    questionnaire_sha256: str
    responses: int
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDocument:
    """A whole brief. Fields that end in ``_html`` hold safe HTML made from Markdown."""

    title: str
    dialogue: str
    short_name: str
    edition: str
    language: str
    issued_at: datetime | None
    """When it was published; a draft has none."""
    buyers: tuple[str, ...]
    secretariat: tuple[str, ...]
    release: ReleaseStamp
    summary_html: str
    finding_rule: str
    findings: tuple[Finding, ...]
    charts: tuple[Chart, ...]
    method: tuple[Fact, ...]
    protection: tuple[str, ...]
    participation: tuple[Fact, ...]
    participants: tuple[Participant, ...]
    sections: tuple[Section, ...]
    limits_html: str
    next_steps_html: str
    definitions: tuple[Fact, ...]
    hashes: tuple[Fact, ...]
    format: str = FORMAT

    @property
    def sha256(self) -> str:
        """The hash of the canonical JSON, which names this state of the brief."""
        return content_hash(_plain(self))


def to_json(document: BriefDocument) -> str:
    """Canonical JSON of the document."""
    return canonical_json(_plain(document))


def from_json(text: str) -> BriefDocument:
    """The document that ``to_json`` wrote."""
    return _ADAPTER.validate_json(text)


def _plain(document: BriefDocument) -> dict[str, object]:
    content = asdict(document)
    content["issued_at"] = document.issued_at.isoformat() if document.issued_at else None
    content["release"]["cut_off"] = document.release.cut_off.isoformat()
    return content


_ADAPTER = TypeAdapter(BriefDocument)
