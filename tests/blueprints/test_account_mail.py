"""How news comes by mail, chosen on the profile page; deadlines for the calendar."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.jobs import Jobs
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import extend, grant_role
from portal.identity.actor import SYSTEM
from portal.identity.models import Person
from portal.identity.news import tell
from portal.identity.roles import Role
from portal.response.models import Assignment
from tests.blueprints.supplier_world import World, world
from tests.blueprints.visitors import database_of, mails
from tests.core.test_calendar import events
from tests.page import PageClient


def person_of(app: Flask, email: str) -> Person:
    with database_of(app).session(writes=False) as session:
        return session.scalars(select(Person).filter_by(email=email)).one()


def test_one_mail_a_day_is_chosen_kept_and_obeyed(app: Flask) -> None:
    scene = world(app)
    client, email = scene.client(), scene.signatory.email
    page = client.get("/account")
    assert page.form("/account").fields["digest"] == ["at_once"]
    saved = client.follow(client.fill_in(page, "/account", typed={"digest": "daily"}))
    assert saved.form("/account").fields["digest"] == ["daily"]
    assert person_of(app, email).digest == "daily"
    client.fill_in(page, "/account", typed={"digest": "never"}, status=422)
    before = len(mails(app, email))
    with scene.database.transaction() as session:
        person = session.scalars(select(Person).filter_by(email=email)).one()
        tell(session, person, "News", "Something.", now=now() - timedelta(days=2))
    assert len(mails(app, email)) == before
    jobs: Jobs = app.extensions["portal.jobs"]
    assert jobs.tick()["digests"] == 1
    assert jobs.tick()["digests"] == 0
    assert len(mails(app, email)) == before + 1
    assert client.follow(client.fill_in(page, "/account", typed={"digest": "at_once"})).form(
        "/account"
    ).fields["digest"] == ["at_once"]


def calendar(client: PageClient, url: str) -> list[dict[str, tuple[str, str]]]:
    """The events that an address serves as a file."""
    found = client.http.get(url)
    assert found.status_code == 200
    assert found.content_type.startswith("text/calendar")
    assert "attachment" in found.headers["Content-Disposition"]
    return events(found.text)


def test_anyone_gets_the_closing_time_and_an_extension_replaces_it(app: Flask) -> None:
    scene = world(app)
    name, url = _dialogue(scene)
    (before,) = calendar(PageClient(app), url)
    with scene.database.transaction() as session:
        later = now() + timedelta(days=60)
        extend(session, SYSTEM, scene.dialogue_id, closes_at=later, reason="Late.", now=now())
        mail = session.scalars(select(OutboxMail).filter(OutboxMail.calendar != "")).first()
        assert mail is not None
        (mailed,) = events(mail.calendar)
    (after,) = calendar(PageClient(app), url)
    assert before["UID"] == after["UID"] == mailed["UID"]
    assert int(before["SEQUENCE"][1]) < int(after["SEQUENCE"][1]) == int(mailed["SEQUENCE"][1])
    assert before["DTSTART"] != after["DTSTART"] == mailed["DTSTART"]
    assert after["URL"][1].endswith(f"/dialogues/{name}")
    assert url in PageClient(app).get(f"/dialogues/{name}").links
    with scene.database.transaction() as session:
        session.execute(update(Dialogue).values(published_at=None, state="draft"))
    PageClient(app).get(url, status=404)


def test_colleagues_get_their_own_due_dates_and_strangers_none(app: Flask) -> None:
    scene = world(app)
    helper = scene.colleague(Role.SUPPLIER_CONTRIBUTOR)
    day = now().date() + timedelta(days=5)
    with scene.database.transaction() as session:
        session.add(
            Assignment(
                response_id=scene.response_id,
                section_id="B",
                person_id=helper.person_id,
                due_on=day,
                assigned_at=now(),
            )
        )
    url = f"{scene.url}/deadline.ics"
    assert url in scene.client().get(scene.url).links
    assert len(calendar(scene.client(), url)) == 1
    closing, own = calendar(scene.client(helper), url)
    assert own["DTSTART"] == (";VALUE=DATE", f"{day:%Y%m%d}")
    assert closing["UID"] != own["UID"]
    other = scene.other_supplier()
    other.client().get(url, status=404)


def test_the_receipt_goes_to_everybody_in_charge_with_its_links(app: Flask) -> None:
    scene = world(app)
    admin = scene.colleague(Role.SUPPLIER_ADMIN)
    helper = scene.colleague(Role.SUPPLIER_CONTRIBUTOR)
    with scene.database.transaction() as session:
        dialogue = session.get_one(Dialogue, scene.dialogue_id)
        grant_role(
            session,
            SYSTEM,
            dialogue.id,
            organisation_id=scene.organisation_id,
            email=scene.signatory.email,
            role=Role.SUPPLIER_ADMIN,
            now=now(),
        )
    client = scene.client()
    scene.fill(client)
    scene.sign(client)
    receipts = {
        email: [mail for mail in mails(app, email) if "SHA-256" in mail]
        for email in (scene.signatory.email, admin.email, helper.email)
    }
    assert [len(found) for found in receipts.values()] == [1, 1, 0]
    (mail,) = receipts[admin.email]
    assert f"/responses/{scene.response_id}/receipt\n" in mail
    assert f"/responses/{scene.response_id}/submissions/1/receipt.pdf" in mail


def test_a_mail_with_a_calendar_file_leaves_as_one_that_programs_open(app: Flask) -> None:
    scene = world(app)
    with scene.database.transaction() as session:
        later = now() + timedelta(days=60)
        extend(session, SYSTEM, scene.dialogue_id, closes_at=later, reason="Late.", now=now())
    app.extensions["portal.jobs"].send_mail()
    outbox = app.extensions["portal.settings"].var_dir / "outbox"
    found = [message_from_bytes(path.read_bytes(), policy=default) for path in outbox.iterdir()]
    message = next(each for each in found if "new closing time" in each["Subject"])
    assert message.get_content_type() == "multipart/mixed"
    body, attached = message.iter_parts()
    assert "now closes on" in body.get_content()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "PUBLISH"
    assert attached.get_filename() == "deadline.ics"
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert len(events(content.decode())) == 1


def _dialogue(scene: World) -> tuple[str, str]:
    with scene.database.session(writes=False) as session:
        name = session.get_one(Dialogue, scene.dialogue_id).short_name
    return name, f"/dialogues/{name}/deadline.ics"


def test_every_page_that_a_mail_leads_to_is_there(app: Flask) -> None:
    known = app.url_map.bind("localhost")
    response = f"/responses/{uuid4()}"
    for path in (
        "/join/token",
        "/dialogues/demo",
        "/evidence",
        response,
        f"{response}/clarification",
        f"{response}/receipt",
        f"{response}/submissions/1/receipt.pdf",
    ):
        assert known.match(path, method="GET"), path
