"""Reminders after a submission: clarifications due, evidence expiring, answers a year old."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from portal.core.errors import Message, message, plural
from portal.core.mail import listed
from portal.response import queries_reminders as queries
from portal.response.deadlines import clarification_due
from portal.response.models import Evidence
from portal.response.queries_reminders import Ageing, Asked, Kind, Matter
from portal.response.reminders_round import Due, Member, Round, teams
from portal.response.reminding import (
    EXPIRED_FOR,
    a_year_after,
    current,
    of_clarification,
    of_expiry,
    of_staleness,
)

Handler: TypeAlias = Callable[[Round, Sequence[Matter]], int]


# A clarification is due -----------------------------------------------------------------


def _clarifying(turn: Round, ids: Sequence[Matter]) -> int:
    asked = queries.clarifications(turn.session, ids)
    members = teams(turn.session, [each.place for each in asked])
    return sum(
        _remind_of_clarification(turn, each, member)
        for each in asked
        for member in members[each.place]
        if member.in_charge
    )


def _remind_of_clarification(turn: Round, each: Asked, member: Member) -> bool:
    row = each.clarification
    found = current(
        of_clarification(row.due_at, member.zone), row.asked_at, member.zone, now=turn.now
    )
    key = f"clarification:{row.due_at:%Y-%m-%d}:{row.id}:{member.person.id}"
    if found is None or not turn.free([key]):
        return False
    if not turn.take(row.id, Due(member, frozenset([key]))):
        return False
    subject = message("{dialogue}: a clarification is due", dialogue=each.dialogue.title)
    calendar = (clarification_due(row, each.dialogue.title),)
    turn.mail(member, subject, _clarification(turn, each), calendar)
    return True


def _clarification(turn: Round, each: Asked) -> Iterator[Message | str]:
    if each.asked_by:
        yield message(
            "{buyer} asked {supplier} to make answers clearer in “{dialogue}”.",
            buyer=each.asked_by,
            supplier=each.supplier,
            dialogue=each.dialogue.title,
        )
    yield plural(
        "{count} answer is open: {questions}.",
        "{count} answers are open: {questions}.",
        len(each.question_ids),
        questions=", ".join(each.question_ids),
    )
    yield message("Please reply until {when}, here:", when=each.clarification.due_at)
    yield f"{turn.address}/responses/{each.clarification.response_id}/clarification"


# Evidence expires -----------------------------------------------------------------------


def _expiring(turn: Round, ids: Sequence[Matter]) -> int:
    pieces = queries.expiring(turn.session, ids)
    places = queries.places_of(turn.session, ids)
    members = teams(turn.session, places)
    since = turn.now - timedelta(days=1 + EXPIRED_FOR)
    told = queries.told_with_answers(turn.session, places, since)
    count = 0
    for supplier_id, evidence in pieces.items():
        people = {
            member.person.id: member
            for place in places
            if place[1] == supplier_id
            for member in members[place]
            if member.in_charge
        }
        unsaid = [
            piece
            for piece in evidence
            if (supplier_id, str(piece.id), str(piece.valid_until)) not in told
        ]
        count += sum(_remind_of_evidence(turn, member, unsaid) for member in people.values())
    return count


def _remind_of_evidence(turn: Round, member: Member, evidence: Sequence[Evidence]) -> bool:
    """One mail about everything of the company whose day has come."""
    keys = {key: piece for piece in evidence if (key := _expiry(turn, member, piece))}
    free = turn.free(keys)
    if not free:
        return False
    due = Due(member, frozenset(free))
    if not turn.take(evidence[0].organisation_id, due):
        return False
    chosen = [piece for key, piece in keys.items() if key in free]
    today = turn.now.astimezone(member.zone).date()
    subject = plural(
        "{count} piece of evidence expires", "{count} pieces of evidence expire", len(chosen)
    )
    lines = [_evidence_line(piece, today) for piece in chosen]
    paragraphs: list[Message | str] = [
        message("these documents back your company's answers:"),
        listed(member.person.mailbox, lines),
        message(
            "If there is a newer one, put it in the place of the old one; every answer that it "
            "backs then shows it:"
        ),
        f"{turn.address}/evidence",
    ]
    turn.mail(member, subject, paragraphs)
    return True


def _expiry(turn: Round, member: Member, piece: Evidence) -> str:
    if piece.valid_until is None:
        return ""
    since = max(filter(None, (piece.uploaded_at, member.since)))
    found = current(of_expiry(piece.valid_until, member.zone), since, member.zone, now=turn.now)
    if found is None:
        return ""
    return f"evidence:{found.days}:{piece.valid_until}:{piece.id}:{member.person.id}"


def _evidence_line(piece: Evidence, today: date) -> Message:
    day = piece.valid_until or today
    if day < today:
        return message("{title}: expired on {day}", title=piece.title, day=day)
    return message("{title}: valid until {day}", title=piece.title, day=day)


# Answers are a year old -----------------------------------------------------------------


def _ageing(turn: Round, ids: Sequence[Matter]) -> int:
    rows = queries.ageing(turn.session, ids)
    members = teams(turn.session, [each.place for each in rows])
    return sum(
        _ask_whether_true(turn, each, member)
        for each in rows
        for member in members[each.place]
        if member.in_charge
    )


def _ask_whether_true(turn: Round, each: Ageing, member: Member) -> bool:
    day = a_year_after(each.since.astimezone(member.zone).date())
    since = max(filter(None, (each.since, member.since)))
    found = current(of_staleness(day, member.zone), since, member.zone, now=turn.now)
    if found is None:
        return False
    key = f"ageing:{each.since:%Y-%m-%d}:{each.response_id}:{member.person.id}"
    if not turn.free([key]) or not turn.take(each.response_id, Due(member, frozenset([key]))):
        return False
    subject = message("{dialogue}: are your answers still true?", dialogue=each.dialogue.title)
    turn.mail(member, subject, _still_true(turn, each, day))
    return True


def _still_true(turn: Round, each: Ageing, day: date) -> Iterator[Message | str]:
    yield message(
        "the answers of {supplier} in “{dialogue}” become a year old on {day}. From then on "
        "buyers see them marked as out of date.",
        supplier=each.supplier,
        dialogue=each.dialogue.title,
        day=day,
    )
    yield message("If they are still true, your signatory can say so with one button:")
    yield f"{turn.address}/responses/{each.response_id}/receipt"


AFTER: Mapping[Kind, Handler] = {
    Kind.CLARIFYING: _clarifying,
    Kind.EXPIRING: _expiring,
    Kind.AGEING: _ageing,
}
