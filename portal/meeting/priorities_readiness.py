"""How far the market is, by released answers: shown, never typed, and only of stored cells.

What counts as ready is chosen on the issue: options of a question. A share of several options is
added up from what was released of each: counts add up exactly, bands to a range.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.policy import AUDIENCES, Audience, readable_audiences
from portal.aggregate.proposals import ALL
from portal.aggregate.queries import audiences_of, document, questionnaire_of, releases
from portal.aggregate.reading import Bar, ReadQuestion, Row, ShownColumn, percentage, read_document
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire

WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The released share of ready answers, in per cent of n; the two are the same for a count.

    ``low`` and ``high`` are None where it is not shown.
    """

    key: str
    question_id: str
    question: str
    language: str
    options: tuple[str, ...]
    release: int
    n: int = 0
    low: int | None = None
    high: int | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a figure."""
        return self.low is not None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The released rows that a reader may read, by key."""

    number: int
    rows: Mapping[str, tuple[ReadQuestion, Row]]

    def of(self, links: Iterable[Mapping[str, Any]]) -> tuple[Ready, ...]:
        """What was released of each linked question; those that are not asked any more are left."""
        return tuple(
            _ready(self.number, *self.rows[link["key"]], link["options"])
            for link in links
            if link["key"] in self.rows
        )


def readiness(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    language: str,
    *,
    at_most: Audience = Audience.BUYER,
    made_public: Collection[UUID] = (),
) -> Readiness:
    """The newest release of a dialogue, as the actor may read it, ``at_most`` as this audience.

    ``made_public``: releases whose public document anyone may read. Empty without a release.
    """
    for release in releases(session, dialogue_id):
        is_public = release.id in made_public
        readable = readable_audiences(actor, dialogue_id, brief_published=is_public)
        made = audiences_of(session, release.id) if readable else ()
        found = [each for each in made if each in readable and each in at_most.and_weaker]
        if found:
            strongest = max(found, key=AUDIENCES.index)
            known = document(session, actor, release.id, strongest, brief_published=is_public)
            return _read(known, questionnaire_of(session, release), language)
    return Readiness(0, {})


def _read(known: ReleasedDocument, questionnaire: Questionnaire, language: str) -> Readiness:
    reading = read_document(known, questionnaire, language)
    rows = {row.key: (question, row) for _section, question, row in reading.rows()}
    return Readiness(known.number, rows)


def _ready(number: int, question: ReadQuestion, row: Row, options: Collection[str]) -> Ready:
    column = row.column(ALL)
    labels = [label.text for label in row.labels]
    bars = [bar for bar in column.bars if bar.option in options] if column else []
    low, high = _share(column, bars, multiple=question.multiple)
    return Ready(
        key=row.key,
        question_id=question.id,
        question=" – ".join([question.text.text, *labels]),
        language=question.text.language,
        options=tuple(bar.label.text for bar in bars),
        release=number,
        n=column.n if column else 0,
        low=low,
        high=high,
    )


def _share(
    column: ShownColumn | None, bars: Collection[Bar], *, multiple: bool
) -> tuple[int | None, int | None]:
    """The share of answers in any of these options.

    Where an answer may hold several, it is at least that of the largest and at most their sum.
    """
    if column is None or not column.n or not bars or any(bar.cell is None for bar in bars):
        return None, None
    counts = [bar.count for bar in bars if bar.count is not None]
    if len(counts) == len(bars) and (not multiple or len(bars) == 1):
        exact = percentage(sum(counts), column.n)
        return exact, exact
    lows = [bar.low for bar in bars]
    low = max(lows) if multiple else sum(lows)
    return min(low, WHOLE), min(sum(bar.high for bar in bars), WHOLE)
