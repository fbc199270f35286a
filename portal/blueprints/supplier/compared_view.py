"""Our answers beside the released figures, one section at a time, ready for the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

from portal.aggregate.feedback import compare, own_sentences
from portal.aggregate.proposals import ALL
from portal.aggregate.queries_compared import ComparedPage
from portal.aggregate.reading import (
    ReadQuestion,
    ReadSection,
    Row,
    ShownColumn,
    read_document,
)
from portal.web.charts_release import Picture, pictures
from portal.web.language import language, number, sentence
from portal.web.reading import Line, read_answers


@dataclass(frozen=True, slots=True)
class Beside:
    """One chart, and how we stand in it: sentences as in the feedback letter."""

    chart: Picture
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """A question with our answer in words, None if we gave none."""

    question: ReadQuestion
    own: Line | None
    charts: tuple[Beside, ...]

    @property
    def is_marked(self) -> bool:
        """Whether there are bars, in which our answer is marked."""
        return any(beside.chart.bars for beside in self.charts)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One section of the release with our answers; ``sections`` are those that have figures."""

    sections: tuple[ReadSection, ...]
    section: ReadSection
    questions: tuple[ComparedQuestion, ...]


def comparison_of(found: ComparedPage, section_id: str) -> Comparison | None:
    """The section of this id, the first without one; None if there is no such section."""
    reading = read_document(found.ground.document, found.ground.questionnaire, language())
    sections = tuple(section for section in reading.sections if section.questions)
    section = next((each for each in sections if section_id in {"", each.id}), None)
    if section is None:
        return None
    answers = found.answers or {}
    own = {
        line.id: line
        for part in read_answers(found.ground.questionnaire, answers, language())
        for line in part.lines
    }
    beside = _Beside(found)
    questions = tuple(
        ComparedQuestion(question, own.get(question.id), tuple(beside.charts(question)))
        for question in section.questions
    )
    return Comparison(sections, section, questions)


class _Beside:
    """Marks our answers in the charts of the release; every figure is the document's."""

    def __init__(self, found: ComparedPage) -> None:
        self.found = found
        lines = compare(found.ground.document, found.ground.questionnaire, found.answers or {})
        self.lines = {line["key"]: line for line in lines}

    def charts(self, question: ReadQuestion) -> Iterator[Beside]:
        rows = {row.key: row for row in question.rows}
        for chart in pictures(question, ALL):
            row = rows.get(chart.id)
            column = row.column(ALL) if row else None
            if row is None or column is None or not column.n:
                yield Beside(chart, ())
                continue
            own = self.lines[row.key]["own"] if row.key in self.lines else []
            for line, bar in zip(chart.bars, column.bars, strict=True):
                line["own"] = bar.option in own
            yield Beside(chart, tuple(self._sentences(row, column)))

    def _sentences(self, row: Row, column: ShownColumn) -> Iterator[str]:
        if self.found.answers is not None and row.key in self.lines:
            yield from (sentence(words) for words in own_sentences(row, self.lines[row.key]))
        if column.numbers is not None:
            text = gettext(
                "The middle half of the suppliers is between %(low)s and %(high)s %(unit)s; "
                "half are at or below %(middle)s %(unit)s.",
                low=number(column.numbers.lower_quartile),
                high=number(column.numbers.upper_quartile),
                middle=number(column.numbers.median),
                unit=row.unit.text if row.unit else "",
            )
            yield str(text)
