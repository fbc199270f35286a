"""The life of a commitment: each transition leaves one row, every other one is refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.roles import Role
from portal.meeting import operations_commitments_actions as actions
from portal.meeting import operations_commitments_proof as proofs
from portal.meeting import operations_commitments_terms as terms
from portal.meeting.commitments_ground import read_one
from portal.meeting.commitments_rules import TRANSITIONS, Act, Level, Method, State, Terms, joined
from portal.meeting.commitments_sources import Source
from portal.meeting.models_commitments import CommitmentTerms
from portal.meeting.operations_commitments_proof import Proof
from portal.meeting.operations_commitments_terms import Clash, Wording
from tests import factories
from tests.meeting.commitment_world import ADDRESS, World, world

NAMES = {
    Act.AGREE: "agree",
    Act.BEGIN: "begin",
    Act.PROVE: "prove",
    Act.VERIFY: "verify",
    Act.DISPUTE: "dispute",
    Act.ESCALATE: "escalate",
    Act.CLOSE: "close",
    Act.DROP: "drop",
}
RIGHTLY = {
    "agree": "lead",
    "begin": "supplier",
    "prove": "supplier",
    "verify": "other_buyer",
    "dispute": "secretariat",
    "escalate": "other_buyer",
    "close": "secretariat",
    "drop": "lead",
}
"""Act → somebody who may do it."""
WRONGLY = {
    "agree": ("rival", "stranger", "reader"),
    "begin": ("lead", "secretariat", "rival"),
    "prove": ("lead", "rival", "stranger"),
    "verify": ("supplier", "reader", "rival", "stranger"),
    "dispute": ("supplier", "reader", "rival"),
    "escalate": ("supplier", "reader", "stranger"),
    "close": ("supplier", "other_buyer", "reader", "stranger"),
    "drop": ("other_buyer", "rival", "reader", "stranger"),
}
"""Act → people who may not, whatever the state."""


@pytest.fixture
def w(session: Session, now: datetime) -> World:
    return world(session, now)


def pairs(*, legal: bool) -> Iterator[tuple[Act, State]]:
    for act, (before, _) in TRANSITIONS.items():
        if act is not Act.LAPSE:
            yield from ((act, state) for state in State if (state in before) is legal)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_transition_of_the_table_passes_and_leaves_one_row(w: World) -> None:
    for act, state in pairs(legal=True):
        commitment_id = w.in_state(state)
        before = len(w.rows(commitment_id))
        w.do(NAMES[act], getattr(w, RIGHTLY[NAMES[act]]), commitment_id)
        assert w.get(commitment_id).state == TRANSITIONS[act][1], (act, state)
        (row,) = w.rows(commitment_id)[before:]
        assert row.act == act
        assert (row.details["from"], row.details["to"]) == (state, TRANSITIONS[act][1])
        assert row.person_id
        assert row.organisation_id
        assert row.dialogue_id == w.dialogue.id
        if act in {Act.DISPUTE, Act.ESCALATE, Act.CLOSE, Act.DROP}:
            assert row.details["reason"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_other_transition_is_refused_and_leaves_nothing(w: World) -> None:
    for act, state in pairs(legal=False):
        commitment_id = w.in_state(state)
        before = len(w.rows(commitment_id))
        with pytest.raises(NotNow):
            w.do(NAMES[act], getattr(w, RIGHTLY[NAMES[act]]), commitment_id)
        assert (w.get(commitment_id).state, len(w.rows(commitment_id))) == (state, before)


def test_who_may_not_act_finds_nothing(w: World) -> None:
    reader = factories.member(w.session, w.dialogue, Role.BUYER_READER, now=w.now)
    for act, names in WRONGLY.items():
        states = TRANSITIONS[next(each for each, name in NAMES.items() if name == act)][0]
        commitment_id = w.in_state(min(states - {State.PROPOSED} or states))
        before = len(w.rows(commitment_id))
        for name in names:
            with pytest.raises(Refused):
                w.do(act, reader if name == "reader" else getattr(w, name), commitment_id)
        assert len(w.rows(commitment_id)) == before, act


def test_both_sides_agree_to_the_text_that_they_read(w: World) -> None:
    commitment_id = w.propose(w.secretariat)
    contributor = factories.colleague(
        w.session, w.dialogue, w.supplier, Role.SUPPLIER_CONTRIBUTOR, now=w.now
    )
    with pytest.raises(Refused):
        w.do("agree", contributor, commitment_id)
    with pytest.raises(NotNow):
        w.do("agree", w.lead, commitment_id)
    with pytest.raises(NotNow):
        w.do("agree", w.supplier, commitment_id, seen=2)
    w.do("agree", w.supplier, commitment_id)
    assert w.get(commitment_id).state == State.AGREED
    by_contributor = w.propose(contributor)
    w.do("agree", w.lead, by_contributor)
    assert w.get(by_contributor).state == State.PROPOSED
    w.do("agree", w.supplier, by_contributor)
    assert [row.act for row in w.rows(by_contributor)] == [
        "proposed",
        "agreed_by_one_side",
        "agreed",
    ]


def change(w: World, who: str, commitment_id: UUID, text: str, base: int, *, days: int = 0) -> None:
    wording = Wording(text=text, due_on=w.due + timedelta(days=days), base=base)
    terms.change_terms(
        w.session,
        getattr(w, who),
        w.dialogue.id,
        commitment_id,
        wording,
        address=ADDRESS,
        now=w.now,
    )


def test_a_changed_proposal_waits_for_the_other_side_again(w: World) -> None:
    commitment_id = w.propose()
    change(w, "lead", commitment_id, "We publish it twice a year.", 1)
    found = w.get(commitment_id)
    assert (found.text, found.version) == ("We publish it twice a year.", 2)
    assert found.promisor_agreed_at is None
    w.do("agree", w.supplier, commitment_id, seen=2)
    assert found.state == State.AGREED


def test_a_change_after_the_agreement_needs_both_sides_and_loses_nothing(w: World) -> None:
    commitment_id = w.in_state(State.OVERDUE)
    found = w.get(commitment_id)
    change(w, "supplier", commitment_id, "We publish half of it.", 1, days=90)
    assert (found.state, found.text) == (State.OVERDUE, "We publish our list of sites.")
    decide = {"number": 2, "address": ADDRESS, "now": w.now}
    place = (w.session, w.dialogue.id, commitment_id)
    with pytest.raises(Refused):
        terms.accept_terms(place[0], w.supplier, *place[1:], **decide)  # type: ignore[arg-type]
    with pytest.raises(NotNow):
        terms.accept_terms(place[0], w.lead, *place[1:], **{**decide, "number": 1})  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        terms.decline_terms(place[0], w.lead, *place[1:], reason=" ", **decide)  # type: ignore[arg-type]
    terms.accept_terms(place[0], w.lead, *place[1:], **decide)  # type: ignore[arg-type]
    assert (found.state, found.text) == (State.IN_PROGRESS, "We publish half of it.")
    row = w.rows(commitment_id)[-1]
    assert (row.act, row.details["from"], row.details["to"]) == (
        "terms_agreed",
        "overdue",
        "in_progress",
    )
    query = select(CommitmentTerms.text).filter_by(commitment_id=commitment_id)
    assert set(w.session.scalars(query)) == {
        "We publish our list of sites.",
        "We publish half of it.",
    }
    with pytest.raises(Refused):
        change(w, "rival", commitment_id, "Nothing.", 2)


def test_two_who_write_at_once_lose_nothing(w: World) -> None:
    commitment_id = w.propose()
    change(w, "supplier", commitment_id, "We publish our list of sites.", 1, days=10)
    change(w, "lead", commitment_id, "We publish our list, with addresses.", 1)
    found = w.get(commitment_id)
    assert found.text == "We publish our list, with addresses."
    assert found.due_on == w.due + timedelta(days=10)
    with pytest.raises(Clash) as clash:
        change(w, "supplier", commitment_id, "We publish nothing.", 2, days=10)
    assert clash.value.theirs.text == "We publish our list, with addresses."
    assert clash.value.number == 3
    base = Terms("a", w.due)
    assert joined(base, base, Terms("b", w.due)).terms.text == "b"


def test_what_is_promised_must_be_possible(w: World) -> None:
    rival, own = factories.own(w.rival), factories.own(w.supplier)
    for changes, error in (
        ({"text": " \x00 "}, Invalid),
        ({"text": "x" * 2001}, Invalid),
        ({"due_on": w.now.date() - timedelta(days=1)}, Invalid),
        ({"clause": "oecd no such step"}, Invalid),
        ({"source": Source(kind="contract")}, Invalid),
        ({"source": Source(kind="session")}, Invalid),
        ({"source": Source(kind="answer", question_id="B.01")}, Invalid),
        ({"source": Source(kind="rumour")}, Refused),
        ({"organisation_id": rival}, Refused),
        ({"counterpart_id": rival}, Refused),
        ({"organisation_id": factories.own(w.stranger)}, Refused),
        ({"organisation_id": factories.own(w.lead)}, Refused),
    ):
        with pytest.raises(error):
            w.propose(**changes)
    with pytest.raises(Refused):
        w.propose(w.other_buyer, counterpart_id=factories.own(w.lead))
    asked = w.propose(organisation_id=factories.own(w.lead), counterpart_id=own)
    assert w.get(asked).part == "buyer"


def test_an_answer_can_be_built_on_by_who_may_read_it(w: World) -> None:
    begun = w.dialogue.opens_at
    answered = factories.submitted(w.session, w.dialogue, now=begun)
    source = Source(kind="answer", question_id="B.01")
    made = w.propose(w.lead, organisation_id=answered.organisation_id, source=source)
    assert w.get(made).response_id == answered.response_id
    w.propose(answered.actor, organisation_id=answered.organisation_id, source=source)
    nothing = Source(kind="answer", question_id="Z.99")
    with pytest.raises(Invalid):
        w.propose(w.lead, organisation_id=answered.organisation_id, source=nothing)


def test_a_buyers_promise_to_the_market_is_everybodys_once_agreed(w: World) -> None:
    promise = w.propose(w.lead, organisation_id=factories.own(w.lead))
    place = (w.dialogue.id, promise)
    with pytest.raises(Refused):
        read_one(w.session, w.rival, *place)
    with pytest.raises(NotNow):
        w.do("agree", w.lead, promise)
    w.do("agree", w.secretariat, promise)
    assert read_one(w.session, w.rival, *place).id == promise
    own = w.in_state(State.AGREED)
    with pytest.raises(Refused):
        read_one(w.session, w.rival, w.dialogue.id, own)
    with pytest.raises(Refused):
        read_one(w.session, w.stranger, w.dialogue.id, own)
    observer = factories.member(w.session, w.dialogue, Role.OBSERVER, now=w.now)
    with pytest.raises(Refused):
        read_one(w.session, observer, w.dialogue.id, own)
    with pytest.raises(Refused):
        actions.let_observers_read(w.session, w.other_buyer, w.dialogue.id, allowed=True, now=w.now)
    actions.let_observers_read(w.session, w.lead, w.dialogue.id, allowed=True, now=w.now)
    assert read_one(w.session, observer, w.dialogue.id, own).id == own
    with pytest.raises(Refused):
        w.do("verify", observer, own)


def test_the_portal_marks_what_is_overdue_once_and_in_its_own_name(w: World) -> None:
    commitment_id = w.in_state(State.AGREED)
    ids = [commitment_id, w.in_state(State.PROOF_GIVEN)]
    assert actions.due_to_lapse(w.session, now=w.now) == []
    w.lapse(commitment_id)
    assert [w.get(each).state for each in ids] == [State.OVERDUE, State.PROOF_GIVEN]
    row = w.rows(commitment_id)[-1]
    assert (row.act, row.details["from"]) == ("overdue", "agreed")
    assert (row.person_id, row.organisation_id) == (None, None)
    assert actions.mark_overdue(w.session, ids, now=w.now) == 0


def test_proof_is_the_companys_own(w: World) -> None:
    commitment_id = w.in_state(State.IN_PROGRESS)
    foreign = factories.submitted(w.session, w.dialogue, now=w.dialogue.opens_at).evidence_id
    for proof, error in (
        (Proof(evidence_id=foreign), Refused),
        (Proof(), Invalid),
        (Proof(url="javascript:alert(1)"), Invalid),
    ):
        with pytest.raises(error):
            proofs.give_proof(
                w.session,
                w.supplier,
                w.dialogue.id,
                commitment_id,
                proof,
                address=ADDRESS,
                now=w.now,
            )


def test_a_check_is_at_least_what_was_agreed(w: World) -> None:
    commitment_id = w.propose(level=Level.ADVANCED, method=Method.SITE_AUDIT)
    w.bring(commitment_id, State.PROOF_GIVEN)
    for changes in (
        {"level": Level.BASIC, "method": Method.SITE_AUDIT},
        {"level": Level.ADVANCED, "method": Method.DESK_REVIEW},
        {"level": Level.ADVANCED, "valid_until": w.now.date()},
        {"checked_on": w.now.date() + timedelta(days=1)},
        {"checked": ""},
    ):
        with pytest.raises(Invalid):
            w.do("verify", w.lead, commitment_id, **changes)
    w.do("verify", w.lead, commitment_id, level=Level.LEADING, method=Method.UNANNOUNCED_AUDIT)


def test_a_dispute_is_answered_and_a_finding_is_put_right(w: World) -> None:
    commitment_id = w.in_state(State.DISPUTED)
    place = (w.dialogue.id, commitment_id)
    said = {"reason": "It is on page 3.", "address": ADDRESS, "now": w.now}
    with pytest.raises(Refused):
        proofs.reply(w.session, w.lead, *place, **said)  # type: ignore[arg-type]
    proofs.reply(w.session, w.supplier, *place, **said)  # type: ignore[arg-type]
    assert w.rows(commitment_id)[-1].details["reason"] == "It is on page 3."
    found = actions.Finding(finding="No addresses", action="Add them", owner="Ada", due_on=w.due)
    row = actions.add_action(w.session, w.lead, *place, found, now=w.now)
    with pytest.raises(Refused):
        actions.finish_action(w.session, w.lead, *place, row.id, now=w.now)
    actions.finish_action(w.session, w.supplier, *place, row.id, now=w.now)
    with pytest.raises(NotNow):
        actions.finish_action(w.session, w.supplier, *place, row.id, now=w.now)
    with pytest.raises(Refused):
        actions.add_action(w.session, w.rival, *place, found, now=w.now)
    assert [row.act for row in w.rows(commitment_id)[-3:]] == [
        "replied",
        "action_added",
        "action_done",
    ]


def test_the_other_side_is_told_in_a_mail_with_one_link(w: World) -> None:
    w.session.query(OutboxMail).delete()
    commitment_id = w.propose(text="We publish it.\r\nBcc: everybody@example.org")
    to = {mail.recipient for mail in w.session.scalars(select(OutboxMail))}
    assert {w.lead.email, w.secretariat.email} <= to
    assert not to & {w.supplier.email, w.rival.email, w.other_buyer.email}
    mail = w.session.scalars(select(OutboxMail)).first()
    assert mail is not None
    link = f"{ADDRESS}/dialogues/{w.dialogue.short_name}/commitments/{commitment_id}"
    assert mail.body.count("https://") == 1
    assert link in mail.body
