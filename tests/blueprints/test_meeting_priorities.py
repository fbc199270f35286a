"""Issues, ballots, adoption and roadmap, page by page, as those who take part see them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core.audit import AuditEntry
from portal.core.clock import now
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import grant_role
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.meeting import operations_issues as issues
from portal.meeting.ballots_rules import Act, State
from portal.meeting.models_issues import Ballot, BallotScore, RoadmapStep
from portal.meeting.priorities_rules import CRITERIA
from tests import factories
from tests.aggregate import market
from tests.blueprints.secretariat_world import shown, typed
from tests.blueprints.supplier_world import statements
from tests.blueprints.visitors import database_of, mails, signed_in
from tests.factories import own
from tests.meeting.ballot_world import WAY, World, world
from tests.page import Page, PageClient

HOSTILE = '<script>alert("1")</script>'
PLACE = "/dialogues/market"


def released(session: Session) -> Dialogue:
    """A dialogue that is over, with twelve suppliers' answers in a release."""
    begun = now() - timedelta(days=40)
    made = market.market(session, market.suppliers(12), now=begun)
    market.release(session, made, at=market.after_close(begun))
    return made


def prepared(session: Session, *, buyers: int = 3, count: int = 2) -> World:
    """Its buyers with issues, the first tied to a question."""
    ours = world(session, now=now(), buyers=buyers, count=count, dialogue=released(session))
    issues.set_readiness(
        session, ours.lead, ours.issue_ids[0], "B.01", ["yes", "partly"], now=now()
    )
    return ours


def turn_back(app: Flask, **fields: datetime) -> None:
    """Let the time that was promised be over."""
    with database_of(app).transaction() as session:
        for ballot in session.query(Ballot):
            for name, value in fields.items():
                setattr(ballot, name, value)


def over(app: Flask) -> None:
    turn_back(app, closes_at=now() - timedelta(minutes=1))


def sent(client: PageClient, answer: Page | TestResponse) -> Page:
    return client.follow(answer)


def test_issues_become_a_joint_demand_that_everybody_reads(app: Flask) -> None:
    with database_of(app).transaction() as session:
        ours = prepared(session)
        supplier = ours.member(Role.SUPPLIER_SIGNATORY)
    clients = [signed_in(app, each) for each in ours.buyers]
    desk, lead = signed_in(app, ours.secretariat), clients[0]
    page = _open(desk, ours)
    base = f"{PLACE}/issues/ballots/{_ballot(app).id}"
    for place, client in enumerate(clients):
        _score_all(client, base, ours, place)
    page = sent(desk, desk.submit(desk.get(base), "/close-round"))
    page = sent(desk, desk.submit(page, "/show-results"))
    assert "Each number is an issue" in page.text
    tomorrow: dict[str, Any] = {"closes_at": typed(now() + timedelta(days=1))}
    page = sent(desk, desk.submit(page, "/second-round", **tomorrow))
    again = lead.get(f"{base}/issues/{ours.issue_ids[0]}")
    assert "First round: median 2, half of the scores from 1 to 3." in again.text
    assert "67 % of 12 answers" in again.text
    lead.submit(again, f"/issues/{ours.issue_ids[0]}", scale="5")
    dissented = sent(lead, lead.submit(again, "/dissent", text=f"Not first. {HOSTILE}"))
    assert HOSTILE in dissented.text
    over(app)
    page = sent(desk, desk.submit(desk.get(base), "/close-round"))
    _adopt(app, desk, clients, ours, base)
    assert "have not published their priorities yet" in _priorities(app, supplier).text
    PageClient(app).get(f"{PLACE}/priorities", status=404)
    _plan_and_publish(desk, base)
    told = _priorities(app, supplier)
    for words in ("40–80 % of 12 answers", "Not the time for it.", "Ask for it", "Signed by"):
        assert words in told.text
    anyone = PageClient(app)
    assert "not shown" not in anyone.get(f"{PLACE}/priorities").text
    assert "No released answers are tied" in anyone.get(f"{PLACE}/priorities").text
    assert b"DTSTART;VALUE=DATE:20270301" in anyone.download(f"{PLACE}/priorities.ics").data
    assert "/priorities" in mails(app, supplier.email)[-1]


def _open(desk: PageClient, ours: World) -> Page:
    form = desk.get(f"{PLACE}/issues/ballots/new")
    wrong = shown(desk.submit(form, "/ballots", status=422, title="First things"))
    assert "Choose one of the two." in wrong.text
    fields: dict[str, Any] = {"kind": "open", "closes_at": typed(now() + timedelta(days=3))}
    page = sent(desk, desk.submit(wrong, "/ballots", title="First things", **fields))
    assert "An open ballot." in page.text
    assert page.text.count("0 of 2") == len(ours.buyers)
    return page


def _ballot(app: Flask) -> Ballot:
    with database_of(app).session(writes=False) as session:
        return session.query(Ballot).one()


def _score_all(client: PageClient, base: str, ours: World, place: int) -> None:
    page = client.get(f"{base}/issues/{ours.issue_ids[0]}")
    for issue_id in ours.issue_ids:
        wrong = client.submit(page, f"/issues/{issue_id}", status=422, comment=HOSTILE)
        assert "Choose a score from 1 to 5." in shown(wrong).text
        assert HOSTILE in shown(wrong).text
        scores = dict.fromkeys(
            ("scale", "scope", "irremediability", "leverage", "effort"), str(place + 1)
        )
        page = sent(client, client.submit(shown(wrong), f"/issues/{issue_id}", scores))
    assert page.url == base


def _adopt(app: Flask, desk: PageClient, clients: list[PageClient], ours: World, base: str) -> None:
    page = desk.get(f"{base}/list")
    fields: dict[str, Any] = {
        "issue": [str(ours.issue_ids[0])],
        "closes_at": typed(now() + timedelta(days=1)),
    }
    wrong = shown(desk.submit(page, "/list", status=422, **fields))
    assert "Say why it is not chosen" in wrong.text
    desk.submit(wrong, "/list", common="Not the time for it.")
    for client in clients[:2]:
        page = client.get(f"{base}/position")
        wrong = shown(client.submit(page, "/position", status=422))
        assert "Say whether your organisation is in or out." in wrong.text
        choice: dict[str, Any] = {f"choice-{ours.issue_ids[0]}": "in"}
        client.submit(wrong, "/position", choice)
    early = shown(desk.submit(desk.get(base), "/close-adoption", status=422))
    assert "It has not come." in early.text
    over(app)
    page = sent(desk, desk.submit(desk.get(base), "/close-adoption"))
    assert "Adopted" in page.text


def _plan_and_publish(desk: PageClient, base: str) -> None:
    page = desk.get(f"{base}/roadmap")
    wrong = shown(desk.submit(page, "/enter", status=422))
    assert "has no step yet" in wrong.text
    saved = sent(desk, desk.submit(page, "/statement", introduction="We buy together."))
    assert "We buy together." in saved.text
    form = desk.get(f"{base}/roadmap/new")
    wrong = shown(desk.submit(form, "/steps", status=422, what="Ask for it"))
    assert "Enter the day by which it is done." in wrong.text
    fields: dict[str, Any] = {"due_on": "2027-03-01", "clause_ref": "oecd 1.1"}
    page = sent(desk, desk.submit(wrong, "/steps", **fields))
    (step,) = [href for href in page.links if "/roadmap/steps/" in href]
    later: dict[str, Any] = {"due_on": "2027-04-01"}
    wrong = shown(desk.submit(desk.get(step), step, status=422, **later))
    assert "Give the reason" in wrong.text
    desk.submit(desk.get(step), step, state="under_way")
    page = sent(desk, desk.submit(page, "/enter"))
    page = sent(desk, desk.submit(page, "/publish"))
    assert page.heading == "What you asked for, what we chose, and why"
    page = desk.get(f"{base}/roadmap")
    page = sent(desk, desk.submit(page, "/review", note="Two tenders ask for it."))
    assert "Two tenders ask for it." in page.text


def _priorities(app: Flask, actor: Actor) -> Page:
    return signed_in(app, actor).get(f"{PLACE}/priorities")


def test_the_long_list_is_written_together(app: Flask) -> None:
    with database_of(app).transaction() as session:
        ours = prepared(session)
        observer, supplier = ours.member(Role.OBSERVER), ours.member(Role.SUPPLIER_ADMIN)
    buyer, desk = signed_in(app, ours.buyers[1]), signed_in(app, ours.secretariat)
    form = buyer.get(f"{PLACE}/issues/new")
    wrong = shown(buyer.submit(form, "/issues", status=422, description=HOSTILE))
    assert "Give the issue a title." in wrong.text
    page = sent(buyer, buyer.submit(wrong, "/issues", title="Cobalt", source="question B.04"))
    assert "question B.04" in page.text
    assert "Proposed" in page.text
    assert "Cobalt" in buyer.get(f"{PLACE}/issues?q=cobalt").text
    assert "No issue has these words." in buyer.get(f"{PLACE}/issues?q=mica").text
    opened = desk.get(_issue_path(page))
    chosen = shown(desk.submit(opened, "/readiness", status=200, key="B.04", button="choose"))
    assert "Answers that count as ready" in chosen.text
    tied: dict[str, Any] = {"key": "B.04", "option": ["3", "4"]}
    desk.send(chosen.form("/readiness").action, {**chosen.form("/readiness").fields, **tied})
    page = sent(desk, desk.submit(opened, "/take-in"))
    assert "The issue is on the list." in page.text
    opened = desk.get(opened.url)
    wrong = shown(desk.submit(opened, "/withdraw", status=422))
    assert "Give the reason: the other buyers read it." in wrong.text
    merged = sent(desk, desk.submit(opened, "/merge", into=str(ours.issue_ids[1])))
    assert merged.heading == "2 Issue 2"
    assert "stands for this one now" in desk.get(opened.url).text
    signed_in(app, observer).get(f"{PLACE}/issues")
    signed_in(app, supplier).get(f"{PLACE}/issues", status=404)


def _issue_path(page: Page) -> str:
    row = next(a for a in page.tree.iter("a") if (a.text or "").strip() == "Cobalt")
    return str(row.get("href"))


def test_a_secret_ballot_of_three_shows_nobody_anything(app: Flask) -> None:
    with database_of(app).transaction() as session:
        ours = prepared(session)
        ours.bring_to(State.RESULTS_SHOWN, secret=True)
        observer = ours.member(Role.OBSERVER)
    place = f"{PLACE}/issues/ballots/{ours.ballot.id}"
    for actor in (ours.secretariat, ours.lead, observer):
        client = signed_in(app, actor)
        told = client.get(place).text
        assert "Results are not shown where they could reveal who gave what." in told
        assert told.count("not shown –") == len(ours.issue_ids), "nor how many scored"
        page = client.get(f"{place}/issues/{ours.issue_ids[0]}")
        assert "Who gave what" not in page.text
        assert "Median, and in brackets" in page.text


def test_a_roadmap_is_written_only_in_its_own_dialogue(app: Flask) -> None:
    with database_of(app).transaction() as session:
        ours = prepared(session)
        ours.bring_to(State.IN_ROADMAP)
        elsewhere = factories.published(session, now=now(), short_name="elsewhere")
        grant_role(
            session,
            SYSTEM,
            elsewhere.id,
            organisation_id=own(ours.secretariat),
            email=ours.secretariat.email,
            name=ours.secretariat.name,
            role=Role.SECRETARIAT,
            now=now(),
        )
        rows = session.query(AuditEntry).filter_by(subject_id=str(ours.ballot.id)).count()
    desk = signed_in(app, ours.secretariat)
    base = f"{PLACE}/issues/ballots/{ours.ballot.id}/roadmap"
    page = desk.get(base)
    (step,) = [href for href in page.links if "/roadmap/steps/" in href]
    pages = (page, desk.get(f"{base}/new"), desk.get(step))
    forms = [form for each in pages for form in each.forms() if "/roadmap/" in form.action]
    forms.append(replace(forms[0], action=f"{base}/enter"))
    assert len(forms) == 6
    values = {"introduction": "Not ours.", "note": "Not ours.", "what": "Not ours."}
    for form in forms:
        place = form.action.replace(PLACE, "/dialogues/elsewhere")
        desk.send(place, {**form.fields, **values, "due_on": "2027-03-01"}, status=404)
    with database_of(app).session(writes=False) as session:
        assert session.query(AuditEntry).filter_by(subject_id=str(ours.ballot.id)).count() == rows
        assert [each.what for each in session.query(RoadmapStep)] == [
            "Ask for it in the next tender"
        ]


def test_who_reviewed_is_named_to_buyers_and_the_secretariat_only(app: Flask) -> None:
    with database_of(app).transaction() as session:
        ours = prepared(session)
        ours.bring_to(State.IN_ROADMAP)
        ours.does(Act.PUBLISH)
        ours.does(Act.REVIEW)
        observer = ours.member(Role.OBSERVER)
    place = f"{PLACE}/issues/ballots/{ours.ballot.id}/roadmap"
    for actor in (ours.lead, observer):
        text = signed_in(app, actor).get(place).text
        assert "Two tenders ask for it." in text
        assert (ours.secretariat.name in text) == (actor == ours.lead)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_ask_as_much_of_the_database_however_much_there_is(
    app: Flask,
) -> None:
    counted = [_counts(app, buyers, count) for buyers, count in ((3, 5), (30, 40))]
    assert counted[0] == counted[1]
    assert max(counted[0].values()) <= 24


def _everybody_scores(session: Session, ours: World) -> None:
    """Every buyer on every issue but the first, without the way through the form."""
    session.add_all(
        BallotScore(
            ballot_id=ours.ballot.id,
            round=1,
            issue_id=issue_id,
            organisation_id=own(buyer),
            advisory=False,
            scores=dict.fromkeys(CRITERIA, (number + place) % 5 + 1),
            saved_at=now(),
        )
        for place, issue_id in enumerate(ours.issue_ids[1:])
        for number, buyer in enumerate(ours.buyers)
    )


def _counts(app: Flask, buyers: int, count: int) -> dict[str, int]:
    """Queries of each page of a ballot of this size."""
    with database_of(app).transaction() as session:
        made = session.query(Dialogue).filter_by(short_name="market").one_or_none() or released(
            session
        )
        ours = world(session, now=now(), buyers=buyers, count=count, dialogue=made)
        ours.open()
        _everybody_scores(session, ours)
        for act in WAY:
            ours.prepare(act)
            ours.does(act)
    client = signed_in(app, ours.lead)
    base = f"{PLACE}/issues/ballots/{ours.ballot.id}"
    pages = {
        "list": f"{PLACE}/issues",
        "issue": f"{PLACE}/issues/{ours.issue_ids[0]}",
        "ballot": base,
        "scores": f"{base}/issues/{ours.issue_ids[0]}",
        "proposal": f"{base}/list",
        "roadmap": f"{base}/roadmap",
        "priorities": f"{PLACE}/priorities",
    }
    found = {}
    for name, url in pages.items():
        with statements(database_of(app)) as heard:
            client.get(url)
        found[name] = len(heard.found)
    return found
