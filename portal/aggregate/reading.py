"""A release document as it is read: sections, questions, rows, columns and bars (pure).

Pages, exports and briefs take every figure from here, and this takes every figure from the
document: percentages are computed from released counts and n alone. Shares are of n, so those of
a multiple choice may add up to more than 100 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.aggregate.documents import ReleasedColumn, ReleasedDocument
from portal.aggregate.proposals import ALL, BAND_WIDTH, BANDS, Cell, Numbers
from portal.core.errors import message
from portal.questionnaire.definition import (
    ClauseReference,
    Question,
    Questionnaire,
    Section,
    Text,
)
from portal.response.cells import PERCENT, CellKey, cell_keys, labels_of, unit_of

NOT_SHOWN = message(
    "Not shown: there are too few answers to show them without revealing who gave which."
)
EVERYBODY: Text = {
    "en": "All suppliers",
    "fr": "Tous les fournisseurs",
    "nl": "Alle leveranciers",
    "de": "Alle Lieferanten",
}


@dataclass(frozen=True, slots=True)
class Words:
    """A text and the language it is in, which may be the questionnaire's base language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One option. ``low`` and ``high`` are per cent of n; they are the same for a count."""

    option: str
    label: Words
    cell: Cell | None
    low: int = 0
    high: int = 0

    @property
    def count(self) -> int | None:
        """The exact count, if that is what is shown."""
        return self.cell if isinstance(self.cell, int) else None

    @property
    def band(self) -> str | None:
        """The band, if that is what is shown."""
        return self.cell if isinstance(self.cell, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColumn:
    """All suppliers or a segment: n answers, of which some are protected from the audience."""

    name: str
    label: Words
    n: int
    protected: int
    exact: bool
    bars: tuple[Bar, ...]
    numbers: Numbers | None = None
    """Where the question asks for a number and they may be shown; in the row's unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One countable question; ``labels`` are its row and column in a matrix or grid."""

    key: str
    labels: tuple[Words, ...]
    columns: tuple[ShownColumn, ...]
    row_id: str | None = None
    column_id: str | None = None
    unit: Words | None = None
    """What its numbers count; None where nothing is counted in numbers."""

    @property
    def is_shown(self) -> bool:
        """Whether any column is shown; if none is, ``NOT_SHOWN`` says why."""
        return bool(self.columns)

    def column(self, name: str) -> ShownColumn | None:
        """The column of this name, if it is shown."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadQuestion:
    """A question with a single row, or one for each row (and column) of a matrix or grid."""

    id: str
    text: Words
    multiple: bool
    rows: tuple[Row, ...]
    kind: str = ""
    """The question's type, such as ``maturity``."""
    clauses: tuple[ClauseReference, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether anything of it is shown."""
        return any(row.is_shown for row in self.rows)

    @property
    def has_figures(self) -> bool:
        """Whether anything of it is shown that somebody answered."""
        return any(column.n for row in self.rows for column in row.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSection:
    """A section with its countable questions."""

    id: str
    title: Words
    questions: tuple[ReadQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A release document in one language."""

    document: ReleasedDocument
    title: Words
    columns: tuple[tuple[str, Words], ...]
    """Every column of the release, whether or not a question shows it."""
    sections: tuple[ReadSection, ...]

    def rows(self) -> Iterator[tuple[ReadSection, ReadQuestion, Row]]:
        """Every countable question in page order."""
        for section in self.sections:
            for question in section.questions:
                for row in question.rows:
                    yield section, question, row


def read_document(
    document: ReleasedDocument, questionnaire: Questionnaire, language: str
) -> Reading:
    """Put the questionnaire's words to a document; texts fall back to the base language."""
    reader = _Reader(document, questionnaire, language)
    sections = (reader.section(section) for section in questionnaire.sections)
    return Reading(
        document=document,
        title=reader.words(questionnaire.title),
        columns=tuple(reader.column_labels.items()),
        sections=tuple(section for section in sections if section.questions),
    )


def percentage(count: int, n: int) -> int:
    """``count`` of ``n`` in whole per cent, halves rounded up; 0 of 0 is 0."""
    return (200 * count + n) // (2 * n) if n else 0


class _Reader:
    """Reads one document in one language."""

    def __init__(
        self, document: ReleasedDocument, questionnaire: Questionnaire, language: str
    ) -> None:
        self.document = document
        self.language = language
        self.base_language = questionnaire.base_language
        texts = {ALL: EVERYBODY}
        texts |= {segment.id: segment.text for segment in questionnaire.segments}
        self.column_labels = {name: self.words(texts[name]) for name in document.columns}

    def words(self, text: Text) -> Words:
        if text.get(self.language):
            return Words(text[self.language], self.language)
        return Words(text.get(self.base_language) or "", self.base_language)

    def section(self, section: Section) -> ReadSection:
        return ReadSection(
            id=section.id,
            title=self.words(section.title),
            questions=tuple(
                self.question(question, keys)
                for question in section.questions
                if (keys := cell_keys(question))
            ),
        )

    def question(self, question: Question, keys: list[CellKey]) -> ReadQuestion:
        return ReadQuestion(
            id=question.id,
            text=self.words(question.text),
            multiple=any(key.multiple for key in keys),
            rows=tuple(self.row(question, key) for key in keys),
            kind=question.type,
            clauses=question.clauses,
        )

    def row(self, question: Question, key: CellKey) -> Row:
        shown = self.document.questions.get(key.key, {})
        return Row(
            key=key.key,
            labels=tuple(self.words(text) for text in labels_of(question, key)),
            columns=tuple(
                self.column(name, shown[name], key)
                for name in self.document.columns
                if name in shown and (key.options or shown[name].numbers)
            ),
            row_id=key.row_id,
            column_id=key.column_id,
            unit=self.unit(unit_of(question, key)),
        )

    def unit(self, text: Text | None) -> Words | None:
        if text is PERCENT:
            return Words(PERCENT["en"], self.language)
        return self.words(text) if text is not None else None

    def column(self, name: str, column: ReleasedColumn, key: CellKey) -> ShownColumn:
        return ShownColumn(
            name=name,
            label=self.column_labels[name],
            n=column.n,
            protected=column.protected,
            exact=column.exact,
            bars=tuple(
                self.bar(option, text, column.cells.get(option), column.n)
                for option, text in key.options
            ),
            numbers=column.numbers,
        )

    def bar(self, option: str, text: Text, cell: Cell | None, n: int) -> Bar:
        label = self.words(text)
        if isinstance(cell, int):
            share = percentage(cell, n)
            return Bar(option=option, label=label, cell=cell, low=share, high=share)
        if cell is None:
            return Bar(option=option, label=label, cell=None)
        low = BANDS.index(cell) * BAND_WIDTH
        return Bar(option=option, label=label, cell=cell, low=low, high=low + BAND_WIDTH)
