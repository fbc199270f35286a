"""Who is invited and has not answered: people who get what everybody gets, and hold no role yet."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.mail import Recipient
from portal.dialogue.models import Dialogue
from portal.identity.models import Person
from portal.invitation.models import Invitation
from portal.invitation.rules import ANSWERABLE


def invited_readers(session: Session, dialogue: Dialogue) -> list[Recipient]:
    """The contacts of invitations that were sent and not answered, by address; one query.

    Somebody whom the portal does not know is taken to read the dialogue's base language.
    """
    query = (
        select(Invitation.email, Person)
        .outerjoin(Person, Person.email == func.lower(Invitation.email))
        .where(Invitation.dialogue_id == dialogue.id, Invitation.state.in_(ANSWERABLE))
        .order_by(Invitation.email)
    )
    found: list[tuple[str, Person | None]] = [(row[0], row[1]) for row in session.execute(query)]
    return [
        person.mailbox if person else Recipient(email, dialogue.base_language)
        for email, person in found
    ]
