"""Responses as a file, one JSON object a line: brought in, all or nothing, and written out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TextIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.queries import dialogue_of
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.identity.roles import SUPPLIER_ROLES, Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries import published_version
from portal.response.answers import SubmittedResponse
from portal.response.exchange_import import Imported, Importer
from portal.response.exchange_lines import Line, read_line, write_line
from portal.response.operations_reading import log_readings
from portal.response.policy import exported_classes, may_export_as, may_import, named_as
from portal.response.queries_submitted import require_opened, stream_submissions
from portal.response.reference_rows import meet_by_name
from portal.response.rules import contributors
from portal.response.sight import Sight, named_responses

LINE_LENGTH = 5_000_000
"""Most letters in a line: a response of 300 rows in each table stays far below."""
LINES_AT_A_TIME = 100


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of a file, at most a little over the limit in memory; Invalid if not UTF-8."""
    try:
        while line := stream.readline(LINE_LENGTH + 1):
            yield line
    except UnicodeDecodeError as error:
        raise Invalid(message("The file is not text in UTF-8.")) from error


def import_responses(
    session: Session, actor: Actor, dialogue_id: UUID, lines: Iterable[str], *, now: datetime
) -> Imported:
    """Bring in submitted responses; a supplier that has one already gets a revision of it.

    Organisations and groups that do not exist are made. A line that changes nothing is counted,
    not stored. Raises Refused unless the actor is secretariat or the portal, NotNow before a
    questionnaire is published, Invalid with the number of the first wrong line: then nothing
    may be committed.
    """
    dialogue = dialogue_of(session, dialogue_id)
    if dialogue is None or not may_import(actor, dialogue_id):
        raise Refused
    version = published_version(session, dialogue_id)
    if version is None:
        raise NotNow(message("Publish the questionnaire before you import responses to it."))
    importer = Importer(session, actor, dialogue, version, now)
    numbered = ((n, line) for n, line in enumerate(lines, start=1) if line.strip("\ufeff\n\r\t "))
    while batch := list(islice(numbered, LINES_AT_A_TIME)):
        for number, text in batch:
            try:
                importer.take(number, _checked(text, version.questionnaire))
            except Invalid as error:
                reason = message("Line {line}: {problem}", line=number, problem=error.reason)
                raise Invalid(reason) from error
        importer.store()
    meet_by_name(session, dialogue_id)
    imported = importer.done
    details = {
        "responses": imported.responses,
        "unchanged": imported.unchanged,
        "organisations": imported.organisations,
    }
    record(session, _act(actor, dialogue_id, "responses_imported", details), now=now)
    return imported


def export_responses(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    role: Role,
    organisation_id: UUID | None = None,
    now: datetime,
) -> Iterator[str]:
    """The lines of every submission that stands, with the answers that the role may read.

    Secretariat: all classes; a buyer: those open to buyers, and of suppliers that name it (for
    the portal: ``organisation_id``) class named buyers; a supplier's role: the answers of
    ``organisation_id`` only. The export is written down, so the session must be a writing one.
    Raises Refused unless the actor holds the role (the portal: any), NotNow before the close.
    """
    if not may_export_as(actor, role, dialogue_id, organisation_id):
        raise Refused
    own = organisation_id if role in SUPPLIER_ROLES else None
    if own is None and actor != SYSTEM:
        require_opened(session, actor, dialogue_id, now)
    found = list(stream_submissions(session, dialogue_id, now, with_content=False))
    if own is None and actor != SYSTEM:
        read = (submission.response_id for submission in found)
        log_readings(session, actor, dialogue_id, read, "export", now=now)
    exported = {"role": str(role), "responses": len(found)}
    record(session, _act(actor, dialogue_id, "responses_exported", exported), now=now)
    counting = {chosen.submission_id for chosen in contributors(found).values()}
    names = _names(session, found)
    sight = _sight(session, actor, dialogue_id, role, organisation_id)
    return (
        write_line(
            submission,
            names[submission.group_id],
            sight.of(submission.response_id),
            counts=submission.submission_id in counting,
        )
        for submission in stream_submissions(session, dialogue_id, now)
        if own in {None, submission.organisation_id}
    )


def _sight(
    session: Session, actor: Actor, dialogue_id: UUID, role: Role, organisation_id: UUID | None
) -> Sight:
    """The classes of the role, and the suppliers that name whoever exports."""
    buyers = named_as(actor, dialogue_id, role)
    if actor == SYSTEM and organisation_id is not None and role not in SUPPLIER_ROLES:
        buyers = frozenset({organisation_id})
    return Sight(exported_classes(role), named_responses(session, dialogue_id, buyers))


def _checked(text: str, questionnaire: Questionnaire) -> Line:
    if len(text) > LINE_LENGTH:
        raise Invalid(message("This line is too long."))
    return read_line(text.strip("\ufeff"), questionnaire)


def _names(session: Session, found: Iterable[SubmittedResponse]) -> dict[UUID, str]:
    """The names of the organisations at the top of the groups."""
    tops = {submission.group_id for submission in found}
    query = select(Organisation.id, Organisation.name)
    return {row.id: row.name for row in session.execute(query) if row.id in tops}


def _act(actor: Actor, dialogue_id: UUID, act: str, details: Mapping[str, object]) -> Act:
    return Act(
        person_id=actor.person_id,
        dialogue_id=dialogue_id,
        subject=("dialogue", dialogue_id),
        act=act,
        details=dict(details),
    )
