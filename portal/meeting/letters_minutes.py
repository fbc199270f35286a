"""Mails about the minutes of a session, and about bilateral talks after it."""

from uuid import UUID

from portal.core.errors import Message, message
from portal.identity.roles import Permission, Role
from portal.meeting.letters import Post
from portal.meeting.policy import RUNNING
from portal.meeting.rules import CONTESTED

MINUTES_PAGE = "/minutes"
SLOTS_PAGE = "/slots"


def tell_circulated(post: Post) -> None:
    """The minutes go to everybody of the organisations that took part."""
    meeting = post.meeting
    post.to(
        post.participants(),
        message("Minutes of {session}: please read them", session=meeting.title),
        message("The minutes of “{session}” are ready.", session=meeting.title),
        _until(post),
        page=MINUTES_PAGE,
    )


def _until(post: Post) -> Message:
    return message(
        "Until {when} your organisation can ask for corrections. After that they are final.",
        when=post.meeting.circulation_ends_at,
    )


def tell_asked(post: Post) -> None:
    """A correction is wanted: secretariat and lead buyers decide."""
    post.to(
        [each for each in post.holders(Permission.MEETING_PLAN) if each.role in RUNNING],
        message("{session}: a correction of the minutes is wanted", session=post.meeting.title),
        message("An organisation asks for a correction. Accept it, or say why not."),
        page=MINUTES_PAGE,
    )


def tell_corrected(post: Post) -> None:
    """A correction was accepted: everybody who took part reads the new text."""
    post.to(
        post.participants(),
        message("{session}: the minutes were corrected", session=post.meeting.title),
        message("A correction was accepted. What you agreed to before is asked again."),
        _until(post),
        page=MINUTES_PAGE,
    )


def tell_rejected(post: Post, organisation_id: UUID, reason: str) -> None:
    """A correction was not accepted: the organisation that asked may annex its position."""
    post.to(
        post.holders(Permission.MINUTES_AGREE, organisation_id),
        message("{session}: your correction was not accepted", session=post.meeting.title),
        message("Reason: {reason}", reason=reason),
        message("If you still disagree, add your position. It is annexed to the minutes."),
        page=MINUTES_PAGE,
    )


def tell_ended(post: Post) -> None:
    """The minutes are final, or contested with the positions annexed."""
    contested = post.meeting.state == CONTESTED
    post.to(
        post.participants(),
        message("{session}: the minutes are closed", session=post.meeting.title),
        message("The minutes are contested. The positions are annexed to them.")
        if contested
        else message("The minutes are final."),
        page=MINUTES_PAGE,
    )


def tell_summary(post: Post) -> None:
    """The public summary is there, for everybody at once."""
    post.to(
        post.everybody(),
        message("{session}: public summary", session=post.meeting.title),
        message("The summary of “{session}” is published.", session=post.meeting.title),
    )


def offer_slots_to_all(post: Post, *, minutes: int) -> None:
    """The same offer to every person of every supplier, at one instant.

    Without a count of the talks: it would tell suppliers how many rivals they have.
    """
    suppliers = {Role.SUPPLIER_ADMIN, Role.SUPPLIER_CONTRIBUTOR, Role.SUPPLIER_SIGNATORY}
    post.to(
        [each for each in post.everybody() if each.role in suppliers],
        message("{session}: bilateral talks for every supplier", session=post.meeting.title),
        message(
            "Every supplier of the dialogue can have one talk of {minutes} minutes with the "
            "buyers.",
            minutes=minutes,
        ),
        message("Your company's admin or signatory chooses a free time here:"),
        page=SLOTS_PAGE,
    )
