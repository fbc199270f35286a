"""Reminders before a closing time: to who can still do something, about what is left to do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core.clock import zone_of
from portal.core.errors import Message, message
from portal.core.reminders import claim
from portal.dialogue.models import Dialogue
from portal.invitation.operations_sending import days_left, reader, remind
from portal.invitation.rules import ANSWERABLE
from portal.questionnaire.definition import Questionnaire
from portal.response import queries_reminders as queries
from portal.response.loading import given_answers, load
from portal.response.queries_reminders import Given, Kind, Open
from portal.response.reminder_letters import (
    Part,
    State,
    own_part,
    own_subject,
    parts_of,
    what_is_missing,
)
from portal.response.reminders_after import AFTER
from portal.response.reminders_round import Due, Member, Round, teams
from portal.response.reminding import current, days_until, of_assignment, of_closing
from portal.response.rules import Progress, progress

BATCH = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """A few matters of one kind, looked at in one transaction; ``of`` are ids, or pairs of them."""

    kind: Kind
    of: tuple[queries.Matter, ...]


def batches(session: Session, *, now: datetime) -> list[Batch]:
    """Everything that might need a reminder now, in small batches; reads ids only."""
    return [
        Batch(kind, tuple(some))
        for kind, found in queries.matters(session, now=now)
        for some in (found[first : first + BATCH] for first in range(0, len(found), BATCH))
    ]


def send_reminders(
    session: Session, some: Iterable[Batch] | None = None, *, address: str, now: datetime
) -> int:
    """Write the reminders that are due, of all or of some batches; how many.

    ``address`` is the portal's own, such as https://parley.example. However often, in whatever
    order and by however many at once it is called, each person gets one mail for each occasion,
    and at most one a day about the same matter: the occasion is claimed in the transaction that
    writes the mail (see ``portal.core.reminders``).
    """
    turn = Round(session, address, now, {})
    chosen = batches(session, now=now) if some is None else some
    return sum(_HANDLERS[batch.kind](turn, batch.of) for batch in chosen)


# Invited, and not answered --------------------------------------------------------------


def _invited(turn: Round, ids: Sequence[queries.Matter]) -> int:
    count = 0
    for invitation, supplier, dialogue in queries.invitations(turn.session, ids):
        if invitation.state not in ANSWERABLE:
            continue
        zone = zone_of(reader(turn.session, invitation.email, dialogue).time_zone)
        found = current(
            of_closing(dialogue.closes_at, zone), invitation.sent_at, zone, now=turn.now
        )
        if found is None:
            continue
        key = (
            f"{queries.invitation_prefix(dialogue.id)}{invitation.id}:{found.days}:"
            f"{dialogue.closes_at:%Y-%m-%d}"
        )
        if claim(turn.session, [key], now=turn.now):
            remind(
                turn.session,
                invitation,
                supplier,
                turn.head(dialogue),
                days=days_until(dialogue.closes_at, zone, now=turn.now),
                address=f"{turn.address}/join/",
                now=turn.now,
            )
            count += 1
    return count


# Taking part, and not begun -------------------------------------------------------------


def _absent(turn: Round, places: Sequence[queries.Matter]) -> int:
    wanted = [place for place in places if isinstance(place, tuple)]
    members = teams(turn.session, wanted)
    count = 0
    for (dialogue_id, supplier_id), dialogue, supplier in queries.places(turn.session, wanted):
        for member in members[dialogue_id, supplier_id]:
            found = _closing(turn, dialogue, member) if member.in_charge else None
            if found is None:
                continue
            key = f"absent:{found}:{supplier_id}:{member.person.id}"
            if turn.free([key]) and turn.take(dialogue_id, Due(member, frozenset([key]))):
                turn.mail(
                    member,
                    _days_left(turn, dialogue, member),
                    _not_begun(turn, dialogue, supplier),
                    turn.head(dialogue).entries,
                )
                count += 1
    return count


def _not_begun(turn: Round, dialogue: Dialogue, supplier: str) -> Iterator[Message | str]:
    yield message(
        "{supplier} takes part in “{dialogue}” and has not begun to answer.",
        supplier=supplier,
        dialogue=dialogue.title,
    )
    yield _until(dialogue)
    yield message("Begin here:")
    yield f"{turn.address}/dialogues/{dialogue.short_name}"
    yield turn.head(dialogue).signed


# Answering, and not sent ----------------------------------------------------------------


def _answering(turn: Round, ids: Sequence[queries.Matter]) -> int:
    found = queries.open_responses(turn.session, ids)
    members = teams(turn.session, [each.place for each in found])
    due = {each.response_id: _dues(turn, each, members[each.place]) for each in found}
    free = turn.free({key for some in due.values() for one in some for key in one.keys})
    count = 0
    for each in found:
        wanted = [
            Due(one.member, keys) for one in due[each.response_id] if (keys := one.keys & free)
        ]
        if wanted:
            count += _remind_team(turn, each, members[each.place], wanted)
    return count


def _dues(turn: Round, each: Open, members: Sequence[Member]) -> list[Due]:
    """Who might be reminded of a response, and the occasions that have come for them."""
    return [
        Due(member, frozenset(_occasions(turn, each, member)))
        for member in members
        if member.in_charge or each.given_to(member.person.id)
    ]


def _occasions(turn: Round, each: Open, member: Member) -> Iterator[str]:
    closing = _closing(turn, each.dialogue, member)
    if closing is not None:
        yield f"closing:{closing}:{each.response_id}:{member.person.id}"
    for given in each.given_to(member.person.id):
        if given.due_on is None:
            continue
        found = current(
            of_assignment(given.due_on, member.zone), given.at, member.zone, now=turn.now
        )
        if found is not None:
            yield f"due:{found.days}:{given.due_on}:{given.id}"


def _remind_team(turn: Round, each: Open, members: Sequence[Member], wanted: list[Due]) -> int:
    loaded = load(turn.session, each.response_id)
    so_far = progress(loaded.questionnaire, given_answers(turn.session, each.response_id))
    names = {member.person.id: member.person.name for member in members}
    people: dict[str, list[str]] = {}
    for given in each.given:
        if given.person_id in names and names[given.person_id] not in people.get(
            given.section_id, ()
        ):
            people.setdefault(given.section_id, []).append(names[given.person_id])
    state = State(
        title=each.dialogue.title,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        progress=so_far,
        people=people,
        signatories=tuple(member.person.name for member in members if member.may_sign),
    )
    return sum(_remind_member(turn, each, state, due) for due in wanted)


def _remind_member(turn: Round, each: Open, state: State, due: Due) -> bool:
    """Write the one mail that this person gets today, if there is something to say."""
    to = due.member.person.mailbox
    given = each.given_to(due.member.person.id)
    is_closing = any(key.startswith("closing:") for key in due.keys)
    asked = given if is_closing else [one for one in given if _speaks_of(due, one)]
    parts = _parts(asked, state.questionnaire, state.progress)
    overview = is_closing and due.member.in_charge
    if not overview and not parts:
        turn.settle(due.keys)
        return False
    if not turn.take(each.response_id, due):
        return False
    paragraphs = (
        what_is_missing(state, to)
        if overview
        else own_part(state.title, state.questionnaire, to, parts)
    )
    turn.mail(
        due.member,
        _days_left(turn, each.dialogue, due.member)
        if is_closing
        else own_subject(state.title, parts, turn.now.astimezone(due.member.zone).date()),
        [*paragraphs, *_ending(turn, each)],
        turn.head(each.dialogue).entries,
    )
    return True


def _speaks_of(due: Due, given: Given) -> bool:
    return any(key.startswith("due:") and key.endswith(str(given.id)) for key in due.keys)


def _parts(given: Iterable[Given], questionnaire: Questionnaire, so_far: Progress) -> list[Part]:
    rows = ((one.section_id, one.question_id, one.due_on, one.asked_by) for one in given)
    return parts_of(rows, questionnaire, so_far)


def _ending(turn: Round, each: Open) -> Iterator[Message | str]:
    yield _until(each.dialogue)
    yield message("Go on here:")
    yield f"{turn.address}/responses/{each.response_id}"


# What they share ------------------------------------------------------------------------


def _closing(turn: Round, dialogue: Dialogue, member: Member) -> str | None:
    """``7:2026-12-10:…``, the occasion before a closing time that has come for somebody."""
    occasions = of_closing(dialogue.closes_at, member.zone)
    found = current(occasions, member.since, member.zone, now=turn.now)
    return f"{found.days}:{dialogue.closes_at:%Y-%m-%d}:{dialogue.id}" if found else None


def _days_left(turn: Round, dialogue: Dialogue, member: Member) -> Message:
    days = days_until(dialogue.closes_at, member.zone, now=turn.now)
    return days_left(dialogue.title, days)


def _until(dialogue: Dialogue) -> Message:
    return message(
        "Answers are taken until {closing}. The attached file puts that into your calendar.",
        closing=dialogue.closes_at,
    )


_HANDLERS = {
    Kind.INVITED: _invited,
    Kind.ABSENT: _absent,
    Kind.ANSWERING: _answering,
    **AFTER,
}
