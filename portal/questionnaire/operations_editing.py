"""Writes to a draft, one part at a time: every save is a recorded change by a person.

Two people never overwrite each other: a save joins what they typed with what others have saved
since their page was opened, and is refused, losing nothing, where both changed the same field.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire, Text
from portal.questionnaire.drafting import store
from portal.questionnaire.loader import from_json
from portal.questionnaire.merging import Clash, merge
from portal.questionnaire.models import Change, Version
from portal.questionnaire.ordering import (
    as_content,
    as_order,
    question_moved,
    section_moved,
    taken_back,
    with_question,
    with_section,
    without,
)
from portal.questionnaire.policy import DRAFT, may_edit_for
from portal.questionnaire.queries_editing import content_at
from portal.questionnaire.readers import readers_of
from portal.questionnaire.recording import (
    Contents,
    Editor,
    OpenDraft,
    Saved,
    open_draft,
    require_draft,
)
from portal.questionnaire.subjects import (
    HEAD,
    ORDER,
    Content,
    assemble,
    id_in,
    kind_of,
    parts,
    question_subject,
    section_subject,
)

__all__ = [
    "Clashes",
    "Editor",
    "Saved",
    "add_question",
    "add_section",
    "change",
    "confirm_translation",
    "import_draft",
    "move",
    "retire",
    "undo",
]


class Clashes(Invalid):
    """Others have changed the same fields meanwhile; nothing was saved."""

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        """Keep both sides of each field."""
        self.clashes = clashes
        super().__init__(
            message("Somebody else has changed the same words meanwhile. Choose which to keep.")
        )


def change(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str,
    content: Content,
    *,
    editor: Editor,
    act: str = "changed",
    now: datetime,
) -> Saved:
    """Save a section, a question or the head as edited from revision ``editor.seen``.

    Raises Clashes if others changed the same fields since, Invalid if it does not fit the schema,
    NotNow if the part was retired meanwhile or the version is published.
    """
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    if kind_of(subject) == ORDER:
        raise Refused
    theirs = contents.get(subject)
    if theirs is None:
        raise NotNow(message("This part has been retired meanwhile, so it was not saved."))
    base = content_at(session, version_id, subject, editor.seen, theirs)
    if kind_of(subject) != HEAD:
        content = content | {"id": id_in(subject)}
    merged = merge(base, _as_stored(contents, subject, content), theirs)
    if merged.clashes:
        raise Clashes(merged.clashes)
    return draft.save(contents | {subject: merged.content}, act)


def add_section(
    session: Session,
    actor: Actor,
    version_id: UUID,
    section_id: str,
    title: Text,
    *,
    editor: Editor,
    after: str | None,
    now: datetime,
) -> Saved:
    """Add an empty section behind another, at the end for None."""
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    subject = section_subject(section_id)
    if subject in contents:
        raise _taken(section_id)
    order = with_section(as_order(contents[ORDER]), section_id, after=after)
    added = {subject: {"id": section_id, "title": dict(title)}, ORDER: as_content(order)}
    return draft.save(contents | added, "added")


def add_question(
    session: Session,
    actor: Actor,
    version_id: UUID,
    section_id: str,
    content: Content,
    *,
    editor: Editor,
    after: str | None,
    now: datetime,
) -> Saved:
    """Add a question to a section, behind another or at its end for None."""
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    subject = question_subject(str(content["id"]))
    if subject in contents:
        raise _taken(str(content["id"]))
    order = with_question(as_order(contents[ORDER]), section_id, content["id"], after=after)
    added = {subject: content, ORDER: as_content(order)}
    return draft.save(contents | added, "added")


def move(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str,
    *,
    editor: Editor,
    section_id: str | None = None,
    position: int,
    now: datetime,
) -> Saved:
    """Put a section, or a question within ``section_id``, at a position counted from 0."""
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    if subject not in contents or kind_of(subject) in {HEAD, ORDER}:
        raise NotNow(message("This part has been retired meanwhile, so it was not moved."))
    order = as_order(contents[ORDER])
    moved = (
        section_moved(order, id_in(subject), position)
        if kind_of(subject) == "section"
        else question_moved(order, id_in(subject), section_id or "", position)
    )
    after = contents | {ORDER: as_content(moved)}
    return draft.save(after, "moved")


def retire(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str,
    *,
    editor: Editor,
    now: datetime,
) -> Saved:
    """Take a question, or a section with its questions, out of the draft.

    Raises Invalid with the ids of what still depends on it: conditions, prefilled tables, segments.
    """
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    if subject not in contents or kind_of(subject) in {HEAD, ORDER}:
        raise NotNow(message("This part has been retired already."))
    is_section = kind_of(subject) == "section"
    order = as_order(contents[ORDER])
    gone = {subject}
    if is_section:
        gone |= {question_subject(each) for each in dict(order)[id_in(subject)]}
    left = without(order, id_in(subject), is_section=is_section)
    after = {name: content for name, content in contents.items() if name not in gone}
    after[ORDER] = as_content(left)
    _check_unread({id_in(each) for each in gone}, after)
    return draft.save(after, "retired")


def undo(
    session: Session,
    actor: Actor,
    version_id: UUID,
    number: int,
    *,
    editor: Editor,
    now: datetime,
) -> Saved:
    """Take one change back, as a new change; what came after it stays.

    Raises Clashes where a later change touched the same fields, Invalid if what it added is
    still read by a condition.
    """
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    query = select(Change).where(Change.version_id == version_id, Change.number == number)
    taken = {row.subject: row for row in session.scalars(query)}
    if not taken or any(row.act == "confirmed" or _is_beginning(row) for row in taken.values()):
        raise Refused
    after = dict(contents)
    for subject, row in taken.items():
        after = _without_step(after, contents, subject, row)
    removed = {id_in(subject) for subject in contents if subject not in after}
    _check_unread(removed, after)
    return draft.save(after, "undone")


def import_draft(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    questionnaire: Questionnaire,
    *,
    organisation_id: UUID | None,
    now: datetime,
) -> Version:
    """Make the dialogue's draft this questionnaire; each part that differs is a change.

    Saving what is there already changes nothing. Raises NotNow once the version is published.
    """
    if not may_edit_for(actor, dialogue_id, organisation_id):
        raise Refused
    if session.get(Dialogue, dialogue_id, with_for_update=True) is None:
        raise Refused
    query = select(Version).where(Version.dialogue_id == dialogue_id)
    version = session.scalars(
        query.order_by(Version.created_at.desc()).limit(1).with_for_update()
    ).one_or_none()
    contents = parts(questionnaire)
    if version is not None:
        require_draft(version)
        draft = _opened(session, actor, version, organisation_id, now=now)
        draft.save(contents, "imported")
        return version
    version = Version(dialogue_id=dialogue_id, state=DRAFT, created_at=now, revision=0)
    store(session, _filed(session, version, questionnaire), questionnaire)
    draft = _opened(session, actor, version, organisation_id, now=now)
    draft.note({HEAD: (None, contents[HEAD])}, "imported")
    return version


def confirm_translation(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str,
    language: str,
    *,
    editor: Editor,
    now: datetime,
) -> Saved:
    """Say that the wording in a language still fits, although the base wording was changed."""
    draft = open_draft(session, actor, version_id, editor, now=now)
    contents = draft.contents
    if subject not in contents or language not in contents[HEAD]["languages"]:
        raise Refused
    pair = {subject: (contents[subject], contents[subject])}
    draft.note(pair, "confirmed", language)
    return Saved(draft.version.revision, (subject,))


# How it is done -------------------------------------------------------------------------


def _as_stored(contents: Mapping[str, Content], subject: str, content: Content) -> Content:
    """The content with every default filled in, as parts have it."""
    return parts(assemble({**contents, subject: content}))[subject]


def _opened(
    session: Session,
    actor: Actor,
    version: Version,
    organisation_id: UUID | None,
    *,
    now: datetime,
) -> OpenDraft:
    """The draft as it is now, for what replaces all of it."""
    return OpenDraft(
        session=session,
        actor=actor,
        editor=Editor(organisation_id, version.revision),
        version=version,
        contents=parts(from_json(version.definition)),
        now=now,
    )


def _filed(session: Session, version: Version, questionnaire: Questionnaire) -> Version:
    version.name, version.number = questionnaire.name, questionnaire.version
    version.definition = version.sha256 = version.meaning_sha256 = ""
    session.add(version)
    session.flush()
    return version


def _is_beginning(row: Change) -> bool:
    """The first import has nothing before it to go back to."""
    return row.subject == HEAD and row.before is None


def _without_step(
    after: Contents, contents: Mapping[str, Content], subject: str, row: Change
) -> Contents:
    """``after`` with one subject's change taken back."""
    if subject == ORDER:
        back = taken_back(as_order(row.before), as_order(row.after), as_order(contents[ORDER]))
        return after | {ORDER: as_content(back)}
    current = contents.get(subject)
    if row.before is None:
        if current != row.after:
            raise Invalid(message("It has been changed since it was added. Retire it instead."))
        return {name: content for name, content in after.items() if name != subject}
    if current is None and row.after is not None:
        raise NotNow(message("This part has been retired since. Take that change back first."))
    merged = merge(row.after or row.before, row.before, current or row.before)
    if merged.clashes:
        raise Clashes(merged.clashes)
    return after | {subject: merged.content}


def _check_unread(gone: set[str], after: Mapping[str, Content]) -> None:
    """Nothing that stays depends on what goes."""
    found = sorted(set(readers_of(assemble(after), gone)) - gone)
    if found:
        sentence = "It cannot be taken out: {readers} still depends on its answer."
        raise Invalid(message(sentence, readers=", ".join(found)))


def _taken(part_id: str) -> Invalid:
    sentence = message("The id “{id}” is taken. Choose another.", id=part_id)
    return Invalid(sentence, {"id": sentence})
