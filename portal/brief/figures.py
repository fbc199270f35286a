"""From a release document, as it is read, to the figures of each section of a brief (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.reading import (
    Bar,
    Reading,
    ReadQuestion,
    Row,
    ShownColumn,
    read_document,
)
from portal.aggregate.reading import Words as Label
from portal.brief.document import Base, Block, Figure, Line, Named, Question, Quote, Section, Value
from portal.brief.text import plain
from portal.core.words import NO_BREAK, Words
from portal.questionnaire import definition

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns one release document into figures, in one language."""

    questionnaire: definition.Questionnaire
    reading: Reading
    words: Words

    @classmethod
    def of(
        cls, questionnaire: definition.Questionnaire, document: ReleasedDocument, words: Words
    ) -> "Reader":
        """A reader of this document."""
        return cls(questionnaire, read_document(document, questionnaire, words.language), words)

    def say(self, text: definition.Text) -> str:
        """A text of the questionnaire in the brief's language, safe to print."""
        base = self.questionnaire.base_language
        return plain(definition.localised(text, self.words.language, base))

    def column_labels(self) -> dict[str, str]:
        """Label of every column of the release, in its order."""
        return {column: plain(label.text) for column, label in self.reading.columns}

    def sections(self, quotes: Sequence[Quote]) -> tuple[Section, ...]:
        """Every section of the questionnaire, with the quotes under their questions."""
        read = {
            question.id: question
            for section in self.reading.sections
            for question in section.questions
        }
        return tuple(
            self._section(section, read, quotes) for section in self.questionnaire.sections
        )

    def _section(
        self,
        section: definition.Section,
        read: Mapping[str, ReadQuestion],
        quotes: Sequence[Quote],
    ) -> Section:
        shown: list[Question] = []
        not_shown: list[Named] = []
        not_counted: list[Named] = []
        for question in section.questions:
            counted = read.get(question.id)
            if counted and (made := self._question(question, counted, quotes)):
                shown.append(made)
            else:
                named = Named(id=question.id, text=self.say(question.text))
                (not_shown if counted else not_counted).append(named)
        others = {item.id for item in (*not_shown, *not_counted)}
        return Section(
            id=section.id,
            title=self.say(section.title),
            why=self.say(section.why),
            questions=tuple(shown),
            not_shown=tuple(not_shown),
            not_counted=tuple(not_counted),
            quotes=tuple(quote for quote in quotes if quote.question_id in others),
        )

    def _question(
        self, question: definition.Question, counted: ReadQuestion, quotes: Sequence[Quote]
    ) -> Question | None:
        """The question with its figures, or None if there is nothing that may be shown."""
        blocks = tuple(self._blocks(question, counted))
        if not blocks:
            return None
        return Question(
            id=question.id,
            text=self.say(question.text),
            notes=tuple(self._notes(blocks, multiple=counted.multiple)),
            blocks=blocks,
            quotes=tuple(quote for quote in quotes if quote.question_id == question.id),
        )

    def _notes(self, blocks: Sequence[Block], *, multiple: bool) -> Iterator[str]:
        if not blocks[0].rows:
            base = blocks[0].figures[0].bases[0]
            yield self.words.plural("{count} answer", "{count} answers", base.n)
            if base.protected:
                yield self.words("{n} of them protected", n=self.words.number(base.protected))
        if multiple:
            yield self.words("several choices possible")

    def _blocks(self, question: definition.Question, counted: ReadQuestion) -> Iterator[Block]:
        if not isinstance(question, definition.Matrix | definition.Grid):
            figures = tuple(self._figures(question, counted.rows))
            if figures:
                yield Block(figures=figures)
            return
        for title in dict.fromkeys(_column_title(row) for row in counted.rows):
            rows = [row for row in counted.rows if _column_title(row) == title]
            figures = tuple(self._figures(question, rows))
            if figures:
                shown = {figure.key for figure in figures}
                yield Block(
                    title=plain(title),
                    rows=True,
                    options=tuple(line.label for line in figures[0].lines),
                    figures=figures,
                    not_shown=tuple(_row_label(row) for row in rows if row.key not in shown),
                )

    def _figures(self, question: definition.Question, rows: Iterable[Row]) -> Iterator[Figure]:
        for row in rows:
            columns = [column for column in row.columns if column.n]
            if columns:
                bases = [
                    Base(
                        id=column.name,
                        label=plain(column.label.text),
                        n=column.n,
                        protected=column.protected,
                    )
                    for column in columns
                ]
                options = list(zip(*(column.bars for column in columns), strict=True))
                lines = [self._line(question, bars) for bars in options] or self._numbers(
                    row, columns
                )
                label = _row_label(row)
                yield Figure(key=row.key, label=label, bases=tuple(bases), lines=tuple(lines))

    def _line(self, question: definition.Question, bars: Sequence[Bar]) -> Line:
        label = plain(bars[0].label.text)
        if isinstance(question, definition.Maturity):
            label = self.words("Level {level}: {text}", level=bars[0].option, text=label)
        values = tuple(value_of(bar, self.words) for bar in bars)
        return Line(option=bars[0].option, label=label, values=values)

    def _numbers(self, row: Row, columns: Sequence[ShownColumn]) -> list[Line]:
        """Numbers without bands in three lines, without bars: they are no shares."""
        found = [column.numbers for column in columns]
        labels = {
            "lower_quartile": self.words("Lower quartile"),
            "median": self.words("Median"),
            "upper_quartile": self.words("Upper quartile"),
        }
        return [
            Line(
                option=name,
                label=label,
                values=tuple(self._number(getattr(each, name, None), row.unit) for each in found),
            )
            for name, label in labels.items()
        ]

    def _number(self, number: float | None, unit: Label | None) -> Value:
        if number is None:
            return Value(text=NOTHING)
        words = (self.words.number(number), plain(unit.text) if unit else "")
        return Value(text=NO_BREAK.join(filter(None, words)))


def value_of(bar: Bar, words: Words) -> Value:
    """A released cell as it is printed: "17 (71 %)", a band, or a dash for none."""
    if bar.count is not None:
        text = f"{words.number(bar.count)}{NO_BREAK}({words.percent(bar.low)})"
        return Value(text=text, count=bar.count, low=bar.low, high=bar.high)
    if bar.band is not None:
        return Value(text=bar.band.replace(" ", NO_BREAK), low=bar.low, high=bar.high)
    return Value(text=NOTHING)


def _row_label(row: Row) -> str:
    """The matrix row's own label; empty for a question that has none."""
    return plain(row.labels[0].text) if row.labels else ""


def _column_title(row: Row) -> str:
    """The label of the grid column that the row is about; empty in a matrix."""
    return row.labels[1].text if len(row.labels) > 1 else ""
