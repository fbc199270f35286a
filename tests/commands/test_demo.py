"""The demo is complete, believable, legal in every act, and the same everywhere."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from portal.aggregate.policy import Audience
from portal.aggregate.queries import document, find_release
from portal.aggregate.queries_feedback import own_letter
from portal.brief.queries import load_document, published_briefs
from portal.commands.demo_data.answers import PlannedAnswer, plan
from portal.commands.demo_data.companies import Company, companies
from portal.commands.demo_data.visits import VISITS
from portal.core.clock import now as this_instant
from portal.core.db import Database, Session
from portal.dialogue.queries import dialogue_by_name, load_actor, parties
from portal.dialogue.rules import is_closed, is_open
from portal.identity.actor import SYSTEM, Actor
from portal.identity.operations import use_link
from portal.identity.queries import person_by_email
from portal.invitation.queries import invitations
from portal.questionnaire.loader import read
from portal.questionnaire.queries import current_version, votes
from portal.questionnaire.queries_review import comment_counts
from portal.response.answers import GivenAnswer
from portal.response.queries import own_responses, participants, task_list
from portal.response.queries_clarifying import clarification_page
from portal.response.queries_history import answer_history
from portal.response.queries_library import Wanted, library
from portal.response.queries_references import references_page
from portal.response.rules import missing_answers
from portal.response.values import check
from tests.commands.conftest import Run, runner
from tests.databases import Templates
from tests.factories import FLAGSHIP, SMALL

QUESTIONNAIRES = {"flagship": read(FLAGSHIP), "small": read(SMALL)}


def given(answer: PlannedAnswer) -> GivenAnswer:
    """The answer as it will be stored, with evidence wherever it is needed."""
    return GivenAnswer(
        state="not_applicable" if answer.value is None else "done",
        value=answer.value,
        reason=answer.reason,
        confidentiality=str(answer.confidentiality),
        evidence=1,
    )


@pytest.mark.parametrize("name", QUESTIONNAIRES)
@pytest.mark.parametrize("company", companies(40), ids=lambda company: company.slug)
def test_every_planned_response_is_right_and_complete(name: str, company: Company) -> None:
    questionnaire = QUESTIONNAIRES[name]
    answers = plan(questionnaire, company, seed=1)
    faults = {
        key: [str(fault) for fault in check(answer.question, answer.value)]
        for key, answer in answers.items()
        if answer.value is not None and check(answer.question, answer.value)
    }
    assert faults == {}
    stored = {key: given(answer) for key, answer in answers.items()}
    assert [question.id for question in missing_answers(questionnaire, stored)] == []


def test_makers_and_sellers_answer_other_questions() -> None:
    planned = {
        company.kind: set(plan(QUESTIONNAIRES["flagship"], company, seed=1))
        for company in companies(24)
    }
    assert "I.01" in planned["maker"]
    assert "I.01" not in planned["seller"]
    assert "A.08" in planned["seller"] - planned["maker"]


@pytest.mark.parametrize("count", [1, 2, 24, 60, 500])
def test_any_number_of_suppliers_has_names_of_its_own(count: int) -> None:
    known = companies(count)
    assert len(known) == count
    assert len({company.name for company in known}) == count
    assert len({company.contact.email for company in known}) == count


def test_the_usual_demo_has_enough_suppliers_for_its_segments() -> None:
    kinds = Counter(company.kind for company in companies(24))
    assert kinds == {"maker": 11, "seller": 10, "refurbisher": 3}


def test_another_seed_gives_other_answers() -> None:
    questionnaire, company = QUESTIONNAIRES["flagship"], companies(24)[3]
    first = {key: row.value for key, row in plan(questionnaire, company, seed=1).items()}
    other = {key: row.value for key, row in plan(questionnaire, company, seed=2).items()}
    assert first != other


def test_the_release_is_the_same_on_every_database(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = set()
    for number, kind in enumerate(("sqlite", "postgresql", "sqlite")):
        url = templates.copy(kind)
        portal = runner(url, tmp_path / str(number), monkeypatch)
        loaded = portal("demo", "load", "--suppliers", 5, "--seed", 7)
        assert loaded.exit_code == 0, loaded.output
        path = tmp_path / f"{number}.json"
        file = ("--audience", "buyer", "--format", "json", "-o", path)
        portal("release", "export", "demo/latest", *file)
        documents.add(path.read_text())
        templates.drop(url)
    assert len(documents) == 1


def test_the_whole_demo_can_be_loaded_and_visited(
    portal: Run, database: Database, tmp_path: Path
) -> None:
    loaded = portal("demo", "load")
    assert loaded.exit_code == 0, loaded.output
    with database.session(writes=True) as session:
        assert_finished(session)
        assert_open(session)
        assert_colleagues(session)
        assert_aftermath(session)
        assert_under_review(session)
        assert_quotes(session)
        assert_links(session, loaded.stdout)
    again = portal("demo", "load")
    assert again.exit_code == 1
    assert "loaded already" in again.stderr
    links = portal("demo", "links")
    assert links.exit_code == 0
    assert links.stdout != loaded.stdout
    assert not list((tmp_path / "var" / "outbox").glob("*"))


def assert_finished(session: Session) -> None:
    found = dialogue_by_name(session, "demo")
    assert found is not None
    assert is_closed(found, this_instant())
    assert len(parties(session, found.id, "buyer")) == 3
    states = Counter(row.state for row in invitations(session, found.id))
    assert states == {"accepted": 25, "declined": 2, "sent": 1}
    release = find_release(session, "demo/latest")
    public = document(session, SYSTEM, release.id, Audience.PUBLIC)
    assert (public.responses, public.groups) == (24, 23)
    assert {"all", "makers", "sellers"} <= public.questions["B.01"].keys()
    buyers = document(session, SYSTEM, release.id, Audience.BUYER)
    assert buyers.questions["L.05"]["all"].protected >= 10
    assert "all" not in buyers.questions["G.06"]
    assert len(published_briefs(session, found.id)) == 1


def assert_open(session: Session) -> None:
    found = dialogue_by_name(session, "demo-open")
    assert found is not None
    assert is_open(found, this_instant())
    assert found.open_registration
    rows = participants(session, SYSTEM, found.id)
    assert Counter(row.state for row in rows) == {"submitted": 1, "in_progress": 2}
    assert len(parties(session, found.id, "supplier")) == 4


def own(session: Session, email: str, dialogue: str) -> tuple[Actor, UUID]:
    """A supplier's person, and the response of theirs in a dialogue."""
    person = person_by_email(session, email)
    assert person is not None
    actor = load_actor(session, person.id)
    rows = [row for row in own_responses(session, actor) if row.short_name == dialogue]
    return actor, rows[0].response_id


def assert_colleagues(session: Session) -> None:
    """Three people share the work; notes, reviews, suggestions, references and files are there."""
    actor, response_id = own(session, "tenders@noorderwiel.example", "demo-open")
    tasks = task_list(session, actor, response_id, now=this_instant())
    assert {task.progress.section.id for task in tasks.mine} == {"H", "K", "L"}
    assert all(given.due_on for task in tasks.mine for given in task.mine)
    assert {note.question_id for note in tasks.beside.notes} == {"", "H.03"}
    marks = {key: str(mark.standing) for key, mark in tasks.beside.marks.items()}
    assert marks == {"A": "reviewed", "B": "changed", "C": "ready", "E": "ready"}
    assert sum(answer.is_suggested for answer in tasks.answers.values()) > 0
    turns = answer_history(session, actor, response_id, "B.07").turns
    assert {turn.last.name for turn in turns} == {"Colm Lindqvel", "Inês Ashgrove"}
    asked = references_page(session, actor, response_id).own
    assert Counter(row.state for row in asked) == {"agreed": 2, "asked": 1}
    (organisation_id,) = actor.organisations
    for wanted in ("expiring", "expired", "replaced"):
        asked_for = Wanted(standing=wanted)
        found = library(session, actor, organisation_id, asked_for, now=this_instant())
        assert found.total == 1, wanted


def assert_aftermath(session: Session) -> None:
    """One is accepted, one corrected an answer and got its letter, one is being asked."""
    found = dialogue_by_name(session, "demo")
    assert found is not None
    states = Counter(row.state for row in participants(session, SYSTEM, found.id))
    assert (states["accepted"], states["clarification"]) == (1, 1)
    actor, response_id = own(session, "director@noorderwiel.example", "demo")
    (round_,) = clarification_page(session, actor, response_id).rounds
    assert {item.question.id: item.is_changed for item in round_.items} == {
        "C.03": True,
        "E.05": False,
    }
    assert own_letter(session, actor, response_id) is not None


def assert_under_review(session: Session) -> None:
    found = dialogue_by_name(session, "demo-draft")
    assert found is not None
    version = current_version(session, found.id)
    assert version is not None
    assert version.state == "in_review"
    given_votes = [row.approves for row in votes(session, version.id)]
    assert Counter(given_votes) == {True: 1, None: 2}
    counts = comment_counts(session, version.id)
    assert {each: (row.open, row.suggestions) for each, row in counts.items()} == {
        "question:D.01": (1, 0),
        "section:I": (1, 0),
        "question:B.01": (1, 1),
    }


def assert_links(session: Session, printed: str) -> None:
    tokens = [line.rsplit("/", maxsplit=1)[-1] for line in printed.splitlines() if "/link/" in line]
    people = [use_link(session, token, now=this_instant()) for token in tokens]
    assert [(person.email, path) for person, path in people] == [
        (visit.email, visit.path) for visit in VISITS
    ]


def assert_quotes(session: Session) -> None:
    found = dialogue_by_name(session, "demo")
    assert found is not None
    (row,) = published_briefs(session, found.id)
    brief = load_document(session, SYSTEM, row.id)
    quotes = [quote for section in brief.sections for quote in section.quotes]
    quotes += [
        quote
        for section in brief.sections
        for question in section.questions
        for quote in question.quotes
    ]
    assert {"el", "bg", "pl"} <= {quote.language for quote in quotes}
