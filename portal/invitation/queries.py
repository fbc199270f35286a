"""Reads about invitations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.core.ids import token_hash
from portal.dialogue.models import Dialogue
from portal.identity.models import Organisation
from portal.invitation.models import Invitation, InvitationLink


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as the secretariat lists it."""

    id: UUID
    organisation_id: UUID
    organisation: str
    country: str
    email: str
    contact_name: str
    source: str
    state: str
    reason: str
    sent_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation as the invited company sees it."""

    invitation: Invitation
    organisation: Organisation
    dialogue: Dialogue


def invitations(session: Session, dialogue_id: UUID) -> list[InvitationRow]:
    """Every invitation of a dialogue, by organisation name."""
    query = (
        select(
            Invitation.id,
            Organisation.id,
            Organisation.name,
            Organisation.country,
            Invitation.email,
            Invitation.contact_name,
            Invitation.source,
            Invitation.state,
            Invitation.reason,
            Invitation.sent_at,
            Invitation.answered_at,
        )
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.dialogue_id == dialogue_id)
        .order_by(Organisation.name)
    )
    return [InvitationRow(*row) for row in session.execute(query)]


def by_token(session: Session, token: str) -> OpenInvitation | None:
    """The invitation a mailed link belongs to, be it from the first mail or from a reminder."""
    hashed = token_hash(token)
    reminded = select(InvitationLink.invitation_id).where(InvitationLink.token_hash == hashed)
    query = (
        select(Invitation, Organisation, Dialogue)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(Dialogue, Dialogue.id == Invitation.dialogue_id)
        .where(or_(Invitation.token_hash == hashed, Invitation.id.in_(reminded)))
    )
    row = session.execute(query).one_or_none()
    return OpenInvitation(*row) if row else None
