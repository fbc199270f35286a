from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.migration import Kind, Origin, faults, in_words, migration, propose
from tests import factories
from tests.questionnaire.editions import asked, edited

SMALL = factories.questionnaire()
SECOND = edited(
    SMALL,
    fields={"B.01": {"text/en": "Do you have a policy?"}, "A.02": {"options": ["1_49"]}},
    without=["A.03"],
    added={"E": [asked("E.01")]},
)
Said = Mapping[str, dict[str, Any]]


def origin(kind: str, *sources: str) -> dict[str, Any]:
    return {"kind": kind, "sources": list(sources)}


def whats(new: Questionnaire, said: Said, *earlier: Questionnaire) -> list[tuple[str, str]]:
    history = [SMALL, *earlier]
    return [
        (fault.question_id, str(fault.what))
        for fault in faults(migration(SMALL, new, said), new, history)
    ]


def test_a_comparison_proposes_what_became_of_each_question() -> None:
    found = propose(SMALL, SECOND)
    assert found.origins["A.01"] == Origin(Kind.KEPT, ("A.01",))
    assert found.origins["B.01"] == Origin(Kind.REWORDED, ("B.01",))
    assert found.origins["A.02"] == Origin(Kind.REWORDED, ("A.02",), fits=False)
    assert found.origins["E.01"] == Origin(Kind.NEW)
    assert found.dropped == ("A.03",)
    assert (found.count(Kind.KEPT), found.count(Kind.REWORDED)) == (11, 2)
    assert found.kept == {
        each: each for each in found.origins if each not in {"A.02", "B.01", "E.01"}
    }
    assert whats(SECOND, {}) == []


def test_a_corrected_wording_keeps_a_question_whether_the_draft_has_it_or_not() -> None:
    mended = edited(SMALL, "1.0", fields={"B.01": {"text/en": "Have you got a policy?"}})
    for new in (SMALL, mended):
        assert propose(mended, new, as_published=SMALL).origins["B.01"].kind is Kind.KEPT
    assert propose(mended, SMALL).origins["B.01"].kind is Kind.REWORDED


def test_editors_say_what_was_split_merged_or_renamed() -> None:
    new = edited(
        SMALL,
        without=["B.06", "D.01", "D.02", "B.03"],
        added={
            "B": [asked("B.07", "number", unit={"en": "persons"}), asked("B.08")],
            "D": [asked("D.03"), asked("D.04", "yes_no", "Is it public?", required=True)],
        },
    )
    said = {
        "B.07": origin("split", "B.06"),
        "B.08": origin("split", "B.06"),
        "D.03": origin("merged", "D.01", "D.02"),
        "D.04": origin("kept", "B.03"),
    }
    found = migration(SMALL, new, said)
    assert found.origins["B.08"] == Origin(Kind.SPLIT, ("B.06",), fits=False, said=True)
    assert found.origins["D.03"].sources == ("D.01", "D.02")
    assert found.kept["D.04"] == "B.03"
    assert found.dropped == ()
    assert whats(new, said) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"E.01": origin("reworded", "Z.99")}, "There is no question Z.99 in version 1.0."),
        ({"E.01": origin("new", "A.03")}, "A new question has no earlier question."),
        ({"E.01": origin("merged", "A.03")}, "Name two to 20 earlier questions"),
        ({"E.01": origin("merged", "A.03", "A.03")}, "Name each earlier question once."),
        ({"E.01": origin("split")}, "Name the one earlier question"),
        ({"E.01": origin("split", "A.03")}, "A.03 is split into this question only"),
        ({"E.01": origin("kept", "D.02")}, "does not say the same as D.02: choose “reworded”"),
        ({"B.01": origin("kept", "B.01")}, "does not say the same as B.01"),
        ({"B.01": origin("new")}, "Its id belongs to another question of version 1.0"),
        ({"B.01": origin("reworded", "A.03")}, "Its id belongs to another question"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(said: Said, sentence: str) -> None:
    ((question_id, what), *rest) = whats(SECOND, said)
    assert question_id in said
    assert sentence in what
    assert not rest


def test_another_type_under_the_same_id_needs_somebody_to_say_so() -> None:
    new = edited(SMALL, fields={"D.01": {"type": "long", "maximum_length": 900}})
    ((question_id, what),) = whats(new, {})
    assert question_id == "D.01"
    assert what.startswith("In version 1.0 it is of type text, now of type long. Give it another")
    assert whats(new, {"D.01": origin("reworded", "D.01")}) == []


def test_an_id_that_an_even_earlier_version_had_comes_back_only_with_its_meaning() -> None:
    first = edited(SMALL, "0.9", added={"D": [asked("D.09")]})
    same = edited(SMALL, added={"D": [asked("D.09")]})
    other = edited(SMALL, added={"D": [asked("D.09", text="How often?")]})
    assert whats(same, {}, first) == []
    ((question_id, what),) = whats(other, {}, first)
    assert (question_id, "another question of version 0.9" in what) == ("D.09", True)


def test_every_origin_has_its_words() -> None:
    words = {
        str(in_words("A", made))
        for made in (
            Origin(Kind.KEPT, ("A",)),
            Origin(Kind.KEPT, ("B",)),
            Origin(Kind.REWORDED, ("A",)),
            Origin(Kind.REWORDED, ("A",), fits=False),
            Origin(Kind.SPLIT, ("B",)),
            Origin(Kind.MERGED, ("A", "B")),
            Origin(Kind.NEW),
        )
    }
    assert len(words) == 7
    assert "Merged from A, B: the first answer that fits is suggested." in words


IDS = [question.id for question in SMALL.questions()]


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.sampled_from(IDS[3:])),
    st.dictionaries(
        st.sampled_from(IDS),
        st.tuples(st.sampled_from(list(Kind)), st.lists(st.sampled_from(IDS), max_size=3)),
        max_size=6,
    ),
)
def test_every_earlier_question_is_a_source_or_dropped_and_never_both(
    gone: set[str], said: dict[str, tuple[Kind, list[str]]]
) -> None:
    new = edited(SMALL, without=gone)
    found = migration(SMALL, new, {key: origin(kind, *ids) for key, (kind, ids) in said.items()})
    used = {source for made in found.origins.values() for source in made.sources}
    assert list(found.origins) == [question.id for question in new.questions()]
    assert used | set(found.dropped) == set(IDS)
    assert not used & set(found.dropped)
