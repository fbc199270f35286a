"""One question saved by itself, the session's end, and a form that was sent after it."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from portal.core.clock import now
from portal.identity.actor import Actor
from portal.identity.operations import set_password
from portal.identity.roles import Role
from tests.blueprints.carried_world import fill, second, stored
from tests.blueprints.supplier_world import Reader, World, statements, world
from tests.page import Page

JSON = {"Accept": "application/json"}
GOOD = "correct horse battery"
SIGN_IN_QUERIES = 4


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def fields_of(page: Page, question_id: str) -> dict[str, Any]:
    """What the page's script would send for one question as it stands."""
    fields = page.form(button="go").fields
    own = {name: fields[name] for name in fields if name.split("!")[0].split(":")[0] == question_id}
    return {**own, "csrf_token": fields["csrf_token"], "tab": f"{fields['tab'][0]}.1"}


def autosave(
    reader: Reader, page: Page, question_id: str, typed: Mapping[str, object], number: int = 1
) -> TestResponse:
    """Send one question of an open page, with some fields changed."""
    fields = fields_of(page, question_id)
    sent = {**fields, "tab": fields["tab"][:-1] + str(number), **typed}
    return reader.http.post(f"{page.url}/questions/{question_id}", data=sent, headers=JSON)


def past(reader: Reader, minutes: int) -> None:
    """Let the reader's last request, and only that, have been so long ago."""
    with reader.http.session_transaction() as session:
        session["seen"] -= minutes * 60


def test_a_question_is_saved_by_itself_and_nothing_else_is(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("B"))
    reply = autosave(reader, page, "B.05", {"B.05": "45,5", "B.06": "7"})
    assert reply.status_code == 200
    assert reply.json is not None
    assert (reply.json["version"], reply.json["reroutes"]) == (1, False)
    assert len(reply.json["saved"]) == len("14:03")
    assert ours.stored() == {"B.05": 45.5}
    assert ours.state() == "in_progress"


def test_a_wrong_value_is_told_and_not_stored(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("B"))
    reply = autosave(reader, page, "B.05", {"B.05": "a lot", "B.05!na": "1"})
    assert reply.status_code == 422
    assert reply.json is not None
    assert set(reply.json["faults"]) == {"B.05", "B.05!reason"}
    narrowed = autosave(reader, page, "B.06", {"B.06!class": "public"})
    assert narrowed.status_code == 422
    assert ours.stored() == {}


def test_a_conflict_shows_both_texts_and_waits_for_a_choice(ours: World, reader: Reader) -> None:
    colleague = ours.colleague(Role.SUPPLIER_ADMIN)
    page = reader.get(ours.section("D"))
    ours.save(ours.client(colleague), "D", {"D.02": "Theirs <b>first</b>."})
    reply = autosave(reader, page, "D.02", {"D.02": "Mine."})
    assert reply.status_code == 409
    assert reply.json is not None
    assert "Theirs &lt;b&gt;first&lt;/b&gt;." in reply.json["conflict"]
    assert f"{colleague.name} changed this answer" in reply.json["conflict"]
    assert ours.stored()["D.02"].startswith("Theirs")
    chosen = {"D.02": "Mine.", "D.02!version": str(reply.json["theirs"])}
    assert autosave(reader, page, "D.02", chosen).status_code == 200
    assert ours.stored()["D.02"] == "Mine."


def test_a_page_that_lost_its_replies_types_on_and_is_never_in_conflict_with_itself(
    ours: World, reader: Reader
) -> None:
    page = reader.get(ours.section("D"))
    for number, text in enumerate(("B", "Bu", "Buy less."), start=1):
        assert autosave(reader, page, "D.02", {"D.02": text}, number).status_code == 200
    assert autosave(reader, page, "D.02", {"D.02": "Bu"}, 2).status_code == 200
    assert ours.stored()["D.02"] == "Buy less."
    reader.fill_in(page, ours.section("D"), typed={"D.02": "Buy less, use longer."})
    assert ours.stored()["D.02"] == "Buy less, use longer."
    again = reader.get(ours.section("D"))
    assert again.form(button="go").fields["tab"] != page.form(button="go").fields["tab"]
    forged = {"tab": "tab-" + "x" * 80, "D.02": "Other.", "D.02!version": "1"}
    assert autosave(reader, page, "D.02", forged).status_code == 409


def test_a_save_says_whether_other_questions_apply(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("B"))
    reply = autosave(reader, page, "B.01", {"B.01": "yes"})
    assert reply.json is not None
    assert reply.json["reroutes"]
    sent = reader.fill_in(page, ours.section("B"), typed={"here": "B.01", "B.01": "yes"})
    assert isinstance(sent, TestResponse)
    assert sent.headers["Location"] == ours.section("B") + "#q/B.01"


def test_an_untouched_suggestion_is_not_confirmed_but_a_changed_one_is_an_answer(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    second(ours)
    page = reader.get(ours.section("B"))
    assert "B.03!suggested" in page.form(button="go").fields
    before = stored(ours)
    assert autosave(reader, page, "B.03", {}).status_code == 200
    assert stored(ours) == before
    assert autosave(reader, page, "B.03", {"B.03!comment": "Still."}, 2).status_code == 200
    assert stored(ours)["B.03"].state == "done"


def test_only_whoever_may_write_the_section_saves_and_only_its_questions(
    ours: World, reader: Reader
) -> None:
    page = reader.get(ours.section("D"))
    assert autosave(reader, page, "B.05", {"B.05": "1"}).status_code == 404
    assert autosave(reader, page, "D.99", {"D.99": "1"}).status_code == 404
    url = f"{ours.section('D')}/questions/D.02"
    for stranger in (ours.colleague(Role.SUPPLIER_CONTRIBUTOR), ours.other_supplier().signatory):
        theirs = ours.client(stranger)
        token = theirs.get("/account").form("/sign-out").fields["csrf_token"]
        sent = {"csrf_token": token, "D.02!version": "0", "D.02": "Mine."}
        assert theirs.http.post(url, data=sent, headers=JSON).status_code == 404
    ours.close()
    late = autosave(reader, page, "D.02", {"D.02": "Late."})
    assert late.status_code == 409
    assert late.json is not None
    assert "closed" in late.json["reason"]
    assert ours.stored() == {}


def test_saving_one_question_takes_at_most_twelve_statements(ours: World, reader: Reader) -> None:
    ours.save(reader, "B", {"B.01": "yes", "B.06": "6"})
    page = reader.get(ours.section("B"))
    with statements(ours.database) as heard:
        assert autosave(reader, page, "B.06", {"B.06": "7"}).status_code == 200
    first = len(heard.found)
    ours.fill(reader)
    with statements(ours.database) as heard:
        autosave(reader, page, "B.06", {"B.06": "8"}, 2)
    assert max(first, len(heard.found)) - SIGN_IN_QUERIES <= 12


def test_asking_how_much_time_is_left_does_not_make_it_longer(ours: World, reader: Reader) -> None:
    past(reader, 42)
    for _ in range(2):
        state = reader.http.get("/session")
        assert state.json is not None
        assert state.json["person"] == str(ours.signatory.person_id)
        assert 170 <= state.json["left"] <= 180
        token = state.json["token"]
    longer = reader.http.post("/session/extend", data={"csrf_token": token}, headers=JSON)
    assert longer.json is not None
    assert longer.json["left"] >= 44 * 60
    past(reader, 42)
    reader.get("/responses")
    state = reader.http.get("/session")
    assert state.json is not None
    assert state.json["left"] >= 44 * 60


def test_a_session_ends_without_a_request_and_after_twelve_hours(
    ours: World, reader: Reader
) -> None:
    past(reader, 46)
    assert reader.http.get("/session").json == {"person": "", "left": 0}
    assert reader.http.post("/session/extend", headers=JSON).status_code == 401
    assert reader.http.post("/session/extend").status_code == 302
    other = ours.client()
    with other.http.session_transaction() as session:
        session["started"] -= 12 * 3600 - 100
    state = other.http.get("/session")
    assert state.json is not None
    assert state.json["left"] <= 100
    extended = other.http.post(
        "/session/extend", data={"csrf_token": state.json["token"]}, headers=JSON
    )
    assert extended.json is not None
    assert extended.json["left"] <= 100


def test_a_script_is_told_that_the_session_ended_and_goes_on_after_signing_in(
    ours: World, reader: Reader
) -> None:
    page = reader.get(ours.section("D"))
    past(reader, 46)
    assert autosave(reader, page, "D.02", {"D.02": "Mine."}).status_code == 401
    again = ours.client()
    assert autosave(again, page, "D.02", {"D.02": "Mine."}).status_code == 400
    state = again.http.get("/session")
    assert state.json is not None
    sent = {"D.02": "Mine.", "csrf_token": state.json["token"]}
    assert autosave(again, page, "D.02", sent).status_code == 200


def with_password(app: Flask, ours: World, actor: Actor) -> dict[str, Any]:
    """What this person signs in with."""
    with ours.database.transaction() as session:
        set_password(session, actor, app.extensions["portal.passwords"], password=GOOD, now=now())
    return {"email": actor.email, "password": GOOD}


def ended(ours: World, reader: Reader, typed: Mapping[str, object]) -> Page:
    """The sign-in page that answers a section's form sent after the end of the session."""
    page = reader.get(ours.section("D"))
    past(reader, 46)
    asked = reader.fill_in(page, ours.section("D"), typed=typed, status=401)
    assert isinstance(asked, Page)
    assert asked.heading == "Sign in"
    assert ours.stored() == {}
    return asked


def test_a_form_sent_after_the_session_ended_is_kept_through_signing_in(
    app: Flask, ours: World
) -> None:
    secret = with_password(app, ours, ours.signatory)
    reader = ours.client()
    typed = {"D.02": "Buy less.\n<b>Use</b> longer.", "go": "list"}
    asked = ended(ours, reader, typed)
    wrong = reader.submit(asked, "/sign-in", status=422, **{**secret, "password": "wrong"})
    assert isinstance(wrong, Page)
    back = reader.submit(wrong, "/sign-in", status=200, **secret)
    assert isinstance(back, Page)
    assert back.heading == "Save what you typed"
    assert GOOD not in back.html
    sent = reader.submit(back, ours.section("D"))
    assert isinstance(sent, TestResponse)
    assert sent.headers["Location"] == ours.url
    assert ours.stored()["D.02"] == "Buy less.\n<b>Use</b> longer."


def test_a_form_is_sent_again_after_signing_in_by_a_link_in_another_tab(
    ours: World, reader: Reader
) -> None:
    asked = ended(ours, reader, {"D.02": "Mine."})
    reader.http = ours.client().http
    fields = asked.form("/sign-in").fields
    back = reader.send(ours.section("D"), fields, status=400)
    assert isinstance(back, Page)
    reader.submit(back, ours.section("D"))
    assert ours.stored() == {"D.02": "Mine."}


def test_somebody_else_who_signs_in_gets_nothing_of_it(app: Flask, ours: World) -> None:
    secret = with_password(app, ours, ours.colleague(Role.SUPPLIER_ADMIN))
    reader = ours.client()
    asked = ended(ours, reader, {"D.02": "Mine."})
    sent = reader.submit(asked, "/sign-in", **secret)
    after = reader.follow(sent)
    assert "another person" in after.text
    assert "Mine." not in after.html


@pytest.mark.parametrize("forgery", ["no seal", "key", "too much", "old"])
def test_a_form_that_was_not_ours_is_not_carried_along(
    app: Flask, ours: World, forgery: str
) -> None:
    fields: dict[str, Any] = {"D.02": "Planted."}
    if forgery == "key":
        forger = URLSafeTimedSerializer("another key", salt="unsent-form")
        fields["seal"] = forger.dumps([str(ours.signatory.person_id), ours.section("D")])
    if forgery in {"too much", "old"}:
        seal = ours.client().get(ours.section("D")).form(button="go").fields["seal"][0]
        fields["seal"] = seal if forgery == "too much" else seal[:-2]
        fields["D.02"] = "x" * 1_000_001 if forgery == "too much" else "x"
    anyone = Reader(app)
    token = anyone.get("/sign-in").form("/sign-in").fields["csrf_token"]
    answer = anyone.send(ours.section("D"), {**fields, "csrf_token": token})
    assert isinstance(answer, TestResponse)
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_a_token_lasts_as_long_as_its_session(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
