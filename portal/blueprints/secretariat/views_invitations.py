"""Inviting suppliers by name, sending an invitation again, and taking it back."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.forms import ContactForm, InvitationForm, ReasonForm
from portal.core.clock import now
from portal.core.errors import NotNow, Refused, message
from portal.dialogue.rules import is_closed
from portal.identity.roles import Permission, Scope
from portal.invitation import operations, operations_sending
from portal.invitation.queries import InvitationRow
from portal.invitation.queries import invitations as all_invitations
from portal.invitation.rules import REVOCABLE, SENDABLE_AGAIN
from portal.response.queries import participation
from portal.response.queries_reminders import invitation_reminders
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
    """Invite a supplier; before publication the mail waits for it."""
    form = InvitationForm()
    if form.does(lambda: _invite(form)):
        name = form.organisation.data
        waits = g.dialogue.state == "draft"
        prepared = gettext("%(name)s gets the invitation with the publication.", name=name)
        flash(prepared if waits else gettext("%(name)s has been invited.", name=name), "success")
        return redirect(url_for(".invitations"))
    return _page(form), 422


@bp.get("/dialogues/<dialogue>/manage/invitations/<uuid:invitation_id>/revoke")
@needs(Permission.SUPPLIER_INVITE)
def confirm_revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Ask for the reason before an invitation is taken back."""
    found = _listed(invitation_id)
    if found.state not in REVOCABLE:
        raise NotNow(message("The company has answered this invitation already."))
    return page("secretariat/revoke.html", invitation=found, form=ReasonForm())


@bp.post("/dialogues/<dialogue>/manage/invitations/<uuid:invitation_id>/revoke")
@needs(Permission.SUPPLIER_INVITE)
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Take an unanswered invitation back, with a reason."""
    form = ReasonForm()
    found = _listed(invitation_id)
    if form.does(
        lambda: operations.revoke(
            g.session, g.actor, invitation_id, reason=form.reason.data, now=now()
        )
    ):
        flash(gettext("The invitation has been taken back."), "success")
        return redirect(url_for(".invitations"))
    return page("secretariat/revoke.html", invitation=found, form=form), 422


@bp.get("/dialogues/<dialogue>/manage/invitations/<uuid:invitation_id>/send-again")
@needs(Permission.SUPPLIER_INVITE)
def confirm_sending_again(invitation_id: UUID) -> ResponseReturnValue:
    """Ask whether the contact is still right before an invitation leaves again."""
    found = _listed(invitation_id)
    if found.state not in SENDABLE_AGAIN:
        raise NotNow(message("The company has answered this invitation already."))
    return _again_page(found, ContactForm(obj=found))


@bp.post("/dialogues/<dialogue>/manage/invitations/<uuid:invitation_id>/send-again")
@needs(Permission.SUPPLIER_INVITE)
def send_again(invitation_id: UUID) -> ResponseReturnValue:
    """Send an unanswered invitation with a new link."""
    form = ContactForm()
    found = _listed(invitation_id)
    if form.does(lambda: _send_again(invitation_id, form)):
        name = found.organisation
        flash(gettext("The invitation of %(name)s has been sent again.", name=name), "success")
        return redirect(url_for(".invitations"))
    return _again_page(found, form), 422


def _send_again(invitation_id: UUID, form: ContactForm) -> None:
    operations_sending.send_again(
        g.session,
        g.actor,
        invitation_id,
        email=form.email.data or "",
        contact_name=form.contact_name.data or "",
        address=settings().public_url + "/join/",
        now=now(),
    )


def _again_page(found: InvitationRow, form: ContactForm) -> str:
    reminded = invitation_reminders(g.session, g.dialogue.id).get(found.id, [])
    return page("secretariat/send_again.html", invitation=found, form=form, reminded=reminded)


def _invite(form: InvitationForm) -> None:
    invitee = operations.Invitee(
        organisation=form.organisation.data,
        country=form.country.data,
        email=form.email.data,
        contact_name=form.contact_name.data or "",
    )
    address = settings().public_url + "/join/"
    operations.invite(g.session, g.actor, g.dialogue.id, invitee, address=address, now=now())


def _page(form: InvitationForm) -> str:
    _require_all()
    return page(
        "secretariat/invitations.html",
        form=form,
        invitations=all_invitations(g.session, g.dialogue.id),
        reminded=invitation_reminders(g.session, g.dialogue.id),
        participation=participation(g.session, g.dialogue.id),
        is_closed=is_closed(g.dialogue, now()),
    )


def _listed(invitation_id: UUID) -> InvitationRow:
    """The invitation of this dialogue."""
    _require_all()
    rows = [row for row in all_invitations(g.session, g.dialogue.id) if row.id == invitation_id]
    if not rows:
        raise Refused
    return rows[0]


def _require_all() -> None:
    """A supplier's admin may invite colleagues of its own, but must not see who else was asked."""
    if Scope.YES not in g.actor.scopes(Permission.SUPPLIER_INVITE, g.dialogue.id):
        raise Refused
