"""Writes about keeping a commitment: proof, checks, disputes, and another buyer's check."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.meeting.commitments_checks import seen_check
from portal.meeting.commitments_ground import (
    Ground,
    plain,
    take_up,
    written,
)
from portal.meeting.commitments_letters import tell_other_side
from portal.meeting.commitments_policy import checks_as, may_verify
from portal.meeting.commitments_rules import Act, Check, Level, Method, Side, State, lacks
from portal.meeting.models_commitments import CommitmentCheck, CommitmentProof
from portal.meeting.operations_commitments import WHY
from portal.response.fields import is_web_address
from portal.response.models import Evidence

SHOW = message("Choose a piece of evidence, give a link, or say what shows it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that a commitment was kept: any of the three."""

    evidence_id: UUID | None = None
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, against which level of the clause, how, when, and how long it holds."""

    checked: str
    level: Level
    method: Method
    checked_on: date
    valid_until: date
    shared: bool = False


def give_proof(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    proof: Proof,
    *,
    address: str,
    now: datetime,
) -> None:
    """Show that the commitment was kept; for the side that promised.

    Raises Refused for evidence that is not the company's own, Invalid for nothing at all.
    """
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if ground.side is not Side.PROMISOR:
        raise Refused
    ground.require(Act.PROVE)
    url, text = plain(proof.url), plain(proof.text)
    if proof.evidence_id is not None:
        _require_own(session, ground, proof.evidence_id)
    if url and not is_web_address(url):
        raise _fault("url", message("Enter a web address that starts with https:// or http://"))
    if text:
        text = written(text, "text", SHOW)
    if not (proof.evidence_id or url or text):
        raise _fault("text", SHOW)
    row = CommitmentProof(
        commitment_id=commitment_id,
        dialogue_id=dialogue_id,
        evidence_id=proof.evidence_id,
        url=url,
        text=text,
    )
    row.person_id, row.given_at = actor.person_id, now
    session.add(row)
    session.flush()
    ground.move(Act.PROVE, proof=str(row.id))
    what = message("{name} has given proof. Please check it.", name=actor.name)
    tell_other_side(ground, Side.PROMISOR, what, address=address)


def verify(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    made: Verification,
    *,
    address: str,
    now: datetime,
) -> None:
    """Write down a check that the proof passed; it must be at least what was agreed.

    Raises Refused for one's own side, Invalid for days that cannot be or too weak a check.
    """
    ground = _verifier(session, actor, dialogue_id, commitment_id, Act.VERIFY, now=now)
    checked = written(made.checked, "checked", message("Say what was checked."))
    _check_days(made, now)
    weak = _weakness(ground, str(made.level), str(made.method), made.valid_until)
    if weak is not None:
        name = "level" if weak is Check.LEVEL else "method"
        raise _fault(name, message("This is less than was agreed. Check it as agreed, or dispute."))
    row = _row(ground, checked, str(made.level), str(made.method))
    row.checked_on, row.valid_until, row.shared = made.checked_on, made.valid_until, made.shared
    _keep(ground, row, address=address)


def reuse_check(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    check_id: UUID,
    *,
    address: str,
    now: datetime,
) -> None:
    """Accept what another buyer has checked already, instead of checking again.

    Its words stay where they are, for those who may see that check (``seen_words``).
    Raises Refused for a check that the actor may not see, NotNow with the reason if it is too
    weak or has run out.
    """
    ground = _verifier(session, actor, dialogue_id, commitment_id, Act.VERIFY, now=now)
    found = seen_check(session, actor, ground.bond, ground.commitment.clause, check_id)
    weak = _weakness(ground, found.level, found.method, found.valid_until)
    if weak is not None:
        raise NotNow(weak)
    row = _row(ground, "", found.level, found.method)
    row.checked_on, row.valid_until = found.checked_on, found.valid_until
    row.reused_id = found.reused_id or found.id
    _keep(ground, row, address=address, reused=str(found.id))


def share_check(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    check_id: UUID,
    *,
    shared: bool,
    now: datetime,
) -> None:
    """Let buyers see one's check in other dialogues in which both take part, or no longer."""
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    found = session.get(CommitmentCheck, check_id, with_for_update=True)
    if found is None or found.commitment_id != commitment_id or found.reused_id is not None:
        raise Refused
    if found.organisation_id != checks_as(actor, dialogue_id) or not may_verify(actor, ground.bond):
        raise Refused
    if found.shared != shared:
        found.shared = shared
        ground.note("check_shared" if shared else "check_unshared", check=str(check_id))


def dispute(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    reason: str,
    address: str,
    now: datetime,
) -> None:
    """Say why the proof does not show what was promised."""
    ground = _verifier(session, actor, dialogue_id, commitment_id, Act.DISPUTE, now=now)
    words = written(reason, "reason", WHY)
    ground.move(Act.DISPUTE, words)
    what = message("{name} disputes the proof. You can reply or give more.", name=actor.name)
    tell_other_side(ground, Side.COUNTERPART, what, words=words, address=address)


def reply(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    reason: str,
    address: str,
    now: datetime,
) -> None:
    """Answer a dispute in words; it stays disputed until the other side decides."""
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if ground.side is not Side.PROMISOR:
        raise Refused
    if ground.commitment.state != State.DISPUTED:
        raise NotNow(message("Nothing is disputed here now."))
    words = written(reason, "reason", message("Write your reply first."))
    state = ground.commitment.state
    ground.note("replied", **{"from": state, "to": state, "reason": words})
    what = message("{name} replies to the dispute.", name=actor.name)
    tell_other_side(ground, Side.PROMISOR, what, words=words, address=address)


def _verifier(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    act: Act,
    *,
    now: datetime,
) -> Ground:
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if not may_verify(actor, ground.bond):
        raise Refused
    ground.require(act)
    return ground


def _weakness(ground: Ground, level: str, method: str, valid_until: date) -> Message | None:
    """Why a check is less than was agreed for this commitment; None if it is enough."""
    commitment = ground.commitment
    return lacks(
        level=level,
        method=method,
        valid_until=valid_until,
        wanted=(commitment.level, commitment.method),
        day=ground.now.date(),
    )


def _row(ground: Ground, checked: str, level: str, method: str) -> CommitmentCheck:
    organisation_id = checks_as(ground.actor, ground.dialogue_id)
    if organisation_id is None:
        raise Refused
    return CommitmentCheck(
        commitment_id=ground.commitment.id,
        dialogue_id=ground.dialogue_id,
        supplier_id=ground.commitment.organisation_id,
        checked=checked,
        clause=ground.commitment.clause,
        level=level,
        method=method,
        organisation_id=organisation_id,
        person_id=ground.actor.person_id,
        made_at=ground.now,
    )


def _keep(ground: Ground, row: CommitmentCheck, *, address: str, **details: str) -> None:
    ground.session.add(row)
    ground.session.flush()
    ground.move(Act.VERIFY, check=str(row.id), level=row.level, method=row.method, **details)
    what = message("{name} has verified the commitment.", name=ground.actor.name)
    tell_other_side(ground, Side.COUNTERPART, what, address=address)


def _check_days(made: Verification, now: datetime) -> None:
    if made.checked_on > now.date():
        raise _fault("checked_on", message("This day is still ahead. When was it checked?"))
    if made.valid_until <= max(made.checked_on, now.date()):
        raise _fault(
            "valid_until", message("Choose a later day: until then others may rely on it.")
        )


def _require_own(session: Session, ground: Ground, evidence_id: UUID) -> None:
    piece = session.get(Evidence, evidence_id)
    if piece is None or piece.organisation_id != ground.commitment.organisation_id:
        raise Refused
    if piece.removed_at is not None or piece.replaced_by_id is not None:
        raise _fault("evidence_id", message("This piece was removed or replaced. Choose another."))


def _fault(name: str, sentence: Message) -> Invalid:
    return Invalid(sentence, {name: sentence})
