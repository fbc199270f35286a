"""Mails about questions that are being answered, to those who have to know; none says who asks."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core.errors import Message, message, plural
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, role_holders
from portal.exchange.models import QaItem
from portal.identity import news
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.roles import BUYER_ROLES, Permission, Role, Scope, scope_of


def desk_path(dialogue: Dialogue, address: str) -> str:
    """Where the questions of a dialogue are worked on."""
    return f"{address}/dialogues/{dialogue.short_name}/questions/desk"


def runners(session: Session, dialogue: Dialogue) -> list[RoleHolder]:
    """Secretariat and lead buyers, each once."""
    return _each_once(
        holder
        for holder in role_holders(session, dialogue.id)
        if scope_of(Permission.QA_ANSWER, holder.role) is Scope.YES
    )


def voters(session: Session, dialogue: Dialogue) -> list[RoleHolder]:
    """Who may agree or object for a buyer, one row for each person and organisation."""
    found = {
        (holder.person_id, holder.organisation_id): holder
        for holder in role_holders(session, dialogue.id)
        if holder.role in BUYER_ROLES and scope_of(Permission.QA_ANSWER, holder.role) is not None
    }
    return list(found.values())


def tell_asked(
    session: Session, dialogue: Dialogue, actor: Actor, *, address: str, now: datetime
) -> None:
    """Tell those who anonymise that there is a question; not who asked, and not what."""
    told = [each for each in runners(session, dialogue) if each.person_id != actor.person_id]
    sentence = message(
        "A question was asked in “{dialogue}”. See to it that it names nobody, then it can be "
        "answered:",
        dialogue=dialogue.title,
    )
    subject = message("{dialogue}: a new question", dialogue=dialogue.title)
    _tell(session, told, subject, (sentence, desk_path(dialogue, address)), now=now)


def tell_anonymised(session: Session, item: QaItem, *, address: str, now: datetime) -> None:
    """Tell the asker how their question will read."""
    if item.asked_by is None:
        return
    dialogue = session.get_one(Dialogue, item.dialogue_id)
    asker = session.get_one(Person, item.asked_by)
    news.tell(
        session,
        asker,
        message("{dialogue}: your question", dialogue=dialogue.title),
        message("Your question will be answered. This is how everybody will read it:"),
        item.question,
        message("See what becomes of it:"),
        f"{address}/dialogues/{dialogue.short_name}/questions/own",
        now=now,
    )


def tell_to_agree(
    session: Session, item: QaItem, told: Iterable[RoleHolder], *, address: str, now: datetime
) -> None:
    """Ask the buyers to agree on an answer, and say what silence means."""
    dialogue = session.get_one(Dialogue, item.dialogue_id)
    sentence = message(
        "An answer to a question in “{dialogue}” waits for your organisation. Please agree or "
        "object by {until}. Silence counts as agreement after that.",
        dialogue=dialogue.title,
        until=item.agree_until,
    )
    subject = message("{dialogue}: please look at an answer", dialogue=dialogue.title)
    link = f"{address}/dialogues/{dialogue.short_name}/questions/desk/{item.id}"
    _tell(session, _each_once(told), subject, (sentence, link), now=now)


def tell_waiting(
    session: Session, dialogue: Dialogue, count: int, *, address: str, now: datetime
) -> int:
    """Remind the secretariat of questions that have waited for long; how many mails.

    Where there is none, the lead buyers.
    """
    told = runners(session, dialogue)
    told = [each for each in told if each.role is Role.SECRETARIAT] or told
    sentence = plural(
        "{count} question in “{dialogue}” has waited for more than three working days:",
        "{count} questions in “{dialogue}” have waited for more than three working days:",
        count,
        dialogue=dialogue.title,
    )
    subject = message("{dialogue}: questions are waiting", dialogue=dialogue.title)
    _tell(session, told, subject, (sentence, desk_path(dialogue, address)), now=now)
    return len(told)


def _tell(
    session: Session,
    told: Iterable[RoleHolder],
    subject: Message,
    paragraphs: tuple[Message | str, ...],
    *,
    now: datetime,
) -> None:
    for holder in told:
        news.tell(session, holder, subject, *paragraphs, now=now)


def _each_once(holders: Iterable[RoleHolder]) -> list[RoleHolder]:
    return list({holder.person_id: holder for holder in holders}.values())
