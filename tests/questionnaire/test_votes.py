from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire.operations import save_draft, vote
from portal.questionnaire.operations_editing import Editor, change, import_draft
from portal.questionnaire.queries import votes
from portal.questionnaire.subjects import content_of
from tests import factories
from tests.questionnaire.answers import ROUTING, ROWS, TYPES
from tests.questionnaire.drafts import cast, save


def test_a_vote_holds_the_hash_it_was_given_on(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    given = cast(session, second, version, now)
    assert given.sha256 == version.sha256
    assert given.person_id == second.person_id
    assert version.state == "in_review"
    rows = votes(session, version.id)
    assert [(row.organisation_name, row.approves) for row in rows] == [
        ("Aarhus", None),
        ("Zürich", True),
    ]
    assert rows[1].person_name == second.name
    assert rows[1].voted_at == now


def test_the_last_approval_approves_the_draft(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, second, version, now)
    cast(session, lead, version, now)
    assert version.state == "approved"


def test_a_buyer_may_think_again(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    cast(session, lead, version, now, reason=" Question 3 is unclear. ")
    assert version.state == "in_review"
    (row,) = votes(session, version.id)
    assert (row.approves, row.reason) == (False, "Question 3 is unclear.")


def test_a_colleague_votes_in_the_place_of_a_colleague(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    colleague = factories.colleague(session, dialogue, lead, Role.CO_BUYER, now=now)
    cast(session, colleague, version, now)
    (row,) = votes(session, version.id)
    assert row.person_name == colleague.name


def test_a_rejection_needs_a_reason(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    with pytest.raises(Invalid) as refused:
        vote(
            session,
            lead,
            version.id,
            organisation_id=factories.own(lead),
            approves=False,
            reason="  ",
            now=now,
        )
    assert set(refused.value.fields) == {"reason"}


def test_a_vote_on_a_text_that_has_changed_is_refused(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    seen = save(session, lead, dialogue, now).sha256
    version = save_draft(session, lead, dialogue.id, ROUTING, now=now)
    with pytest.raises(NotNow, match="changed since you opened it"):
        vote(
            session,
            lead,
            version.id,
            organisation_id=factories.own(lead),
            approves=True,
            reason="",
            seen_sha256=seen,
            now=now,
        )


def test_nobody_votes_for_another_buyer(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    with pytest.raises(Refused):
        vote(
            session,
            lead,
            version.id,
            organisation_id=factories.own(second),
            approves=True,
            reason="",
            now=now,
        )


@pytest.mark.parametrize("role", [Role.BUYER_READER, Role.SECRETARIAT, Role.OBSERVER])
def test_only_buyers_who_may_vote_do(
    session: Session, dialogue: Dialogue, lead: Actor, role: Role, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    actor = factories.member(session, dialogue, role, now=now)
    with pytest.raises(Refused):
        cast(session, actor, version, now)


def test_the_portal_itself_does_not_vote(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    with pytest.raises(Refused):
        vote(
            session,
            SYSTEM,
            version.id,
            organisation_id=factories.own(lead),
            approves=True,
            reason="",
            now=now,
        )


def told(session: Session) -> list[str]:
    """Who was asked to vote again."""
    query = select(OutboxMail.recipient).where(OutboxMail.subject.contains("vote again"))
    return sorted(session.scalars(query))


def test_a_vote_on_an_earlier_text_stays_to_be_seen(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    own = factories.own(lead)
    version = import_draft(session, lead, dialogue.id, TYPES, organisation_id=own, now=now)
    cast(session, second, version, now)
    cast(session, lead, version, now, reason="Too long.")
    later = now + timedelta(days=1)
    import_draft(session, lead, dialogue.id, ROUTING, organisation_id=own, now=later)
    rows = votes(session, version.id)
    assert [(row.approves, row.voted_at, row.reason, row.agrees) for row in rows] == [
        (None, None, "", False),
        (None, None, "", False),
    ]
    assert [(row.earlier_approves, row.earlier_at, row.earlier_revision) for row in rows] == [
        (False, now, 1),
        (True, now, 1),
    ]


def test_a_vote_stands_again_when_the_text_it_was_given_on_comes_back(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    save_draft(session, lead, dialogue.id, ROUTING, now=now)
    assert version.state == "in_review"
    save(session, lead, dialogue, now)
    assert version.state == "approved"
    assert [row.approves for row in votes(session, version.id)] == [True]


def test_who_had_agreed_is_asked_once_to_vote_again(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    colleague = factories.colleague(session, dialogue, second, Role.LEAD_BUYER, now=now)
    cast(session, second, version, now)
    save_draft(session, lead, dialogue.id, ROUTING, now=now)
    once = sorted([second.email, colleague.email])
    assert told(session) == once
    save_draft(session, lead, dialogue.id, ROWS, now=now)
    assert told(session) == once
    cast(session, second, version, now)
    save(session, lead, dialogue, now)
    assert told(session) == sorted(once * 2)


def test_neither_who_objected_nor_who_made_the_change_is_asked(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    cast(session, second, version, now, reason="Too long.")
    save_draft(session, lead, dialogue.id, ROUTING, now=now)
    assert told(session) == []


def test_an_edit_of_one_part_resets_votes_as_well(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    own = factories.own(lead)
    version = import_draft(session, lead, dialogue.id, TYPES, organisation_id=own, now=now)
    cast(session, second, version, now)
    content = {**(content_of(TYPES, "question:A.02") or {}), "required": True}
    editor = Editor(own, version.revision)
    change(session, lead, version.id, "question:A.02", content, editor=editor, now=now)
    assert told(session) == [second.email]
    assert [row.earlier_approves for row in votes(session, version.id)] == [None, True]
