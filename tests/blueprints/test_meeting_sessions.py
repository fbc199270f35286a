"""Pages of dialogue sessions: planned, announced, registered for, talked about, written down."""

from datetime import timedelta
from typing import Any

from flask import Flask

from portal.core.clock import now as this_instant
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.meeting.models import Meeting
from tests import factories
from tests.blueprints.secretariat_world import shown, typed
from tests.blueprints.supplier_world import statements
from tests.blueprints.visitors import database_of, mails, signed_in
from tests.meeting import builders
from tests.meeting.builders import World
from tests.page import Page, PageClient

SESSIONS = "/dialogues/market/sessions"


def made_world(app: Flask, *, registered: bool = False, **changes: bool) -> World:
    """The world as it is today: its session begins in six days."""
    begun = this_instant().replace(second=0, microsecond=0) - timedelta(days=40)
    make = builders.registered_world if registered else builders.world
    with database_of(app).transaction() as session:
        return make(session, now=begun, **({"released": False} | changes))


def at_its_end(app: Flask, made: World, state: str = "announced", **changes: Any) -> str:  # noqa: ANN401
    """Put the session into the past and into a state; its address."""
    over = this_instant() - timedelta(hours=1)
    with database_of(app).transaction() as session:
        meeting = session.get_one(Meeting, made.meeting.id)
        meeting.starts_at, meeting.ends_at = over - timedelta(hours=2), over
        meeting.registration_closes_at = over - timedelta(days=1)
        meeting.state = state
        for name, value in changes.items():
            setattr(meeting, name, value)
    return f"{SESSIONS}/{made.meeting.id}"


def pressed(client: PageClient, page: Page, action: str, **fields: object) -> Page:
    """Where a form leads."""
    return client.follow(client.submit(page, action, fields))


def test_a_session_is_planned_and_announced_on_the_pages(app: Flask) -> None:
    made = made_world(app, announced=False, released=True)
    client = signed_in(app, made.lead)
    assert SESSIONS in client.get("/dialogues/market").links
    form = client.get(f"{SESSIONS}/new")
    starts = this_instant() + timedelta(days=20)
    fields = {"title": "Second session", "online_address": "meet", "starts_at": typed(starts)}
    times = {
        "ends_at": typed(starts + timedelta(hours=1)),
        "registration_closes_at": typed(starts - timedelta(days=1)),
    }
    wrong = shown(client.submit(form, "/new", fields | times, status=422))
    assert "Begin the address with https://." in wrong.text
    fields["online_address"] = "https://meet.example.org/2"
    agenda = pressed(client, wrong, "/new", **fields, **times)
    assert agenda.heading == "Agenda"
    agenda = pressed(client, agenda, "/agenda/words", title="Welcome", minutes="20")
    agenda = pressed(client, agenda, "/agenda/subject", subject="question:B.01", lasts="50")
    assert "The points last 10 minutes longer than the session." in agenda.text
    moves = [form for form in agenda.forms() if form.action.endswith("/place")]
    agenda = client.follow(client.send(moves[1].action, moves[1].fields | {"to": "up"}))
    assert agenda.text.index("B.01") < agenda.text.index("Welcome")
    address = agenda.url.removesuffix("/agenda")
    nobody = PageClient(app)
    nobody.get(address, status=404)
    signed_in(app, made.reader).get(address, status=404)
    page = pressed(client, client.get(address), "/announce")
    assert "The session is announced" in page.text
    seen = nobody.get(address)
    assert "Shown to those who registered" in seen.text
    assert "meet.example.org" not in seen.html
    ics = nobody.download(f"{address}/session.ics").get_data(as_text=True)
    assert "BEGIN:VEVENT" in ics
    assert "meet.example.org" not in ics
    assert any(address in mail for mail in mails(app, made.supplier.email))


def test_two_who_plan_see_each_others_words(app: Flask) -> None:
    made = made_world(app, announced=False)
    address = f"{SESSIONS}/{made.meeting.id}"
    lead, co_buyer = signed_in(app, made.lead), signed_in(app, made.co_buyer)
    mine, theirs = lead.get(f"{address}/plan"), co_buyer.get(f"{address}/plan")
    co_buyer.submit(theirs, "/plan", purpose="Talk of wages")
    clash = shown(lead.submit(mine, "/plan", purpose="Talk of audits", status=422))
    assert "Talk of wages" in clash.text
    assert "Talk of audits" in clash.html
    pressed(lead, clash, "/plan", purpose="Talk of wages and audits")
    item = f"{address}/agenda/{made.items[0].id}"
    mine, theirs = lead.get(item), co_buyer.get(item)
    co_buyer.submit(theirs, item, title="Rules")
    clash = shown(lead.submit(mine, item, title="Hello", status=422))
    assert "Rules" in clash.text
    assert "Hello" in clash.html


def test_steps_with_a_reason_ask_for_it(app: Flask) -> None:
    made = made_world(app)
    address = f"{SESSIONS}/{made.meeting.id}"
    client = signed_in(app, made.secretariat)
    for step, word in (("close-registration", "Registration is closed"), ("cancel", "cancelled")):
        form = client.get(f"{address}/{step}")
        wrong = shown(client.submit(form, f"/{step}", reason=" ", status=422))
        page = pressed(client, wrong, f"/{step}", reason="<b>Flooded</b>")
        assert word in page.text
    assert "<b>Flooded" not in page.html
    assert "Reason: <b>Flooded</b>" in page.text
    assert "<b>Flooded</b>" in mails(app, made.rival.email)[-1]


def test_people_register_and_suppliers_see_no_other_supplier(app: Flask) -> None:
    made = made_world(app)
    address = f"{SESSIONS}/{made.meeting.id}"
    admin, rival = signed_in(app, made.admin), signed_in(app, made.rival)
    form = admin.get(f"{address}/registration")
    assert "were not checked by a lawyer" in form.text
    wrong = shown(admin.submit(form, "/registration", status=422))
    assert "Accept the rules of the session to register." in wrong.text
    page = pressed(
        admin,
        wrong,
        "/registration",
        people=[str(made.admin.person_id), str(made.contributor.person_id)],
        accepts_rules="y",
    )
    assert "You are registered" in page.text
    assert "https://meet.example.org/wages" in page.text
    assert "https://meet.example.org/wages" in mails(app, made.contributor.email)[-1]
    ics = admin.download(f"{address}/session.ics").get_data(as_text=True)
    assert "meet.example.org" in ics
    for page in (rival.get(f"{address}/registration"), rival.get(address)):
        assert "Northern" not in page.html
    buyers = signed_in(app, made.reader).get(f"{address}/registration")
    assert "Northern Laptops" in buyers.text
    assert made.contributor.name in buyers.text
    published = pressed(admin, admin.get(f"{address}/registration"), "/registration/name")
    assert "Take the name off" in published.text
    seen = rival.get(f"{address}/registration")
    assert "Northern Laptops" in seen.text
    assert made.admin.name not in seen.text
    assert "Northern Laptops" in PageClient(app).get(address).text
    taken = pressed(admin, published, "/registration/name")
    assert "Publish the name" in taken.text
    assert "Northern" not in rival.get(address).html
    withdrawals = [form for form in taken.forms() if form.action.endswith("/withdraw")]
    assert len(withdrawals) == 2
    admin.follow(admin.send(withdrawals[0].action, withdrawals[0].fields))
    rival.send(withdrawals[1].action, {}, status=400)


def test_talks_are_offered_to_all_and_each_supplier_takes_one(app: Flask) -> None:
    made = made_world(app)
    slots = f"{SESSIONS}/{made.meeting.id}/slots"
    client = signed_in(app, made.secretariat)
    wrong = shown(client.submit(client.get(slots), "/slots", count="1", status=422))
    assert "one for each supplier" in wrong.text
    pressed(client, wrong, "/slots", count="20")
    assert any(slots in mail for mail in mails(app, made.contributor.email))
    supplier, rival = signed_in(app, made.supplier), signed_in(app, made.rival)

    def forms(page: Page, end: str) -> list[Any]:
        return [form for form in page.forms() if form.action.endswith(end)]

    stale = rival.get(slots)
    first = forms(supplier.get(slots), "/book")[0]
    page = supplier.follow(supplier.send(first.action, first.fields))
    assert "Yours" in page.text
    assert not forms(page, "/book")
    taken = forms(stale, "/book")[0]
    refused = shown(rival.send(taken.action, taken.fields, status=409))
    assert "Somebody else has just taken this time." in refused.text
    seen = rival.get(slots)
    assert "Northern" not in seen.html
    assert len(forms(seen, "/book")) == 19
    assert "Northern Laptops" in signed_in(app, made.reader).get(slots).text
    signed_in(app, made.observer).get(slots, status=404)
    left = forms(page, "/leave")[0]
    assert len(forms(supplier.follow(supplier.send(left.action, left.fields)), "/book")) == 20


def drafted(app: Flask, made: World) -> tuple[PageClient, Page]:
    """The session was held, and its minutes hold a passage of the supplier on the question."""
    address = at_its_end(app, made)
    client = signed_in(app, made.secretariat)
    page = pressed(client, client.get(address), "/held")
    page = pressed(client, page, "/minutes/begin")
    company = str(factories.own(made.supplier))
    form = client.get(f"{address}/minutes/add/{made.items[1].id}")
    words = "We audit the first tier.\nThe second tier is open."
    page = pressed(client, form, f"/add/{made.items[1].id}", text=words, organisation_id=company)
    return client, page


def test_minutes_are_written_by_two_at_once(app: Flask) -> None:
    made = made_world(app, registered=True)
    client, page = drafted(app, made)
    other = signed_in(app, made.co_buyer)
    (edit,) = [link for link in page.links if "/minutes/" in link and "/add/" not in link]
    mine, theirs, third = client.get(edit), other.get(edit), client.get(edit)
    other.submit(theirs, edit, text="We audit the first tier.\nThe second tier follows.")
    page = pressed(client, mine, edit, text="We audit all of it.\nThe second tier is open.")
    assert "We audit all of it." in page.text
    assert "The second tier follows." in page.text
    clash = shown(client.submit(third, edit, text="Nothing.\nNobody.", status=422))
    assert "The second tier follows." in clash.text
    assert "Nobody." in clash.html
    page = pressed(client, clash, edit, text="We audit all.\nNobody follows.")
    assert "Nobody follows." in page.text
    signed_in(app, made.supplier).get(page.url, status=404)
    gone = pressed(client, page, "/remove")
    assert "Nobody follows." not in gone.text


def test_minutes_go_round_are_corrected_contested_and_summed_up(app: Flask) -> None:
    made = made_world(app, registered=True)
    client, page = drafted(app, made)
    pressed(client, page, "/circulate")
    supplier, rival = signed_in(app, made.supplier), signed_in(app, made.rival)
    lead, co_buyer = signed_in(app, made.lead), signed_in(app, made.co_buyer)
    assert "Northern" not in rival.get(page.url).html
    assert "not named to others" in supplier.get(page.url).text
    pressed(supplier, supplier.get(page.url), "/release")
    assert "Northern Laptops" in rival.get(page.url).text
    passage = next(link for link in supplier.get(page.url).links if "passage=" in link)
    form = supplier.get(passage)
    pressed(supplier, form, "", wanted="We audit every tier.", why="I said every.")
    assert "I said every." not in rival.get(page.url).text
    missing = next(link for link in rival.get(page.url).links if "/corrections/new/" in link)
    pressed(rival, rival.get(missing), "", wanted="We asked for time.", why="It is missing.")
    decide = [link for link in lead.get(page.url).links if "/corrections/" in link]
    decisions = [link for link in decide if "/new/" not in link]
    assert len(decisions) == 2
    by_text = {"every tier" in lead.get(link).text: link for link in decisions}
    pressed(lead, lead.get(by_text[True]), "/accept")
    seen = rival.get(page.url)
    assert "We audit every tier." in seen.text
    assert "Northern" not in seen.html
    wrong = shown(lead.submit(lead.get(by_text[False]), "/reject", reason="", status=422))
    pressed(lead, wrong, "/reject", reason="Nobody heard it.")
    assert "Not accepted, because: Nobody heard it." in rival.get(page.url).text
    (position,) = [link for link in rival.get(page.url).links if link.endswith("/position")]
    pressed(rival, rival.get(position), "/position", position="We did ask for time.")
    _close_and_sum_up(app, made, (client, supplier, lead, co_buyer), page.url)


def _close_and_sum_up(
    app: Flask, made: World, readers: tuple[PageClient, ...], minutes: str
) -> None:
    client, address = readers[0], minutes.removesuffix("/minutes")
    for reader in readers[1:]:
        pressed(reader, reader.get(minutes), "/agree")
    closed = pressed(client, client.get(minutes), "/minutes/end")
    assert "Minutes are contested" in closed.text
    annexed = signed_in(app, made.admin).get(minutes)
    assert "We did ask for time." in annexed.text
    assert "Southern" not in annexed.html
    summary = pressed(
        client, client.get(f"{address}/summary"), "/summary", text="We talked.\n\n<i>All</i> of us."
    )
    assert "Summary published" in summary.text
    public = PageClient(app).get(address)
    assert "<i>All</i> of us." in public.text
    assert "Southern" not in public.html
    assert "Northern" not in public.html
    assert "We talked." not in signed_in(app, made.reader).get(minutes).text


def test_every_page_asks_the_database_as_often_for_many_as_for_few(app: Flask) -> None:
    made = made_world(app)
    with database_of(app).transaction() as session:
        elsewhere = factories.dialogue(session, now=this_instant())
        factories.member(session, elsewhere, Role.OBSERVER, now=this_instant())
    address = f"{SESSIONS}/{made.meeting.id}"
    client = signed_in(app, made.secretariat)
    pages = (SESSIONS, address, f"{address}/registration", f"{address}/slots", f"{address}/agenda")

    def counts() -> list[int]:
        found = []
        for url in pages:
            with statements(database_of(app)) as sent:
                client.get(url)
            found.append(len(sent.found))
        return found

    client.get(address)
    few = counts()
    with database_of(app).transaction() as session:
        builders.register(session, made, *made.everybody.values())
        people: list[Actor] = [
            factories.member(session, made.dialogue, Role.OBSERVER, now=made.now)
            for _number in range(5)
        ]
        builders.register(session, made, *people)
        for _number in range(3):
            builders.planned(session, made.lead, made.dialogue.id, released=False, now=made.now)
    assert counts() == few
