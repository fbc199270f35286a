"""Signing in by password or by a mailed link, and signing out."""

from uuid import UUID

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.account import bp
from portal.blueprints.account.forms import LinkForm, PasswordForm
from portal.core.clock import now
from portal.core.errors import Invalid, NotNow
from portal.identity import operations
from portal.web.forms import ConfirmForm
from portal.web.guard import Access, needs, settings
from portal.web.guard import sign_in as start_session
from portal.web.guard import sign_out as end_session
from portal.web.limits import LINK_TRIES, TRIES, account_named, limiter
from portal.web.notices import say_once
from portal.web.pages import page
from portal.web.paths import local_path
from portal.web.unsent import unsent


@bp.get("/sign-in")
@needs(Access.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Ask for address and password, or offer a link."""
    return page("account/sign_in.html", form=PasswordForm(), next=_next())


@bp.post("/sign-in")
@limiter.limit(TRIES)
@limiter.limit(TRIES, key_func=account_named)
@needs(Access.ANYONE)
def sign_in_with_password() -> ResponseReturnValue:
    """Sign in with a password."""
    form = PasswordForm()
    if form.validate():
        try:
            person = operations.sign_in_with_password(
                g.session,
                current_app.extensions["portal.passwords"],
                email=form.email.data,
                password=form.password.data,
                now=now(),
            )
        except Invalid as fault:
            form.add_fault(fault)
        else:
            start_session(person.id)
            return _go_on(person.id)
    return page("account/sign_in.html", form=form, next=_next(), unsent=unsent()), 422


@bp.get("/sign-in/link")
@needs(Access.ANYONE)
def ask_for_link() -> ResponseReturnValue:
    """Ask for the address to mail a link to."""
    return page("account/ask_for_link.html", form=LinkForm())


@bp.post("/sign-in/link")
@limiter.limit(TRIES)
@limiter.limit(TRIES, key_func=account_named)
@needs(Access.ANYONE)
def send_link() -> ResponseReturnValue:
    """Mail a link; the page is the same whether the address is known or not."""
    form = LinkForm()
    if not form.validate():
        return page("account/ask_for_link.html", form=form), 422
    address = settings().public_url + "/sign-in/link/"
    operations.request_link(g.session, email=form.email.data, address=address, now=now())
    return page("account/link_sent.html", email=form.email.data)


@bp.get("/sign-in/link/<token>")
@needs(Access.ANYONE)
def open_link(token: str) -> ResponseReturnValue:
    """Show a button: a mail scanner that opens every link must not use it up."""
    return page("account/open_link.html", form=ConfirmForm(), token=token)


@bp.post("/sign-in/link/<token>")
@limiter.limit(LINK_TRIES)
@needs(Access.ANYONE)
def use_link(token: str) -> ResponseReturnValue:
    """Sign in with the link."""
    try:
        person, next_path = operations.use_link(g.session, token, now=now())
    except NotNow as fault:
        return page("account/link_expired.html", reason=fault.reason), 410
    start_session(person.id)
    return redirect(_local(next_path))


@bp.post("/sign-out")
@needs(Access.ANYONE)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    end_session()
    return redirect(url_for("public.home"))


def _go_on(person_id: UUID) -> ResponseReturnValue:
    """To where they came from; what the same person had typed there waits to be sent again."""
    kept = unsent()
    if kept is None:
        return redirect(_next())
    if kept.person_id == person_id:
        return page("account/send_again.html", unsent=kept)
    say_once(gettext("What was typed before was another person's: it was not kept."))
    return redirect(url_for(".start"))


def _next() -> str:
    return _local(request.values.get("next", ""))


def _local(path: str) -> str:
    return local_path(path, url_for("account.start"))
