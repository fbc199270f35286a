"""Inviting suppliers by name, and taking an invitation back."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.forms import InvitationForm, ReasonForm
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.identity.roles import Permission
from portal.invitation import operations
from portal.invitation.queries import invitations as all_invitations
from portal.response.queries import participation
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/manage/invitations")
@needs(Permission.SUPPLIER_INVITE)
def invitations() -> ResponseReturnValue:
    """Every invitation with its state, and a form for another."""
    return _page(InvitationForm())


@bp.post("/dialogues/<dialogue>/manage/invitations")
@needs(Permission.SUPPLIER_INVITE)
def invite() -> ResponseReturnValue:
    """Invite a supplier."""
    form = InvitationForm()
    if form.validate():
        invitee = operations.Invitee(
            organisation=form.organisation.data,
            country=form.country.data,
            email=form.email.data,
            contact_name=form.contact_name.data or "",
        )
        address = settings().public_url + "/join/"
        try:
            operations.invite(
                g.session, g.actor, g.dialogue.id, invitee, address=address, now=now()
            )
        except Invalid as fault:
            form.add_fault(fault)
        else:
            flash(gettext("{name} has been invited.").format(name=invitee.organisation))
            return redirect(url_for(".invitations"))
    return _page(form), 422


@bp.post("/dialogues/<dialogue>/manage/invitations/<uuid:invitation_id>/revoke")
@needs(Permission.SUPPLIER_INVITE)
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Take an unanswered invitation back, with a reason."""
    form = ReasonForm()
    operations.revoke(g.session, g.actor, invitation_id, reason=form.reason.data or "", now=now())
    flash(gettext("The invitation has been taken back."))
    return redirect(url_for(".invitations"))


def _page(form: InvitationForm) -> str:
    return page(
        "secretariat/invitations.html",
        form=form,
        revoke_form=ReasonForm(formdata=None),
        invitations=all_invitations(g.session, g.dialogue.id),
        participation=participation(g.session, g.dialogue.id),
    )
