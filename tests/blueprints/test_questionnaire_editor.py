"""Writing a draft in the browser: parts, languages, places, history, files."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.clock import now
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import read
from portal.questionnaire.operations_editing import import_draft
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.writer import to_yaml
from tests import factories
from tests.blueprints.secretariat_world import dialogue_named, shown
from tests.blueprints.visitors import database_of, signed_in
from tests.page import PageClient

TYPES = read(Path(__file__).parents[1] / "questionnaire" / "data" / "types.yaml")
FLAGSHIP = read(Path("questionnaires/ict-due-diligence/1.0.yaml"))
SHIPPED = [read(path) for path in sorted(Path("questionnaires").glob("*/*.yaml"))]


class World:
    """A dialogue with a draft and two editors of two buyers."""

    def __init__(self, app: Flask, questionnaire: Questionnaire | None = TYPES) -> None:
        """Make it."""
        self.app = app
        with database_of(app).transaction() as session:
            dialogue = factories.dialogue(session, now=now())
            self.lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
            self.second = factories.member(session, dialogue, Role.CO_BUYER, now=now())
            self.reader = factories.member(session, dialogue, Role.BUYER_READER, now=now())
            if questionnaire is not None:
                own = factories.own(self.lead)
                import_draft(
                    session, self.lead, dialogue.id, questionnaire, organisation_id=own, now=now()
                )
            self.name = dialogue.short_name

    def at(self, path: str) -> str:
        """The address of a page of the draft."""
        return f"/dialogues/{self.name}/draft/{path}"

    def client(self, actor: Actor | None = None) -> PageClient:
        return signed_in(self.app, actor or self.lead)

    def draft(self) -> Questionnaire:
        with database_of(self.app).session(writes=False) as session:
            found = draft_of(session, dialogue_named(session, self.name).id)
        assert found is not None
        return found.questionnaire


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def test_the_draft_is_shown_at_a_glance_with_what_is_still_to_be_done(world: World) -> None:
    page = world.client().get(world.at("edit"))
    assert page.heading == "Draft questionnaire"
    assert "A.01 Do you have a policy?" in page.text
    assert "No fault" in page.text
    assert "français: complete" in page.text


def test_without_a_draft_an_editor_is_led_to_bringing_one_in(app: Flask) -> None:
    world = World(app, None)
    client = world.client()
    page = client.follow(client.http.get(world.at("edit")))
    assert "There is no draft yet" in page.text
    with Path("tests/questionnaire/data/types.yaml").open("rb") as file:
        answer = client.submit(page, "/files", file=(file, "types.yaml"))
    assert "109" not in client.follow(answer).text
    assert world.draft() == TYPES


def test_wordings_are_edited_side_by_side_and_the_rest_stays(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit/questions/A.01"))
    client.submit(page, fields={"text/fr": "Une politique ?", "hint/en": "Why?\r\nBecause."})
    question = world.draft().question("A.01")
    assert question is not None
    assert question.text == {"en": "Do you have a policy?", "fr": "Une politique ?"}
    assert question.hint["en"] == "Why?\nBecause."
    before = TYPES.question("A.01")
    assert before is not None
    assert question.clauses == before.clauses
    assert question.confidentiality == before.confidentiality
    assert question.evidence == before.evidence


@pytest.mark.parametrize("question", [each.id for each in TYPES.questions()])
def test_saving_a_page_as_it_is_changes_nothing(world: World, question: str) -> None:
    client = world.client()
    page = client.get(world.at(f"edit/questions/{question}"))
    assert "Nothing was changed." in client.follow(client.submit(page)).text
    assert world.draft() == TYPES


@pytest.mark.parametrize("part", ["head", "sections/A"])
def test_saving_the_head_or_a_section_as_it_is_changes_nothing(world: World, part: str) -> None:
    client = world.client()
    client.submit(client.get(world.at(f"edit/{part}")))
    assert world.draft() == TYPES


def test_two_editors_of_one_question_keep_both_their_words(world: World) -> None:
    one, other = world.client(world.lead), world.client(world.second)
    first, second = (each.get(world.at("edit/questions/A.01")) for each in (one, other))
    one.submit(first, fields={"text/en": "Is there a policy?"})
    other.submit(second, fields={"text/fr": "Une politique ?"})
    question = world.draft().question("A.01")
    assert question is not None
    assert question.text == {"en": "Is there a policy?", "fr": "Une politique ?"}


def test_the_same_words_changed_twice_are_both_shown_and_the_second_may_choose(
    world: World,
) -> None:
    one, other = world.client(world.lead), world.client(world.second)
    first, second = (each.get(world.at("edit/questions/A.01")) for each in (one, other))
    one.submit(first, fields={"text/en": "Is there a policy?", "core": None})
    again = shown(
        other.submit(
            second,
            status=409,
            fields={"text/en": "Have you a policy?", "text/fr": "Une politique ?"},
        )
    )
    assert "Is there a policy?" in again.text
    assert again.form("/questions/A.01").fields["text/en"] == ["Have you a policy?"]
    question = world.draft().question("A.01")
    assert question is not None
    assert question.text["en"] == "Is there a policy?"
    other.submit(again, "/questions/A.01")
    question = world.draft().question("A.01")
    assert question is not None
    assert question.text == {"en": "Have you a policy?", "fr": "Une politique ?"}
    assert not question.core


def test_choices_are_added_reordered_and_taken_out(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit/questions/A.05"))
    client.submit(
        page,
        fields={
            "options/+1/id": "blue",
            "options/+1/text/en": "Blue label",
            "options/+1/#": "9",
            "options/tco/-": "y",
        },
    )
    question = world.draft().question("A.05")
    assert [option.id for option in question.options] == ["epeat", "none", "blue"]  # type: ignore[union-attr]
    page = client.get(world.at("edit/questions/A.05"))
    assert "fr missing" in client.get(world.at("edit")).text
    client.submit(page, fields={"options/blue/#": "0", "options/blue/text/fr": "Label bleu"})
    question = world.draft().question("A.05")
    assert [option.id for option in question.options] == ["blue", "epeat", "none"]  # type: ignore[union-attr]


def test_wrong_rules_get_a_sentence_and_keep_what_was_typed(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit/questions/B.01"))
    again = shown(
        client.submit(
            page, status=422, fields={"release/bands": "60; 20", "text/en": "How much is covered?"}
        )
    )
    assert "Each bound must be above the one before." in again.text
    assert again.form().fields["text/en"] == ["How much is covered?"]
    assert world.draft() == TYPES


def test_a_new_question_gets_the_next_id_and_its_own_page(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit/sections/A/add"))
    suggested = page.form().fields["id"][0]
    after = client.follow(client.submit(page, text="Is it read?", type="single"))
    assert after.heading == f"{suggested} Is it read?"
    assert "The check finds" in after.text
    assert world.draft().sections[0].questions[-1].id == suggested
    taken = shown(client.submit(page, status=422, text="Again?"))
    assert f"The id “{suggested}” is taken." in taken.text


def test_a_question_changes_type_place_and_leaves(world: World) -> None:
    client = world.client()
    client.submit(client.get(world.at("edit/questions/A.04/type")), type="multi")
    client.submit(client.get(world.at("edit/questions/A.02/move")), section_id="B", position="1")
    client.submit(client.get(world.at("edit/questions/A.01/retire")))
    draft = world.draft()
    question = draft.question("A.04")
    assert question is not None
    assert question.type == "multi"
    assert draft.sections[1].questions[0].id == "A.02"
    assert draft.question("A.01") is None
    history = client.get(world.at("history"))
    assert "A.01" in history.text
    number = history.form("/undo").action.split("/")[-2] if len(history.forms()) == 1 else "4"
    client.submit(history, f"/history/{number}/undo")
    assert world.draft().question("A.01") == TYPES.question("A.01")


def test_a_section_is_added_and_named(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit"))
    after = client.follow(client.submit(page, "/edit/sections", id="Z", title="The end"))
    assert after.heading == "Section Z: The end"
    again = shown(client.submit(page, "/edit/sections", status=422, id="Z!", title=""))
    assert "Write a title." in again.text
    assert "Use letters, digits" in again.text


def test_a_column_has_a_page_of_its_own(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit/questions/C.01"))
    href = next(link for link in page.links if "/columns/workers" in link and "show_if" not in link)
    client.submit(client.get(href), fields={"text/en": "People", "minimum": "1", "unit/fr": "gens"})
    table = world.draft().question("C.01")
    column = next(each for each in table.columns if each.id == "workers")  # type: ignore[union-attr]
    assert (column.text["en"], column.minimum, column.unit["fr"]) == ("People", 1.0, "gens")


@pytest.mark.parametrize("questionnaire", [TYPES, *SHIPPED], ids=lambda each: each.name)
def test_the_file_and_the_editor_are_one(app: Flask, questionnaire: Questionnaire) -> None:
    world = World(app, questionnaire)
    client = world.client()
    taken = client.download(world.at("files/draft.yaml")).get_data()
    assert taken.decode() == to_yaml(questionnaire)
    page = client.get(world.at("files"))
    client.submit(page, "/files", file=(BytesIO(taken), "draft.yaml"))
    assert world.draft() == questionnaire
    assert client.download(world.at("files/draft.yaml")).get_data() == taken


def test_a_broken_file_names_its_lines_and_changes_nothing(world: World) -> None:
    client = world.client()
    page = client.get(world.at("files"))
    broken = BytesIO(b"name: x\nversion: [\n")
    again = shown(client.submit(page, "/files", status=422, file=(broken, "broken.yaml")))
    assert "Faults in broken.yaml" in again.text
    sheet = BytesIO(b"no workbook")
    again = shown(client.submit(page, "/files", status=422, file=(sheet, "form.xlsx")))
    assert "There is a problem" in again.text
    assert world.draft() == TYPES


def test_the_portal_asks_the_database_as_often_for_109_questions_as_for_a_few(app: Flask) -> None:
    counts = []
    for questionnaire in (TYPES, FLAGSHIP):
        world = World(app, questionnaire)
        client = world.client()
        first = next(questionnaire.questions()).id
        statements: list[str] = []
        engine = database_of(app).engine

        def count(*args: object, seen: list[str] = statements) -> None:
            seen.append(str(args[2]))

        event.listen(engine, "before_cursor_execute", count)
        client.get(world.at("edit"))
        opened = len(statements)
        page = client.get(world.at(f"edit/questions/{first}"))
        shown_one = len(statements) - opened
        client.submit(page, fields={"text/en": "Another wording?"})
        event.remove(engine, "before_cursor_execute", count)
        counts.append((opened, shown_one, len(statements) - opened - shown_one))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25


def test_a_translation_that_still_fits_is_said_to_and_is_outdated_no_longer(world: World) -> None:
    client = world.client()
    page = client.get(world.at("edit/questions/A.01"))
    client.submit(page, fields={"text/en": "Have you a policy?"})
    page = client.get(world.at("edit/questions/A.01"))
    assert "older than the base wording" in page.text
    page = client.follow(client.submit(page, "/edit/confirm"))
    assert "older than the base wording" not in page.text
    assert "translation confirmed" in client.get(world.at("history")).text


def test_the_questions_of_one_clause_are_read_alone(world: World) -> None:
    client = world.client(world.reader)
    whole = f"/dialogues/{world.name}/draft"
    assert "#section-B" in client.get(whole).links
    page = client.get(f"{whole}?instrument=ungp&clause=16")
    assert "Only the questions that name ungp 16." in page.text
    assert [link for link in page.links if link.startswith("#section-")] == ["#section-A"]


def test_readers_see_the_history_but_no_editor(world: World) -> None:
    client = world.client(world.reader)
    assert "History of the draft" in client.get(world.at("history")).text
    for path in ("edit", "edit/head", "edit/questions/A.01", "edit/sections/A", "files"):
        client.get(world.at(path), status=404)


def test_hostile_words_stay_words(world: World) -> None:
    client = world.client()
    hostile = "<script>alert(1)</script>{{ 7*7 }} “=HYPERLINK(1)”"
    client.submit(client.get(world.at("edit/questions/A.01")), fields={"text/en": hostile})
    page = client.get(world.at("edit/questions/A.01"))
    assert hostile in page.heading
    assert "<script>alert(1)" not in page.html
    assert hostile in client.get(world.at("edit")).text
