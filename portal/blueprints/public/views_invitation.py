"""A company answers its invitation, from the mailed link and without an account."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.public import bp
from portal.blueprints.public.forms import AcceptForm, DeclineForm
from portal.core.clock import now
from portal.core.errors import Invalid, Refused
from portal.dialogue.queries import parties
from portal.dialogue.rules import is_open
from portal.identity.roles import Permission
from portal.invitation import operations
from portal.invitation.operations import FIRST_CONTACT_ROLES
from portal.invitation.queries import OpenInvitation, by_token
from portal.response.operations import start
from portal.web.guard import Access, needs, settings, sign_in
from portal.web.limits import LINK_TRIES, limiter
from portal.web.pages import page


@bp.get("/join/<token>")
@needs(Access.ANYONE)
def invitation(token: str) -> ResponseReturnValue:
    """Who asks what, until when, and the two answers."""
    found = _open(token)
    known = AcceptForm(data={"name": found.invitation.contact_name})
    return _page(found, known, DeclineForm())


@bp.post("/join/<token>")
@limiter.limit(LINK_TRIES)
@needs(Access.ANYONE)
def accept(token: str) -> ResponseReturnValue:
    """Take part: the contact is signed in and the response is there to be filled in."""
    found = _open(token)
    form = AcceptForm()
    if not form.validate():
        return _page(found, form, DeclineForm(formdata=None)), 422
    person, joined = operations.accept(g.session, token, name=form.name.data, now=now())
    sign_in(person.id)
    if is_open(found.dialogue, now()):
        return redirect(_begin(joined.dialogue_id, joined.organisation_id))
    flash(gettext("You take part. Come back when the dialogue opens and begin here."), "success")
    return redirect(url_for(".dialogue", dialogue=found.dialogue.short_name))


@bp.post("/dialogues/<dialogue>/begin")
@needs(Permission.ANSWER_WRITE)
def begin() -> ResponseReturnValue:
    """Go on with the answers of the reader's company, or begin them."""
    grants = g.actor.grants_in(g.dialogue.id)
    company = next(
        (grant.organisation_id for grant in grants if grant.role in FIRST_CONTACT_ROLES), None
    )
    if company is None:
        raise Refused
    return redirect(_begin(g.dialogue.id, company))


@bp.post("/join/<token>/decline")
@limiter.limit(LINK_TRIES)
@needs(Access.ANYONE)
def decline(token: str) -> ResponseReturnValue:
    """Say no, with a reason."""
    found = _open(token)
    form = DeclineForm()
    try:
        if form.validate():
            operations.decline(g.session, token, reason=form.reason.data, now=now())
            return page("public/declined.html", invited=found)
    except Invalid as fault:
        form.add_fault(fault)
    return _page(found, AcceptForm(formdata=None), form), 422


def _open(token: str) -> OpenInvitation:
    found = by_token(g.session, token)
    if found is None:
        raise Refused
    return found


def _page(found: OpenInvitation, accept_form: AcceptForm, decline_form: DeclineForm) -> str:
    return page(
        "public/invitation.html",
        invited=found,
        buyers=parties(g.session, found.dialogue.id, "buyer"),
        accept_form=accept_form,
        decline_form=decline_form,
    )


def _begin(dialogue_id: UUID, organisation_id: UUID) -> str:
    """The page of the company's response, begun if it was not."""
    address = f"{settings().public_url}/responses/"
    place = (dialogue_id, organisation_id)
    response = start(g.session, g.actor, *place, address=address, now=now())
    return url_for("supplier.tasks", response_id=response.id)
