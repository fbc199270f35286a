"""Writes about versions after the first: begin one, say what came from what, publish it.

What is published never changes. A slip in its words is corrected by an erratum beside it; a
change of meaning is a new version, which open responses are carried over to.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import tell_everyone
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.questionnaire.check import problems
from portal.questionnaire.consent import write_down
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.drafting import store
from portal.questionnaire.errata import corrected, place, wording
from portal.questionnaire.loader import from_json
from portal.questionnaire.migration import Kind, Origin
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.operations import publish
from portal.questionnaire.policy import (
    ARCHIVED,
    BEFORE_PUBLICATION,
    DISCARDED,
    DRAFT,
    may_edit,
    may_edit_for,
    may_publish,
)
from portal.questionnaire.queries import newest_published
from portal.questionnaire.queries_versions import (
    Edition,
    draft_in_the_making,
    edition_of,
    editions,
    map_faults,
    migration_of,
)

NUMBER_LENGTH = 20
"""Of the column; "2027.1-pilot" is long already."""
ERRATUM_LENGTH = 4000
A_MOMENT = timedelta(microseconds=1)


def begin_version(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    number: str,
    organisation_id: UUID | None,
    now: datetime,
) -> Version:
    """Begin a new draft from the published version as it reads with its corrections.

    Raises Refused unless the actor edits for the organisation; NotNow if nothing is published,
    the dialogue is closed, or another version is in the making; Invalid for a number that is
    empty, too long or taken.
    """
    if not may_edit_for(actor, dialogue_id, organisation_id):
        raise Refused
    _open_dialogue(session, dialogue_id, now)
    old = _followed(session, dialogue_id)
    name = _free_number(session, dialogue_id, number)
    version = Version(
        dialogue_id=dialogue_id,
        state=DRAFT,
        previous_id=old.id,
        created_at=max(now, _latest(session, dialogue_id) + A_MOMENT),
        revision=0,
        published_at=None,
    )
    _file(session, version, replace(old.corrected, version=name))
    details = {"from": old.number, "to": version.number, "state": version.state}
    write_down(
        session, actor, version, "version_begun", details, organisation_id=organisation_id, now=now
    )
    return version


def set_origin(
    session: Session,
    actor: Actor,
    version_id: UUID,
    question_id: str,
    *,
    kind: str | None,
    sources: Sequence[str] = (),
    now: datetime,
) -> Origin:
    """Say where a question of the draft comes from; with None for the kind, what is proposed.

    Raises Refused unless the actor edits the draft, NotNow after publication and for a first
    version, Invalid for a kind, source or id that cannot be.
    """
    version = session.get(Version, version_id, with_for_update=True, populate_existing=True)
    if version is None or not may_edit(actor, version.dialogue_id):
        raise Refused
    _require_follow_up(version)
    if from_json(version.definition).question(question_id) is None:
        raise Refused
    said = dict(version.migration or {})
    said.pop(question_id, None)
    if kind is not None:
        said[question_id] = {"kind": _kind(kind).value, "sources": list(sources)}
    version.migration = said
    session.flush()
    _require_possible(session, version, question_id)
    found = migration_of(session, version.id)
    if found is None:
        raise Refused
    details = {"question": question_id, "kind": kind or "", "sources": list(sources)}
    write_down(session, actor, version, "origin_set", details, now=now)
    return found.origins[question_id]


def discard_version(
    session: Session, actor: Actor, version_id: UUID, *, reason: str = "", now: datetime
) -> None:
    """Give the draft of a follow-up version up; it is kept for the record, and shown nowhere.

    Raises Refused unless the actor may publish (it ends the work of everybody), NotNow after
    publication and for a first version, which can only be changed.
    """
    version = session.get(Version, version_id, with_for_update=True, populate_existing=True)
    if version is None or not may_publish(actor, version.dialogue_id):
        raise Refused
    _require_follow_up(version)
    details = {"from": version.state, "to": DISCARDED, "reason": reason.strip()}
    version.state = DISCARDED
    write_down(session, actor, version, "discarded", details, now=now)
    session.flush()


def publish_follow_up(
    session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime
) -> Version:
    """Publish the approved draft of a follow-up version and archive the one before.

    Part of an operation that carries responses over (``portal.response.operations_carrying``).
    Raises Refused and NotNow as ``operations.publish``; Invalid with the first question whose
    origin cannot be as it is.
    """
    if not may_publish(actor, dialogue_id):
        raise Refused
    draft = draft_in_the_making(session, dialogue_id)
    previous = session.scalars(newest_published(dialogue_id)).one_or_none()
    if draft is None or previous is None or draft.previous_id != previous.id:
        raise NotNow(message("There is no new version to publish."))
    if draft.number in {edition.number for edition in editions(session, dialogue_id)}:
        sentence = "Version {number} is published already. Give the new one another number."
        raise Invalid(message(sentence, number=draft.number))
    found = map_faults(session, draft.id)
    if found:
        raise Invalid(
            message("{question}: {what}", question=found[0].question_id, what=found[0].what)
        )
    version = publish(session, actor, dialogue_id, now=now)
    details = {"from": previous.state, "to": ARCHIVED, "followed_by": version.number}
    previous.state = ARCHIVED
    write_down(session, actor, previous, "archived", details, now=now)
    session.flush()
    return version


def publish_erratum(
    session: Session,
    actor: Actor,
    version_id: UUID,
    *,
    subject: str,
    field: str,
    after: str,
    reason: str,
    now: datetime,
) -> Erratum:
    """Correct one published wording in one language, and tell everybody who holds a role.

    Whoever publishes it declares that the meaning stays as it is; the version and its hash do.
    Raises Refused unless the actor may publish; NotNow for a version that is not the newest
    published one, and once the dialogue is closed; Invalid for anything that is no wording, for
    an empty or unchanged text, without a reason, and if the check finds a new fault.
    """
    version = session.get(Version, version_id, with_for_update=True, populate_existing=True)
    if version is None or not may_publish(actor, version.dialogue_id):
        raise Refused
    dialogue = _open_dialogue(session, version.dialogue_id, now)
    newest = session.scalars(newest_published(version.dialogue_id)).one_or_none()
    if newest is None or newest.id != version.id:
        raise NotNow(message("Only the version that suppliers answer now can be corrected."))
    erratum = _erratum(session, version, subject, field, after)
    erratum.reason = _reason(reason)
    erratum.published_by, erratum.published_at = actor.person_id, now
    session.add(erratum)
    session.flush()
    details = {"number": erratum.number, "subject": subject, "field": field, "after": erratum.after}
    details |= {"before": erratum.before, "reason": erratum.reason}
    write_down(session, actor, version, "erratum_published", details, now=now)
    _announce(session, dialogue, erratum, now=now)
    return erratum


# How it is done -------------------------------------------------------------------------


def _open_dialogue(session: Session, dialogue_id: UUID, now: datetime) -> Dialogue:
    """The dialogue, locked; NotNow once it is closed."""
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=True)
    if dialogue is None:
        raise Refused
    if is_closed(dialogue, now):
        raise NotNow(message("This dialogue is closed: its questionnaire stays as it is."))
    return dialogue


def _followed(session: Session, dialogue_id: UUID) -> Edition:
    """The published version that a new one follows; NotNow if none may be begun."""
    published = session.scalars(newest_published(dialogue_id)).one_or_none()
    old = edition_of(session, published.id) if published is not None else None
    if old is None:
        raise NotNow(message("No questionnaire is published yet: change its draft."))
    if draft_in_the_making(session, dialogue_id) is not None:
        raise NotNow(message("A new version is in the making already. Change that one."))
    return old


def _free_number(session: Session, dialogue_id: UUID, number: str) -> str:
    name = " ".join(number.split())
    query = select(Version.number).where(
        Version.dialogue_id == dialogue_id, Version.state != DISCARDED
    )
    taken = {each.casefold() for each in session.scalars(query)}
    sentence = None
    if not name or len(name) > NUMBER_LENGTH:
        sentence = message("Give the version a number of 1 to {most} letters.", most=NUMBER_LENGTH)
    elif name.casefold() in taken:
        sentence = message("There is a version {number} already. Choose another.", number=name)
    if sentence is not None:
        raise Invalid(sentence, {"number": sentence})
    return name


def _latest(session: Session, dialogue_id: UUID) -> datetime:
    """When the newest version was begun: one begun at the same instant must come after it."""
    query = select(Version.created_at).where(Version.dialogue_id == dialogue_id)
    return session.scalars(query.order_by(Version.created_at.desc()).limit(1)).one()


def _file(session: Session, version: Version, questionnaire: Questionnaire) -> None:
    version.name, version.number = questionnaire.name, questionnaire.version
    version.definition = version.sha256 = version.meaning_sha256 = ""
    session.add(version)
    store(session, version, questionnaire)


def _require_follow_up(version: Version) -> None:
    if version.state not in BEFORE_PUBLICATION:
        raise NotNow(message("This version is no longer in the making."))
    if version.previous_id is None:
        raise NotNow(message("This is the first version: nothing was published before it."))


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError as error:
        sentence = message("Choose what became of the earlier question.")
        raise Invalid(sentence, {"kind": sentence}) from error


def _require_possible(session: Session, version: Version, question_id: str) -> None:
    """Raise Invalid if the origin of this question cannot be; a split may still grow."""
    for fault in map_faults(session, version.id):
        if fault.question_id == question_id and not fault.is_unfinished:
            raise Invalid(fault.what, {"sources": fault.what})


def _erratum(session: Session, version: Version, subject: str, field: str, after: str) -> Erratum:
    """The correction, checked against the text as it reads now."""
    query = select(func.max(Erratum.number)).where(Erratum.version_id == version.id)
    edition = edition_of(session, version.id)
    if edition is None:
        raise Refused
    before, text = wording(edition.corrected, subject, field), after.strip()
    sentence = None
    if not text:
        sentence = message("Write what it should read: a wording cannot be taken away.")
    elif len(text) > ERRATUM_LENGTH:
        sentence = message("Shorten this to {maximum} characters or fewer.", maximum=ERRATUM_LENGTH)
    elif " ".join(text.split()) == " ".join(before.split()):
        sentence = message("This is what it reads already.")
    if sentence is not None:
        raise Invalid(sentence, {"after": sentence})
    erratum = Erratum(
        version_id=version.id,
        number=(session.scalar(query) or 0) + 1,
        subject=subject,
        field=field,
        before=before,
        after=text,
    )
    _require_sound(edition.corrected, erratum)
    return erratum


def _require_sound(questionnaire: Questionnaire, erratum: Erratum) -> None:
    """A correction must not bring in what the check would have refused."""
    known = set(problems(questionnaire))
    added = [each for each in problems(corrected(questionnaire, [erratum])) if each not in known]
    if added:
        sentence = message("{what} {mend}", what=added[0].what, mend=added[0].mend)
        raise Invalid(sentence, {"after": sentence})


def _reason(reason: str) -> str:
    text = reason.strip()
    if not text:
        sentence = message("Say what was wrong: everyone will read it.")
        raise Invalid(sentence, {"reason": sentence})
    return text


def _announce(session: Session, dialogue: Dialogue, erratum: Erratum, *, now: datetime) -> None:
    subject = message("{dialogue}: a correction", dialogue=dialogue.title)
    body = (
        message(
            "A wording of the questionnaire has been corrected. Its meaning stays as it is, and "
            "so does every answer."
        ),
        message("Where: {place}", place=place(erratum.subject, erratum.field)),
        message("Before: {text}", text=erratum.before),
        message("Now: {text}", text=erratum.after),
        message("Reason: {reason}", reason=erratum.reason),
    )
    tell_everyone(session, dialogue, subject, body, now=now)
