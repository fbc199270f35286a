"""Nothing is asked twice: what a company answered before is suggested, and never more than that."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.questionnaire.migration import propose
from portal.response import operations, queries
from portal.response.answers import AnswerDraft, GivenAnswer
from portal.response.company_profile import profile_form, values_for, values_from
from portal.response.loading import given_answers
from portal.response.models import AnswerEvidence, Evidence
from portal.response.models_sources import AnswerOrigin
from portal.response.suggesting import chained, pairs, suggestions, with_readers
from tests import factories
from tests.questionnaire.editions import edited
from tests.response.builders import Counted, Scene, given, question
from tests.response.rounds import again, another

SMALL = factories.questionnaire()
CHANGED = edited(
    SMALL,
    fields={
        "A.02": {"options": ["1_49", "250_plus"]},
        "B.01": {"text/en": "Do you have a policy?"},
        "B.03": {"type": "yes_partly_no"},
    },
)
DAY = date(2026, 6, 1)


def key_of(first: Scene) -> str:
    return f"response:{first.response.id}"


def look(team: Scene) -> queries.SourcesPage:
    return queries.sources_page(team.session, team.signatory, team.response.id, now=team.now)


def take(team: Scene, key: str) -> int:
    place = (team.session, team.signatory, team.response.id)
    return operations.take_suggestions(*place, key, now=team.now)


def answers(team: Scene) -> dict[str, GivenAnswer]:
    return given_answers(team.session, team.response.id)


def origins(team: Scene) -> dict[str, AnswerOrigin]:
    query = select(AnswerOrigin).where(AnswerOrigin.response_id == team.response.id)
    return {row.question_id: row for row in team.session.scalars(query)}


def confirm(team: Scene, section_id: str, *question_ids: str) -> tuple[str, ...]:
    place = (team.session, team.signatory, team.response.id, section_id)
    return operations.confirm_suggested(*place, question_ids or None, now=team.now)


# What belongs together --------------------------------------------------------------------


def test_questions_belong_together_by_id_by_meaning_or_by_the_map_of_their_versions() -> None:
    found = pairs(SMALL, CHANGED)
    assert (found["B.02"].sources, found["B.02"].differs) == (("B.02",), False)
    assert found["B.01"].differs
    renamed = replace(edited(SMALL, without=["D.02"]), name="another")
    assert "D.02" not in pairs(SMALL, renamed)
    assert pairs(SMALL, renamed)["B.04"].sources == ("B.04",)
    assert pairs(replace(CHANGED, name="other"), SMALL).keys().isdisjoint({"A.02", "B.01", "B.03"})
    whole = chained([propose(SMALL, CHANGED), propose(CHANGED, CHANGED)])
    assert whole is not None
    assert pairs(SMALL, CHANGED, whole)["B.01"].differs
    assert chained([]) is None


def test_only_what_fits_and_was_asked_is_suggested() -> None:
    old = {
        "A.01": given(["reseller"]),
        "A.02": given("50_249"),
        "B.01": given("yes"),
        "B.03": given("no"),
        "C.01": given({"assembly": "all", "chips": "none"}),
        "D.02": given("Words.", comment="More.", state="suggested"),
        "B.05": given(None, state="not_applicable", reason="No spend."),
    }
    made = suggestions(SMALL, CHANGED, pairs(SMALL, CHANGED), old, day=DAY)
    assert set(made) == {"A.01", "B.01", "B.03", "B.05"}
    assert made["B.05"].answer is not None
    assert made["B.05"].answer.is_exempt
    assert [key for key, each in made.items() if each.differs] == ["B.01", "B.03"]


def test_who_may_read_stays_as_narrow_as_the_question_allows_and_its_reason_holds() -> None:
    asked = question(SMALL, "D.02")
    narrow = given("x", confidentiality="aggregate_only", narrowing_reason="security")
    taken = with_readers(asked, given("x"), narrow, day=DAY)
    assert (taken.confidentiality, taken.narrowing_reason) == ("aggregate_only", "security")
    over = replace(narrow, narrowing_until=DAY - timedelta(days=1))
    for earlier in (
        over,
        replace(narrow, narrowing_reason=""),
        given("x", confidentiality="public"),
    ):
        assert with_readers(asked, given("x"), earlier, day=DAY).confidentiality == "buyers"
    everybody = question(SMALL, "A.01")
    assert with_readers(everybody, given(["brand"]), narrow, day=DAY).confidentiality == "public"


# Taking, confirming, dismissing -----------------------------------------------------------


@pytest.fixture
def second(ready: Scene) -> Scene:
    """A company that signed its answers in one dialogue, and begins another."""
    ready.send("D", {"D.02": AnswerDraft(value="Less.", comment="As ever.", base_version=1)})
    ready.submit()
    return again(ready)


def test_a_source_says_what_it_would_bring_before_anything_is_taken(
    ready: Scene, second: Scene
) -> None:
    page = queries.sources_page(
        second.session, second.signatory, second.response.id, now=second.now
    )
    (source,) = page.sources
    assert source.offer.key == key_of(ready)
    assert source.offer.is_signed
    assert [(each.section.id, each.count) for each in source.sections] == [
        ("A", 2), ("B", 6), ("C", 1), ("D", 1),
    ]  # fmt: skip
    assert page.may_take
    assert not answers(second)
    other = second.colleague(Role.SUPPLIER_CONTRIBUTOR)
    theirs = queries.sources_page(second.session, other, second.response.id, now=second.now)
    assert (theirs.sources, theirs.may_take) == ((), False)
    with pytest.raises(Refused):
        operations.take_suggestions(
            second.session, other, second.response.id, key_of(ready), now=second.now
        )


def test_what_is_taken_is_suggested_only_where_nothing_stands(ready: Scene, second: Scene) -> None:
    second.save("B", B_04=1)
    second.send("D", {"D.02": AnswerDraft(comment="Only a comment.")})
    assert take(second, key_of(ready)) == 8
    found = answers(second)
    assert (found["B.04"].value, found["B.04"].state) == (1, "done")
    assert (found["D.02"].state, found["D.02"].comment) == ("empty", "Only a comment.")
    assert {key for key, each in found.items() if each.is_suggested} == origins(second).keys()
    assert second.response.answered == 1
    assert origins(second)["B.01"].label == ready.dialogue.title
    assert origins(second)["B.01"].answered_at == ready.response.submitted_at
    with pytest.raises(NotNow):
        take(second, key_of(ready))
    acts = [entry.act for entry in entries_of_dialogue(second.session, second.dialogue.id)]
    assert acts.count("suggested") == 1


def test_confirming_brings_comment_and_proof_along(ready: Scene, second: Scene) -> None:
    take(second, key_of(ready))
    assert confirm(second, "D") == ("D.02",)
    assert (answers(second)["D.02"].comment, answers(second)["D.02"].state) == ("As ever.", "done")
    assert len(confirm(second, "B")) == 6
    assert answers(second)["B.01"].evidence == 1
    assert not origins(second).keys() & {"B.01", "D.02"}
    confirm(second, "A")
    confirm(second, "C")
    second.submit()


def test_expired_and_removed_proof_stays_behind_and_its_successor_comes(
    ready: Scene, second: Scene
) -> None:
    (piece,) = ready.session.scalars(select(Evidence))
    piece.valid_until = second.now.date() - timedelta(days=1)
    page = queries.sources_page(
        second.session, second.signatory, second.response.id, now=second.now
    )
    assert [(q.id, found) for q, found in page.sources[0].expired] == [("B.01", piece)]
    take(second, key_of(ready))
    confirm(second, "B")
    assert answers(second)["B.01"].evidence == 0
    link = operations.add_link(
        second.session, second.signatory, second.response.organisation_id,
        "https://example.eu/new", operations.Described(title="Newer"), now=second.now,
    )  # fmt: skip
    operations.replace_evidence(second.session, second.signatory, piece.id, link.id, now=second.now)
    assert take(second, "evidence") == 1
    assert look(second).sources == ()
    used = operations.use_suggested_evidence(
        second.session, second.signatory, second.response.id, "B", "B.01", now=second.now
    )
    assert used == 1
    ties = second.session.scalars(
        select(AnswerEvidence.evidence_id).where(AnswerEvidence.response_id == second.response.id)
    )
    assert list(ties) == [link.id]


def test_what_is_not_true_any_more_leaves_the_question_empty(ready: Scene, second: Scene) -> None:
    take(second, key_of(ready))
    place = (second.session, second.signatory, second.response.id, "B")
    assert operations.dismiss_suggested(*place, ["B.04"], now=second.now) == ("B.04",)
    assert (answers(second)["B.04"].state, answers(second)["B.04"].value) == ("empty", None)
    assert "B.04" not in origins(second)
    with pytest.raises(Refused):
        operations.dismiss_suggested(*place, ["A.01"], now=second.now)
    with pytest.raises(Refused):
        operations.dismiss_suggested(
            second.session, another(second).signatory, *place[2:], ["B.03"], now=second.now
        )


def test_nothing_is_taken_from_another_company(ready: Scene, second: Scene) -> None:
    stranger = another(second)
    assert look(stranger).sources == ()
    for key in (key_of(ready), key_of(second), "evidence", "profile", ""):
        with pytest.raises(NotNow):
            take(stranger, key)
    with pytest.raises(Refused):
        queries.sources_page(second.session, stranger.signatory, second.response.id, now=second.now)


def test_taking_and_confirming_need_as_many_statements_for_many_answers_as_for_few(
    ready: Scene,
) -> None:
    ready.submit()
    few = again(ready, edited(SMALL, without=["B.02", "B.03", "B.04", "B.05", "B.06"]))
    many = again(ready)
    counts = []
    for team in (few, many):
        look(team)
        with Counted(team.session) as taking:
            take(team, key_of(ready))
        with Counted(team.session) as confirming:
            confirm(team, "A")
        counts.append((len(taking), len(confirming)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 24


# The profile ------------------------------------------------------------------------------


def test_a_profile_is_suggested_where_a_questionnaire_asks_for_it() -> None:
    flagship = factories.questionnaire(factories.FLAGSHIP)
    fields = {field for places in profile_form().asked_in.values() for field in places.values()}
    assert fields <= {each.id for each in flagship.questions()} | {"A.01"}
    values = {"P.03": ["brand", "unknown"], "P.05": "50_249"}
    assert values_for(flagship, values) == {"A.03": ("P.03", ["brand"]), "A.05": ("P.05", "50_249")}
    said = {"A.03": given(["brand"]), "A.05": given("50_249", state="suggested")}
    assert values_from(flagship, said) == {"P.03": ["brand"]}


def test_a_profile_is_kept_by_who_answers_for_all_of_the_company(team: Scene) -> None:
    organisation_id = team.response.organisation_id
    save = operations.save_company_profile
    save(team.session, team.signatory, organisation_id, {"P.05": "50_249"}, now=team.now)
    save(team.session, team.signatory, organisation_id, {"P.03": ["brand"]}, now=team.now)
    page = queries.profile_page(team.session, team.signatory, organisation_id)
    assert page.values == {"P.03": ["brand"], "P.05": "50_249"}
    save(team.session, team.signatory, organisation_id, {"P.05": None}, now=team.now)
    stored = team.session.get_one(Organisation, organisation_id).profile
    assert stored["values"] == {"P.03": ["brand"]}
    with pytest.raises(Invalid):
        save(team.session, team.signatory, organisation_id, {"P.05": "many"}, now=team.now)
    for actor in (team.colleague(Role.SUPPLIER_CONTRIBUTOR), another(team).signatory):
        with pytest.raises(Refused):
            save(team.session, actor, organisation_id, {"P.05": "50_249"}, now=team.now)
