"""Every mail about what follows a submission: to the company, and to those who asked or run it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core.errors import Message, message, plural
from portal.core.mail import Recipient, listed
from portal.dialogue.queries import RoleHolder, role_holders
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.news import tell
from portal.identity.roles import Permission, Role, scope_of
from portal.questionnaire.definition import Questionnaire, localised
from portal.response.deadlines import clarification_due
from portal.response.loading import Loaded
from portal.response.models import Response
from portal.response.models_after import Clarification
from portal.response.policy import IN_CHARGE

QUESTION_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the mails of one act share; ``address`` is the portal's own, empty for no links."""

    session: Session
    dialogue: str
    supplier: str
    response: Response
    address: str
    now: datetime

    def link(self, page: str) -> tuple[str, ...]:
        """The paragraph that leads to a page of the response."""
        return (f"{self.address}/responses/{self.response.id}/{page}",) if self.address else ()

    def to_company(self, subject: Message, *paragraphs: Message | str) -> None:
        """Tell the company's admins and signatories, each once and at once."""
        for reader in _once(self._holders(IN_CHARGE, of_company=True)):
            tell(self.session, reader, subject, *paragraphs, may_wait=False, now=self.now)

    def readers(self, permission: Permission) -> list[RoleHolder]:
        """Who holds a permission in the dialogue, each once."""
        roles = {role for role in Role if scope_of(permission, role) is not None}
        return _once(self._holders(roles, of_company=False))

    def company(self) -> list[RoleHolder]:
        """Who answers for the company, each once."""
        return _once(self._holders(IN_CHARGE, of_company=True))

    def _holders(self, roles: Iterable[Role], *, of_company: bool) -> list[RoleHolder]:
        organisation_id = self.response.organisation_id if of_company else None
        found = role_holders(self.session, self.response.dialogue_id, organisation_id)
        wanted = frozenset(roles)
        return [holder for holder in found if holder.role in wanted]


def post_of(session: Session, loaded: Loaded, *, address: str, now: datetime) -> Post:
    """The post about a loaded response."""
    return Post(
        session=session,
        dialogue=loaded.dialogue.title,
        supplier=loaded.supplier,
        response=loaded.response,
        address=address.rstrip("/"),
        now=now,
    )


def deciding_for(session: Session, actor: Actor, response: Response) -> str:
    """The name of the organisation for which somebody accepts or reopens; else their own."""
    found = actor.organisations_that_may(Permission.RESPONSE_REOPEN, response.dialogue_id)
    organisation = session.get(Organisation, found[0]) if found else None
    return organisation.name if organisation else actor.name


def notify_clarification(
    post: Post,
    clarification: Clarification,
    questions: Mapping[str, str],
    questionnaire: Questionnaire,
    buyer: str,
) -> None:
    """Tell the company which answers are asked about, what is asked, and until when."""
    subject = message(
        "{dialogue}: please clarify some answers until {day}",
        dialogue=post.dialogue,
        day=clarification.due_at.date(),
    )
    for reader in post.company():
        to = reader.mailbox
        tell(
            post.session,
            reader,
            subject,
            plural(
                "{buyer} asks {supplier} to clarify {count} answer in “{dialogue}”:",
                "{buyer} asks {supplier} to clarify {count} answers in “{dialogue}”:",
                len(questions),
                buyer=buyer,
                supplier=post.supplier,
                dialogue=post.dialogue,
            ),
            _asked(to, questions, questionnaire),
            message("Please answer until {when}.", when=clarification.due_at),
            message(
                "Only these answers are open. Change them or say why they stay, then your "
                "signatory sends them. If nothing is sent in time, what you submitted stands."
            ),
            *post.link("clarification"),
            calendar=(clarification_due(clarification, post.dialogue),),
            may_wait=False,
            now=post.now,
        )


def notify_clarified(post: Post, asker: Recipient, name: str, number: int, changed: int) -> None:
    """Tell who asked that the company has answered."""
    reader = _Reader(name, asker)
    what = (
        plural(
            "{supplier} has changed {count} answer and signed again.",
            "{supplier} has changed {count} answers and signed again.",
            changed,
            supplier=post.supplier,
        )
        if changed
        else message("{supplier} has replied and left its answers as they are.", **_of(post))
    )
    subject = message("{dialogue}: {supplier} has answered your questions", **_of(post))
    place = message("It was round {number} in “{dialogue}”.", number=number, dialogue=post.dialogue)
    tell(post.session, reader, subject, what, place, now=post.now)


def notify_not_in_time(post: Post, asker: Recipient | None, name: str) -> None:
    """Tell both sides that a round ended without an answer."""
    subject = message("{dialogue}: the time to clarify is over", dialogue=post.dialogue)
    post.to_company(
        subject,
        message(
            "The questions about the answers of {supplier} in “{dialogue}” were not answered in "
            "time. What you submitted stands. Changes that were not sent are kept in the history "
            "of each answer.",
            **_of(post),
        ),
        *post.link("clarification"),
    )
    if asker is not None:
        text = message(
            "{supplier} did not answer your questions in “{dialogue}” in time. What it submitted "
            "stands.",
            **_of(post),
        )
        tell(post.session, _Reader(name, asker), subject, text, now=post.now)


def notify_accepted(post: Post, buyer: str) -> None:
    """Tell the company that its answers were accepted."""
    post.to_company(
        message("{dialogue}: your answers are accepted", dialogue=post.dialogue),
        message("{buyer} has accepted the answers of {supplier}.", buyer=buyer, **_of(post)),
        *post.link("receipt"),
    )


def notify_reopened(post: Post, buyer: str, reason: str) -> None:
    """Tell the company that it may change its answers again, and why."""
    post.to_company(
        message("{dialogue}: your answers are open again", dialogue=post.dialogue),
        message("{buyer} has opened the answers of {supplier} again:", buyer=buyer, **_of(post)),
        reason,
        message(
            "All buyers of the dialogue can read this reason. What you submitted stands until you "
            "send your answers again."
        ),
        *post.link(""),
    )


def notify_reopening_asked(post: Post, actor: Actor, words: str, *, page: str) -> None:
    """Tell the secretariat and the lead buyers that a company asks to change its answers."""
    for reader in post.readers(Permission.RESPONSE_REOPEN):
        tell(
            post.session,
            reader,
            message("{dialogue}: {supplier} asks to change its answers", **_of(post)),
            message(
                "{name} of {supplier} asks to change answers that were submitted in “{dialogue}”:",
                name=actor.name,
                **_of(post),
            ),
            words,
            *([f"{post.address}{page}"] if post.address else []),
            may_wait=False,
            now=post.now,
        )


def notify_stale(post: Post, why: Message) -> None:
    """Tell the company that buyers see its answers as out of date, and why."""
    post.to_company(
        message("{dialogue}: are your answers still true?", dialogue=post.dialogue),
        message("The answers of {supplier} in “{dialogue}” are marked out of date:", **_of(post)),
        why,
        message("If they are still true, your signatory can say so with one button:"),
        *post.link("receipt"),
    )


def notify_feedback(post: Post) -> None:
    """Tell the company that its feedback letter is there."""
    post.to_company(
        message("{dialogue}: your feedback letter", dialogue=post.dialogue),
        message(
            "The buyers of “{dialogue}” have written to {supplier}: what they understood of your "
            "answers, how these compare with what all suppliers said, and what follows.",
            **_of(post),
        ),
        *post.link("feedback"),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody who asked, whatever role they hold by now."""

    name: str
    mailbox: Recipient


def _of(post: Post) -> dict[str, str]:
    return {"supplier": post.supplier, "dialogue": post.dialogue}


def _once(holders: Iterable[RoleHolder]) -> list[RoleHolder]:
    return list({holder.person_id: holder for holder in holders}.values())


def _asked(to: Recipient, questions: Mapping[str, str], questionnaire: Questionnaire) -> str:
    lines = []
    for question_id, words in questions.items():
        question = questionnaire.question(question_id)
        texts = question.text if question else {}
        text = localised(texts, to.language, questionnaire.base_language)
        lines.append(f"{question_id} {text[:QUESTION_LENGTH]}: {words}")
    return listed(to, lines)
