"""Released figures in the form that the chart component takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.aggregate.reading import NOT_SHOWN, Bar, ReadQuestion, ShownColumn
from portal.web.language import number, sentence


@dataclass(frozen=True, slots=True)
class Chart:
    """One distribution; without bars, ``not_shown`` says why."""

    id: str
    title: str
    n: str
    bars: list[dict[str, object]]
    not_shown: str


@dataclass(frozen=True, slots=True)
class QuestionCharts:
    """A question with one chart, or one for each row of a matrix."""

    question: ReadQuestion
    charts: list[Chart]


def question_charts(question: ReadQuestion, column: str) -> QuestionCharts:
    """The question's figures in one column."""
    return QuestionCharts(question, list(_of_question(question, column)))


def _of_question(question: ReadQuestion, column: str) -> Iterator[Chart]:
    """One calm line for a question of which nothing is shown, instead of one for each row."""
    shown = [(row, row.column(column)) for row in question.rows]
    if not any(found for _, found in shown):
        yield Chart(question.id, "", "", [], sentence(NOT_SHOWN))
        return
    for row, found in shown:
        title = " – ".join(label.text for label in row.labels)
        if found is None:
            yield Chart(row.key, title, "", [], sentence(NOT_SHOWN))
        else:
            yield Chart(row.key, title, base(found), [bar_line(bar) for bar in found.bars], "")


def base(column: ShownColumn) -> str:
    """How many answers a column holds, in words."""
    return str(ngettext("%(num)d answer", "%(num)d answers", column.n))


def bar_line(bar: Bar) -> dict[str, object]:
    """One option as the chart component takes it."""
    if bar.count is not None:
        return {
            "label": bar.label.text,
            "value": bar.low,
            "text": f"{number(bar.count)} ({bar.low} %)",
        }
    if bar.band is not None:
        return {"label": bar.label.text, "low": bar.low, "high": bar.high, "text": bar.band}
    return {"label": bar.label.text, "value": 0, "text": _("not shown")}
