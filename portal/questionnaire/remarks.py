"""How a remark on a draft is stored, settled, mailed to its thread and written down.

Shared by the operations of a review; see ``operations_review``.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Refused, message
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.roles import Permission, scope_of
from portal.questionnaire.consent import tell
from portal.questionnaire.models import Comment, Version
from portal.questionnaire.policy import wants_mail
from portal.questionnaire.subjects import id_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who writes about which draft, for which organisation, and when."""

    session: Session
    actor: Actor
    version: Version
    organisation_id: UUID | None
    now: datetime

    def write(self, made: Comment, act: str) -> Comment:
        """Store a comment by this person for this organisation."""
        if self.actor.person_id is None or self.organisation_id is None:
            raise Refused
        made.dialogue_id, made.version_id = self.version.dialogue_id, self.version.id
        made.person_id, made.organisation_id = self.actor.person_id, self.organisation_id
        made.written_at = self.now
        self.session.add(made)
        self.session.flush()
        self.note(made, act)
        return made

    def reply(self, parent: Comment, text: str) -> Comment:
        """Answer a remark, and mail its thread."""
        made = Comment(subject=parent.subject, body=text, parent_id=parent.id)
        self.write(made, "replied")
        self._tell_thread(parent, text)
        return made

    def settle(self, made: Comment, outcome: str = "") -> None:
        """Close a remark, or a suggestion with its outcome."""
        made.outcome, made.decided_at, made.decided_by = outcome, self.now, self.actor.person_id
        self.session.flush()
        self.note(made, f"suggestion_{outcome}" if outcome else "comment_resolved")

    def note(self, made: Comment, act: str) -> None:
        """One row in the audit log."""
        entry = Act(
            person_id=self.actor.person_id,
            organisation_id=self.organisation_id,
            dialogue_id=made.dialogue_id,
            subject=("comment", made.id),
            act=act,
            details={"subject": made.subject} | ({"field": made.field} if made.field else {}),
        )
        record(self.session, entry, now=self.now)

    def _tell_thread(self, parent: Comment, text: str) -> None:
        """Mail the last reply to the others of its thread who may still read the draft."""
        replies = (
            select(Comment.person_id, Comment.written_at)
            .where(Comment.parent_id == parent.id)
            .order_by(Comment.written_at, Comment.id)
        )
        thread = [(parent.person_id, parent.written_at)]
        thread += [(row[0], row[1]) for row in self.session.execute(replies)]
        told = [
            holder
            for holder in role_holders(self.session, self.version.dialogue_id)
            if holder.person_id != self.actor.person_id
            and scope_of(Permission.DRAFT_READ, holder.role) is not None
            and wants_mail(thread, holder.person_id)
        ]
        part = id_in(parent.subject) or parent.subject
        subject = message("{title}: a reply on {part}", part=part)
        sentence = "{name} has replied to what you wrote:\n\n{text}"
        said = message(sentence, name=self.actor.name, text=text)
        tell(self.session, self.version, told, subject, said, now=self.now)
