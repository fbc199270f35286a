"""What changed between two releases, in words: only released cells, never a count from a band."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.aggregate.comparison import (
    HINDRANCES,
    ComparedQuestion,
    ComparedRow,
    Comparison,
    Hindrance,
    points,
)
from portal.aggregate.reading import Bar, ReadQuestion, ShownColumn
from portal.web.charts_numbers import with_unit
from portal.web.charts_release import Result, result
from portal.web.language import number, sentence

MOST_SENTENCES = 3
"""For one question: its rows with the greatest differences; its picture has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A question whose released figures differ; ``sentences`` say where they differ most.

    ``is_among_few``: fewer than ten answered in one of the rounds.
    """

    section_id: str
    result: Result
    sentences: tuple[str, ...]
    is_among_few: bool


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A question that cannot be compared, and why; ``section_id`` is empty if it is gone."""

    section_id: str
    question: ReadQuestion
    reason: str


def changes(comparison: Comparison, column: str) -> list[Change]:
    """The questions that differ, the greatest released difference first."""
    return [
        Change(
            section_id=each.section_id,
            result=result(each.question, column, each),
            sentences=tuple(sentences(each)),
            is_among_few=not each.distance_among_many,
        )
        for each in comparison.changed
    ]


def uncompared(comparison: Comparison) -> list[Uncompared]:
    """What could not be compared, in page order, then what is not asked any more."""
    found = [
        Uncompared(each.section_id, each.question, hindrance_words(each.hindrance))
        for each in comparison.not_comparable
        if each.hindrance
    ]
    gone = hindrance_words(Hindrance.GONE)
    return [*found, *(Uncompared("", question, gone) for question in comparison.gone)]


def hindrance_words(hindrance: Hindrance) -> str:
    """Why there is no comparison."""
    return sentence(HINDRANCES[hindrance])


def note(compared: ComparedQuestion | None) -> str:
    """What to say at a question on a page that compares; empty if there is nothing to say."""
    if compared is None or (compared.hindrance is None and not compared.asked_of_others):
        return ""
    if compared.hindrance is None:
        return str(_("It is asked of other suppliers than before."))
    return f"{_('Not compared:')} {hindrance_words(compared.hindrance)}"


def sentences(compared: ComparedQuestion) -> Iterator[str]:
    """The rows with the greatest differences, each in one sentence."""
    differing = (row for row in compared.rows if row.distance)
    rows = sorted(differing, key=lambda row: (not row.is_of_many, -row.distance))
    for row in rows[:MOST_SENTENCES]:
        yield _sentence(row)


def _sentence(row: ComparedRow) -> str:
    label = " – ".join(each.text for each in row.row.labels)
    said = _numbers(row)
    pairs = list(row.pairs())
    if pairs and row.now and row.before:
        bar, was = max(pairs, key=lambda pair: points(*pair))
        said = _(
            "%(option)s: %(now)s, before %(before)s",
            option=bar.label.text.rstrip("."),
            now=_figure(bar, row.now),
            before=_figure(was, row.before),
        )
    return f"{label} – {said}" if label else said


def _figure(bar: Bar, column: ShownColumn) -> str:
    if bar.count is None:
        return bar.band or ""
    return str(_("%(count)s of %(n)s", count=number(bar.count), n=number(column.n)))


def _numbers(row: ComparedRow) -> str:
    if not (row.now and row.before and row.now.numbers and row.before.numbers):
        return ""
    now = with_unit(row.now.numbers.median, row.row.unit)
    before = with_unit(row.before.numbers.median, row.row.unit)
    return str(_("Median: %(now)s, before %(before)s", now=now, before=before))
