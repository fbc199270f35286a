"""What is shown of proof and checks, and to whom: downloads, removed files, another's words."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from portal.core.db import Session
from portal.core.errors import NotNow, Refused
from portal.meeting import operations_commitments_proof as proofs
from portal.meeting import operations_commitments_terms as terms
from portal.meeting.commitments_rules import State
from portal.meeting.models_commitments import CommitmentCheck
from portal.meeting.operations_commitments_proof import Proof
from portal.meeting.operations_commitments_reading import read_proof
from portal.meeting.operations_follow_up import bring_commitments
from portal.meeting.queries_commitment import CommitmentPage, commitment_page
from portal.response import operations as responses
from portal.response.loading import given_answers
from portal.response.models import Evidence
from tests import factories
from tests.meeting.commitment_world import ADDRESS, CLAUSE, Given, World, world
from tests.meeting.test_follow_up import followed


@pytest.fixture
def w(session: Session, now: datetime) -> World:
    return world(session, now)


def given(w: World, **changes: Given) -> tuple[UUID, Evidence]:
    """A commitment that a piece of the supplier's evidence proves."""
    made = w.in_state(State.IN_PROGRESS)
    piece = Evidence(
        organisation_id=factories.own(w.supplier),
        kind="file",
        file_name="audit.pdf",
        media_type="application/pdf",
        uploaded_at=w.now,
        **{"confidentiality": "buyers", "title": "Audit", "sha256": "0" * 64, **changes},
    )
    w.session.add(piece)
    w.session.flush()
    proof = Proof(evidence_id=piece.id)
    proofs.give_proof(w.session, w.supplier, w.dialogue.id, made, proof, address=ADDRESS, now=w.now)
    return made, piece


def shown(w: World, who: str, commitment_id: UUID) -> CommitmentPage:
    return commitment_page(w.session, getattr(w, who), w.dialogue.id, commitment_id)


def test_a_supplier_without_a_response_sees_who_downloaded_its_proof(w: World) -> None:
    made, piece = given(w)
    place = (w.dialogue.id, made, piece.id)
    read_proof(w.session, w.supplier, *place, now=w.now)
    read_proof(w.session, w.lead, *place, now=w.now)
    acts = [event.act for event in shown(w, "supplier", made).events]
    assert acts.count("proof_read") == 1, "its own reading is not written down"
    (row,) = [row for row in w.rows(made) if row.act == "proof_read"]
    assert (row.person_id, row.organisation_id) == (w.lead.person_id, factories.own(w.lead))


def test_what_the_company_removed_is_served_to_nobody(w: World) -> None:
    made, piece = given(w)
    assert shown(w, "lead", made).proofs[0].evidence is piece
    responses.remove(w.session, w.supplier, piece.id, now=w.now)
    for who in ("lead", "supplier"):
        proof = shown(w, who, made).proofs[0]
        assert (proof.evidence, proof.hidden, proof.removed) == (None, True, True)
        with pytest.raises(Refused):
            read_proof(w.session, getattr(w, who), w.dialogue.id, made, piece.id, now=w.now)


@pytest.mark.parametrize("over", [State.VERIFIED, State.CLOSED, State.DROPPED])
def test_what_is_settled_keeps_its_wording(w: World, over: State) -> None:
    made = w.in_state(State.IN_PROGRESS)
    wording = terms.Wording(text="Half of it.", due_on=w.due + timedelta(days=9), base=1)
    place = (w.dialogue.id, made)
    terms.change_terms(w.session, w.supplier, *place, wording, address=ADDRESS, now=w.now)
    ways = {
        State.VERIFIED: ("prove", "verify"),
        State.CLOSED: ("prove", "verify", "close"),
        State.DROPPED: ("drop",),
    }
    for act in ways[over]:
        w.do(act, w.supplier if act == "prove" else w.lead, made)
    before = len(w.rows(made))
    decided = {"number": 2, "address": ADDRESS, "now": w.now}
    with pytest.raises(NotNow):
        terms.accept_terms(w.session, w.lead, *place, **decided)  # type: ignore[arg-type]
    with pytest.raises(NotNow):
        terms.decline_terms(w.session, w.lead, *place, reason="No.", **decided)  # type: ignore[arg-type]
    assert (w.get(made).text, len(w.rows(made))) == ("We publish our list of sites.", before)


def test_the_follow_up_names_no_piece_to_more_people_than_it_is_open_to(w: World) -> None:
    given(w, title="For all", sha256="1" * 64, confidentiality="public")
    given(w, title="For nobody", sha256="2" * 64, confidentiality="aggregate_only")
    _, piece = given(w, title="Taken back", sha256="3" * 64, confidentiality="public")
    responses.remove(w.session, w.supplier, piece.id, now=w.now)
    made = followed(w)
    response = factories.response(w.session, made, w.supplier, now=w.now)
    bring_commitments(w.session, w.supplier, response.id, now=w.now)
    rows = given_answers(w.session, response.id)["A.04"].value
    assert sorted(row.get("proof", "") for row in rows) == ["", "", "For all"]


def test_the_words_of_a_check_stay_with_those_who_may_see_it(w: World) -> None:
    terms_of = {"clause": CLAUSE}
    original = w.in_state(State.VERIFIED, **terms_of)
    check = w.session.query(CommitmentCheck).filter_by(commitment_id=original).one()
    other = w.in_state(State.PROOF_GIVEN, **terms_of)
    proofs.reuse_check(
        w.session, w.other_buyer, w.dialogue.id, other, check.id, address=ADDRESS, now=w.now
    )
    copy = w.session.query(CommitmentCheck).filter_by(commitment_id=other).one()
    assert (copy.checked, copy.reused_id, copy.level) == ("", check.id, check.level)
    for who in ("lead", "other_buyer", "secretariat", "supplier"):
        (made,) = shown(w, who, other).checks
        assert made.words == check.checked, who
    elsewhere = factories.dialogue(w.session, now=w.now)
    check.dialogue_id = elsewhere.id
    w.session.flush()
    for who in ("other_buyer", "secretariat", "supplier"):
        (made,) = shown(w, who, other).checks
        assert made.words == "", who
    assert shown(w, "lead", other).checks[0].words == check.checked, "its own"
