"""Our answers beside the released figures, one section at a time, ready for the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

from portal.aggregate.feedback import compare, own_sentences
from portal.aggregate.proposals import ALL, Numbers
from portal.aggregate.queries_compared import ComparedPage
from portal.aggregate.reading import ReadQuestion, ReadSection, Row, read_document
from portal.questionnaire.definition import Number, localised
from portal.web.charts import Chart, question_charts
from portal.web.language import language, number, sentence
from portal.web.reading import Line, read_answers

PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Beside:
    """One chart, and how we stand in it: sentences as in the feedback letter."""

    chart: Chart
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """A question with our answer in words, None if we gave none."""

    question: ReadQuestion
    own: Line | None
    charts: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One section of the release with our answers; ``sections`` are those that have figures."""

    sections: tuple[ReadSection, ...]
    section: ReadSection
    questions: tuple[ComparedQuestion, ...]


def comparison_of(found: ComparedPage, section_id: str) -> Comparison | None:
    """The section of this id, the first without one; None if there is no such section."""
    reading = read_document(found.document, found.questionnaire, language())
    sections = tuple(section for section in reading.sections if section.questions)
    section = next((each for each in sections if section_id in {"", each.id}), None)
    if section is None:
        return None
    answers = found.answers or {}
    own = {
        line.id: line
        for part in read_answers(found.questionnaire, answers, language())
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
        lines = compare(found.document, found.questionnaire, found.answers or {})
        self.lines = {line["key"]: line for line in lines}

    def charts(self, question: ReadQuestion) -> Iterator[Beside]:
        rows = {row.key: row for row in question.rows}
        for chart in question_charts(question, ALL).charts:
            row = rows.get(chart.id)
            if row is None or not chart.bars:
                yield Beside(chart, ())
                continue
            own = self.lines[row.key]["own"] if row.key in self.lines else []
            (column,) = [column for column in row.columns if column.name == ALL]
            for line, bar in zip(chart.bars, column.bars, strict=True):
                line["own"] = bar.option in own
            yield Beside(chart, tuple(self._sentences(question, row)))

    def _sentences(self, question: ReadQuestion, row: Row) -> Iterator[str]:
        if self.found.answers is not None and row.key in self.lines:
            yield from (sentence(words) for words in own_sentences(row, self.lines[row.key]))
        numbers = self.found.document.questions[row.key][ALL].numbers
        if numbers is not None:
            yield self._spread(question, numbers)

    def _spread(self, question: ReadQuestion, numbers: Numbers) -> str:
        asked = self.found.questionnaire.question(question.id)
        base = self.found.questionnaire.base_language
        unit = localised(asked.unit, language(), base) if isinstance(asked, Number) else PERCENT
        text = gettext(
            "The middle half of the suppliers is between %(low)s and %(high)s %(unit)s; "
            "half are at or below %(middle)s %(unit)s.",
            low=number(numbers.lower_quartile),
            high=number(numbers.upper_quartile),
            middle=number(numbers.median),
            unit=unit,
        )
        return str(text)
