"""The session itself: how long it lasts, staying signed in, and what happens when it has ended."""

from flask import g, jsonify, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, generate_csrf

from portal.blueprints.account import bp
from portal.blueprints.account.forms import PasswordForm
from portal.web.errors import error_page
from portal.web.guard import Access, needs
from portal.web.lifetime import keep_alive, leaves_session, seconds_left
from portal.web.pages import page
from portal.web.unsent import unsent

JSON = "application/json"
ANSWERS = ("text/html", JSON)


@bp.get("/session")
@needs(Access.ANYONE)
@leaves_session
def session_left() -> ResponseReturnValue:
    """Who is signed in and for how many seconds more; asking does not make it longer."""
    if not g.actor.is_signed_in:
        return jsonify(person="", left=0)
    return jsonify(person=str(g.actor.person_id), left=seconds_left(), token=generate_csrf())


@bp.post("/session/extend")
@needs(Access.SIGNED_IN)
def extend_session() -> ResponseReturnValue:
    """Somebody said that they are still there."""
    keep_alive(at_once=True)
    return jsonify(person=str(g.actor.person_id), left=seconds_left(), token=generate_csrf())


@bp.record_once
def _take_over(state: BlueprintSetupState) -> None:
    """The guard asks here what to do with somebody who has to sign in first."""
    manager: LoginManager = state.app.login_manager  # type: ignore[attr-defined]  # Flask-Login's
    manager.unauthorized_handler(_sign_in_first)


def _sign_in_first() -> ResponseReturnValue:
    """A script is told so; a form's fields wait on the page; else to sign in and come back."""
    if request.accept_mimetypes.best_match(ANSWERS, ANSWERS[0]) == JSON:
        return jsonify(person="", left=0), 401
    kept = unsent()
    if kept is not None:
        form = PasswordForm(formdata=None)
        return page("account/sign_in.html", form=form, next=kept.path, unsent=kept), 401
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))


@bp.app_errorhandler(CSRFError)
def _too_old(_error: CSRFError) -> ResponseReturnValue:
    """A page of a session before this one: what was typed on it can be sent again."""
    kept = unsent()
    if kept is None:
        return error_page(400)
    if g.actor.person_id == kept.person_id:
        return page("account/send_again.html", unsent=kept), 400
    if g.actor.is_signed_in:
        return error_page(400)
    form = PasswordForm(formdata=None)
    return page("account/sign_in.html", form=form, next=kept.path, unsent=kept), 400
