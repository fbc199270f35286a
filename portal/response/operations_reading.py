"""Reading attributed answers, written down so that the supplier can see who read them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.ids import new_id
from portal.identity.actor import Actor
from portal.response.models import Evidence, Reading
from portal.response.queries_submitted import Attributed, require_opened, side_by_side
from portal.response.sight import sight_of


def read_attributed(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    organisation_ids: Collection[UUID] = (),
    section_id: str | None = None,
    now: datetime,
) -> Attributed:
    """Submitted answers with the suppliers' names, of all classes open to the actor, logged.

    As ``queries.attributed_answers``, with class aggregate only for the secretariat, and one
    reading written down for each supplier. Raises Refused and NotNow as that does.
    """
    require_opened(session, actor, dialogue_id, now)
    sight = sight_of(session, actor, dialogue_id)
    found = side_by_side(
        session, dialogue_id, sight, organisation_ids, section_id, printed=lambda *_: True
    )
    what = "all sections" if section_id is None else f"section {section_id}"
    log_readings(
        session,
        actor,
        dialogue_id,
        [*(column.response_id for column in found.suppliers), *sorted(found.behind)],
        what,
        now=now,
    )
    return found


def read_chosen(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    organisation_id: UUID,
    question_ids: Collection[str],
    now: datetime,
) -> Attributed:
    """One supplier's answers open to the actor, to ask about some; their sections are logged.

    Raises Refused if the actor may not read one of these answers, NotNow before the close.
    """
    require_opened(session, actor, dialogue_id, now)
    sight = sight_of(session, actor, dialogue_id)
    found = side_by_side(session, dialogue_id, sight, [organisation_id], None)
    chosen = {
        line.question.id: line.section.id
        for line in found.lines
        if line.question.id in question_ids and line.answers and line.answers[0] is not None
    }
    if not found.suppliers or len(chosen) < len(set(question_ids)):
        raise Refused
    responses = [found.suppliers[0].response_id]
    for section_id in dict.fromkeys(chosen.values()):
        log_readings(session, actor, dialogue_id, responses, f"section {section_id}", now=now)
    return found


def read_file(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    organisation_id: UUID,
    sha256: str,
    now: datetime,
) -> Evidence:
    """A file that backs an answer open to the actor; its download is written down.

    Raises Refused if no such answer of that supplier carries the file, or if the file's own class
    is not open to the actor.
    """
    require_opened(session, actor, dialogue_id, now)
    sight = sight_of(session, actor, dialogue_id)
    found = side_by_side(session, dialogue_id, sight, [organisation_id], None)
    open_files = {
        piece.get("sha256")
        for line in found.lines
        for answer in line.answers
        for piece in (answer or {}).get("evidence", ())
    }
    query = select(Evidence).where(
        Evidence.organisation_id == organisation_id, Evidence.sha256 == sha256
    )
    evidence = session.scalars(query.order_by(Evidence.uploaded_at).limit(1)).one_or_none()
    if evidence is None or sha256 not in open_files:
        raise Refused
    response_ids = [found.suppliers[0].response_id]
    what = f"file {evidence.file_name}"
    log_readings(session, actor, dialogue_id, response_ids, what, now=now, file=evidence)
    return evidence


def log_readings(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    response_ids: Iterable[UUID],
    what: str,
    *,
    now: datetime,
    file: Evidence | None = None,
) -> None:
    """Write down that the actor read these responses' attributed answers; one statement.

    ``file``: the one that was downloaded.
    """
    grants = actor.grants_in(dialogue_id)
    rows = [
        {
            "id": new_id(),
            "response_id": response_id,
            "person_id": actor.person_id,
            "organisation_id": grants[0].organisation_id if grants else None,
            "what": what,
            "evidence_id": file.id if file is not None else None,
            "read_at": now,
        }
        for response_id in response_ids
    ]
    if rows:
        session.connection().execute(insert(Reading), rows)
