"""A desk at which people review a draft, as the tests of remarks and suggestions do."""

from datetime import datetime, timedelta

from sqlalchemy import event

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.identity.actor import Actor
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Comment, Version
from portal.questionnaire.operations_editing import Editor, change
from portal.questionnaire.operations_review import (
    accept_suggestion,
    comment,
    decline_suggestion,
    suggest,
)
from portal.questionnaire.queries_review import Thread, threads
from portal.questionnaire.subjects import content_of
from portal.questionnaire.suggesting import text_fields
from tests import factories

POLICY = "question:A.01"
MINUTE = timedelta(minutes=1)


class Desk:
    """A person at the draft, for their only organisation."""

    def __init__(self, session: Session, version: Version, now: datetime) -> None:
        self.session, self.version, self.now = session, version, now

    def says(self, actor: Actor, body: str, *, to: Comment | None = None) -> Comment:
        """A remark on the first question, or a reply."""
        return comment(
            self.session,
            actor,
            self.version.id,
            POLICY,
            body,
            organisation_id=factories.own(actor),
            parent_id=to.id if to else None,
            now=self.now,
        )

    def suggests(self, actor: Actor, after: str, field: str = "text/en") -> Comment:
        """Another wording of the first question."""
        return suggest(
            self.session,
            actor,
            self.version.id,
            POLICY,
            field=field,
            after=after,
            body="Shorter.",
            organisation_id=factories.own(actor),
            now=self.now,
        )

    def accepts(self, actor: Actor, made: Comment) -> None:
        own = factories.own(actor)
        accept_suggestion(self.session, actor, made.id, organisation_id=own, now=self.now)

    def declines(self, actor: Actor, made: Comment, reason: str) -> None:
        own = factories.own(actor)
        decline_suggestion(
            self.session, actor, made.id, organisation_id=own, reason=reason, now=self.now
        )

    def rewords(self, actor: Actor, wording: str) -> None:
        """An edit of the first question's English text."""
        content = dict(content_of(from_json(self.version.definition), POLICY) or {})
        content["text"] = content["text"] | {"en": wording}
        editor = Editor(factories.own(actor), self.version.revision)
        change(self.session, actor, self.version.id, POLICY, content, editor=editor, now=self.now)

    def threads(self, actor: Actor, *, open_only: bool = False) -> list[Thread]:
        return threads(self.session, actor, self.version.id, POLICY, open_only=open_only)

    def wording(self) -> str:
        """The first question's English text."""
        return text_fields(from_json(self.version.definition), POLICY)["text/en"]

    def later(self, by: timedelta = MINUTE) -> "Desk":
        return Desk(self.session, self.version, self.now + by)


def acts(desk: Desk) -> list[str]:
    """What was done with comments, oldest first."""
    entries = reversed(entries_of_dialogue(desk.session, desk.version.dialogue_id))
    return [entry.act for entry in entries if entry.subject_kind == "comment"]


class counted:  # noqa: N801 - reads as a word in "with counted(session)"
    """The statements that a session sends."""

    def __init__(self, session: Session) -> None:
        self.engine = session.get_bind()
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, *given: object) -> None:
        self.statements.append(str(given[2]))
