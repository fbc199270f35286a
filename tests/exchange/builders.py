"""A dialogue with two buyers, a secretariat and two suppliers, and questions at every stage."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.mail import OutboxMail, Recipient
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor, role_holders
from portal.exchange import operations as questions
from portal.exchange import operations_answering as answering
from portal.exchange import operations_publishing as publishing
from portal.exchange.giving import Readers
from portal.exchange.models import QaCorrection, QaItem
from portal.exchange.operations import Asked
from portal.exchange.rules import State
from portal.exchange.texts import Typed
from portal.identity.actor import Actor
from portal.identity.roles import OrganisationKind, Role
from tests import factories

ADDRESS = "http://127.0.0.1:8000"
INVITED = Recipient("invited@example.org", "nl")
READERS = Readers((INVITED,), ADDRESS)
ORIGINAL = "We at Canary Electronics ask: does B.01 mean sites or companies?"
PLAIN = "Does B.01 mean sites or companies?"
ANSWER = "It means companies.\nSites are asked about in C.01."


@dataclass
class Scene:
    """The dialogue and its people; ``asker`` is of the first supplier."""

    session: Session
    dialogue: Dialogue
    now: datetime
    people: dict[Role, Actor] = field(default_factory=dict)

    def __getitem__(self, role: Role) -> Actor:
        return self.people[role]

    @property
    def secretariat(self) -> Actor:
        return self[Role.SECRETARIAT]

    @property
    def asker(self) -> Actor:
        return self[Role.SUPPLIER_SIGNATORY]

    def ask(self, text: str = ORIGINAL, *, by: Actor | None = None, **more: str) -> QaItem:
        asked = Asked(text=text, language="en", **more)
        actor = by or self.asker
        return questions.ask(
            self.session, actor, self.dialogue.id, asked, address=ADDRESS, now=self.now
        )

    def anonymise(self, item: QaItem, text: str = PLAIN, *, by: Actor | None = None) -> QaItem:
        typed = Typed(text, item.revision)
        actor = by or self.secretariat
        return questions.anonymise(
            self.session, actor, item.id, typed, address=ADDRESS, now=self.now
        )

    def draft(self, item: QaItem, text: str = ANSWER, *, by: Actor | None = None) -> QaItem:
        return self.draft_over(item, text, item.revision, by=by)

    def draft_over(self, item: QaItem, text: str, base: int, *, by: Actor | None = None) -> QaItem:
        """What somebody typed who opened the form at an earlier revision."""
        actor = by or self[Role.CO_BUYER]
        return answering.draft(self.session, actor, item.id, Typed(text, base, "en"), now=self.now)

    def vote(
        self, item: QaItem, *, by: Actor | None = None, agrees: bool = True, reason: str = ""
    ) -> QaItem:
        actor = by or self[Role.LEAD_BUYER]
        return answering.vote(
            self.session,
            actor,
            item.id,
            organisation_id=factories.own(actor),
            agrees=agrees,
            reason=reason,
            seen=item.revision,
            now=self.now,
        )

    def ask_to_agree(self, item: QaItem, *, by: Actor | None = None) -> QaItem:
        actor = by or self.secretariat
        return answering.ask_to_agree(self.session, actor, item.id, address=ADDRESS, now=self.now)

    def publish(self, *items: QaItem, by: Actor | None = None) -> list[QaItem]:
        actor, ids = by or self.secretariat, [item.id for item in items]
        return publishing.publish(
            self.session, actor, self.dialogue.id, ids, readers=READERS, now=self.now
        )

    def reject(self, item: QaItem, *, by: Actor | None = None, shows: bool = False) -> QaItem:
        return publishing.reject(
            self.session,
            by or self.secretariat,
            item.id,
            reason="It is about one tender only.",
            shows_question=shows,
            readers=READERS,
            now=self.now,
        )

    def correct(
        self,
        item: QaItem,
        *,
        by: Actor | None = None,
        after: str = "It means sites.",
        closes_at: datetime | None = None,
        changes_meaning: bool = False,
        looked: bool = False,
    ) -> None:
        made = select(QaCorrection.id).where(QaCorrection.item_id == item.id)
        correction = publishing.Correction(
            after=after,
            reason="A slip.",
            changes_meaning=changes_meaning,
            closes_at=closes_at,
            seen=len(self.session.scalars(made).all()),
            looked=looked,
        )
        publishing.correct(
            self.session,
            by or self.secretariat,
            item.id,
            correction,
            readers=READERS,
            now=self.now,
        )

    def at(
        self,
        state: State,
        *,
        text: str = ORIGINAL,
        plain: str = PLAIN,
        subject_kind: str = "",
        subject_id: str = "",
    ) -> QaItem:
        """A question that has come so far."""
        item = self.ask(text, subject_kind=subject_kind, subject_id=subject_id)
        if state == State.REJECTED:
            return self.reject(item)
        steps: list[tuple[State, Callable[[], object]]] = [
            (State.ANONYMISED, lambda: self.anonymise(item, plain)),
            (State.DRAFTED, lambda: self.draft(item)),
            (State.AGREED, lambda: self._all_agree(item)),
            (State.PUBLISHED, lambda: self.publish(item)),
        ]
        for reached, step in steps:
            if item.state == state:
                break
            step()
            assert item.state == reached
        return item

    def _all_agree(self, item: QaItem) -> None:
        self.vote(item)
        self.vote(item, by=self[Role.CO_BUYER])

    def acts(self, item: QaItem) -> list[str]:
        """What the audit log holds of an item, in order."""
        query = select(AuditEntry.act).where(AuditEntry.subject_id == str(item.id))
        return list(self.session.scalars(query.order_by(AuditEntry.id)))

    def mails(self) -> list[OutboxMail]:
        """Everything that was written."""
        return list(self.session.scalars(select(OutboxMail)))

    def written_by(self, act: Callable[[], object]) -> list[OutboxMail]:
        """What was written by doing something."""
        before = {mail.id for mail in self.mails()}
        act()
        return [mail for mail in self.mails() if mail.id not in before]

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def scene(session: Session, now: datetime) -> Scene:
    """A published dialogue of 30 days with somebody of every role, each of an own organisation.

    Except that reader and lead are of one buyer, and the supplier's people of one company.
    """
    dialogue = factories.published(session, now=now)
    rows = {row.role: row for row in role_holders(session, dialogue.id)}
    made = Scene(session, dialogue, now)
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT):
        made.people[role] = load_actor(session, rows[role].person_id)
    lead = factories.own(made[Role.LEAD_BUYER])
    made.people |= {
        Role.CO_BUYER: factories.member(session, dialogue, Role.CO_BUYER, now=now),
        Role.BUYER_READER: factories.member(
            session, dialogue, Role.BUYER_READER, organisation_id=lead, now=now
        ),
        Role.OBSERVER: factories.member(session, dialogue, Role.OBSERVER, now=now),
    }
    canary = factories.organisation(
        session, OrganisationKind.SUPPLIER, "Canary Electronics NV", now=now
    )
    for role in (Role.SUPPLIER_SIGNATORY, Role.SUPPLIER_ADMIN):
        made.people[role] = factories.member(
            session, dialogue, role, organisation_id=canary.id, now=now
        )
    made.people[Role.SUPPLIER_CONTRIBUTOR] = factories.member(
        session, dialogue, Role.SUPPLIER_CONTRIBUTOR, now=now
    )
    return made
