"""One's own account, and where to begin after signing in."""

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.account import bp
from portal.blueprints.account.forms import NewPasswordForm, ProfileForm
from portal.core.clock import now
from portal.dialogue.policy import may_create_dialogue
from portal.identity import operations
from portal.identity.queries import person
from portal.identity.roles import BUYER_ROLES, SUPPLIER_ROLES, Role
from portal.web.guard import Access, needs
from portal.web.guard import sign_in as start_session
from portal.web.language import remember_language
from portal.web.pages import page

FIRST_PAGES = (
    ({Role.SECRETARIAT}, "secretariat.today"),
    (BUYER_ROLES | {Role.OBSERVER}, "buyer.dialogues"),
    (SUPPLIER_ROLES, "supplier.responses"),
)


@bp.get("/start")
@needs(Access.SIGNED_IN)
def start() -> ResponseReturnValue:
    """Go to the page that this person's role begins with."""
    held = {grant.role for grant in g.actor.grants}
    rest = "secretariat.today" if may_create_dialogue(g.actor) else "public.home"
    first = next((endpoint for roles, endpoint in FIRST_PAGES if held & roles), rest)
    return redirect(url_for(first))


@bp.get("/account")
@needs(Access.SIGNED_IN)
def profile() -> ResponseReturnValue:
    """Show name, language, time zone, how news comes, and password."""
    form = ProfileForm(obj=person(g.session, g.actor.person_id))
    return page("account/profile.html", form=form, password_form=NewPasswordForm())


@bp.post("/account")
@needs(Access.SIGNED_IN)
def save_profile() -> ResponseReturnValue:
    """Save name, language, time zone and how news comes."""
    form = ProfileForm()
    if not form.validate():
        return page("account/profile.html", form=form, password_form=NewPasswordForm()), 422
    operations.save_profile(
        g.session,
        g.actor,
        name=form.name.data,
        language=form.language.data,
        time_zone=form.time_zone.data,
        digest=form.digest.data,
    )
    flash(gettext("Your account has been saved."), "success")
    return remember_language(redirect(url_for(".profile")), form.language.data)


@bp.post("/account/password")
@needs(Access.SIGNED_IN)
def set_password() -> ResponseReturnValue:
    """Set a password; this session goes on, every other one ends."""
    form = NewPasswordForm()
    passwords = current_app.extensions["portal.passwords"]
    if form.does(
        lambda: operations.set_password(
            g.session, g.actor, passwords, password=form.password.data, now=now()
        )
    ):
        g.session.flush()
        start_session(g.actor.person_id)
        flash(gettext("Your password has been set. Every other session has ended."), "success")
        return redirect(url_for(".profile"))
    profile_form = ProfileForm(formdata=None, obj=person(g.session, g.actor.person_id))
    return page("account/profile.html", form=profile_form, password_form=form), 422


@bp.post("/account/sign-out-everywhere")
@needs(Access.SIGNED_IN)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this person, this one too."""
    operations.sign_out_everywhere(g.session, g.actor, now=now())
    return redirect(url_for(".sign_in"))
