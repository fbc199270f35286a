"""Questions and answers in the browser: asked, answered together, published, read by anyone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.core.clock import now
from portal.dialogue import operations as dialogues
from portal.exchange.models import QaItem
from portal.exchange.rules import State
from portal.identity.actor import SYSTEM
from portal.identity.roles import Role
from portal.invitation.operations import Invitee, invite
from tests import factories
from tests.blueprints.secretariat_world import shown, typed
from tests.blueprints.visitors import database_of, mails, signed_in
from tests.exchange.builders import ANSWER, PLAIN, Scene, scene
from tests.page import PageClient

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} & \"quoted\" 'x' =cmd|' /C calc'!A0"


class World:
    """A running dialogue with people of every role, on the portal."""

    def __init__(self, app: Flask) -> None:
        """Make it."""
        self.app = app
        with database_of(app).transaction() as session:
            ours = scene(session, now())
            self.name, self.people = ours.dialogue.short_name, ours.people
            self.dialogue = ours.dialogue

    @contextmanager
    def at_work(self) -> Iterator[Scene]:
        """The dialogue, to bring questions somewhere without clicking."""
        with database_of(self.app).transaction() as session:
            yield Scene(session, session.merge(self.dialogue), now(), self.people)

    def item(self, state: State, **more: str) -> UUID:
        with self.at_work() as ours:
            return ours.at(state, **more).id

    def at(self, path: str = "") -> str:
        return f"/dialogues/{self.name}/questions{path}"

    def on_desk(self, item_id: UUID, page: str = "") -> str:
        return self.at(f"/desk/{item_id}{page}")

    def client(self, role: Role = Role.SECRETARIAT) -> PageClient:
        return signed_in(self.app, self.people[role])

    def anyone(self) -> PageClient:
        return PageClient(self.app)


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    engine = database_of(app).engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_question_goes_from_the_form_to_the_desk(world: World) -> None:
    supplier = world.client(Role.SUPPLIER_SIGNATORY)
    form = supplier.get(world.at("/ask?about=question:B.01"))
    assert form.form("/ask").fields["about"] == ["question:B.01"]
    own = supplier.follow(
        supplier.submit(form, "/ask", text="Canary Electronics: telt de prijs?", language="nl")
    )
    assert "Received" in own.text
    assert '<p class="govuk-body parley-answer" lang="nl">' in own.html

    secretariat = world.client()
    assert "1 question is unanswered." in secretariat.get("/today").text
    desk = secretariat.get(world.at("/desk"))
    assert "To make anonymous (1)" in desk.text
    with database_of(world.app).session(writes=False) as session:
        item_id = session.scalars(select(QaItem.id)).one()
    item = secretariat.get(world.on_desk(item_id))
    assert "Canary Electronics NV" in item.text
    assert "This mentions “prijs”" in item.text


def test_what_tells_who_asks_is_pointed_out_first(world: World) -> None:
    item_id = world.item(State.ASKED)
    client = world.client()
    page = client.get(world.on_desk(item_id, "/wording"))
    text = "Canary Electronics asks, mail us at a@canary.example."
    warned = shown(client.submit(page, "/wording", text=text, status=422))
    assert "Canary Electronics NV (a name)" in warned.text
    assert "a@canary.example (a mail address)" in warned.text
    assert warned.form("/wording").fields["text"] == [text]
    saved = client.follow(client.submit(warned, "/wording", text=PLAIN))
    assert PLAIN in saved.text
    (mail,) = [
        each
        for each in mails(world.app, world.people[Role.SUPPLIER_SIGNATORY].email)
        if PLAIN in each
    ]
    assert "/questions/own" in mail


def test_the_answer_is_written_agreed_and_published(world: World) -> None:
    item_id = world.item(State.ANONYMISED)
    buyer = world.client(Role.CO_BUYER)
    assert "To answer (1)" in buyer.get(world.at("/desk")).text
    page = buyer.get(world.on_desk(item_id, "/answer"))
    page = shown(buyer.submit(page, "/answer", text="Canary Electronics may.", status=422))
    assert "Canary Electronics NV (a name)" in page.text
    assert page.form("/answer").fields["text"] == ["Canary Electronics may."]
    item = buyer.follow(buyer.submit(page, "/answer", text=ANSWER, language="en"))
    assert "your vote is missing" in buyer.get(world.at("/desk")).text
    refused = shown(buyer.submit(item, "/vote", says="no", status=422))
    assert "Say what should change" in refused.text
    buyer.submit(refused, "/vote", says="yes")
    secretariat = world.client()
    page = secretariat.get(world.on_desk(item_id))
    assert "Agrees" in page.text
    secretariat.follow(secretariat.submit(page, "/agreement"))
    lead = world.client(Role.LEAD_BUYER)
    item = lead.get(world.on_desk(item_id))
    assert "Silence counts as agreement after" in item.text
    lead.submit(item, "/vote", says="yes")
    desk = secretariat.get(world.at("/desk"))
    with world.at_work() as ours:
        invitee = Invitee(organisation="Late Laptops", email="late@example.org")
        invite(ours.session, ours.secretariat, ours.dialogue.id, invitee, address="", now=now())
    none = shown(secretariat.submit(desk, "/publish", status=422))
    assert "Choose at least one answer to publish." in none.text
    public = secretariat.follow(secretariat.submit(desk, "/publish", items=[str(item_id)]))
    again = shown(secretariat.submit(desk, "/publish", items=[str(item_id)], status=422))
    assert "This question has been answered already" in again.text
    assert "Question 1" in public.text
    assert ANSWER in mails(world.app, "late@example.org")[-1]  # invited, and has not answered
    read = world.anyone().get(world.at())
    assert PLAIN in read.text
    assert "Sites are asked about in C.01." in read.text
    assert 'id="q-1"' in read.html


def test_two_who_write_the_same_words_see_both_and_lose_nothing(world: World) -> None:
    item_id = world.item(State.DRAFTED)
    one, other = world.client(Role.CO_BUYER), world.client(Role.LEAD_BUYER)
    first, second = (client.get(world.on_desk(item_id, "/answer")) for client in (one, other))
    one.submit(first, "/answer", text="It means firms.\nSites are asked about in C.01.")
    clash = shown(other.submit(second, "/answer", text="It means all.\nSo be it.", status=422))
    assert "Saved by the other" in clash.text
    assert "It means firms." in clash.text
    assert clash.form("/answer").fields["text"] == ["It means all.\nSo be it."]
    saved = other.follow(other.submit(clash, "/answer"))
    assert "So be it." in saved.text
    third, fourth = (client.get(world.on_desk(item_id, "/answer")) for client in (one, other))
    one.submit(third, "/answer", text="It means every one.\nSo be it.")
    joined = other.follow(other.submit(fourth, "/answer", text="It means all.\nSo it is."))
    assert "Both your words are in the text" in joined.text
    assert "It means every one. So it is." in joined.text


def test_a_question_is_rejected_with_a_reason_that_everybody_reads(world: World) -> None:
    item_id = world.item(State.ANONYMISED)
    client = world.client()
    page = client.get(world.on_desk(item_id, "/rejection"))
    again = shown(client.submit(page, "/rejection", reason="", shows_question="yes", status=422))
    assert "Give the reason" in again.text
    told = shown(
        client.submit(
            again,
            "/rejection",
            reason="Canary Electronics asks of one tender.",
            shows_question="yes",
            status=422,
        )
    )
    assert "Canary Electronics NV (a name)" in told.text
    client.submit(told, "/rejection", reason="It is about one tender.")
    read = world.anyone().get(world.at())
    assert "Not answered" in read.text
    assert "It is about one tender." in read.text
    assert PLAIN in read.text


def test_a_correction_that_changes_the_meaning_moves_the_closing_time(world: World) -> None:
    item_id = world.item(State.PUBLISHED)
    client = world.client()
    page = client.get(world.on_desk(item_id, "/correction"))
    changes = {"after": "It means sites.", "reason": "A slip.", "meaning": "yes"}
    refused = shown(client.submit(page, "/correction", changes, status=422))
    assert "Choose a closing time later" in refused.text
    assert refused.form("/correction").fields["after"] == ["It means sites."]
    later = typed(now() + timedelta(days=60))
    named = {"reason": "Canary Electronics saw it.", "closes_at": later}
    told = shown(client.submit(refused, "/correction", named, status=422))
    assert "Canary Electronics NV (a name)" in told.text
    assert told.form("/correction").fields["reason"] == [named["reason"]]
    client.submit(told, "/correction", reason="A slip.")
    read = world.anyone().get(world.at())
    assert "Corrected" in read.text
    assert "It read before:" in read.text
    assert "It means sites." in read.text


def test_times_are_kept_and_nobody_asks_after_the_cut_off(world: World) -> None:
    client = world.client()
    page = client.get(world.at("/desk/times"))
    early = typed(now() + timedelta(days=1))
    refused = shown(client.submit(page, "/times", questions_until=early, status=422))
    assert "Everyone needs at least 5 days" in refused.text
    client.submit(refused, "/times", questions_until=typed(now() + timedelta(days=6)))
    assert client.get(world.at("/desk/times")).form("/times").fields["questions_until"] != [""]
    with world.at_work() as ours:
        ours.at(State.AGREED)
        ours.dialogue.closes_at = now() + timedelta(days=5)
    assert "move the closing time" in client.get(world.at("/desk")).text
    with world.at_work() as ours:
        ours.dialogue.closes_at = now() - timedelta(minutes=1)
    supplier = world.client(Role.SUPPLIER_SIGNATORY)
    assert "No more can be asked" in supplier.get(world.at("/ask")).text


def test_a_late_question_is_refused_in_one_sentence_and_kept(world: World) -> None:
    supplier = world.client(Role.SUPPLIER_SIGNATORY)
    form = supplier.get(world.at("/ask"))
    with world.at_work() as ours:
        ours.dialogue.closes_at = now() - timedelta(minutes=1)
    late = shown(supplier.submit(form, "/ask", text="Why?", status=422))
    assert "Questions were taken until" in late.text
    assert late.form("/ask").fields["text"] == ["Why?"]


def test_each_role_sees_what_concerns_it_and_nobody_else_sees_who_asked(world: World) -> None:
    fresh, worded = world.item(State.ASKED), world.item(State.DRAFTED)
    public = world.item(State.PUBLISHED)
    statuses = {
        "/desk": {Role.CO_BUYER, Role.BUYER_READER},
        f"/desk/{fresh}": set(),
        f"/desk/{worded}": {Role.CO_BUYER, Role.BUYER_READER},
        f"/desk/{worded}/answer": {Role.CO_BUYER},
        f"/desk/{worded}/wording": set(),
        f"/desk/{worded}/rejection": set(),
        f"/desk/{public}/correction": set(),
        "/desk/times": set(),
        "/own": {*world.people} - {Role.OBSERVER},
        "": {*world.people},
    }
    for role in set(world.people) - {Role.SECRETARIAT, Role.LEAD_BUYER}:
        client = world.client(role)
        for path, allowed in statuses.items():
            page = client.get(world.at(path), status=200 if role in allowed else 404)
            if role != Role.SUPPLIER_SIGNATORY:
                assert "Canary" not in page.html, (role, path)
    for role in (Role.SECRETARIAT, Role.LEAD_BUYER):
        assert "Canary" in world.client(role).get(world.on_desk(worded)).text


def test_an_item_is_found_in_its_own_dialogue_only_even_by_who_runs_both(world: World) -> None:
    item_id, secretariat = world.item(State.ANONYMISED), world.people[Role.SECRETARIAT]
    with database_of(world.app).transaction() as session:
        other = factories.published(session, now=now())
        dialogues.grant_role(
            session,
            SYSTEM,
            other.id,
            organisation_id=factories.own(secretariat),
            email=secretariat.email,
            role=Role.SECRETARIAT,
            now=now(),
        )
    client = world.client()
    page = client.get(world.on_desk(item_id, "/rejection"))
    form = page.form("/rejection")
    elsewhere = form.action.replace(world.name, other.short_name)
    fields = {**form.fields, "reason": "No.", "shows_question": "no"}
    client.send(elsewhere, fields, status=404)
    client.get(elsewhere, status=404)
    client.get(elsewhere.removesuffix("/rejection"), status=404)
    assert client.get(world.on_desk(item_id)).heading == "A question to answer"


def test_hostile_text_stays_text_everywhere(world: World) -> None:
    item_id = world.item(State.PUBLISHED, text=HOSTILE, plain=HOSTILE)
    for client, path in (
        (world.anyone(), world.at()),
        (world.client(), world.on_desk(item_id)),
        (world.client(Role.SUPPLIER_SIGNATORY), world.at("/own")),
        (world.anyone(), world.at("?words=%3Cscript%3E%00&about=%22%3E%3Cb%3E&page=x")),
    ):
        page = client.get(path)
        assert "<script>alert" not in page.html
        assert HOSTILE in page.text


def test_the_public_page_is_searched_filtered_paged_and_linked_into(world: World) -> None:
    with world.at_work() as ours:
        for number in range(21):
            ours.at(
                State.PUBLISHED,
                plain=f"Part {number} of 100 % plastic?",
                subject_kind="question" if number else "",
                subject_id="B.01" if number else "",
            )
    reader = world.anyone()
    page = reader.get(world.at())
    assert "21 questions" in page.text
    assert "Page 1 of 2" in page.text
    assert page.text.index("Part 20 of") < page.text.index("Part 19 of")
    assert "Part 0 of" not in page.text
    linked = reader.http.get(world.at("/1"))
    assert linked.headers["Location"].endswith("/questions?page=2#q-1")
    for nowhere in ("/22", "/0", f"/{10**30}"):
        reader.get(world.at(nowhere), status=404)
    assert "1 question " in reader.get(world.at("?words=PART+17+%25")).text
    section = reader.get(world.at("?about=section:B"))
    assert "20 questions" in section.text
    assert "No question fits." in reader.get(world.at("?words=nothing")).text
    assert "Part 0 of" in reader.get(world.at("?print=1")).text


def test_pages_take_as_many_queries_for_many_questions_as_for_few(world: World) -> None:
    paths = {Role.SECRETARIAT: world.at("/desk"), Role.SUPPLIER_SIGNATORY: world.at("/own")}
    clients = {role: world.client(role) for role in paths} | {Role.ANYONE: world.anyone()}
    paths[Role.ANYONE] = world.at()
    counts: list[dict[Role, int]] = []
    for more in (1, 6):
        with world.at_work() as ours:
            for state in list(State) * more:
                ours.at(state)
            ours.correct(ours.at(State.PUBLISHED))
        found = {}
        for role, client in clients.items():
            with counted(world.app) as sent:
                client.get(paths[role])
            found[role] = len([each for each in sent if each.startswith("SELECT")])
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 9, counts
