"""The question bank: what was published, each question once, and how it is found."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.questionnaire.bank import BankQuestion, Published, Wanted, group, matches, sources
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.models import Erratum
from portal.questionnaire.operations import publish, save_draft
from portal.questionnaire.queries import published_version
from portal.questionnaire.queries_bank import (
    ON_A_PAGE,
    bank,
    published,
    published_versions,
    questions_in_bank,
)
from tests import factories
from tests.questionnaire.answers import FLAGSHIP, TYPES
from tests.questionnaire.editions import asked, edited, follow_up, lead_of

TYPES_PATH = Path("tests/questionnaire/data/types.yaml")
MARCH = datetime.fromisoformat("2026-03-01T09:00:00+00:00")


def at(day: int, questionnaire: Questionnaire) -> Published:
    """The questionnaire as it was published on a day, for a dialogue of that number."""
    return Published(
        dialogue=f"dialogue-{day}",
        dialogue_title=f"Dialogue {day}",
        version_id=UUID(int=day),
        number=questionnaire.version,
        published_at=MARCH + timedelta(days=day),
        questionnaire=questionnaire,
    )


def entry(entries: list[BankQuestion], question_id: str) -> BankQuestion:
    """The only question of this id."""
    (found,) = [each for each in entries if each.question.id == question_id]
    return found


def found(wanted: Wanted) -> list[str]:
    """The ids of the questions of every type that fit."""
    return [each.question.id for each in group([at(1, TYPES)]) if matches(each, wanted)]


def test_a_question_asked_twice_is_there_once_with_both_its_uses() -> None:
    again = entry(group([at(1, TYPES), at(2, edited(TYPES))]), "A.01")
    assert [use.number for use in again.uses] == ["2.0", "1.0"]


def test_an_id_that_was_given_another_meaning_is_another_question() -> None:
    other = edited(TYPES, fields={"A.01": {"text/en": "Do you audit?"}})
    texts = {e.wording for e in group([at(1, TYPES), at(2, other)]) if e.question.id == "A.01"}
    assert texts == {"Do you have a policy?", "Do you audit?"}


def test_a_question_is_copied_with_every_language_that_it_ever_had() -> None:
    french = {"text/fr": None, "options/tco/text/fr": None, "options/none/text/fr": None}
    later = edited(TYPES, fields={"A.05": {**french, "text/en": "Which labels do you hold?"}})
    again = entry(group([at(1, TYPES), at(2, later)]), "A.05")
    (picked,) = sources([again])
    assert set(again.wordings) == {"en", "fr"}
    assert picked.source.version == "2.0"
    assert picked.source.question("A.05") == TYPES.question("A.05")


def test_questions_are_taken_from_as_few_versions_as_possible() -> None:
    second = edited(TYPES, fields={"A.02": {"text/en": "Is it open?"}})
    entries = group([at(1, TYPES), at(2, second)])
    wanted = [e for e in entries if e.question.id in {"A.01", "A.03"} or e.wording == "Is it open?"]
    (picked,) = sources(wanted)
    assert picked.source.version == "2.0"
    assert len(picked.question_ids) == 3
    both = [each for each in entries if each.question.id == "A.02"]
    assert sorted(each.source.version for each in sources(both)) == ["1.0", "2.0"]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        (Wanted(search="POLICY"), "A.01"),
        (Wanted(search="politique avez"), "A.01"),
        (Wanted(search="epeat"), "A.05"),
        (Wanted(search="A.03"), "A.03"),
        (Wanted(instrument="ungp"), "A.01"),
        (Wanted(clause="16"), "A.01"),
        (Wanted(topic="numbers"), "B.01"),
        (Wanted(topic="nombres", search="share"), "B.01"),
    ],
)
def test_questions_are_found_by_words_clause_and_topic(wanted: Wanted, first: str) -> None:
    assert found(wanted)[0] == first


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(search="policy unicorn"),
        Wanted(instrument="ilo"),
        Wanted(instrument="csddd", clause="16"),
        Wanted(clause="1"),
        Wanted(topic="policy"),
    ],
)
def test_what_was_not_asked_is_not_found(wanted: Wanted) -> None:
    assert found(wanted) == []


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [("Art. 8", True), ("8", True), ("8(3)", True), ("art 8 (3)", True), ("Art. 83", False)],
)
def test_a_clause_is_found_by_any_part_of_it_that_is_whole(wanted: str, *, is_found: bool) -> None:
    clauses = [{"instrument": "csddd", "clause": "Art. 8(3)"}]
    made = edited(TYPES, added={"A": [asked("A.20", clauses=clauses)]})
    (question,) = [e for e in group([at(1, made)]) if e.question.id == "A.20"]
    assert matches(question, Wanted(clause=wanted)) is is_found


def test_only_what_is_published_is_in_the_bank(session: Session, now: datetime) -> None:
    dialogue = factories.dialogue(session, now=now)
    lead = lead_with_draft(session, dialogue, now)
    assert bank(session, Wanted()).in_bank == 0
    assert published_versions(session) == []
    factories.published(session, path=TYPES_PATH, now=now)
    assert bank(session, Wanted()).in_bank == len(list(TYPES.questions()))
    assert lead != published_versions(session)[0].version_id
    assert published(session, lead) is None


def lead_with_draft(session: Session, dialogue: Dialogue, now: datetime) -> UUID:
    """A draft that nobody outside may read; its id."""
    editor = factories.member(session, dialogue, Role.LEAD_BUYER, now=now)
    return save_draft(session, editor, dialogue.id, factories.questionnaire(), now=now).id


def test_a_follow_up_version_adds_a_use_and_what_it_dropped_stays(
    session: Session, now: datetime
) -> None:
    dialogue = factories.published(session, path=TYPES_PATH, now=now)
    later = now + timedelta(days=4)
    follow_up(session, dialogue, edited(TYPES, without=["A.02"]), now=later)
    publish(session, lead_of(session, dialogue), dialogue.id, now=later)
    entries = list(bank(session, Wanted()).questions)
    assert [use.number for use in entry(entries, "A.01").uses] == ["2.0", "1.0"]
    assert [use.number for use in entry(entries, "A.02").uses] == ["1.0"]
    assert [row.number for row in published_versions(session)] == ["2.0", "1.0"]


def test_a_corrected_wording_is_what_the_bank_shows(session: Session, now: datetime) -> None:
    dialogue = factories.published(session, path=TYPES_PATH, now=now)
    version = published_version(session, dialogue.id)
    assert version is not None
    erratum = Erratum(
        version_id=version.id,
        number=1,
        subject="question:A.01",
        field="text/fr",
        before="Avez-vous une politique ?",
        after="Avez-vous une politique écrite ?",
        reason="Clearer.",
        published_by=lead_of(session, dialogue).person_id,
        published_at=now,
    )
    session.add(erratum)
    session.flush()
    assert [e.question.id for e in bank(session, Wanted(search="écrite")).questions] == ["A.01"]
    as_it_reads = published(session, version.id)
    assert as_it_reads is not None
    question = as_it_reads.questionnaire.question("A.01")
    assert question is not None
    assert question.text["fr"] == "Avez-vous une politique écrite ?"


def test_the_bank_is_read_page_by_page_and_never_beyond_its_end(
    session: Session, now: datetime
) -> None:
    factories.published(session, path=FLAGSHIP, now=now)
    pages = [bank(session, Wanted(), page=number) for number in (0, 1, 2, 3, 99)]
    assert [each.page for each in pages] == [1, 1, 2, 3, 3]
    keys = [entry.key for each in pages[1:4] for entry in each.questions]
    assert len(keys) == len(set(keys)) == pages[0].total == pages[0].in_bank
    assert len(pages[1].questions) == ON_A_PAGE
    assert [e.key for e in questions_in_bank(session, keys[3:5])] == keys[3:5]
    assert not questions_in_bank(session, ["A.01~nothing"])


def test_two_queries_read_the_bank_whatever_its_size(session: Session, now: datetime) -> None:
    counts = []
    for path in (factories.SMALL, TYPES_PATH, FLAGSHIP):
        factories.published(session, path=path, now=now)
        session.flush()
        statements: list[str] = []

        def count(*args: object, seen: list[str] = statements) -> None:
            seen.append(str(args[2]))

        event.listen(session.get_bind(), "before_cursor_execute", count)
        bank(session, Wanted())
        event.remove(session.get_bind(), "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts == [2, 2, 2]
