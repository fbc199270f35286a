"""What sessions and priorities gave to the market, for the consultation file.

Minutes are no part of it: they go to those who took part. What everybody gets is the announcement
of a session, each change of it, the offer of talks to every supplier, and the public summary.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from portal.brief.consultation_mails import mailed
from portal.brief.consultation_pieces import (
    ZONE,
    Given,
    GivenFile,
    Kind,
    Matter,
    Part,
    lines,
    sheet,
)
from portal.core.audit import AuditEntry
from portal.core.errors import Message, message
from portal.identity.actor import ANYONE as ANYBODY
from portal.meeting.models_issues import Ballot
from portal.meeting.queries import Meeting
from portal.meeting.queries_agenda import timed_agenda
from portal.meeting.queries_priorities import PriorityPage, priority_page

ACTS = {
    "announced": message("A session is announced: {session}"),
    "changed": message("A session changes: {session}"),
    "registration_closed": message("Registration closes early: {session}"),
    "cancelled": message("A session is cancelled: {session}"),
    "slots_offered": message("Talks are offered to every supplier: {session}"),
    "summarised": message("Public summary of a session: {session}"),
}
"""Acts of a session that the market was told of; whether it was, its mails say."""
SUBJECTS = {
    "announced": message("{dialogue}: dialogue session announced"),
    "changed": message("{dialogue}: a session has changed"),
    "registration_closed": message("{dialogue}: registration is closed"),
    "cancelled": message("{dialogue}: a session is cancelled"),
    "slots_offered": message("{session}: bilateral talks for every supplier"),
    "summarised": message("{session}: public summary"),
}
"""The subjects of those mails, as ``portal.meeting.letters`` and ``letters_minutes`` write them."""
ALWAYS = {"announced", "summarised"}
"""Acts that change what anyone reads on the public pages, mail or not."""
EVERY_SUPPLIER = message("Everybody of every supplier in the dialogue, by mail")


def sessions(matter: Matter) -> Iterator[Given]:
    """Announcement, changes, offers of talks, cancellation and public summary of each session."""
    query = select(Meeting).where(
        Meeting.dialogue_id == matter.dialogue.id, Meeting.announced_at.is_not(None)
    )
    for meeting in matter.session.scalars(query.order_by(Meeting.announced_at, Meeting.id)):
        for act in _acts(matter, meeting):
            yield from _step(matter, meeting, act)


def priorities(matter: Matter) -> Iterator[Given]:
    """What the buyers published that they will ask for together, with their mail about it."""
    query = select(Ballot.id, Ballot.published_at).where(Ballot.dialogue_id == matter.dialogue.id)
    for ballot_id, at in matter.session.execute(query.order_by(Ballot.published_at, Ballot.id)):
        if at is None:
            continue
        page = priority_page(matter.session, ANYBODY, matter.dialogue.id, ballot_id)
        if page.ballot is None:
            continue
        subject = message("{dialogue}: what the buyers have chosen", dialogue=matter.dialogue.title)
        mail = mailed(matter, at, subject)
        told = sheet(matter.words, *_statement(matter, page))
        yield Given(
            at=at,
            kind=Kind.PRIORITIES,
            title=message("Priorities: {title}", title=page.ballot.title),
            readers=mail.readers,
            mailed=mail.count,
            files=(GivenFile(name="priorities.txt", content=told), *mail.files),
        )


# How it is done -------------------------------------------------------------------------


def _acts(matter: Matter, meeting: Meeting) -> list[Any]:
    query = select(AuditEntry.at, AuditEntry.act).where(
        AuditEntry.dialogue_id == matter.dialogue.id,
        AuditEntry.subject_kind == "meeting",
        AuditEntry.subject_id == str(meeting.id),
        AuditEntry.act.in_(ACTS),
    )
    return list(matter.session.execute(query.order_by(AuditEntry.id)))


def _step(matter: Matter, meeting: Meeting, act: Any) -> Iterator[Given]:  # noqa: ANN401 - a row
    mail = mailed(matter, act.at, _filled(SUBJECTS[act.act], matter, meeting))
    if not mail.count and act.act not in ALWAYS:
        return
    told: tuple[GivenFile, ...] = ()
    if act.act == "announced":
        told = (GivenFile(name="session-announced.txt", content=_plan(matter, meeting)),)
    elif act.act == "summarised":
        text = sheet(matter.words, (message("Session"), meeting.title), _summary(meeting))
        told = (GivenFile(name="session-summary.txt", content=text),)
    readers = mail.readers
    yield Given(
        at=act.at,
        kind=Kind.SESSION,
        title=_filled(ACTS[act.act], matter, meeting),
        readers=EVERY_SUPPLIER if act.act == "slots_offered" else readers,
        mailed=mail.count,
        files=(*told, *mail.files),
    )


def _filled(text: Message, matter: Matter, meeting: Meeting) -> Message:
    values = {"dialogue": matter.dialogue.title, "session": meeting.title}
    return Message(text.text, {name: each for name, each in values.items() if name in text.text})


def _plan(matter: Matter, meeting: Meeting) -> bytes:
    """What the session is and its agenda, as the public page has it now."""
    clock = matter.words.clock
    points = (
        f"{clock(point.begins_at.astimezone(ZONE))} {point.item.title}"
        for point in timed_agenda(matter.session, meeting).items
    )
    return sheet(
        matter.words,
        (message("Session"), meeting.title),
        (message("Purpose"), meeting.purpose),
        (message("Begins"), message("{when}", when=meeting.starts_at)),
        (message("Ends"), message("{when}", when=meeting.ends_at)),
        (message("Place"), meeting.place),
        (
            message("Registration closes"),
            message("{when}", when=meeting.registration_closes_at),
        ),
        (message("Agenda (as it stands now; the mail holds what was announced)"), lines(points)),
    )


def _summary(meeting: Meeting) -> Part:
    return message("Summary"), meeting.summary


def _statement(matter: Matter, page: PriorityPage) -> Iterator[Part]:
    if page.ballot is None:
        return
    yield message("Joint statement"), page.ballot.introduction
    for demand in page.chosen:
        label = message("{number}. {title}", number=demand.number, title=demand.title)
        buyers = matter.words.listing(sorted(each.organisation for each in demand.buyers))
        asked = matter.words("Asked for by: {names}", names=buyers)
        yield label, f"{demand.description}\n{asked}".strip()
    left = (f"{each.number}. {each.title}: {each.reason}" for each in page.left)
    yield message("Not chosen, and why"), lines(left)
    steps = (f"{matter.words.day(each.due_on)}: {each.owner}: {each.what}" for each in page.steps)
    yield message("Roadmap (as it stands now)"), lines(steps)
