"""Copying from another questionnaire in the browser: a published version, or a file."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from secrets import token_hex

import pytest
from flask import Flask
from sqlalchemy import event

from portal.blueprints.questionnaire.forms_copying import AS_SECTIONS, packed, unpacked
from portal.core.errors import Invalid, Refused
from portal.identity.actor import Actor
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.writer import to_yaml
from tests import factories
from tests.blueprints.bank_world import BankWorld
from tests.blueprints.secretariat_world import dialogue_named, shown
from tests.blueprints.visitors import database_of
from tests.page import Page, PageClient
from tests.questionnaire.answers import FLAGSHIP, ICT, ROUTING, TYPES

ROUTING_PATH = Path("tests/questionnaire/data/routing.yaml")


@pytest.fixture
def world(app: Flask) -> BankWorld:
    return BankWorld(app)


def source_page(world: BankWorld, client: PageClient, version: str, section: str = "B") -> Page:
    """The page on which questions of a version are ticked."""
    return client.get(world.at(f"copy?from={version}&section={section}"))


def file_page(world: BankWorld, client: PageClient, content: bytes, name: str = "f.yaml") -> Page:
    """The page on which questions of a file are ticked."""
    page = client.get(world.at("copy?section=B"))
    sent = client.submit(page, "/copy/file?section=B", status=200, file=(BytesIO(content), name))
    return shown(sent)


def test_every_section_of_the_editor_leads_to_copying_and_to_the_bank(world: BankWorld) -> None:
    client = world.client()
    links = client.get(world.at("edit")).links
    assert world.at("copy?section=A") in links
    assert world.at("bank") in links
    page = client.get(world.at("edit/sections/B"))
    assert world.at("copy?section=B") in page.links


def test_published_versions_of_every_dialogue_can_be_copied_from(world: BankWorld) -> None:
    version = world.publish(ROUTING_PATH)
    client = world.client()
    page = client.get(world.at("copy?section=B"))
    assert "Questionnaires of other dialogues Fair laptops, version 1.0" in page.text
    (href,) = [link for link in page.links if version in link]
    page = client.get(href)
    assert page.heading == "Copy from Fair laptops, version 1.0"
    assert "A.01 Which roles do you have?" in page.text
    assert page.form("/copy?from=" + version).fields["section"] == ["B"]


def test_without_anything_published_a_file_is_left(world: BankWorld) -> None:
    page = world.client().get(world.at("copy"))
    assert "No questionnaire has been published on this portal yet." in page.text


def test_ticked_questions_come_and_what_cannot_come_is_said(world: BankWorld) -> None:
    version, client = world.publish(ROUTING_PATH), world.client()
    page = source_page(world, client, version)
    after = client.follow(client.submit(page, questions=["C.01", "equal"]))
    assert after.heading == "Section B: Numbers and texts"
    assert "2 questions have been copied. Here: equal and B.07." in after.text
    assert "Not everything could come along." in after.text
    assert "equal: its condition reads a question that is not in this draft." in after.text
    assert "C.01: the condition of its section stays behind." in after.text
    assert world.draft().sections[1].questions[-1].text["en"] == "In the section?"


def test_a_whole_section_and_single_questions_come_as_new_sections(world: BankWorld) -> None:
    version, client = world.publish(ROUTING_PATH), world.client()
    page = source_page(world, client, version)
    sent = client.submit(page, sections=["A"], questions=["C.01"], section=AS_SECTIONS)
    after = client.follow(sent)
    assert after.heading == "Draft questionnaire"
    assert "10 questions have been copied." in after.text
    titles = [section.title["en"] for section in world.draft().sections]
    assert titles[-2:] == ["Answers that others depend on", "A section with a condition"]
    assert world.draft().sections[-1].show_if is not None


def test_what_the_draft_asks_already_is_marked(world: BankWorld) -> None:
    version = world.publish(Path("tests/questionnaire/data/types.yaml"))
    page = source_page(world, world.client(), version)
    assert page.text.count("already in this draft") == len(list(TYPES.questions()))


def test_nothing_ticked_or_a_section_that_is_gone_loses_nothing(world: BankWorld) -> None:
    version, client = world.publish(ROUTING_PATH), world.client()
    page = source_page(world, client, version)
    again = shown(client.submit(page, status=422))
    assert "Choose at least one question to copy." in again.text
    assert again.form("/copy?from=" + version).fields["section"] == ["B"]
    client.submit(client.get(world.at("edit/sections/B/retire")))
    again = shown(client.submit(page, status=422, questions=["equal"], sections=["C"]))
    assert "There is no section “B”." in again.text
    form = again.form("/copy?from=" + version)
    assert (form.fields["questions"], form.fields["sections"]) == (["equal"], ["C"])


def test_two_editors_copy_at_once_and_both_copies_are_there(world: BankWorld) -> None:
    version = world.publish(ROUTING_PATH)
    clients = [world.client(world.lead), world.client(world.second)]
    pages = [source_page(world, client, version) for client in clients]
    for client, page in zip(clients, pages, strict=True):
        client.submit(page, questions=["A.01"])
    assert [each.id for each in world.draft().sections[1].questions[-2:]] == ["B.07", "B.08"]


def test_copying_is_taken_back_in_the_history(world: BankWorld) -> None:
    version, client = world.publish(ROUTING_PATH), world.client()
    page = source_page(world, client, version)
    client.submit(page, sections=["A", "B", "C", "D"], section=AS_SECTIONS)
    assert world.draft() != TYPES
    history = client.get(world.at("history"))
    assert "copied" in history.text
    (form,) = [each for each in history.forms() if each.action.endswith("/undo")]
    client.submit(history, form.action)
    assert world.draft() == TYPES


# Files ----------------------------------------------------------------------------------


def test_questions_of_a_file_are_ticked_and_copied(world: BankWorld) -> None:
    client = world.client()
    page = file_page(world, client, to_yaml(ICT).encode())
    assert page.heading.endswith("version 1.0")
    form = page.form("/draft/copy")
    assert form.fields["section"] == ["B"]
    again = shown(client.submit(page, "/draft/copy", status=422))
    assert "Choose at least one question to copy." in again.text
    after = client.follow(client.submit(again, "/draft/copy", sections=["C"], section=AS_SECTIONS))
    count = next(len(section.questions) for section in ICT.sections if section.id == "C")
    assert f"{count} questions have been copied." in after.text


def test_a_file_with_faults_names_its_lines_and_nothing_is_copied(world: BankWorld) -> None:
    client = world.client()
    page = client.get(world.at("copy"))
    for content, name in ((b"name: x\nversion: [\n", "broken.yaml"), (b"no workbook", "form.xlsx")):
        sent = client.submit(page, "/copy/file", status=422, file=(BytesIO(content), name))
        assert "There is a problem" in shown(sent).text
    missing = shown(client.submit(page, "/copy/file", status=422))
    assert "Choose a file first." in missing.text
    assert world.draft() == TYPES


def test_a_packed_file_is_what_it_was_and_nothing_else_is_taken_for_one() -> None:
    assert unpacked(packed(ROUTING)) == ROUTING
    for text in ("nonsense", "", "!!", "eJwDAAAAAAE=", packed(ROUTING)[:-40]):
        with pytest.raises(Refused):
            unpacked(text)


def test_a_file_too_large_for_a_form_is_refused_in_words() -> None:
    noise = token_hex(2_000_000)
    with pytest.raises(Invalid, match="too large to copy from"):
        packed(replace(ROUTING, introduction={"en": noise}))


# Who and what not -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["copy", "copy?from=nonsense", "copy?section=A"])
def test_readers_copy_nothing(world: BankWorld, path: str) -> None:
    world.client(world.reader).get(world.at(path), status=404)


def test_a_version_that_is_not_there_or_not_published_is_not_found(world: BankWorld) -> None:
    client, hidden = world.client(), BankWorld(world.app)
    with database_of(world.app).session(writes=False) as session:
        draft = draft_of(session, dialogue_named(session, hidden.name).id)
    assert draft is not None
    for version in (draft.id, "nonsense", "00000000-0000-0000-0000-000000000000"):
        client.get(world.at(f"copy?from={version}"), status=404)
    token = client.get(world.at("copy")).forms()[0].fields["csrf_token"]
    sent = {"csrf_token": token, "questions": "A.01", "section": "A"}
    client.send(world.at(f"copy?from={draft.id}"), sent, status=404)
    client.send(world.at("copy"), sent, status=404)
    client.send(world.at("copy"), {**sent, "packed": "nonsense"}, status=404)


def test_strangers_copy_nothing_into_this_draft(world: BankWorld) -> None:
    stranger: Actor = BankWorld(world.app).lead
    world.client(stranger).get(world.at("copy"), status=404)


def test_the_database_is_asked_as_often_for_a_long_questionnaire(world: BankWorld) -> None:
    counts = []
    for path in (factories.SMALL, FLAGSHIP):
        version, client = world.publish(path), world.client()
        statements: list[str] = []

        def count(*args: object, seen: list[str] = statements) -> None:
            seen.append(str(args[2]))

        event.listen(database_of(world.app).engine, "before_cursor_execute", count)
        source_page(world, client, version)
        event.remove(database_of(world.app).engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert max(counts) <= 12
