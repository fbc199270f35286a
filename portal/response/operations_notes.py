"""Notes among colleagues: written, answered by another note, resolved. No buyer ever sees them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Refused, message
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.roles import SUPPLIER_ROLES
from portal.response.fields import clean
from portal.response.loading import Loaded, act_on, load_own
from portal.response.models_team import CompanyNote
from portal.response.notices_team import Occasion, notify_noted

NOTE_LENGTH = 4000


def write_note(
    session: Session,
    actor: Actor,
    response_id: UUID,
    place: tuple[str, str],
    text: str,
    *,
    tell: Collection[UUID] = (),
    link: str = "",
    now: datetime,
) -> CompanyNote:
    """Leave a note on a (section, question); on the section, or everything, where they are empty.

    Colleagues in ``tell`` get a mail with ``link``. The audit log says that there is a note, not
    what it says: others read the log.
    Raises Refused outside the supplier's team, for places and colleagues that there are not,
    Invalid without a text or with one of more than 4,000 characters.
    """
    loaded = load_own(session, actor, response_id)
    require_place(loaded, *place)
    note = add_note(session, actor, loaded, place, text, now=now)
    details: dict[str, object] = {"section": place[0], "question": place[1]}
    record(session, act_on(loaded.response, actor, "noted", details), now=now)
    response = loaded.response
    team = {
        holder.person_id: holder
        for holder in role_holders(session, response.dialogue_id, response.organisation_id)
        if holder.role in SUPPLIER_ROLES
    }
    if not set(tell) <= team.keys():
        raise Refused
    readers = [team[each] for each in sorted(set(tell)) if each != actor.person_id]
    notify_noted(Occasion(session, loaded, actor, link, now), readers, *place)
    return note


def resolve_note(
    session: Session, actor: Actor, response_id: UUID, note_id: UUID, *, now: datetime
) -> CompanyNote:
    """Say that nothing is left to do about a note; it stays, and counts no more.

    Raises Refused outside the supplier's team. A note that is resolved stays as it is.
    """
    loaded = load_own(session, actor, response_id)
    note = session.get(CompanyNote, note_id, with_for_update=True)
    if note is None or note.response_id != response_id:
        raise Refused
    if note.resolved_at is None:
        note.resolved_by, note.resolved_at = actor.person_id, now
        details: dict[str, object] = {"section": note.section_id, "question": note.question_id}
        record(session, act_on(loaded.response, actor, "note_resolved", details), now=now)
    return note


def add_note(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    place: tuple[str, str],
    text: str,
    *,
    now: datetime,
) -> CompanyNote:
    """Store a note for an act that was checked and is recorded by its caller; Invalid as above."""
    words = clean(text)
    if not words:
        problem = message("Write the note.")
        raise Invalid(problem, {"text": problem})
    if len(words) > NOTE_LENGTH:
        problem = message("Shorten this to {maximum} characters or fewer.", maximum=NOTE_LENGTH)
        raise Invalid(problem, {"text": problem})
    note = CompanyNote(
        response_id=loaded.response.id,
        section_id=place[0],
        question_id=place[1],
        text=words,
        written_by=actor.person_id,
        written_at=now,
    )
    session.add(note)
    session.flush()
    return note


def require_place(loaded: Loaded, section_id: str, question_id: str) -> None:
    """Raise Refused for a section or question that there is not."""
    if question_id:
        section, _ = loaded.section_of(question_id)
        if section.id != section_id:
            raise Refused
    elif section_id:
        loaded.section(section_id)
