"""What somebody typed about minutes is shown again, whatever became of the minutes meanwhile."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.core.clock import now as this_instant
from portal.meeting.models import Meeting
from portal.meeting.models_minutes import Correction
from tests.blueprints.secretariat_world import shown
from tests.blueprints.test_meeting_sessions import drafted, made_world, pressed
from tests.blueprints.visitors import database_of, signed_in


def test_a_passage_that_is_too_long_or_comes_too_late_is_shown_again(app: Flask) -> None:
    made = made_world(app, registered=True)
    client, page = drafted(app, made)
    (edit,) = [link for link in page.links if "/minutes/" in link and "/add/" not in link]
    add = f"{page.url}/add/{made.items[0].id}"
    forms = {address: client.get(address) for address in (edit, add)}
    for address, form in forms.items():
        long = shown(client.submit(form, address, text="x" * 8001, status=422))
        assert "8,000 characters" in long.text
        assert "x" * 8001 in long.html
    pressed(client, client.get(page.url), "/circulate")
    for address, form in forms.items():
        late = shown(client.submit(form, address, text="My words.", status=422))
        assert "These minutes are no draft any more: ask for a correction." in late.text
        assert "My words." in late.html
        client.get(address, status=404)


def test_a_position_that_comes_too_late_is_shown_again(app: Flask) -> None:
    made = made_world(app, registered=True)
    client, page = drafted(app, made)
    pressed(client, page, "/circulate")
    rival, lead = signed_in(app, made.rival), signed_in(app, made.lead)
    missing = next(link for link in rival.get(page.url).links if "/corrections/new/" in link)
    pressed(rival, rival.get(missing), "", wanted="We asked for time.", why="It is missing.")
    decide = next(
        link for link in lead.get(page.url).links if "/corrections/" in link and "/new/" not in link
    )
    pressed(lead, lead.get(decide), "/reject", reason="Nobody heard it.")
    (address,) = [link for link in rival.get(page.url).links if link.endswith("/position")]
    form = rival.get(address)
    with database_of(app).transaction() as session:
        long_ago = this_instant() - timedelta(days=30)
        session.get_one(Meeting, made.meeting.id).circulation_ends_at = long_ago
        session.scalars(select(Correction)).one().decided_at = long_ago
    late = shown(rival.submit(form, "/position", position="We did ask.", status=422))
    assert "The time to add your position is over." in late.text
    assert "We did ask." in late.html
    rival.get(address, status=404)


def test_a_correction_can_be_accepted_after_a_blank_rejection(app: Flask) -> None:
    made = made_world(app, registered=True)
    client, page = drafted(app, made)
    pressed(client, page, "/circulate")
    supplier, lead = signed_in(app, made.supplier), signed_in(app, made.lead)
    passage = next(link for link in supplier.get(page.url).links if "passage=" in link)
    pressed(supplier, supplier.get(passage), "", wanted="We audit every tier.", why="I said so.")
    decide = next(
        link for link in lead.get(page.url).links if "/corrections/" in link and "/new/" not in link
    )
    blank = shown(lead.submit(lead.get(decide), "/reject", reason="", status=422))
    assert "We audit every tier." in pressed(lead, blank, "/accept").text
