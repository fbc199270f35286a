"""What changed in a questionnaire, for those who have to agree with it."""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.clock import now
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.operations import vote
from portal.questionnaire.operations_editing import import_draft
from portal.questionnaire.operations_versions import begin_version, publish_erratum, set_origin
from portal.questionnaire.queries_versions import versions
from portal.questionnaire.subjects import ORDER, assemble, parts
from tests import factories
from tests.blueprints.secretariat_world import dialogue_named
from tests.blueprints.visitors import database_of, signed_in
from tests.page import Page, PageClient
from tests.questionnaire.answers import ICT, ROUTING, TYPES
from tests.questionnaire.editions import asked, edited, lead_of

REWORDED = edited(
    TYPES,
    TYPES.version,
    fields={"A.01": {"text/en": "Do you have a written policy?", "text/fr": "Une politique ?"}},
)


class World:
    """A dialogue with a first draft, a lead buyer and a reader."""

    def __init__(self, app: Flask, questionnaire: Questionnaire = TYPES) -> None:
        """Make it."""
        self.app = app
        with database_of(app).transaction() as session:
            dialogue = factories.dialogue(session, now=now())
            self.lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
            self.reader = factories.member(session, dialogue, Role.BUYER_READER, now=now())
            self.name = dialogue.short_name
        self.save(questionnaire)

    def save(self, questionnaire: Questionnaire) -> None:
        """What the draft says from now on."""
        with database_of(self.app).transaction() as session:
            import_draft(
                session,
                self.lead,
                self.dialogue(session).id,
                questionnaire,
                organisation_id=factories.own(self.lead),
                now=now(),
            )

    def dialogue(self, session: Session) -> Dialogue:
        return dialogue_named(session, self.name)

    def version_id(self) -> UUID:
        """Of the newest version."""
        with database_of(self.app).session(writes=False) as session:
            return versions(session, self.dialogue(session).id)[0].id

    def agrees(self) -> None:
        """The lead buyer votes."""
        with database_of(self.app).transaction() as session:
            vote(
                session,
                self.lead,
                self.version_id(),
                organisation_id=factories.own(self.lead),
                approves=True,
                reason="",
                now=now(),
            )

    def client(self, actor: Actor | None = None) -> PageClient:
        return signed_in(self.app, actor or self.lead)

    def at(self, query: str = "") -> str:
        return f"/dialogues/{self.name}/draft/compare{query and '?'}{query}"

    def page(self, query: str = "", *, actor: Actor | None = None) -> Page:
        return self.client(actor).get(self.at(query))


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def marked(page: Page, tag: str) -> list[str]:
    """What is marked as added (ins) or removed (del), as a screen reader says it."""
    return [" ".join("".join(e.itertext()).split()) for e in page.tree.iter(tag)]


def parts_of(page: Page) -> list[str]:
    """The ids of the questions listed, in order."""
    prefix = "question-"
    found = [e.get("id", "") for e in page.tree.iter("article")]
    return [each.removeprefix(prefix) for each in found if each.startswith(prefix)]


def test_a_draft_that_nobody_touched_is_the_same_as_its_first_text(world: World) -> None:
    page = world.page()
    assert page.heading == "What changed in the questionnaire"
    assert "Version 1.0, its first text" in page.text
    assert "The two texts are the same." in page.text


def test_a_changed_wording_is_marked_word_by_word_and_said_to_screen_readers(world: World) -> None:
    world.save(REWORDED)
    page = world.page()
    assert parts_of(page) == ["A.01"]
    assert "Wording in English" in page.text
    assert "[added: written]" in marked(page, "ins")
    assert "[added: Une]" in marked(page, "ins")
    assert marked(page, "del") == ["[removed: Avez-vous une]"]
    assert f"{len(list(TYPES.questions())) - 1} questions without such a change" in page.text


def test_one_language_can_be_asked_for(world: World) -> None:
    world.save(REWORDED)
    page = world.page("language=fr")
    assert "Wording in French" in page.text
    assert "Wording in English" not in page.text
    assert "Wording in English" in world.page("language=xx").text


def test_changes_without_meaning_can_be_left_out(world: World) -> None:
    world.save(edited(TYPES, TYPES.version, fields={"A.01": {"minutes": 33}}))
    assert "now: 33" in world.page().text
    page = world.page("meaning=1")
    assert parts_of(page) == []
    assert "Nothing of what you asked for differs." in page.text


def test_added_retired_and_moved_questions_are_told_in_their_sections(world: World) -> None:
    ids = [each.id for each in TYPES.sections[0].questions]
    new = edited(TYPES, TYPES.version, without=[ids[1]], added={"A": [asked("A.77")]})
    order = parts(new)[ORDER]
    order[0][1].insert(0, order[0][1].pop(1))  # the third question comes first
    world.save(assemble(parts(new) | {ORDER: order}))
    page = world.page()
    assert parts_of(page) == [ids[2], ids[1], "A.77"]
    for words in ("Added 1 question", "Taken out 1 question", "Changed 0 questions", "Moved 1"):
        assert words in page.text
    assert "What about A.77?" in page.text


def test_a_whole_other_questionnaire_can_be_compared(world: World) -> None:
    types = {each.id: {"type": "long", "options": None} for each in TYPES.questions()}
    single = next(each.id for each in TYPES.questions() if each.type == "single")
    world.save(edited(TYPES, "3.0", fields={single: types[single]}))
    page = world.page()
    assert "was: One choice now: Several lines of text" in page.text
    assert parts_of(page) == [single]
    world.save(ROUTING)
    assert len(parts_of(world.page())) > len(list(ROUTING.questions()))


def test_conditions_classes_and_lists_are_told_in_words(world: World) -> None:
    ict = World(world.app, ICT)
    clauses = parts(ICT)["question:B.01"]["clauses"]
    ict.save(
        edited(
            ICT,
            ICT.version,
            fields={
                "A.08": {"show_if": {"question": "A.03", "has": ["reseller"]}},
                "B.01": {"clauses": clauses[1:], "required": False},
                "A.05": {"confidentiality/default": "public"},
                "A.03": {
                    "options": ["brand", "manufacturer", "new"],
                    "options/new/id": "new",
                    "options/new/text/en": "Repair shop",
                    "options/new/text/fr": "Atelier",
                },
            },
        )
    )
    page = ict.page()
    text = page.text
    assert "Shown if" in text
    assert "A.03 includes" in text
    assert "Clauses covered" in text
    assert "now: No" in text
    assert "[added: Repair shop]" in marked(page, "ins")
    assert any(each.startswith("[removed: Reseller") for each in marked(page, "del"))
    assert "was: the buyers now: public" in text
    assert "[added: Atelier]" in marked(ict.page("language=fr"), "ins")


def test_a_buyer_who_voted_earlier_sees_what_changed_since(world: World) -> None:
    world.save(REWORDED)
    world.agrees()
    world.save(
        edited(
            TYPES,
            TYPES.version,
            fields={"A.01": {"text/en": "Do you have one?", "text/fr": "Une politique ?"}},
        )
    )
    review = world.client().download(world.at().removesuffix("/compare")).get_data(as_text=True)
    (link,) = re.findall(r'href="([^"]+since=[0-9]+)"', review)
    since = world.client().get(link)
    assert "[removed: a written policy]" in marked(since, "del")
    assert parts_of(world.page()) == parts_of(since) == ["A.01"]
    assert "[removed: a written policy]" in marked(world.page(), "del")
    assert "voted" in world.page().text
    assert "[removed: a policy]" in marked(world.page(actor=world.reader), "del")


def published(app: Flask) -> tuple[str, Actor]:
    """A published dialogue and its lead buyer."""
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now())
        return dialogue.short_name, lead_of(session, dialogue)


def corrected_and_followed(app: Flask) -> tuple[str, Actor]:
    """A published version with a correction, and a second one begun from it."""
    name, lead = published(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, name)
        (version,) = versions(session, dialogue.id)
        wording = {"field": "text/en", "after": "Which role do you have?", "reason": "A slip."}
        publish_erratum(session, lead, version.id, subject="question:A.01", **wording, now=now())
        own = factories.own(lead)
        begin_version(session, lead, dialogue.id, number="2.0", organisation_id=own, now=now())
    return name, lead


def test_a_new_version_is_compared_with_the_published_one_as_it_reads_corrected(app: Flask) -> None:
    name, lead = corrected_and_followed(app)
    page = signed_in(app, lead).get(f"/dialogues/{name}/draft/compare")
    assert "with 1 correction" in page.text
    assert parts_of(page) == []
    assert "Version 2.0, the draft as it is now" in page.text


def test_a_question_that_took_another_id_is_compared_with_what_it_was(app: Flask) -> None:
    name, lead = corrected_and_followed(app)
    known = factories.questionnaire()
    content = parts(known)["question:B.06"] | {"id": "B.66"}
    new = edited(known, "2.0", without=["B.06"], added={"B": [content]})
    own = factories.own(lead)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, name)
        draft = import_draft(session, lead, dialogue.id, new, organisation_id=own, now=now())
        set_origin(session, lead, draft.id, "B.66", kind="kept", sources=("B.06",), now=now())
    page = signed_in(app, lead).get(f"/dialogues/{name}/draft/compare")
    assert "Was B.06" in page.text
    assert "B.66" in parts_of(page)
    assert "B.06" not in parts_of(page)


def test_what_is_no_text_of_this_dialogue_is_not_found(world: World) -> None:
    other = World(world.app)
    client, own = world.client(), world.version_id()
    for wrong in (other.version_id(), uuid4(), "1.0", f"{own}@x", f"{own}@{'9' * 12}", "@1"):
        client.get(world.at(f"from={wrong}"), status=404)
        client.get(world.at(f"to={wrong}"), status=404)
    client.get(world.at("since=x"), status=404)
    client.get(world.at(f"from={own}@0&to={own}@1"))


def test_only_readers_of_the_draft_see_it(world: World) -> None:
    assert "the same" in world.page(actor=world.reader).text
    with database_of(world.app).transaction() as session:
        supplier = factories.supplier(session, world.dialogue(session), now=now())
    world.client(supplier).get(world.at(), status=404)


def queries_of(world: World) -> int:
    client = world.client()
    client.get(world.at())
    statements: list[str] = []
    engine = database_of(world.app).engine

    def count(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", count)
    client.get(world.at())
    event.remove(engine, "before_cursor_execute", count)
    return len(statements)


def test_the_number_of_queries_does_not_grow_with_the_questionnaire(app: Flask) -> None:
    small, large = World(app), World(app, ICT)
    small.save(REWORDED)
    longer = {each.id: {"text/en": f"{each.text['en']} Indeed?"} for each in ICT.questions()}
    large.save(edited(ICT, ICT.version, fields=longer))
    assert queries_of(small) == queries_of(large)
    assert len(parts_of(large.page())) == 109
