from datetime import datetime

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire.operations import save_draft, vote
from portal.questionnaire.queries import (
    votes,
)
from tests import factories
from tests.questionnaire.answers import ROUTING
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
