from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from portal.questionnaire.conditions import route
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Confidentiality,
    ConfidentialityClass,
    EvidenceNeed,
    EvidenceRule,
    Prefill,
    Questionnaire,
    Section,
    ShortText,
    Table,
    YesNo,
)
from portal.response.answers import GivenAnswer, SubmittedResponse
from portal.response.rules import (
    WHO_READS,
    Merge,
    SectionState,
    allowed_classes,
    class_problem,
    contributors,
    merge,
    missing_answers,
    needs_evidence,
    prefilled_rows,
    progress,
)
from tests import factories
from tests.response.builders import COMPLETE, given

SMALL = factories.questionnaire()


def complete() -> dict[str, GivenAnswer]:
    return {
        question_id: given(value, evidence=int(question_id == "B.01"))
        for values in COMPLETE.values()
        for question_id, value in values.items()
    }


def missing(**changed: GivenAnswer) -> list[str]:
    answers = complete() | {name.replace("_", "."): answer for name, answer in changed.items()}
    return [question.id for question in missing_answers(SMALL, answers)]


def test_nothing_is_missing_when_all_required_questions_are_answered() -> None:
    assert missing() == []
    assert progress(SMALL, complete()).is_ready


def test_what_is_missing_comes_in_page_order_and_only_if_shown() -> None:
    assert [question.id for question in missing_answers(SMALL, {})] == [
        "A.01",
        "A.02",
        "B.01",
        "B.04",
        "B.05",
        "B.06",
    ]
    assert missing(B_01=given("no")) == []


@pytest.mark.parametrize(
    ("question_id", "answer"),
    [
        ("B.01", given("yes")),
        ("B.05", given(state="not_applicable")),
        ("C.01", given({"assembly": "all"})),
        ("A.03", given([{"country": "BE"}])),
        ("B.06", given(state="empty")),
    ],
    ids=["no evidence", "no reason", "half a matrix", "half a row", "emptied"],
)
def test_an_answer_that_lacks_something_is_missing(question_id: str, answer: GivenAnswer) -> None:
    assert missing(**{question_id.replace(".", "_"): answer}) == [question_id]


def test_not_applicable_with_a_reason_is_an_answer() -> None:
    assert missing(B_05=given(state="not_applicable", reason="No spend.")) == []


def test_progress_is_told_by_section() -> None:
    answers = {"A.01": given(["brand"]), "A.02": given("1_49"), "B.04": given(1)}
    count = progress(SMALL, answers)
    assert [(row.section.id, row.answered, row.shown, row.state) for row in count.sections] == [
        ("A", 2, 3, SectionState.READY),
        ("B", 1, 4, SectionState.IN_PROGRESS),
        ("C", 0, 2, SectionState.NOT_STARTED),
        ("D", 0, 2, SectionState.NOT_STARTED),
    ]
    assert (count.answered, count.shown, count.minutes) == (3, 11, 4)
    assert not count.is_ready


def test_a_grid_whose_rows_are_all_hidden_is_not_asked() -> None:
    values = complete() | {"C.01": given({"assembly": "none", "chips": "none"})}
    (section,) = [row for row in progress(SMALL, values).sections if row.section.id == "C"]
    assert section.shown == 2
    values["C.01"] = given({"assembly": "none", "chips": "all"})
    (section,) = [row for row in progress(SMALL, values).sections if row.section.id == "C"]
    assert section.shown == 3


@pytest.mark.parametrize(
    ("need", "value", "needed"),
    [
        (EvidenceNeed.ALWAYS, "no", True),
        (EvidenceNeed.IF_YES, "yes", True),
        (EvidenceNeed.IF_YES, "no", False),
        (EvidenceNeed.IF_ROWS, [{}], True),
        (EvidenceNeed.IF_ROWS, [], False),
        (EvidenceNeed.OPTIONAL, "yes", False),
    ],
)
def test_evidence_is_needed_by_rule(need: EvidenceNeed, value: object, needed: bool) -> None:  # noqa: FBT001 - expected outcome
    asked = YesNo(id="Q", text={"en": "Q"}, evidence=EvidenceRule(need=need))
    assert needs_evidence(asked, value) is needed


def test_a_table_starts_from_the_rows_of_an_earlier_one() -> None:
    column = Column(id="risk", type=ColumnType.TEXT, text={"en": "Risk"})
    first = Table(id="E", text={"en": "E"}, columns=(column,))
    second = Table(
        id="G",
        text={"en": "G"},
        columns=(column,),
        prefill=Prefill(question="E", columns={"risk": "risk"}),
    )
    small = Questionnaire(
        name="two",
        version="1",
        base_language="en",
        languages=("en",),
        title={"en": "Two"},
        sections=(Section(id="S", title={"en": "S"}, questions=(first, second)),),
    )
    way = route(small, {"E": [{"risk": "fees"}, {}]})
    assert prefilled_rows(second, way) == [{"risk": "fees"}, {}]
    assert prefilled_rows(first, way) == []


# Who reads ------------------------------------------------------------------------------


def asked(**rule: ConfidentialityClass) -> ShortText:
    return ShortText(id="Q", text={"en": "Q"}, confidentiality=Confidentiality(**rule))


def test_a_class_may_be_chosen_from_the_widest_to_the_narrowest() -> None:
    assert allowed_classes(asked()) == (
        ConfidentialityClass.BUYERS,
        ConfidentialityClass.NAMED_BUYERS,
        ConfidentialityClass.AGGREGATE_ONLY,
    )
    public = asked(default=ConfidentialityClass.PUBLIC, narrowest=ConfidentialityClass.PUBLIC)
    assert allowed_classes(public) == (ConfidentialityClass.PUBLIC,)
    wide = asked(
        widest=ConfidentialityClass.PARTICIPANTS, narrowest=ConfidentialityClass.NAMED_BUYERS
    )
    assert [str(chosen) for chosen in allowed_classes(wide)] == [
        "participants",
        "buyers_and_observers",
        "buyers",
        "named_buyers",
    ]


def test_narrowing_needs_one_of_the_reasons() -> None:
    narrow = {"confidentiality": "aggregate_only"}
    assert class_problem(asked(), given("x")) is None
    assert class_problem(asked(), given("x", **narrow)) is not None
    assert class_problem(asked(), given("x", **narrow, narrowing_reason="mood")) is not None
    for reason in ("trade_secret", "personal_data", "security", "third_party_contract"):
        assert class_problem(asked(), given("x", **narrow, narrowing_reason=reason)) is None


def test_widening_beyond_the_widest_is_refused() -> None:
    assert class_problem(asked(), given("x", confidentiality="public")) is not None
    assert class_problem(asked(), given("x", confidentiality="nonsense")) is not None


def test_every_class_says_who_reads() -> None:
    assert set(WHO_READS) == set(ConfidentialityClass)
    assert len({str(sentence) for sentence in WHO_READS.values()}) == len(ConfidentialityClass)


# Two people, one answer -----------------------------------------------------------------

TEXTS = st.sampled_from([None, "a", "b", "c"])


@pytest.mark.parametrize(
    ("mine", "base", "current", "outcome"),
    [
        ("a", "a", "a", Merge.KEEP),
        ("a", "a", "b", Merge.KEEP),
        ("b", "a", "b", Merge.KEEP),
        ("b", "a", "a", Merge.TAKE),
        ("b", "a", "c", Merge.CONFLICT),
        (None, "a", "c", Merge.CONFLICT),
    ],
)
def test_a_save_is_decided_question_by_question(
    mine: str | None, base: str, current: str, outcome: Merge
) -> None:
    assert merge(given(mine), given(base), given(current)) is outcome


def test_an_unknown_base_never_overwrites() -> None:
    assert merge(given("a"), None, given("b")) is Merge.CONFLICT
    assert merge(given("a"), None, given("a")) is Merge.KEEP


@for_all(TEXTS, TEXTS, TEXTS)
def test_a_text_is_replaced_only_by_somebody_who_saw_it(
    typed: str | None, seen: str | None, stored: str | None
) -> None:
    outcome = merge(given(typed), given(seen), given(stored))
    if outcome is Merge.TAKE:
        assert seen == stored
    if outcome is Merge.KEEP:
        assert typed in {seen, stored}
    if outcome is Merge.CONFLICT:
        assert len({typed, seen, stored}) == 3


# One contributor a group ----------------------------------------------------------------

GROUP, ELSE = uuid4(), uuid4()


def submitted(organisation: UUID, group: UUID, hour: int, name: str) -> SubmittedResponse:
    return SubmittedResponse(
        submission_id=uuid4(),
        response_id=uuid4(),
        version_id=GROUP,
        organisation_id=organisation,
        organisation_name=name,
        group_id=group,
        number=1,
        submitted_at=datetime(2026, 9, 1, hour, tzinfo=UTC),
        sha256="",
        segments=(),
        answers={},
    )


def test_the_organisation_at_the_top_speaks_for_its_group_else_the_earliest() -> None:
    top = submitted(GROUP, GROUP, 9, "Top")
    early = submitted(uuid4(), GROUP, 7, "B")
    tie = submitted(uuid4(), GROUP, 7, "A")
    alone = submitted(ELSE, ELSE, 5, "Alone")
    assert contributors([early, top, tie, alone]) == {GROUP: top, ELSE: alone}
    assert contributors([early, tie]) == {GROUP: tie}
