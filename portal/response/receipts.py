"""The receipt by mail: what was submitted, when, by whom, and how to prove it later."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from portal.core.errors import Message, message
from portal.core.mail import Recipient, write
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.response.loading import Loaded
from portal.response.models import Response, Submission
from portal.response.policy import IN_CHARGE


def in_charge(session: Session, response: Response) -> dict[str, Recipient]:
    """The mailboxes of a company's admins and signatories in the dialogue, each once."""
    holders = role_holders(session, response.dialogue_id, response.organisation_id)
    return {row.email: row.mailbox for row in holders if row.role in IN_CHARGE}


def mail_receipt(
    session: Session,
    loaded: Loaded,
    submission: Submission,
    actor: Actor,
    *,
    address: str,
    now: datetime,
) -> None:
    """Send the receipt to who signed and to all admins and signatories of the company, once each.

    ``address`` is the URL that the id of a response is appended to; without one no link is given.
    """
    readers = in_charge(session, loaded.response)
    if actor.email:
        own = Recipient(actor.email, actor.language, actor.time_zone, actor.person_id)
        readers.setdefault(actor.email, own)
    subject = message("Receipt: your answers in {dialogue}", dialogue=loaded.dialogue.title)
    paragraphs = [*_facts(loaded, submission), *_links(submission, address)]
    for to in readers.values():
        write(session, to, subject, *paragraphs, now=now)


def _facts(loaded: Loaded, submission: Submission) -> tuple[Message, ...]:
    at = submission.submitted_at.astimezone(UTC)
    return (
        message(
            "The answers of {supplier} in the dialogue “{dialogue}” were submitted.",
            supplier=loaded.supplier,
            dialogue=loaded.dialogue.title,
        ),
        message(
            "Submitted: {moment}\nSigned by: {signatory}\nSubmission: {number}\nSHA-256: {sha256}",
            moment=message("{day}, {time} UTC", day=at.date(), time=f"{at:%H:%M:%S}"),
            signatory=submission.signatory,
            number=submission.number,
            sha256=submission.sha256,
        ),
        message(
            "Keep this message. The hash proves what was submitted: it is computed over the exact "
            "content of the answers and changes with every letter of them. You can read and "
            "download the receipt and the answers on the portal at any time."
        ),
    )


def _links(submission: Submission, address: str) -> tuple[Message, ...]:
    if not address:
        return ()
    response = f"{address}{submission.response_id}"
    return (
        message("The receipt and the answers:\n{url}", url=f"{response}/receipt"),
        message(
            "The receipt as PDF:\n{url}",
            url=f"{response}/submissions/{submission.number}/receipt.pdf",
        ),
    )
