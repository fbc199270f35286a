"""Mails about answers by reference: to the company that was named, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Message, message
from portal.core.mail import write
from portal.core.reminders import claim
from portal.dialogue.queries import RoleHolder, role_holders
from portal.response.loading import Loaded, load
from portal.response.policy import IN_CHARGE
from portal.response.referring import AGREED, DECLINED


@dataclass(frozen=True, slots=True)
class Notices:
    """Writes the mails of one act; ``address`` is the URL that a response's id is appended to."""

    session: Session
    address: str
    now: datetime

    def asked(self, brand_response_id: UUID, asker: Loaded, question_ids: Sequence[str]) -> None:
        """Tell the company that was named who points to its answers, and where it can agree.

        Once a day of UTC for each that points: taken back and asked again, it is no news.
        """
        day = self.now.astimezone(UTC).date()
        key = f"reference:{brand_response_id}:{asker.response.id}:{day}"
        if not claim(self.session, [key], now=self.now):
            return
        brand = load(self.session, brand_response_id)
        subject = message("{company} points to your answers", company=asker.supplier)
        paragraphs = (
            message(
                "{company} answers in the dialogue {dialogue}, too. It would like your answers to "
                "stand for its own at these questions: {questions}.",
                company=asker.supplier,
                dialogue=asker.dialogue.title,
                questions=", ".join(question_ids),
            ),
            message(
                "{company} never sees your answers. Buyers read them beside its own, as far as "
                "your answers allow. You can agree, or decline and say why, until the dialogue "
                "closes.",
                company=asker.supplier,
            ),
        )
        self._send(brand, subject, paragraphs)

    def answered(
        self, brand: str, asker: Loaded, question_ids: Sequence[str], outcome: tuple[str, str]
    ) -> None:
        """Tell whoever named a company what it said; ``outcome`` is the state and the reason."""
        state, reason = outcome
        values = {"company": brand, "questions": ", ".join(question_ids)}
        paragraphs: list[Message] = []
        if state == AGREED:
            subject = message("{company} agrees: its answers stand for yours", **values)
            paragraphs.append(message("These questions are answered: {questions}.", **values))
        else:
            subject = (
                message("{company} declines: please answer yourselves", **values)
                if state == DECLINED
                else message("{company} takes back that its answers stand for yours", **values)
            )
            paragraphs.append(message("These questions are open again: {questions}.", **values))
            paragraphs.append(message("Its reason: {reason}", reason=reason))
            paragraphs.append(
                message(
                    "If you had sent your answers, what you sent stands until you send them again; "
                    "you can do so until {when}.",
                    when=asker.dialogue.closes_at,
                )
            )
        self._send(asker, subject, paragraphs)

    def _send(self, to: Loaded, subject: Message, paragraphs: Iterable[Message]) -> None:
        response = to.response
        link = (f"{self.address}{response.id}/references",) if self.address else ()
        for holder in self._deciders(to):
            write(
                self.session,
                holder.mailbox,
                subject,
                message("Hello {name},", name=holder.name),
                *paragraphs,
                *link,
                now=self.now,
            )

    def _deciders(self, to: Loaded) -> list[RoleHolder]:
        """Who answers for all of the company, each once."""
        place = (to.response.dialogue_id, to.response.organisation_id)
        holders = role_holders(self.session, *place)
        return list({each.email: each for each in holders if each.role in IN_CHARGE}.values())
