"""Inviting, publishing, extending and closing."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core.audit import entries_of_dialogue
from portal.core.clock import now
from portal.identity.roles import Role
from portal.invitation.operations import Invitee, invite
from portal.invitation.queries import invitations
from portal.response.reminders import send_reminders
from tests import factories
from tests.blueprints.secretariat_world import (
    COMPANY,
    EMAIL,
    dialogue_named,
    in_preparation,
    running,
    shown,
    typed,
)
from tests.blueprints.visitors import database_of, link_in, mails, signed_in
from tests.page import PageClient


def test_a_prepared_invitation_leaves_with_the_publication(app: Flask) -> None:
    name, secretariat = in_preparation(app, agreed=True)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    prepared = client.follow(client.submit(page, "/invitations", **COMPANY))
    assert "Prepared" in prepared.text
    assert mails(app, EMAIL) == []
    manage = client.get(f"/dialogues/{name}/manage")
    assert "Publish now" in manage.html
    published = client.follow(client.submit(manage, "/publish"))
    assert "The invitations are on their way." in published.text
    assert len(mails(app, EMAIL)) == 1
    assert client.get(f"/dialogues/{name}/questionnaire").heading == "The questionnaire"


def test_a_dialogue_is_not_published_before_all_buyers_agree(app: Flask) -> None:
    name, secretariat = in_preparation(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    assert "Publish now" not in page.html
    token = page.form("/sign-out").fields["csrf_token"]
    url = f"/dialogues/{name}/manage/publish"
    answer = shown(client.send(url, {"csrf_token": token}, status=409))
    assert "Still missing:" in answer.text
    PageClient(app).get(f"/dialogues/{name}", status=404)


def test_a_supplier_is_invited_while_the_dialogue_runs(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    client.follow(client.submit(page, "/invitations", **COMPANY))
    assert len(mails(app, EMAIL)) == 1
    again = client.submit(page, "/invitations", status=422, **COMPANY)
    assert "has been invited already" in shown(again).text
    assert len(mails(app, EMAIL)) == 1


@pytest.mark.parametrize("missing", ["organisation", "country", "email"])
def test_an_invitation_without_a_fact_says_which(app: Flask, missing: str) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    changes: dict[str, Any] = {**COMPANY, missing: ""}
    answer = shown(client.submit(page, "/invitations", status=422, **changes))
    assert f"#{missing}" in answer.links


def test_an_invitation_is_taken_back_with_a_reason(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    listed = client.follow(client.submit(page, "/invitations", **COMPANY))
    link = link_in(mails(app, EMAIL)[-1])
    (path,) = [href for href in listed.links if href.endswith("/revoke")]
    asked = client.get(path)
    assert "#reason" in shown(client.submit(asked, "/revoke", status=422)).links
    done = client.follow(client.submit(asked, "/revoke", reason="Sent to the wrong company."))
    assert "Taken back" in done.text
    assert "Sent to the wrong company." in done.text
    PageClient(app).get(link, status=404)
    client.get(path, status=409)


def test_a_suppliers_admin_does_not_see_who_else_was_invited(app: Flask) -> None:
    name, secretariat = running(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, name)
        admin = factories.member(session, dialogue, Role.SUPPLIER_ADMIN, now=now())
        invitee = Invitee(organisation="Rival", email="rival@example.org")
        invite(session, secretariat, dialogue.id, invitee, address="http://x/", now=now())
        (row,) = invitations(session, dialogue.id)
    client = signed_in(app, admin)
    client.get(f"/dialogues/{name}/manage/invitations", status=404)
    client.get(f"/dialogues/{name}/manage/invitations/{row.id}/revoke", status=404)
    token = client.get("/account").form("/sign-out").fields["csrf_token"]
    for changes in ({}, COMPANY):
        sent = {"csrf_token": token, **changes}
        client.send(f"/dialogues/{name}/manage/invitations", sent, status=404)


def test_the_closing_time_moves_later_and_everyone_is_told(app: Flask) -> None:
    name, secretariat = running(app)
    with database_of(app).transaction() as session:
        supplier = factories.supplier(session, dialogue_named(session, name), now=now())
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    later = now() + timedelta(days=45)
    changes: dict[str, Any] = {"closes_at": typed(later), "reason": "A file was sent late."}
    moved = client.follow(client.submit(page, "/extend", **changes))
    assert "The closing time has been moved" in moved.text
    assert "A file was sent late." in mails(app, supplier.email)[-1]
    with database_of(app).session(writes=False) as session:
        assert typed(dialogue_named(session, name).closes_at) == typed(later)


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(10, "Earlier suits us.", "closes_at"), (45, "", "reason")]
)
def test_the_closing_time_never_moves_earlier_nor_without_reason(
    app: Flask, days: int, reason: str, field: str
) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    changes: dict[str, Any] = {"closes_at": typed(now() + timedelta(days=days)), "reason": reason}
    answer = shown(client.submit(page, "/extend", status=422, **changes))
    assert answer.title.startswith("Error: Run “Fair laptops”")
    assert f"#{field}" in answer.links


def test_a_dialogue_is_not_closed_before_its_time(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    assert "Close now" not in page.html
    token = page.form("/sign-out").fields["csrf_token"]
    url = f"/dialogues/{name}/manage/close"
    answer = shown(client.send(url, {"csrf_token": token}, status=409))
    assert "It has not come yet." in answer.text


def test_a_dialogue_is_closed_once_its_time_has_come(app: Flask) -> None:
    name, secretariat = running(app, days_ago=40)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    assert "Move it and tell everyone" not in page.html
    closed = client.follow(client.submit(page, "/close"))
    assert "The release can be made now." in closed.text
    assert "Close now" not in closed.html


def test_an_invitation_is_sent_again_to_a_corrected_address_with_a_new_link(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    listed = client.follow(client.submit(page, "/invitations", **COMPANY))
    first = link_in(mails(app, EMAIL)[-1])
    (path,) = [href for href in listed.links if href.endswith("/send-again")]
    asked = client.get(path)
    wrong = shown(client.submit(asked, "/send-again", status=422, email="nobody"))
    assert "#email" in wrong.links
    assert "nobody" in wrong.html
    right = "new.person@acme.example"
    done = client.follow(client.submit(asked, "/send-again", email=right))
    assert "has been sent again" in done.text
    assert right in done.text
    PageClient(app).get(first, status=404)
    again = PageClient(app).get(link_in(mails(app, right)[-1]))
    assert COMPANY["organisation"] in again.text
    with database_of(app).session(writes=False) as session:
        dialogue = dialogue_named(session, name)
        acts = [entry.act for entry in entries_of_dialogue(session, dialogue.id)]
    assert "sent_again" in acts


def test_the_invitations_page_says_when_somebody_was_reminded(app: Flask) -> None:
    name, secretariat = running(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, name)
        for number in (1, 2):
            invitee = Invitee(organisation=f"Silent {number}", email=f"s{number}@example.org")
            address = "http://127.0.0.1:8000/join/"
            invite(session, secretariat, dialogue.id, invitee, address=address, now=now())
        turn = dialogue.closes_at - timedelta(days=1, hours=12)
        assert send_reminders(session, address="http://127.0.0.1:8000", now=turn) >= 2
    page = signed_in(app, secretariat).get(f"/dialogues/{name}/manage/invitations")
    assert page.text.count("reminded on") == 2
