"""A reseller points to the brand's answers: asked, agreed, declined, taken back, never counted."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.answers import GivenAnswer, Reference
from portal.response.exchange_lines import read_line, write_line
from portal.response.loading import given_answers
from portal.response.models import Reading, SubmittedCell
from portal.response.models_sources import AnswerReference
from portal.response.queries_submitted import stream_submissions
from portal.response.referring import told
from portal.response.rules import progress
from portal.response.workbook_merge import Kind
from tests import factories
from tests.response import workbooks
from tests.response.builders import Scene, draft
from tests.response.editions import publish_second
from tests.response.rounds import another

ADDRESS = "https://parley.example/responses/"


@pytest.fixture
def reseller(ready: Scene) -> Scene:
    """A reseller beside the brand of ``ready``; it has answered who it is."""
    made = another(ready)
    made.save("A", A_01=["reseller"], A_02="1_49")
    return made


def name_of(team: Scene) -> str:
    return team.session.get_one(Organisation, team.response.organisation_id).name


def ask(team: Scene, brand: str, *question_ids: str, section: str = "B") -> tuple[str, ...]:
    place = (team.session, team.signatory, team.response.id, section)
    ids = question_ids or ("B.01", "B.04", "B.05", "B.06")
    return operations.ask_reference(*place, ids, brand=brand, address=ADDRESS, now=team.now)


def references(team: Scene) -> dict[str, AnswerReference]:
    query = select(AnswerReference).where(AnswerReference.response_id == team.response.id)
    return {row.question_id: row for row in team.session.scalars(query)}


def answers(team: Scene) -> dict[str, GivenAnswer]:
    return given_answers(team.session, team.response.id)


def mails_to(team: Scene) -> list[str]:
    query = select(OutboxMail.body).where(OutboxMail.recipient == team.signatory.email)
    return list(team.session.scalars(query.order_by(OutboxMail.created_at)))


def agree(brand: Scene, team: Scene) -> int:
    ids = [row.id for row in references(team).values()]
    return operations.agree(
        brand.session, brand.signatory, brand.response.id, ids, address=ADDRESS, now=brand.now
    )


def lacking(team: Scene) -> dict[str, list[str]]:
    page = queries.check_page(team.session, team.signatory, team.response.id)
    return {gap.question.id: [str(each) for each in gap.problems] for gap in page.missing}


def test_naming_a_company_tells_nothing_of_whether_it_takes_part(
    ready: Scene, reseller: Scene
) -> None:
    asked = ask(reseller, f"  {name_of(ready).upper()} ", "B.01")
    unknown = ask(reseller, "Nobody Ltd", "B.04")
    assert (asked, unknown) == (("B.01",), ("B.04",))
    assert told("X") == replace(told("Y"), values={"brand": "X"})
    page = queries.references_page(reseller.session, reseller.signatory, reseller.response.id)
    assert [(row.state, row.is_open, row.reason) for row in page.own] == [("asked", False, "")] * 2
    assert lacking(reseller)["B.04"] == ["Waiting for Nobody Ltd to agree"]
    (mail,) = [each for each in mails_to(ready) if "B.01" in each]
    assert f"{ADDRESS}{ready.response.id}/references" in mail
    assert name_of(reseller) in mail
    waiting = queries.waiting_requests(ready.session, ready.signatory, ready.response.id)
    assert waiting == 1


def test_a_question_by_reference_counts_once_the_brand_agreed(
    ready: Scene, reseller: Scene
) -> None:
    before = reseller.response.answered
    ask(reseller, name_of(ready))
    assert reseller.response.answered == before
    with pytest.raises(operations.Incomplete):
        reseller.submit()
    assert agree(ready, reseller) == 4
    assert reseller.response.answered == before + 4
    assert answers(reseller)["B.01"].reference == Reference(name_of(ready), agreed=True)
    assert any("agrees" in each or "answered" in each for each in mails_to(reseller))
    assert lacking(reseller) == {}
    submission = reseller.submit()
    frozen = json.loads(submission.snapshot)["answers"]["B.04"]
    assert frozen == {
        "state": "by_reference", "brand": name_of(ready), "class": "buyers", "language": "en",
    }  # fmt: skip
    cells = select(SubmittedCell.question).where(SubmittedCell.submission_id == submission.id)
    assert set(reseller.session.scalars(cells)) == {"A.01", "A.02"}


def test_only_open_questions_that_others_can_answer_are_named(
    ready: Scene, reseller: Scene
) -> None:
    reseller.save("B", B_04=1)
    for brand, ids, section in (
        ("", ("B.01",), "B"),
        (name_of(reseller).lower(), ("B.01",), "B"),
        (name_of(ready), ("B.04",), "B"),
        (name_of(ready), ("A.01",), "A"),
    ):
        with pytest.raises(Invalid):
            ask(reseller, brand, *ids, section=section)
    stranger = replace(reseller, signatory=ready.signatory)
    with pytest.raises(Refused):
        ask(stranger, name_of(ready))
    assert answers(reseller)["B.04"].value == 1


def test_declined_it_is_open_again_with_the_reason(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready), "B.01", "B.04")
    ids = [row.id for row in references(reseller).values()]
    place = (ready.session, ready.signatory, ready.response.id, ids)
    with pytest.raises(Invalid):
        operations.decline(*place, reason=" ", now=ready.now)
    operations.decline(*place, reason="We sell other models.", address=ADDRESS, now=ready.now)
    assert {answers(reseller)[key].state for key in ("B.01", "B.04")} == {"empty"}
    assert references(reseller)["B.01"].reason == "We sell other models."
    assert any("We sell other models." in each for each in mails_to(reseller))
    with pytest.raises(Refused):
        operations.agree(*place, now=ready.now)
    assert ask(reseller, "Another Brand", "B.01") == ("B.01",)
    acts = [entry.act for entry in entries_of_dialogue(ready.session, ready.dialogue.id)]
    assert acts.count("reference_declined") == 1


def test_nobody_else_agrees_for_the_brand(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready), "B.01")
    ids = [row.id for row in references(reseller).values()]
    contributor = ready.colleague(Role.SUPPLIER_CONTRIBUTOR)
    for actor, response_id in (
        (contributor, ready.response.id),
        (reseller.signatory, ready.response.id),
        (reseller.signatory, reseller.response.id),
    ):
        with pytest.raises(Refused):
            operations.agree(ready.session, actor, response_id, ids, now=ready.now)
    late = ready.dialogue.closes_at + timedelta(seconds=1)
    with pytest.raises(NotNow):
        operations.agree(ready.session, ready.signatory, ready.response.id, ids, now=late)


def test_the_brand_is_asked_when_it_begins_later(reseller: Scene) -> None:
    session, dialogue, now = reseller.session, reseller.dialogue, reseller.now
    late = factories.supplier(session, dialogue, now=now)
    name = session.get_one(Organisation, factories.own(late)).name
    ask(reseller, name, "B.01")
    assert references(reseller)["B.01"].brand_response_id is None
    made = operations.start(
        session, late, dialogue.id, factories.own(late), address=ADDRESS, now=now
    )
    assert references(reseller)["B.01"].brand_response_id == made.id
    assert queries.waiting_requests(session, late, made.id) == 1


def test_answering_oneself_ends_a_reference(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready), "B.01", "B.04")
    place = (reseller.session, reseller.signatory, reseller.response.id)
    assert operations.take_back(*place, ["B.01"], now=reseller.now) == ("B.01",)
    assert (answers(reseller)["B.01"].state, set(references(reseller))) == ("empty", {"B.04"})
    with pytest.raises(Refused):
        operations.take_back(*place, ["B.01"], now=reseller.now)
    reseller.save("B", B_04=draft(2, base_version=1))
    page = queries.references_page(ready.session, ready.signatory, ready.response.id)
    assert page.asking == ()


def test_a_reference_made_meanwhile_is_not_typed_over_unseen(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready), "B.04", "B.05")
    agree(ready, reseller)
    counted = reseller.response.answered
    saved = reseller.save("B", B_04=2, B_05=draft(None))
    (conflict,) = saved.conflicts
    assert (conflict.question.id, conflict.theirs.is_by_reference) == ("B.04", True)
    assert saved.changed == []
    reseller.save("B", B_05=draft(None, 1, comment="As they say."))
    found = answers(reseller)["B.05"]
    assert (found.is_by_reference, found.comment) == (True, "As they say.")
    assert reseller.response.answered == counted
    own = reseller.save("B", B_04=draft(2, base_version=conflict.version))
    assert (own.changed, answers(reseller)["B.04"].value) == (["B.04"], 2)


def test_a_reference_made_meanwhile_is_told_beside_a_workbook(
    ready: Scene, reseller: Scene
) -> None:
    offline = workbooks.download(reseller)
    offline.put("as typed", "B.04", "comment")
    offline.put(44, "B.05")
    ask(reseller, name_of(ready), "B.04", "B.05", "B.06")
    agree(ready, reseller)
    import_id = workbooks.give_back(reseller, offline.saved())
    rows = workbooks.difference(reseller, import_id).comparison.differences
    assert {row.question.id: row.kind for row in rows} == {
        "B.04": Kind.CONFLICT, "B.05": Kind.CONFLICT, "B.06": Kind.ONLINE,
    }  # fmt: skip
    again = workbooks.download(reseller)
    again.put("as typed", "B.04", "comment")
    counted = reseller.response.answered
    assert workbooks.take(reseller, workbooks.give_back(reseller, again.saved())).taken == ("B.04",)
    found = answers(reseller)["B.04"]
    assert (found.reference, found.comment) == (Reference(name_of(ready), agreed=True), "as typed")
    assert reseller.response.answered == counted


def test_agreed_references_count_after_a_new_version(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready), "B.04", "B.05")
    agree(ready, reseller)
    publish_second(reseller.session, reseller.dialogue, now=reseller.now)
    reseller.session.refresh(reseller.response)
    assert answers(reseller)["B.04"].is_by_reference
    found = progress(reseller.questionnaire, answers(reseller))
    assert (reseller.response.answered, reseller.response.shown) == (found.answered, found.shown)


def test_an_agreement_taken_back_opens_what_rested_on_it(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready))
    agree(ready, reseller)
    reseller.submit()
    ids = [row.id for row in references(reseller).values()]
    operations.withdraw_agreement(
        ready.session, ready.signatory, ready.response.id, ids,
        reason="Other models.", address=ADDRESS, now=ready.now,
    )  # fmt: skip
    assert reseller.response.state == "in_progress"
    assert answers(reseller)["B.04"].state == "empty"
    assert "B.04" in lacking(reseller)
    assert any("Other models." in each for each in mails_to(reseller))


def test_a_company_decides_nothing_about_answers_that_are_no_longer_by_reference(
    ready: Scene, reseller: Scene
) -> None:
    ask(reseller, name_of(ready))
    agree(ready, reseller)
    reseller.save("B", B_04=draft(2, answers(reseller)["B.04"].version))
    reseller.submit()
    rows, told = references(reseller), mails_to(reseller)
    with pytest.raises(Refused):
        withdraw(ready, rows["B.04"])
    assert (reseller.response.state, mails_to(reseller)) == ("submitted", told)
    assert withdraw(ready, *rows.values()) == 3
    assert (reseller.response.state, answers(reseller)["B.04"].value) == ("in_progress", 2)
    (mail,) = [each for each in mails_to(reseller) if each not in told]
    assert "B.01, B.05, B.06." in mail
    reseller.save("B", B_01=draft("no", answers(reseller)["B.01"].version))
    ask(reseller, name_of(ready), "B.05")
    reseller.save("B", B_05=draft(4, answers(reseller)["B.05"].version))
    with pytest.raises(Refused):
        agree(ready, reseller)
    assert mails_to(reseller) == [*told, mail]


def withdraw(brand: Scene, *rows: AnswerReference) -> int:
    return operations.withdraw_agreement(
        brand.session, brand.signatory, brand.response.id, [row.id for row in rows],
        reason="Other models.", address=ADDRESS, now=brand.now,
    )  # fmt: skip


def test_what_is_submitted_is_not_opened_by_a_refusal_at_a_question_that_is_hidden(
    ready: Scene, reseller: Scene
) -> None:
    reseller.save("B", B_01="yes")
    ask(reseller, name_of(ready), "B.03", "B.04", "B.05", "B.06")
    rows = references(reseller)
    hidden = rows.pop("B.03").id
    reseller.save("B", B_01=draft("no", answers(reseller)["B.01"].version))
    place = (ready.session, ready.signatory, ready.response.id)
    operations.agree(*place, [row.id for row in rows.values()], now=ready.now)
    reseller.submit()
    assert operations.decline(*place, [hidden], reason="Other models.", now=ready.now) == 1
    assert (reseller.response.state, answers(reseller)["B.03"].state) == ("submitted", "empty")


def test_naming_a_company_again_and_again_is_one_mail_a_day(ready: Scene, reseller: Scene) -> None:
    before = len(mails_to(ready))
    for day, mails in ((0, 1), (0, 1), (1, 2)):
        reseller.now = ready.now + timedelta(days=day)
        ask(reseller, name_of(ready), "B.01")
        assert len(mails_to(ready)) - before == mails
        place = (reseller.session, reseller.signatory, reseller.response.id)
        operations.take_back(*place, ["B.01"], now=reseller.now)


def test_buyers_read_the_brands_answer_beside_the_reference(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready))
    agree(ready, reseller)
    reseller.submit()
    lead = ready.person(Role.LEAD_BUYER)
    behind = {}
    for is_sent in (False, True):
        if is_sent:
            ready.submit()
        found = _read_as(ready, lead, reseller)
        behind[is_sent] = {
            line.question.id: line.answers[0]["behind"]
            for line in found.lines
            if line.answers[0] is not None and line.answers[0]["state"] == "by_reference"
        }
    assert {each["outcome"] for each in behind[False].values()} == {"not_sent"}
    assert behind[True]["B.04"]["answer"]["value"] == 3
    assert "B.06" not in behind[True]
    query = select(Reading.response_id).where(Reading.person_id == lead.person_id)
    assert set(ready.session.scalars(query)) == {reseller.response.id, ready.response.id}


def _read_as(ready: Scene, lead: Actor, reseller: Scene) -> queries.Attributed:
    return operations.read_attributed(
        ready.session, lead, ready.dialogue.id,
        organisation_ids=[reseller.response.organisation_id],
        section_id="B", now=ready.dialogue.closes_at,
    )  # fmt: skip


def test_an_export_names_the_brand_and_can_be_read_again(ready: Scene, reseller: Scene) -> None:
    ask(reseller, name_of(ready))
    agree(ready, reseller)
    reseller.submit()
    (found,) = stream_submissions(reseller.session, reseller.dialogue.id, reseller.now)
    text = write_line(found, "Group", {"public", "buyers", "aggregate_only"}, counts=True)
    line = read_line(text, reseller.questionnaire)
    assert line.answers["B.01"].reference == Reference(name_of(ready), agreed=True)
    assert json.loads(text)["answers"]["B.04"] == {
        "by_reference": name_of(ready),
        "class": "buyers",
    }
    bad = json.loads(text)
    bad["answers"]["B.04"]["value"] = 3
    with pytest.raises(Invalid):
        read_line(json.dumps(bad), reseller.questionnaire)
