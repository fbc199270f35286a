"""Making a release: tried out first, then frozen and signed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.audit import audit
from portal.aggregate.chain import link
from portal.aggregate.drafting import Choice, Draft, Progress, Text, draft, is_current
from portal.aggregate.models import Release, ReleaseDocument, ReleaseMember, ReleasePreview
from portal.aggregate.past import structure
from portal.aggregate.policy import AUDIENCES, Audience, may_create_release
from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.core.ids import new_id
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.response.snapshot import instant

NAME_CHARS = 200
REASON_CHARS = 2000
CHANGED = message(
    "What was submitted, or released, has changed since this was tried out. Try it out again and "
    "look at what would be shown."
)


def preview(session: Session, actor: Actor, tried: Draft, *, now: datetime) -> ReleasePreview:
    """Keep what was tried out: what each audience would see of every question, and why not more.

    ``tried`` is from ``prepare``. Raises Refused unless the actor is the secretariat.
    """
    dialogue = _dialogue(session, actor, tried.dialogue_id)
    found = ReleasePreview(
        dialogue_id=dialogue.id,
        version_id=tried.version.id,
        cut_off=tried.choice.cut_off,
        segments=list(tried.segments),
        audiences=[audience.value for audience in tried.choice.audiences],
        created_by=actor.person_id,
        created_at=now,
        responses=len(tried.members),
        sha256=tried.sha256(tried.texts()),
        report=tried.report(),
    )
    session.add(found)
    session.flush()
    details = {"cut_off": instant(tried.choice.cut_off), "sha256": found.sha256}
    place = (dialogue.id, ("release_preview", found.id))
    record(session, _act(actor, place, "release.tried", details), now=now)
    return found


def prepare(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    choice: Choice,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> Draft:
    """Work out a release; writes nothing, so that nobody waits for it.

    Raises Refused unless the actor is the secretariat; otherwise as ``drafting.draft`` does.
    """
    dialogue = _dialogue(session, actor, dialogue_id)
    return draft(session, dialogue, choice, now=now, gate=audit, progress=progress)


def prepare_tried(
    session: Session,
    actor: Actor,
    preview_id: UUID,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> Draft:
    """Work out once more what was tried out.

    Raises Refused unless the actor is the secretariat, NotNow if it is no longer the same.
    """
    tried = session.get(ReleasePreview, preview_id)
    if tried is None or not may_create_release(actor, tried.dialogue_id):
        raise Refused
    audiences = tuple(Audience(name) for name in tried.audiences)
    choice = Choice(tried.cut_off, tuple(tried.segments), audiences)
    made = prepare(session, actor, tried.dialogue_id, choice, now=now, progress=progress)
    if made.sha256(made.texts()) != tried.sha256:
        raise NotNow(CHANGED)
    return made


def freeze(
    session: Session,
    actor: Actor,
    made: Draft,
    *,
    signatory: str,
    reason: str = "",
    now: datetime,
) -> Release:
    """Make a release of a draft, signed by its author; it can never be taken back.

    ``reason``: why it replaces the release before it. Raises Refused unless the actor is the
    secretariat; Invalid without a name, and without a reason where there is a release before it;
    NotNow if anything was submitted, withdrawn or released since the draft was worked out.
    """
    _serialise(session)
    dialogue = _dialogue(session, actor, made.dialogue_id, lock=True)
    require_signed(signatory, reason, replaces=made.number > 1)
    if not is_current(session, dialogue, made):
        raise NotNow(CHANGED)
    return _store(session, actor, made, signatory=signatory, reason=reason, now=now)


def create(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    cut_off: datetime,
    now: datetime,
    audiences: tuple[Audience, ...] = AUDIENCES,
    progress: Progress | None = None,
) -> Release:
    """Freeze what was submitted by the cut-off and what of it each audience may see, at once.

    Nothing that happens to a response later changes a release. Raises Refused unless the actor is
    the secretariat; NotNow while the dialogue is not closed, for a cut-off in the future, and if
    nothing was submitted.
    """
    _serialise(session)
    dialogue = _dialogue(session, actor, dialogue_id, lock=True)
    choice = Choice(cut_off, audiences=audiences)
    made = draft(session, dialogue, choice, now=now, gate=audit, progress=progress)
    return _store(session, actor, made, signatory="", reason="", now=now)


def _serialise(session: Session) -> None:
    """Ask PostgreSQL for a serialisable transaction where one is still to begin.

    In a transaction that has begun the lock on the dialogue has to do: it keeps two releases
    apart, and the one query for the standing submissions sees them all at one instant.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "SERIALIZABLE"})


def _dialogue(session: Session, actor: Actor, dialogue_id: UUID, *, lock: bool = False) -> Dialogue:
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=lock or None)
    if dialogue is None or not may_create_release(actor, dialogue_id):
        raise Refused
    return dialogue


def require_signed(signatory: str, reason: str, *, replaces: bool) -> None:
    """Raise Invalid, by field, unless the author signed and said why it replaces another."""
    problems = {}
    if not signatory.strip():
        problems["signatory"] = message("Sign with your name.")
    if replaces and not reason.strip():
        problems["reason"] = message("Say why this release replaces the one before it.")
    for name, text, most in (
        ("signatory", signatory, NAME_CHARS),
        ("reason", reason, REASON_CHARS),
    ):
        if len(text) > most:
            problems[name] = message("Use at most {most} characters.", most=most)
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def _store(
    session: Session, actor: Actor, made: Draft, *, signatory: str, reason: str, now: datetime
) -> Release:
    texts = made.texts()
    before = select(Release).filter_by(dialogue_id=made.dialogue_id, number=made.number - 1)
    release = Release(
        id=new_id(),
        dialogue_id=made.dialogue_id,
        version_id=made.version.id,
        number=made.number,
        cut_off=made.choice.cut_off,
        sha256=made.sha256(texts),
        created_by=actor.person_id,
        created_at=now,
        signatory=signatory.strip(),
        reason=reason.strip(),
        report=made.report(),
    )
    release.chain = link(session.scalars(before).one_or_none(), release)
    session.add(release)
    session.flush()
    session.add_all(_document(made, release.id, text) for text in texts)
    session.add_all(
        ReleaseMember(
            release_id=release.id, submission_id=member.submission_id, counts=member.counts
        )
        for member in made.members
    )
    session.flush()
    record(session, _created(actor, made, release), now=now)
    return release


def _document(made: Draft, release_id: UUID, text: Text) -> ReleaseDocument:
    shown = made.shown(text.audience)
    return ReleaseDocument(
        release_id=release_id,
        audience=text.audience.value,
        document=text.text,
        sha256=text.sha256,
        structure=structure(made.contributors, made.places, made.columns, shown),
    )


def _created(actor: Actor, made: Draft, release: Release) -> Act:
    """What was withheld stays in the report, which the secretariat alone reads."""
    details = {
        "number": release.number,
        "cut_off": instant(release.cut_off),
        "sha256": release.sha256,
        "chain": release.chain,
        "responses": len(made.members),
        "audiences": [audience.value for audience in made.choice.audiences],
    }
    place = (made.dialogue_id, ("release", release.id))
    return _act(actor, place, "release.created", details)


def _act(
    actor: Actor, place: tuple[UUID, tuple[str, UUID]], act: str, details: dict[str, Any]
) -> Act:
    """``place``: the dialogue, and the kind and id of what it is about."""
    dialogue_id, subject = place
    return Act(
        person_id=actor.person_id,
        dialogue_id=dialogue_id,
        subject=subject,
        act=act,
        details=details,
    )
