"""What a signatory looks at before signing, and what backs an answer."""

from datetime import datetime

import pytest

from portal.core.db import Session
from portal.core.errors import Refused
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.queries import CheckPage
from tests.response.builders import Counted, Scene, draft, scene


@pytest.fixture
def team(session: Session, now: datetime) -> Scene:
    return scene(session, now)


def check(team: Scene) -> CheckPage:
    return queries.check_page(team.session, team.signatory, team.response.id)


def reasons(team: Scene) -> dict[str, list[str]]:
    return {gap.question.id: [str(text) for text in gap.problems] for gap in check(team).missing}


def test_nothing_is_missing_of_a_complete_response(team: Scene) -> None:
    team.fill()
    assert check(team).missing == ()
    assert check(team).signatories == (team.signatory.name,)


def test_each_gap_says_what_it_lacks(team: Scene) -> None:
    team.fill()
    team.save("A", A_02=draft(None, base_version=1), A_03=[{"country": "BE"}])
    team.save("C", C_01=draft({"assembly": "all"}, base_version=1))
    operations.untie(
        team.session,
        team.signatory,
        team.response.id,
        "B.01",
        queries.tied_evidence(team.session, team.response.id)["B.01"][0].id,
        now=team.now,
    )
    assert reasons(team) == {
        "A.02": ["No answer yet"],
        "A.03": ["Row 1: the column Name is not filled in"],
        "B.01": ["Proof is missing: add a file or link"],
        "C.01": ["Rows that are not filled in: 1"],
    }


def test_answers_that_are_routed_around_are_not_among_those_to_sign(team: Scene) -> None:
    team.fill()
    team.save("A", A_01=draft(["reseller"], base_version=1))
    assert "C.01" not in check(team).answers
    assert check(team).answers["A.01"].value == ["reseller"]


def test_the_page_to_check_takes_four_queries(team: Scene) -> None:
    team.fill()
    check(team)
    with Counted(team.session) as counted:
        check(team)
    assert len(counted) == 4


def test_nobody_else_sees_what_is_checked_or_what_backs_it(team: Scene) -> None:
    evidence = team.prove("B.01")
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT, Role.SUPPLIER_SIGNATORY):
        other = team.person(role)
        with pytest.raises(Refused):
            queries.check_page(team.session, other, team.response.id)
        with pytest.raises(Refused):
            queries.evidence_desk(team.session, other, team.response.id, "B.01")
        with pytest.raises(Refused):
            queries.own_evidence(team.session, other, team.response.id, evidence)


def test_the_desk_offers_only_evidence_of_the_kinds_that_the_question_takes(team: Scene) -> None:
    link = team.prove("B.01")
    desk = queries.evidence_desk(team.session, team.signatory, team.response.id, "B.01")
    assert ([piece.id for piece in desk.tied], desk.others) == ([link], ())
    other = queries.evidence_desk(team.session, team.signatory, team.response.id, "C.03")
    assert (other.kinds, other.others) == (("xlsx", "pdf"), ())
    with pytest.raises(Refused):
        queries.evidence_desk(team.session, team.signatory, team.response.id, "D.02")


def test_a_section_is_given_only_to_the_suppliers_own_people(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    for stranger in (team.person(Role.SUPPLIER_CONTRIBUTOR), team.person(Role.LEAD_BUYER)):
        assert helper.person_id is not None
        assert stranger.person_id is not None
        people = [helper.person_id, stranger.person_id]
        with pytest.raises(Refused):
            operations.assign(
                team.session, team.signatory, team.response.id, "D", people, now=team.now
            )


def test_quotes_of_a_submission_are_listed_in_the_order_of_their_release(team: Scene) -> None:
    team.fill()
    submission = team.submit()
    for text in ("Pay for repair.", "Buy less, use longer."):
        words = operations.Words(question_id="D.02", text=text)
        operations.release_quote(team.session, team.signatory, submission.id, words, now=team.now)
    quotes = queries.quotes_of_submission(team.session, submission.id)
    assert {quote.text for quote in quotes} == {"Pay for repair.", "Buy less, use longer."}


def test_saving_names_the_section_that_the_answers_lead_to(team: Scene) -> None:
    assert getattr(team.save("A", A_01=["brand"]).next_section, "id", None) == "B"
    assert getattr(team.save("B", B_01="no").next_section, "id", None) == "C"
    assert team.save("D", D_02="Last.").next_section is None
