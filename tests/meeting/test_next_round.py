"""The next round begins from the last one, can be published, and is compared with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.aggregate.policy import Audience
from portal.aggregate.queries_rounds import earlier_releases, rounds
from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue, RoleGrant
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.invitation.models import Invitation
from portal.invitation.operations import publish_dialogue
from portal.meeting.commitments_ground import read_one
from portal.meeting.commitments_letters import readers
from portal.meeting.commitments_rules import Side, State
from portal.meeting.models_commitments import Commitment
from portal.meeting.operations_commitments_proof import Proof, give_proof
from portal.meeting.operations_next_round import Along, go_on
from portal.meeting.queries_commitment import commitment_page
from portal.meeting.queries_commitments import Wanted, board
from portal.meeting.queries_next_round import going_on, previous_of, suppliers_of
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.models import Version
from portal.response.models import Evidence
from tests import factories
from tests.aggregate.rounds import column, stored
from tests.meeting.commitment_world import ADDRESS, Given, World, world

FIGURES = {"B.01": {"all": column(20, yes=10, partly=5, no=5)}}


@pytest.fixture
def w(session: Session, now: datetime) -> World:
    return world(session, now)


def along(w: World, **changes: Given) -> Along:
    made = Along(
        short_name="second",
        title="Fair laptops, once more",
        opens_at=w.now,
        closes_at=w.now + timedelta(days=30),
    )
    return replace(made, **changes)


def start(w: World, actor: Actor | None = None, **changes: Given) -> Dialogue:
    return go_on(
        w.session,
        actor or w.secretariat,
        w.dialogue.id,
        along(w, **changes),
        address=ADDRESS,
        now=w.now,
    )


def reload(w: World, actor: Actor) -> Actor:
    assert actor.person_id is not None
    return load_actor(w.session, actor.person_id)


def test_a_round_takes_along_people_questions_suppliers_and_what_is_open(w: World) -> None:
    is_open, kept = w.in_state(State.OVERDUE), w.in_state(State.CLOSED)
    seen = going_on(w.session, w.secretariat, w.dialogue.id, now=w.now)
    assert (seen.commitments, len(seen.suppliers)) == (1, 2)
    w.session.query(OutboxMail).delete()
    made = start(w)
    assert made.state == "draft"
    roles = select(RoleGrant.person_id, RoleGrant.role).filter_by(dialogue_id=made.id)
    grants = {(row[0], row[1]) for row in w.session.execute(roles)}
    assert {
        (w.secretariat.person_id, "SEC"),
        (w.lead.person_id, "LB"),
        (w.other_buyer.person_id, "CB"),
    } <= grants
    assert w.supplier.person_id not in {person_id for person_id, _ in grants}
    versions = select(Version).where(Version.dialogue_id.in_([made.id, w.dialogue.id]))
    old, new = w.session.scalars(versions.order_by(Version.created_at))
    assert (new.state, new.sha256) == ("in_review", old.sha256)
    invited = w.session.scalars(select(Invitation).filter_by(dialogue_id=made.id)).all()
    assert {each.state for each in invited} == {"prepared"}
    assert {each.email for each in invited} == {w.supplier.email, w.rival.email}
    told = {mail.recipient for mail in w.session.scalars(select(OutboxMail))}
    assert {w.lead.email, w.other_buyer.email} <= told
    assert not told & {w.supplier.email, w.rival.email, w.secretariat.email}
    assert w.session.query(Commitment).count() == 2, "linked, not copied"
    lead = reload(w, w.lead)
    with pytest.raises(Refused):
        read_one(w.session, lead, made.id, is_open)
    join(w, made)
    assert read_one(w.session, lead, made.id, is_open).id == is_open
    with pytest.raises(Refused):
        read_one(w.session, lead, made.id, kept)
    w.lead, w.dialogue = lead, made
    w.do("escalate", lead, is_open)
    acts = select(AuditEntry.act).where(AuditEntry.dialogue_id == made.id)
    assert {"next_round_started", "carried_over", "escalated"} <= set(w.session.scalars(acts))
    found = previous_of(w.session, made.id)
    assert found is not None
    assert found[1] == "next_round"


def join(w: World, made: Dialogue) -> None:
    """The supplier accepts to take part in the new dialogue."""
    dialogues.grant_role(
        w.session,
        SYSTEM,
        made.id,
        organisation_id=factories.own(w.supplier),
        email=w.supplier.email,
        role=Role.SUPPLIER_SIGNATORY,
        now=w.now,
    )


def test_who_was_taken_off_is_not_written_to_again(w: World) -> None:
    """The address of the old invitation counts while it holds a role, or nobody does."""
    own = factories.own(w.supplier)
    left = "left@example.org"
    row = Invitation(
        dialogue_id=w.dialogue.id,
        organisation_id=own,
        email=left,
        contact_name="Who Left",
        state="accepted",
        created_at=w.now,
    )
    w.session.add(row)
    w.session.flush()

    def written_to() -> list[str]:
        found = suppliers_of(w.session, w.dialogue.id)
        return [each.email for each in found if each.organisation_id == own]

    assert written_to() == [w.supplier.email]
    grant = {"organisation_id": own, "email": left, "name": "Who Left", "now": w.now}
    dialogues.grant_role(
        w.session,
        SYSTEM,
        w.dialogue.id,
        role=Role.SUPPLIER_CONTRIBUTOR,
        **grant,  # type: ignore[arg-type]
    )
    assert written_to() == [w.supplier.email], "who answers for the company comes first"
    dialogues.grant_role(
        w.session,
        SYSTEM,
        w.dialogue.id,
        role=Role.SUPPLIER_ADMIN,
        **grant,  # type: ignore[arg-type]
    )
    row.email = left.upper()
    assert written_to() == [left.upper()]
    w.session.query(RoleGrant).filter_by(organisation_id=own).delete()
    assert written_to() == [left.upper()]


def test_what_is_carried_shows_no_more_than_its_promisor_opened(w: World) -> None:
    proposed, shown = w.propose(), w.in_state(State.IN_PROGRESS)
    piece = factories.submitted(w.session, w.dialogue, now=w.dialogue.opens_at)
    evidence = w.session.get_one(Evidence, piece.evidence_id)
    evidence.organisation_id = factories.own(w.supplier)
    proof = Proof(evidence_id=evidence.id)
    give_proof(w.session, w.supplier, w.dialogue.id, shown, proof, address=ADDRESS, now=w.now)
    made = start(w)
    newcomer = factories.member(w.session, made, Role.LEAD_BUYER, now=w.now)
    assert board(w.session, newcomer, made.id, Wanted(), now=w.now).total == 0
    sides = [reached.holder.email for reached in readers(w.session, w.get(shown), Side.COUNTERPART)]
    assert newcomer.email not in sides
    join(w, made)
    assert board(w.session, newcomer, made.id, Wanted(), now=w.now).total == 1
    with pytest.raises(Refused):
        read_one(w.session, newcomer, made.id, proposed)
    hidden = commitment_page(w.session, newcomer, made.id, shown).proofs[0]
    assert (hidden.evidence, hidden.hidden) == (None, True)
    seen = commitment_page(w.session, reload(w, w.lead), made.id, shown).proofs[0]
    assert seen.evidence is evidence


def test_what_was_not_chosen_stays_behind(w: World) -> None:
    w.in_state(State.AGREED)
    made = start(w, people=False, questionnaire=False, suppliers=False, commitments=False)
    for table in (Version, Invitation):
        assert w.session.query(table).filter_by(dialogue_id=made.id).count() == 0
    assert going_on(w.session, w.lead, w.dialogue.id, now=w.now).later == (
        ("second", "Fair laptops, once more", "next_round"),
    )


def test_only_who_runs_it_goes_on_and_only_after_the_close(w: World) -> None:
    for actor in (w.other_buyer, w.supplier, w.stranger):
        with pytest.raises(Refused):
            start(w, actor)
        with pytest.raises(Refused):
            going_on(w.session, actor, w.dialogue.id, now=w.now)
    wrong: list[dict[str, Given]] = [{"short_name": w.dialogue.short_name}, {"title": " "}]
    for changes in wrong:
        with pytest.raises(Invalid):
            start(w, **changes)
    w.dialogue.closes_at = w.now + timedelta(days=1)
    with pytest.raises(NotNow):
        start(w)


def test_the_second_round_is_published_and_compared_with_the_first(w: World) -> None:
    everybody = dict.fromkeys(Audience, FIGURES)
    stored(w.session, w.dialogue, everybody, cut_off=w.now - timedelta(days=9))
    made = start(w, w.lead)
    (version_id,) = w.session.scalars(select(Version.id).filter_by(dialogue_id=made.id))
    buyers = select(RoleGrant.person_id).where(
        RoleGrant.dialogue_id == made.id, RoleGrant.role.in_(["LB", "CB"])
    )
    for person_id in w.session.scalars(buyers).all():
        buyer = load_actor(w.session, person_id)
        questionnaires.vote(
            w.session,
            buyer,
            version_id,
            organisation_id=factories.own(buyer),
            approves=True,
            reason="",
            now=w.now,
        )
    lead = reload(w, w.lead)
    publish_dialogue(w.session, lead, made.id, address=f"{ADDRESS}/join/", now=w.now)
    sent = w.session.scalars(select(Invitation.state).filter_by(dialogue_id=made.id))
    assert set(sent) == {"sent"}
    release = stored(w.session, made, everybody, cut_off=w.now + timedelta(days=31))
    (earlier,) = earlier_releases(w.session, lead, release, made_public=[])
    assert earlier.name == f"{w.dialogue.short_name}/1"
    _, _, same = rounds(w.session, lead, release, earlier, "en")
    assert same["B.01"].sources == ("B.01",)
    assert Role.LEAD_BUYER in lead.roles(made.id)
