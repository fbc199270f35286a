from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.migration import Kind, migration, propose
from portal.response.answers import SUGGESTED, GivenAnswer
from portal.response.carrying import (
    Carried,
    carry,
    fitting,
    standing_answers,
    standing_cells,
    standing_segments,
)
from portal.response.values import check
from tests import factories
from tests.questionnaire.answers import TYPES, some_value
from tests.questionnaire.editions import Fields, asked, edited
from tests.response.builders import given, question

SMALL = factories.questionnaire()
Answers = Mapping[str, GivenAnswer]
Said = Mapping[str, tuple[str, list[str]]]


def carried(new: Questionnaire, answers: Answers, said: Said | None = None) -> Carried:
    entries = {key: {"kind": k, "sources": ids} for key, (k, ids) in (said or {}).items()}
    return carry(migration(SMALL, new, entries), SMALL, new, answers)


def reworded(question_id: str, fields: Fields | None = None, **answer: Any) -> GivenAnswer:  # noqa: ANN401 - any content of an answer
    """What an answer becomes when its question changes."""
    changes = fields or {"text/en": "Another text?"}
    new = edited(SMALL, fields={question_id: changes})
    answer.setdefault("version", 3)
    return carried(new, {question_id: given(**answer)}).now[question_id]


def test_an_answer_to_an_unchanged_question_is_not_touched() -> None:
    new = edited(SMALL, fields={"B.01": {"minutes": 9}, "B.03": {"text/en": "Open?"}})
    found = carried(new, {"B.01": given("yes"), "B.02": given("2026-01-31")})
    assert found.entries == {}
    assert found.kept == ("B.01", "B.02")


def test_an_unchanged_question_takes_its_answer_along_to_its_new_id() -> None:
    copy = asked("D.05", "text", "Where is your report?", confidentiality={"default": "public"})
    new = edited(SMALL, without=["D.01"], added={"D": [copy]})
    answer = given("https://example.eu", confidentiality="public", version=4, comment="Yearly.")
    found = carried(new, {"D.01": answer}, {"D.05": ("kept", ["D.01"])})
    (entry,) = found.entries["D.05"]
    assert (entry.state, entry.value, entry.comment) == ("done", "https://example.eu", "Yearly.")
    assert entry.version == 1
    assert found.kept == ("D.05",)


def test_a_reworded_question_makes_its_answer_a_suggestion() -> None:
    now = reworded("B.01", value="partly", comment="Since 2020.")
    assert (now.state, now.value, now.comment, now.version) == (
        SUGGESTED,
        "partly",
        "Since 2020.",
        4,
    )


def test_what_of_an_answer_still_fits_is_suggested() -> None:
    assert reworded("A.01", {"options": ["brand"]}, value=["brand", "reseller"]).value == ["brand"]
    rows = [{"name": "One", "country": "BE"}, {"country": "FR"}]
    columns = {"columns": ["name", "audited", "audit_date"]}
    assert reworded("A.03", columns, value=rows).value == [{"name": "One"}]
    tiers = {"assembly": "all", "chips": "none"}
    assert reworded("C.01", {"options": ["none", "partly"]}, value=tiers).value == {"chips": "none"}
    targets = {"assembly": {"year": 2030, "ready": "now"}, "chips": {"ready": "later"}}
    without_now = {"columns/ready/options": ["later"], "rows": ["assembly", "chips"]}
    assert reworded("C.02", without_now, value=targets).value == {
        "assembly": {"year": 2030},
        "chips": {"ready": "later"},
    }


@pytest.mark.parametrize(
    ("question_id", "fields", "value"),
    [
        ("A.02", {"options": ["1_49"]}, "250_plus"),
        ("A.01", {"options": ["brand"]}, ["reseller"]),
        ("B.06", {"maximum": 5}, 7),
        ("B.04", {"type": "yes_no", "anchors": None}, 3),
        ("C.03", {"type": "text"}, "provided"),
        ("D.01", {"type": "file", "maximum_length": None}, "provided"),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_again(
    question_id: str, fields: Fields, value: object
) -> None:
    now = reworded(question_id, fields, value=value, comment="As agreed.")
    expected = "As agreed.\n\nprovided" if question_id == "D.01" else "As agreed."
    assert (now.state, now.value, now.comment, now.version) == ("empty", None, expected, 4)


def test_free_text_that_does_not_fit_goes_to_the_comment_as_far_as_a_form_takes_it() -> None:
    fields = {"type": "yes_no", "maximum_length": None}
    assert reworded("D.02", fields, value="Pay for repair.").comment == "Pay for repair."
    assert reworded("D.02", fields, value="x" * 1001).comment == ""
    both = reworded("D.02", fields, value="Pay for repair.", comment="Our view.")
    assert both.comment == "Our view.\n\nPay for repair."


def test_an_exemption_is_suggested_where_it_is_still_allowed() -> None:
    exempt = given(None, state="not_applicable", reason="No spend.")
    new = edited(SMALL, fields={"B.05": {"text/en": "How much?"}})
    now = carried(new, {"B.05": exempt}).now["B.05"]
    assert (now.state, now.is_exempt, now.reason) == (SUGGESTED, True, "No spend.")
    assert now.confirmed.state == "not_applicable"
    strict = edited(SMALL, fields={"B.05": {"not_applicable": False}})
    found = carried(strict, {"B.05": exempt})
    assert (found.now["B.05"].state, found.now["B.05"].comment) == ("empty", "No spend.")
    assert found.emptied == ("B.05",)


def test_a_class_that_the_question_no_longer_allows_becomes_the_one_it_foresees() -> None:
    public = {"confidentiality/default": "public", "confidentiality/narrowest": "public"}
    now = reworded(
        "B.01", public, value="yes", confidentiality="aggregate_only", narrowing_reason="security"
    )
    assert (now.confidentiality, now.narrowing_reason) == ("public", "")
    wide = {"confidentiality/default": "buyers", "text/en": "Where is it?"}
    assert reworded("D.01", wide, value="x", confidentiality="public").confidentiality == "buyers"
    stays = {"confidentiality/default": "public"}
    assert reworded("B.01", stays, value="yes").confidentiality == "buyers"


def test_an_unanswered_question_has_nothing_to_carry() -> None:
    new = edited(SMALL, fields={"B.01": {"text/en": "A policy?"}})
    found = carried(new, {"B.01": given(None, comment="Later.", version=2)})
    assert (found.entries, found.suggested, found.emptied) == ({}, (), ())


PARTS = edited(
    SMALL,
    without=["B.06"],
    added={
        "B": [
            asked("B.07", "number", unit={"en": "persons"}),
            asked("B.08", "percentage"),
            asked("B.09", "number", unit={"en": "persons"}, maximum=1),
        ]
    },
)
SPLIT: Said = {each: ("split", ["B.06"]) for each in ("B.07", "B.08", "B.09")}


def test_a_split_answer_is_suggested_in_every_part_that_it_fits() -> None:
    found = carried(PARTS, {"B.06": given(40, version=2)}, SPLIT)
    assert found.suggested == ("B.07", "B.08")
    assert {key: (now.value, now.version) for key, now in found.now.items()} == {
        "B.07": (40, 1),
        "B.08": (40, 1),
    }
    assert found.dropped == ()


def test_a_part_that_has_an_answer_of_its_own_keeps_it_for_a_look() -> None:
    answers = {"B.06": given(40), "B.07": given(3, version=5), "B.09": given(12, version=1)}
    found = carried(PARTS, answers, SPLIT)
    assert (found.now["B.07"].value, found.now["B.07"].version) == (3, 6)
    assert found.now["B.09"].state == "empty"
    assert found.suggested == ("B.07", "B.08")


JOINED = edited(SMALL, without=["D.01", "D.02"], added={"D": [asked("D.03")]})
MERGED: Said = {"D.03": ("merged", ["D.01", "D.02"])}


def test_a_merged_answer_is_the_first_that_fits_and_the_others_are_its_history() -> None:
    answers = {"D.01": given("one", version=4), "D.02": given("two", comment="!", version=2)}
    entries = carried(JOINED, answers, MERGED).entries["D.03"]
    assert [(e.version, e.state, e.value, e.comment) for e in entries] == [
        (1, "done", "two", "!"),
        (2, SUGGESTED, "one", ""),
    ]
    only = carried(JOINED, {"D.01": given(None), "D.02": given("two")}, MERGED)
    assert [entry.value for entry in only.entries["D.03"]] == ["two"]


def test_a_whole_fit_goes_before_a_partial_one() -> None:
    new = edited(
        SMALL,
        without=["A.01", "C.03"],
        fields={"A.02": {"type": "multi", "options/brand/text/en": "Brand"}},
    )
    new = edited(new, fields={"A.02": {"options": ["1_49", "50_249", "250_plus"]}})
    answers = {"A.01": given(["1_49", "gone"]), "A.02": given(["50_249"])}
    found = migration(SMALL, new, {"A.02": {"kind": "merged", "sources": ["A.01", "A.02"]}})
    now = carry(found, SMALL, new, answers).now["A.02"]
    assert now.value == ["50_249"]


def test_a_merged_question_that_keeps_an_id_keeps_both_texts() -> None:
    new = edited(SMALL, without=["D.01"], fields={"D.02": {"text/en": "What, and where?"}})
    said: Said = {"D.02": ("merged", ["D.01", "D.02"])}
    answers = {"D.01": given("one"), "D.02": given("two", version=2, comment="Mine.")}
    (entry,) = carried(new, answers, said).entries["D.02"]
    assert (entry.version, entry.value, entry.comment) == (3, "one", "Mine.")
    turned: Said = {"D.02": ("merged", ["D.02", "D.01"])}
    first, last = carried(new, answers, turned).entries["D.02"]
    assert (first.value, first.version, last.value, last.version) == ("one", 3, "two", 4)


def test_a_question_that_comes_back_finds_its_answer_for_a_look() -> None:
    new = edited(SMALL, added={"D": [asked("D.09")]})
    found = carried(new, {"D.09": given("Long ago.", version=2)})
    assert (found.now["D.09"].state, found.now["D.09"].value) == (SUGGESTED, "Long ago.")


def test_what_is_no_longer_asked_is_named_and_not_touched() -> None:
    new = edited(SMALL, without=["D.01", "D.02"])
    found = carried(new, {"D.01": given("one"), "D.02": given(None)})
    assert (found.dropped, found.entries) == (("D.01",), {})


def test_evidence_follows_its_question() -> None:
    new = edited(
        SMALL,
        without=["C.03", "B.06"],
        added={
            "C": [asked("C.04", "file"), asked("C.05", evidence={"need": "optional"})],
            "B": [asked("B.07", "file")],
        },
    )
    said: Said = {
        "C.04": ("split", ["C.03"]),
        "C.05": ("split", ["C.03"]),
        "B.07": ("reworded", ["B.06"]),
    }
    found = carried(new, {"C.03": given("provided"), "B.06": given(3)}, said)
    assert found.ties == (("C.03", "C.04"), ("C.03", "C.05"))
    assert {key: now.value for key, now in found.now.items()} == {"C.04": "provided"}


@settings(max_examples=80, deadline=None)
@given_by(st.sampled_from([q.id for q in TYPES.questions()]), st.integers(0, 10_000))
def test_what_is_suggested_is_always_right(question_id: str, seed: int) -> None:
    value = some_value(question(TYPES, question_id), Random(seed))  # noqa: S311 - answers
    for other in (*TYPES.questions(), *SMALL.questions()):
        found = fitting(other, value)
        assert found is None or check(other, found) == []
        if other.id == question_id and other in TYPES.questions() and not check(other, value):
            assert found is not None or value in ([], {})


IDS = [each.id for each in SMALL.questions()]


@settings(max_examples=80, deadline=None)
@given_by(
    st.dictionaries(st.sampled_from(IDS), st.integers(0, 10_000), min_size=3),
    st.sets(st.sampled_from(IDS), max_size=5),
    st.sets(st.sampled_from(IDS), max_size=5),
    st.lists(st.sampled_from(IDS), min_size=2, max_size=4, unique=True),
)
def test_no_content_of_an_answer_is_ever_lost(
    seeds: dict[str, int], gone: set[str], changed: set[str], merged: list[str]
) -> None:
    """Each stays where it was, or in the history under the number that it had."""
    answers = {
        key: given(some_value(question(SMALL, key), Random(seed)), version=seed % 4 + 1)  # noqa: S311 - answers
        for key, seed in seeds.items()
    }
    texts = {key: {"text/en": f"Another {key}?"} for key in changed - gone}
    new = edited(SMALL, without=gone, fields=texts, added={"Z": [asked("Z.01"), asked("Z.02")]})
    said: Said = {"Z.01": ("merged", merged), "Z.02": ("split", merged[:1])}
    found = carried(new, answers, said)
    for key, before in answers.items():
        entries = found.entries.get(key, ())
        assert [entry.version for entry in entries] == list(
            range(before.version + 1, before.version + 1 + len(entries))
        )
    for key in found.entries.keys() - answers.keys():
        entries = found.entries[key]
        assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    sources = [answers[key].value for key in merged if key in answers]
    if "Z.01" in found.entries:
        others = list(sources)
        if found.now["Z.01"].value in others:
            others.remove(found.now["Z.01"].value)
        assert [entry.value for entry in found.entries["Z.01"][:-1]] == others
    asked_now = {each.id for each in new.questions()}
    named = {*found.kept, *found.suggested, *found.emptied}
    given_now = {key for key, answer in answers.items() if answer.value is not None}
    assert given_now & asked_now <= named
    assert set(found.dropped) == given_now - asked_now - set(merged)


# What was signed ------------------------------------------------------------------------


def signed(value: object, confidentiality: str = "buyers") -> dict[str, Any]:
    return {"state": "done", "value": value, "class": confidentiality}


SIGNED = {
    "A.01": signed(["brand"], "public"),
    "A.02": signed("1_49"),
    "B.01": signed("yes"),
    "B.05": {"state": "not_applicable", "reason": "No spend.", "class": "buyers"},
    "B.06": signed(3, "aggregate_only"),
    "C.01": signed({"assembly": "all"}),
}


def standing(new: Questionnaire) -> dict[str, Any]:
    return standing_answers(SIGNED, SMALL, new, propose(SMALL, new).kept)


def test_signed_answers_to_unchanged_questions_stand() -> None:
    new = edited(SMALL, fields={"B.01": {"text/en": "A policy?"}}, without=["A.02"])
    found = standing(new)
    assert found.keys() == SIGNED.keys() - {"B.01", "A.02"}
    assert standing_cells(new, found) == [
        ("A.01", "brand", "public", None),
        ("B.06", "1–5", "aggregate_only", SIGNED["B.06"]["value"]),
        ("C.01.assembly", "all", "buyers", None),
    ]


def test_signed_answers_are_counted_in_the_bands_of_the_new_version() -> None:
    new = edited(SMALL, fields={"B.06": {"release/bands": [10]}})
    counted = {cell[:3] for cell in standing_cells(new, standing(new))}
    assert ("B.06", "0–10", "aggregate_only") in counted


def test_a_signed_answer_to_a_question_with_another_condition_stands_if_that_holds() -> None:
    sellers = {"show_if": {"question": "A.01", "has": ["reseller"]}}
    brands = {"show_if": {"question": "A.01", "has": ["brand", "reseller"]}}
    assert "B.06" not in standing(edited(SMALL, fields={"B.06": sellers}))
    assert "B.06" in standing(edited(SMALL, fields={"B.06": brands}))


def test_a_question_stays_shown_as_it_was_signed_if_what_leads_to_it_was_reworded() -> None:
    new = edited(SMALL, fields={"A.01": {"text/en": "Who are you?"}})
    assert standing(new).keys() == SIGNED.keys() - {"A.01"}


def test_segments_follow_from_what_stands() -> None:
    assert standing_segments(SMALL, SIGNED, ("makers",)) == ("makers",)
    new = edited(SMALL, fields={"A.01": {"text/en": "Who are you?"}})
    assert standing_segments(new, standing(new), ("makers",)) == ()


def test_kept_is_all_that_counts() -> None:
    assert propose(SMALL, SMALL).count(Kind.KEPT) == len(IDS)
    assert standing(SMALL) == SIGNED
