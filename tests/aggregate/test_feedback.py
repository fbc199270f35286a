"""Feedback letters: compared with what suppliers may see, written, sent once, read by their own."""

from datetime import datetime

import pytest
from sqlalchemy import select

from portal.aggregate.feedback import compare, read_comparison
from portal.aggregate.models import FeedbackLetter, Release
from portal.aggregate.operations_feedback import read_letter, send_letters, write_letters
from portal.aggregate.policy import Audience
from portal.aggregate.queries_feedback import (
    draft_page,
    feedback_desk,
    ground_of,
    own_letter,
)
from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response.models import Response
from portal.response.queries_readers import readers_page
from tests import factories
from tests.aggregate import market
from tests.aggregate.released import QUESTIONNAIRE, released

TEXTS = {"understood": "You check your plants.", "follows": "We talk in May."}


def scene(session: Session, now: datetime) -> tuple[Dialogue, Release, list[Response]]:
    """A closed market of twelve with a release."""
    made = market.market(session, market.suppliers(12), now=now)
    release = market.release(session, made, at=market.after_close(now))
    responses = list(session.scalars(select(Response).order_by(Response.created_at, Response.id)))
    return made, release, responses


def own_team(session: Session, made: Dialogue, response: Response, now: datetime) -> Actor:
    """The signatory of a company whose answers were imported."""
    return factories.member(
        session,
        made,
        Role.SUPPLIER_SIGNATORY,
        organisation_id=response.organisation_id,
        now=now,
    )


def test_a_comparison_holds_only_cells_that_suppliers_may_see() -> None:
    document = released(Audience.SUPPLIER)
    answers = {
        "A.01": {"state": "done", "value": ["yes", "no"]},
        "B.02": {"state": "done", "value": "yes"},
    }
    lines = {line["key"]: line for line in compare(document, QUESTIONNAIRE, answers)}
    shown = {key for key, columns in document.questions.items() if "all" in columns}
    assert set(lines) == shown
    assert "B.02" not in lines
    for key, line in lines.items():
        cells = document.questions[key]["all"].cells
        assert line["cells"] == {name: cell for name, cell in cells.items() if cell is not None}
    assert lines["A.01"]["own"] == ["yes", "no"]


def test_a_comparison_is_said_in_sentences_by_rule() -> None:
    document = released(Audience.SUPPLIER)
    answers = {"A.01": {"state": "done", "value": ["yes"]}}
    lines = compare(document, QUESTIONNAIRE, answers)
    sections = read_comparison(lines, document, QUESTIONNAIRE, "en")
    said = {
        question.id: [str(words) for _, sentences in question.rows for words in sentences]
        for section in sections
        for question in section.questions
    }
    column = document.questions["A.01"]["all"]
    count = column.cells["yes"]
    assert said["A.01"][0].startswith("You: ")
    assert f"{count} of {column.n} suppliers: " in said["A.01"][0]
    assert any(words == "You gave no answer that is counted." for words in said["A.02"])


def test_letters_are_written_to_many_with_a_word_of_ones_own_and_sent_once(
    session: Session, now: datetime
) -> None:
    made, release, responses = scene(session, now)
    later = market.after_close(now, 32)
    writer = factories.member(session, made, Role.LEAD_BUYER, now=now)
    first, second, *_ = [response.id for response in responses]
    team = own_team(session, made, responses[0], now)
    write_letters(session, writer, made.id, [first, second], **TEXTS, now=later)
    own = {**TEXTS, "understood": "You check your plants. Thank you for the call."}
    write_letters(session, writer, made.id, [first], **own, now=later)
    assert own_letter(session, team, first) is None
    states = {
        row.response_id: row.letter for row in feedback_desk(session, writer, made.id, release.id)
    }
    assert sorted(states.values()) == ["draft", "draft", *["none"] * 10]
    send_letters(session, writer, made.id, [first], address="https://parley.example", now=later)
    letter = own_letter(session, team, first)
    assert letter is not None
    assert (letter.understood, letter.sent_at) == (own["understood"], later)
    assert len(letter.sha256) == 64
    assert letter.lines
    (mail,) = session.scalars(
        select(OutboxMail.body).where(OutboxMail.subject.contains("feedback letter"))
    )
    assert f"https://parley.example/responses/{first}/feedback" in mail
    acts = list(session.scalars(select(AuditEntry.act).where(AuditEntry.act.contains("feedback"))))
    assert acts == ["feedback_written"] * 3 + ["feedback_sent"]
    with pytest.raises(NotNow):
        send_letters(session, writer, made.id, [first], now=later)
    with pytest.raises(NotNow):
        write_letters(session, writer, made.id, [first], **TEXTS, now=later)


def test_a_letter_that_was_sent_says_the_same_after_a_later_release(
    session: Session, now: datetime
) -> None:
    made, release, responses = scene(session, now)
    later = market.after_close(now, 32)
    writer = factories.member(session, made, Role.SECRETARIAT, now=now)
    team = own_team(session, made, responses[0], now)
    write_letters(session, writer, made.id, [responses[0].id], **TEXTS, now=later)
    send_letters(session, writer, made.id, [responses[0].id], now=later)
    before = own_letter(session, team, responses[0].id)
    market.release(session, made, at=market.after_close(now, 33))
    after = own_letter(session, team, responses[0].id)
    assert before is not None
    assert after is not None
    assert (after.lines, after.sha256) == (before.lines, before.sha256)
    assert after.ground.release.id == release.id


def test_who_writes_a_letter_sees_of_the_answers_what_their_class_opens_and_is_written_down(
    session: Session, now: datetime
) -> None:
    made, _, responses = scene(session, now)
    later = market.after_close(now, 32)
    place = (made.id, responses[0].organisation_id)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    secretariat = factories.member(session, made, Role.SECRETARIAT, now=now)
    seen = read_letter(session, lead, *place, now=later)
    assert {line["key"] for line in seen.lines} & {"A.01", "A.02", "B.01", "B.05"} == {"A.01"}
    seen = read_letter(session, secretariat, *place, now=later)
    assert {"A.01", "A.02", "B.01", "B.05"} <= {line["key"] for line in seen.lines}
    team = own_team(session, made, responses[0], now)
    readers = readers_page(session, team, responses[0].id).readers
    assert [row.what for reader in readers for row in reader.rows] == ["letter", "letter"]
    write_letters(session, lead, made.id, [responses[0].id], **TEXTS, now=later)
    send_letters(session, lead, made.id, [responses[0].id], now=later)
    letter = own_letter(session, team, responses[0].id)
    assert letter is not None
    assert {"A.01", "A.02", "B.01", "B.05"} <= {line["key"] for line in letter.lines}


def test_who_writes_feedback_and_to_whom(session: Session, now: datetime) -> None:
    made, release, responses = scene(session, now)
    later = market.after_close(now, 32)
    chosen = [responses[0].id]
    elsewhere = factories.published(session, now=now)
    stranger = factories.member(session, elsewhere, Role.SECRETARIAT, now=now)
    for actor in (
        factories.member(session, made, Role.CO_BUYER, now=now),
        own_team(session, made, responses[0], now),
        stranger,
    ):
        with pytest.raises(Refused):
            write_letters(session, actor, made.id, chosen, **TEXTS, now=later)
        with pytest.raises(Refused):
            send_letters(session, actor, made.id, chosen, now=later)
        with pytest.raises(Refused):
            feedback_desk(session, actor, made.id, release.id)
        with pytest.raises(Refused):
            draft_page(session, actor, made.id, responses[0].organisation_id)
    writer = factories.member(session, made, Role.SECRETARIAT, now=now)
    with pytest.raises(Refused):
        write_letters(session, writer, made.id, [release.id], **TEXTS, now=later)
    with pytest.raises(Invalid):
        write_letters(session, writer, made.id, chosen, understood=" ", follows="x", now=later)
    with pytest.raises(Invalid):
        write_letters(session, writer, made.id, [], **TEXTS, now=later)
    with pytest.raises(NotNow):
        write_letters(session, stranger, elsewhere.id, chosen, **TEXTS, now=later)
    assert ground_of(session, elsewhere.id) is None
    other = own_team(session, made, responses[1], now)
    with pytest.raises(Refused):
        own_letter(session, other, responses[0].id)
    assert not session.scalars(select(FeedbackLetter)).all()
