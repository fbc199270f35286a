from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.ordering import (
    Order,
    question_moved,
    section_moved,
    taken_back,
    with_question,
    with_section,
    without,
)

BASE: Order = [("A", ["A.1", "A.2", "A.3"]), ("B", ["B.1"]), ("C", [])]


def test_a_part_is_put_behind_another_or_last() -> None:
    assert with_section(BASE, "N", after="A")[1] == ("N", [])
    assert with_section(BASE, "N", after=None)[-1] == ("N", [])
    assert with_question(BASE, "A", "N", after="A.1")[0][1] == ["A.1", "N", "A.2", "A.3"]
    assert with_question(BASE, "B", "N", after=None)[1][1] == ["B.1", "N"]


def test_a_question_moves_to_another_section() -> None:
    moved = question_moved(BASE, "A.2", "B", 0)
    assert moved == [("A", ["A.1", "A.3"]), ("B", ["A.2", "B.1"]), ("C", [])]


def test_a_section_goes_with_its_questions() -> None:
    assert without(BASE, "A", is_section=True) == BASE[1:]


STEPS = st.sampled_from(
    [
        without(BASE, "A", is_section=True),
        without(BASE, "A.1", is_section=False),
        without(BASE, "A.3", is_section=False),
        with_section(BASE, "N", after="A"),
        with_question(BASE, "C", "N.1", after=None),
        question_moved(BASE, "A.2", "B", 0),
        section_moved(BASE, "C", 0),
    ]
)


@given(after=STEPS)
def test_a_step_taken_back_at_once_leaves_no_trace(after: Order) -> None:
    assert taken_back(BASE, after, after) == BASE


@given(after=STEPS)
def test_what_was_done_since_stays_when_a_step_is_taken_back(after: Order) -> None:
    current = with_question(with_section(after, "Z", after=None), "Z", "Z.1", after=None)
    back = taken_back(BASE, after, current)
    assert dict(back)["Z"] == ["Z.1"]
    assert without(back, "Z", is_section=True) == BASE
