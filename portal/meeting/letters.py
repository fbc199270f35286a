"""Every mail about a session: the same text for all, each in their own language."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry, sequence_at
from portal.core.errors import Message, message
from portal.core.mail import write
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, role_holders
from portal.identity.roles import Permission, Role, scope_of
from portal.meeting.models import Meeting, Registration
from portal.meeting.rules import CANCELLED


def entry_of(meeting: Meeting, dialogue: Dialogue, url: str = "", *, registered: bool) -> Entry:
    """The session for calendars; the address of the online room only for the registered."""
    online = registered and meeting.online_address
    return Entry(
        uid=f"session-{meeting.id}@parley",
        sequence=sequence_at(meeting.changed_at),
        due=meeting.starts_at,
        ends=meeting.ends_at,
        summary=message("{dialogue}: {session}", dialogue=dialogue.title, session=meeting.title),
        description=message("Online: {address}", address=meeting.online_address) if online else "",
        place=meeting.place,
        url=url,
        cancelled=meeting.state == CANCELLED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the mails of one act share; ``address`` is the portal's own, empty for no links."""

    session: Session
    dialogue: Dialogue
    meeting: Meeting
    address: str
    now: datetime

    def link(self, page: str = "") -> str:
        """The address of the session's page, or of one below it; empty without an address."""
        if not self.address:
            return ""
        path = f"/dialogues/{self.dialogue.short_name}/sessions/{self.meeting.id}"
        return f"{self.address}{path}{page}"

    def to(
        self,
        readers: Iterable[RoleHolder],
        subject: Message,
        *paragraphs: Message | str,
        page: str = "",
        calendar: bool = False,
        registered: bool = False,
    ) -> None:
        """The same mail to each reader, once; with the session as a calendar file if wanted."""
        link = self.link(page)
        body = (*paragraphs, link) if link else paragraphs
        entry = entry_of(self.meeting, self.dialogue, self.link(), registered=registered)
        for reader in {each.email: each for each in readers}.values():
            files = [entry] if calendar else []
            write(self.session, reader.mailbox, subject, *body, calendar=files, now=self.now)

    def everybody(self) -> list[RoleHolder]:
        """Every person of every party of the dialogue."""
        return role_holders(self.session, self.dialogue.id)

    def holders(
        self, permission: Permission, organisation_id: UUID | None = None
    ) -> list[RoleHolder]:
        """Who holds a permission in the dialogue, for one organisation if given."""
        roles = {role for role in Role if scope_of(permission, role) is not None}
        found = role_holders(self.session, self.dialogue.id, organisation_id)
        return [each for each in found if each.role in roles]

    def of_people(self, person_ids: Collection[UUID]) -> list[RoleHolder]:
        """These people, as far as they still hold a role in the dialogue."""
        return [each for each in self.everybody() if each.person_id in person_ids]

    def registered(self) -> list[RoleHolder]:
        """Everybody whose registration holds, and who still has a role for that organisation."""
        query = select(Registration.person_id, Registration.organisation_id).where(
            Registration.meeting_id == self.meeting.id, Registration.state == "registered"
        )
        found = {(row.person_id, row.organisation_id) for row in self.session.execute(query)}
        return [
            each for each in self.everybody() if (each.person_id, each.organisation_id) in found
        ]

    def participants(self) -> list[RoleHolder]:
        """Everybody of an organisation that was registered: they read and agree on the minutes."""
        query = select(Registration.organisation_id).where(
            Registration.meeting_id == self.meeting.id, Registration.state == "registered"
        )
        organisations = set(self.session.scalars(query))
        return [each for each in self.everybody() if each.organisation_id in organisations]


def post_of(session: Session, meeting: Meeting, *, address: str, now: datetime) -> Post:
    """The post about a session."""
    dialogue = session.get_one(Dialogue, meeting.dialogue_id)
    return Post(
        session=session, dialogue=dialogue, meeting=meeting, address=address.rstrip("/"), now=now
    )


def when_and_where(meeting: Meeting) -> tuple[Message | str, ...]:
    """The paragraphs that say when and where, and until when people register."""
    place = (message("Place: {place}", place=meeting.place),) if meeting.place else ()
    return (
        message("From {start} to {end}.", start=meeting.starts_at, end=meeting.ends_at),
        *place,
        message("Registration closes on {when}.", when=meeting.registration_closes_at),
    )


def announce_to_all(post: Post) -> None:
    """The session is announced: one text, one instant, every person of every party."""
    meeting = post.meeting
    post.to(
        post.everybody(),
        message("{dialogue}: dialogue session announced", dialogue=post.dialogue.title),
        message(
            "“{session}” has been announced to everybody who takes part.", session=meeting.title
        ),
        meeting.purpose,
        *when_and_where(meeting),
        message("Register here. Those who registered see the address of the online meeting:"),
        calendar=True,
    )


def announce_change(post: Post) -> None:
    """Time or place changed after the session was announced.

    The file for calendars takes the place of the one before: that of the registered keeps the
    online address.
    """
    registered = {each.email for each in post.registered()}
    for is_registered in (True, False):
        post.to(
            [each for each in post.everybody() if (each.email in registered) == is_registered],
            message("{dialogue}: a session has changed", dialogue=post.dialogue.title),
            message(
                "Time or place of “{session}” has changed. What holds now:",
                session=post.meeting.title,
            ),
            *when_and_where(post.meeting),
            message("Registrations stay as they are. You can change yours here:"),
            calendar=True,
            registered=is_registered,
        )


def tell_new_address(post: Post) -> None:
    """The address of the online meeting changed: the registered, who alone have it, are told."""
    title, address = post.meeting.title, post.meeting.online_address
    told = (
        (
            message("“{session}” has a new online address.", session=title),
            message("Online: {address}", address=address),
        )
        if address
        else (message("“{session}” has no online address any more.", session=title),)
    )
    post.to(
        post.registered(),
        message("{dialogue}: new address of a session", dialogue=post.dialogue.title)
        if address
        else message("{dialogue}: a session has changed", dialogue=post.dialogue.title),
        *told,
        calendar=True,
        registered=True,
    )


def tell_closed_early(post: Post, reason: str) -> None:
    """Registration was closed before the announced time."""
    post.to(
        post.everybody(),
        message("{dialogue}: registration is closed", dialogue=post.dialogue.title),
        message(
            "Registration for “{session}” was closed before its time.", session=post.meeting.title
        ),
        message("Reason: {reason}", reason=reason),
    )


def tell_cancelled(post: Post) -> None:
    """A session that was announced does not take place."""
    meeting = post.meeting
    post.to(
        post.everybody(),
        message("{dialogue}: a session is cancelled", dialogue=post.dialogue.title),
        message(
            "“{session}” on {when} does not take place.",
            session=meeting.title,
            when=meeting.starts_at,
        ),
        message("Reason: {reason}", reason=meeting.cancel_reason),
        calendar=True,
    )


def confirm_registration(post: Post, person_ids: Collection[UUID], by: str) -> None:
    """Whoever is registered now gets the online address and the calendar file."""
    meeting = post.meeting
    online = (message("Online: {address}", address=meeting.online_address),)
    post.to(
        post.of_people(person_ids),
        message("Registered: {session}", session=meeting.title),
        message("{name} has registered you for “{session}”.", name=by, session=meeting.title),
        *when_and_where(meeting)[:-1],
        *(online if meeting.online_address else ()),
        message("Read the rules of the session, and withdraw here if you cannot come:"),
        calendar=True,
        registered=True,
    )
