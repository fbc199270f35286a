"""The dialogues a buyer or observer takes part in, and who answers."""

from flask import g
from flask.typing import ResponseReturnValue

from portal.aggregate.queries import releases
from portal.blueprints.buyer import bp
from portal.core.clock import now
from portal.dialogue.queries import dialogues_of
from portal.dialogue.rules import is_closed
from portal.identity.roles import Permission
from portal.invitation.queries import invitations
from portal.meeting.queries_commitments import commitments_of
from portal.response.policy import may_read_marks
from portal.response.queries import participants, participation
from portal.response.queries_after import reopenings
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/review")
@needs(Permission.DRAFT_READ)
def dialogues() -> ResponseReturnValue:
    """Every dialogue in which the reader reviews."""
    found = [
        dialogue
        for dialogue in dialogues_of(g.session, g.actor)
        if g.actor.may(Permission.DRAFT_READ, dialogue.id)
    ]
    return page("buyer/dialogues.html", dialogues=found)


@bp.get("/dialogues/<dialogue>/review")
@needs(Permission.DRAFT_READ)
def overview() -> ResponseReturnValue:
    """Where the dialogue stands for its buyers: draft, participation, releases, answers."""
    return page(
        "buyer/overview.html",
        invited=len(invitations(g.session, g.dialogue.id)),
        participation=participation(g.session, g.dialogue.id),
        releases=releases(g.session, g.dialogue.id),
        is_closed=is_closed(g.dialogue, now()),
        may_read_marks=may_read_marks(g.actor, g.dialogue.id),
        commitments=commitments_of(g.session, g.actor, g.dialogue.id, now=now()),
    )


@bp.get("/dialogues/<dialogue>/review/participation")
@needs(Permission.PARTICIPATION_READ)
def suppliers() -> ResponseReturnValue:
    """Who was invited, started and submitted; nothing about answers."""
    return page(
        "buyer/participation.html",
        invitations=invitations(g.session, g.dialogue.id),
        participants={
            row.organisation_id: row for row in participants(g.session, g.actor, g.dialogue.id)
        },
        participation=participation(g.session, g.dialogue.id),
        reopenings=reopenings(g.session, g.dialogue.id),
    )
