"""Has another buyer checked this already: who sees which check, and when it may stand in."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import NotNow, Refused
from portal.dialogue import operations as dialogues
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.meeting import operations_commitments_proof as proofs
from portal.meeting.commitments_rules import (
    LEVELS,
    STANDS_IN_FOR,
    Check,
    Level,
    Method,
    State,
    lacks,
)
from portal.meeting.models_commitments import CommitmentCheck
from portal.meeting.queries_commitment import offered_checks
from tests import factories
from tests.meeting.commitment_world import ADDRESS, CLAUSE, Given, World, world


@pytest.fixture
def w(session: Session, now: datetime) -> World:
    return world(session, now)


def checked(w: World, actor: Actor, **changes: Given) -> UUID:
    """A check by this actor of the supplier against the clause."""
    terms: dict[str, Given] = {"level": Level.ADVANCED, "method": Method.SITE_AUDIT, **changes}
    commitment_id = w.propose(clause=CLAUSE, **terms)
    w.bring(commitment_id, State.PROOF_GIVEN)
    w.do("verify", actor, commitment_id, **terms)
    query = select(CommitmentCheck.id).filter_by(commitment_id=commitment_id)
    return w.session.scalars(query).one()


def waiting(w: World, **changes: Given) -> UUID:
    """A commitment of the same supplier with proof to check."""
    terms: dict[str, Given] = {"clause": CLAUSE, **changes}
    return w.bring(w.propose(**terms), State.PROOF_GIVEN)


def ids(w: World, actor: Actor, commitment_id: UUID) -> list[UUID]:
    """The checks that this actor is offered."""
    found = offered_checks(w.session, actor, w.dialogue.id, commitment_id, now=w.now)
    return [made.check.id for made in found]


def reuse(w: World, actor: Actor, commitment_id: UUID, check_id: UUID) -> None:
    proofs.reuse_check(
        w.session, actor, w.dialogue.id, commitment_id, check_id, address=ADDRESS, now=w.now
    )


def test_another_buyers_check_stands_in_and_leaves_its_row(w: World) -> None:
    check_id = checked(w, w.other_buyer)
    commitment_id = waiting(w)
    offered = offered_checks(w.session, w.lead, w.dialogue.id, commitment_id, now=w.now)
    assert [(made.check.id, made.lacks) for made in offered] == [(check_id, None)]
    assert offered_checks(w.session, w.other_buyer, w.dialogue.id, commitment_id, now=w.now) == []
    reuse(w, w.lead, commitment_id, check_id)
    assert w.get(commitment_id).state == State.VERIFIED
    row = w.rows(commitment_id)[-1]
    assert (row.act, row.details["reused"], row.details["to"]) == (
        "verified",
        str(check_id),
        "verified",
    )
    assert row.organisation_id == factories.own(w.lead)
    again = waiting(w)
    offered = offered_checks(w.session, w.secretariat, w.dialogue.id, again, now=w.now)
    assert [made.check.id for made in offered] == [check_id], "only checks that somebody made"


def test_a_weaker_or_older_check_does_not_stand_in(w: World) -> None:
    check_id = checked(w, w.other_buyer)
    too_low = waiting(w, level=Level.LEADING)
    too_weak = waiting(w, method=Method.PRODUCT_TEST)
    for commitment_id, why in ((too_low, Check.LEVEL), (too_weak, Check.METHOD)):
        (made,) = offered_checks(w.session, w.lead, w.dialogue.id, commitment_id, now=w.now)
        assert made.lacks is why
        with pytest.raises(NotNow):
            reuse(w, w.lead, commitment_id, check_id)
    late = waiting(w)
    w.now += timedelta(days=400)
    with pytest.raises(NotNow):
        reuse(w, w.lead, late, check_id)


def test_who_may_not_check_reuses_nothing(w: World) -> None:
    check_id = checked(w, w.other_buyer)
    commitment_id = waiting(w)
    reader = factories.member(w.session, w.dialogue, Role.BUYER_READER, now=w.now)
    for actor in (w.supplier, w.rival, w.stranger, reader, w.other_buyer):
        with pytest.raises(Refused):
            reuse(w, actor, commitment_id, check_id)
    for changes in ({"clause": ""}, {"organisation_id": factories.own(w.rival)}):
        proposed = w.propose(w.lead, **{"clause": CLAUSE, **changes})
        w.do("agree", w.rival if "organisation_id" in changes else w.supplier, proposed)
        assert offered_checks(w.session, w.lead, w.dialogue.id, proposed, now=w.now) == []


def test_a_check_of_another_dialogue_is_seen_by_who_shares_it_with(w: World) -> None:
    elsewhere = factories.published(w.session, now=w.now - timedelta(days=40))
    maker = factories.member(w.session, elsewhere, Role.CO_BUYER, now=w.now)
    here = w.dialogue
    for person, place in ((w.supplier, elsewhere), (w.lead, elsewhere)):
        role = Role.SUPPLIER_SIGNATORY if person is w.supplier else Role.LEAD_BUYER
        dialogues.grant_role(
            w.session,
            SYSTEM,
            place.id,
            organisation_id=factories.own(person),
            email=person.email,
            role=role,
            now=w.now,
        )
    w.supplier, w.lead = (load_actor(w.session, a.person_id) for a in (w.supplier, w.lead))  # type: ignore[arg-type]
    w.dialogue = elsewhere
    check_id = checked(w, maker)
    made_for = w.session.get_one(CommitmentCheck, check_id).commitment_id
    w.dialogue = here
    commitment_id = waiting(w)
    assert ids(w, w.lead, commitment_id) == []
    share = (w.session, maker, elsewhere.id, made_for, check_id)
    with pytest.raises(Refused):
        proofs.share_check(w.session, w.lead, *share[2:], shared=True, now=w.now)
    proofs.share_check(*share, shared=True, now=w.now)
    assert w.rows(made_for)[-1].act == "check_shared"
    assert ids(w, w.lead, commitment_id) == [check_id]
    assert ids(w, w.other_buyer, commitment_id) == [], "a buyer who is not in that dialogue"
    proofs.share_check(*share, shared=False, now=w.now)
    assert ids(w, w.lead, commitment_id) == []


def test_the_table_of_methods_is_an_order() -> None:
    for method, weaker in STANDS_IN_FOR.items():
        assert method not in weaker
        for other in weaker:
            assert STANDS_IN_FOR[other] <= weaker, (method, other)
    assert set(STANDS_IN_FOR) == set(Method)
    day = datetime(2026, 1, 1).date()  # noqa: DTZ001 - a day
    for level in LEVELS:
        enough = [
            wanted
            for wanted in LEVELS
            if lacks(
                level=level,
                method=Method.DESK_REVIEW,
                valid_until=day,
                wanted=(wanted, Method.DESK_REVIEW),
                day=day,
            )
            is None
        ]
        assert enough == list(LEVELS[: LEVELS.index(level) + 1])
