"""Rules of a review: what deserves a look, what tells answers apart, who sees a mark, spread."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.questionnaire.definition import EvidenceNeed, EvidenceRule, YesNo
from portal.response.reviewing import (
    GivenMark,
    Mark,
    Reason,
    fingerprint,
    gravity,
    is_visible,
    reasons,
    spread,
)

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
ASKED = YesNo(id="B.01", text={"en": "Do you?"}, evidence=EvidenceRule(need=EvidenceNeed.IF_YES))
YES = {
    "state": "done",
    "value": "yes",
    "class": "buyers",
    "evidence": [{"url": "https://example.eu", "title": "Policy", "valid_until": "2026-11-20"}],
}


def given(
    mark: Mark, *, is_current: bool = True, days: int = 0, score: int | None = None
) -> GivenMark:
    return GivenMark(
        person_id=uuid4(),
        who="Ann",
        organisation="Ghent",
        mark=mark,
        note="",
        score=score,
        guide_version=1,
        version=1,
        marked_at=NOW - timedelta(days=days),
        is_current=is_current,
    )


@pytest.mark.parametrize(
    ("answer", "marks", "expected"),
    [
        (YES, [], [Reason.EXPIRED, Reason.UNMARKED]),
        ({**YES, "evidence": []}, [], [Reason.UNPROVEN, Reason.UNMARKED]),
        ({**YES, "value": "no", "evidence": []}, [], [Reason.UNMARKED]),
        (YES, [given(Mark.IN_ORDER)], []),
        (YES, [given(Mark.IN_ORDER, days=30)], [Reason.EXPIRED]),
        (YES, [given(Mark.IN_ORDER), given(Mark.SERIOUS)], [Reason.SERIOUS]),
        ({**YES, "evidence": []}, [given(Mark.CONCERN)], [Reason.CONCERN]),
        (YES, [given(Mark.SERIOUS, is_current=False)], [Reason.EXPIRED, Reason.CHANGED]),
        (YES, [given(Mark.LOOK_AGAIN), given(Mark.SERIOUS, is_current=False)], [Reason.LOOK_AGAIN]),
    ],
)
def test_an_answer_deserves_a_look_for_these_reasons(
    answer: dict[str, object], marks: list[GivenMark], expected: list[Reason]
) -> None:
    assert list(reasons(ASKED, answer, marks, now=NOW)) == expected


def test_words_and_proofs_tell_answers_apart_and_who_reads_them_does_not() -> None:
    first = fingerprint(YES, YES)
    same = {**YES, "class": "named_buyers", "language": "fr", "comment": ""}
    assert fingerprint(same, {**same, "evidence": []}) == first
    others: list[dict[str, object]] = [{"value": "no"}, {"comment": "So"}, {"evidence": []}]
    for other in others:
        changed = {**YES, **other}
        assert fingerprint(changed, changed) != first
    referring = {"state": "by_reference", "brand": "Acme", "class": "buyers"}
    behind = {**referring, "behind": {"outcome": "there", "answer": YES}}
    assert fingerprint(referring, behind) != fingerprint(referring, referring)


def test_a_mark_is_seen_by_who_may_read_what_it_was_given_to() -> None:
    assert is_visible("buyers", YES, {"buyers"}, is_own=False)
    assert not is_visible("named_buyers", YES, {"buyers"}, is_own=False)
    assert is_visible("named_buyers", YES, {"buyers"}, is_own=True)
    hidden = {**YES, "behind": {"outcome": "not_open"}}
    assert not is_visible("buyers", hidden, {"buyers"}, is_own=False)


def test_the_spread_counts_scores_of_the_answer_that_stands() -> None:
    marks = [given(Mark.IN_ORDER, score=score) for score in (1, 4, 2)]
    marks.append(given(Mark.IN_ORDER, score=0, is_current=False))
    found = spread(marks)
    assert found is not None
    assert (found.count, found.middle, found.low, found.high) == (3, 2, 1, 4)
    assert spread([given(Mark.CONCERN)]) is None
    assert gravity([given(Mark.IN_ORDER), given(Mark.SERIOUS, is_current=False)]) == 4
