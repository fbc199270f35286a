"""A draft opened for editing, and how an edit of it is stored and written down.

Shared by the operations that edit; see ``operations_editing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.questionnaire.consent import reconsider
from portal.questionnaire.drafting import store
from portal.questionnaire.loader import from_json
from portal.questionnaire.merging import changed_fields
from portal.questionnaire.models import Change, Version
from portal.questionnaire.policy import BEFORE_PUBLICATION, may_edit_for
from portal.questionnaire.subjects import ORDER, Content, assemble, parts

Contents = dict[str, Content]
Pairs = Mapping[str, tuple[Content | None, Content | None]]
"""Subject to what it was and what it is; None where it is not there."""


@dataclass(frozen=True, slots=True)
class Editor:
    """For whom somebody edits, and the revision that their page showed."""

    organisation_id: UUID | None
    seen: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: no subjects if nothing differed."""

    revision: int
    subjects: tuple[str, ...] = ()
    dropped: tuple[Message, ...] = ()
    """What could not come along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A locked draft with its parts, and who edits it."""

    session: Session
    actor: Actor
    editor: Editor
    version: Version
    contents: Contents
    now: datetime

    def save(self, after: Mapping[str, Content], act: str) -> Saved:
        """Store these parts; each that differs becomes a row of one change."""
        questionnaire = assemble(after)
        stored = parts(questionnaire)
        pairs = {
            name: (self.contents.get(name), stored.get(name))
            for name in dict.fromkeys((*stored, *self.contents))
            if self.contents.get(name) != stored.get(name)
        }
        if not pairs:
            return Saved(self.version.revision)
        is_other = store(self.session, self.version, questionnaire)
        self.note(pairs, act)
        if is_other:
            reconsider(self.session, self.actor, self.version, now=self.now)
        return Saved(self.version.revision, tuple(pairs))

    def note(self, pairs: Pairs, act: str, note: str = "") -> None:
        """Write the change down under the next number, and one line in the audit log."""
        self.version.revision += 1
        for subject, (before, after) in pairs.items():
            row = Change(
                version_id=self.version.id,
                number=self.version.revision,
                person_id=self.actor.person_id,
                organisation_id=self.editor.organisation_id,
                made_at=self.now,
                act=act,
                subject=subject,
                before=before,
                after=after,
                fields=_fields(subject, before, after),
                note=note,
            )
            self.session.add(row)
        details = {"revision": self.version.revision, "subjects": list(pairs)}
        entry = Act(
            person_id=self.actor.person_id,
            organisation_id=self.editor.organisation_id,
            dialogue_id=self.version.dialogue_id,
            subject=("version", self.version.id),
            act=f"draft_{act}",
            details=details | {"sha256": self.version.sha256},
        )
        record(self.session, entry, now=self.now)
        self.session.flush()


def open_draft(
    session: Session, actor: Actor, version_id: UUID, editor: Editor, *, now: datetime
) -> OpenDraft:
    """The draft, locked against other writers, if the actor may edit it for the organisation."""
    version = session.get(Version, version_id, with_for_update=True, populate_existing=True)
    if version is None or not may_edit_for(actor, version.dialogue_id, editor.organisation_id):
        raise Refused
    require_draft(version)
    return OpenDraft(
        session=session,
        actor=actor,
        editor=editor,
        version=version,
        contents=parts(from_json(version.definition)),
        now=now,
    )


def require_draft(version: Version) -> None:
    """Raise NotNow for what is published: it never changes."""
    if version.state not in BEFORE_PUBLICATION:
        raise NotNow(message("The questionnaire has been published. It can no longer be changed."))


def _fields(subject: str, before: Content | None, after: Content | None) -> list[str]:
    if subject == ORDER or before is None or after is None:
        return []
    return list(changed_fields(before, after))
