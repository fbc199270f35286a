"""Today: every dialogue the reader runs, and what each needs next."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.desk import desk
from portal.blueprints.secretariat.forms import DialogueForm
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue import operations
from portal.dialogue.policy import may_create_dialogue
from portal.web.guard import Access, needs
from portal.web.pages import page


@bp.get("/today")
@needs(Access.SIGNED_IN)
def today() -> ResponseReturnValue:
    """One line a dialogue: state, participation, and what waits for a decision."""
    if not may_create_dialogue(g.actor):
        raise Refused
    return page("secretariat/today.html", dialogues=desk(g.session, g.actor, now=now()))


@bp.get("/today/new-dialogue")
@needs(Access.SIGNED_IN)
def new_dialogue() -> ResponseReturnValue:
    """Ask for title, purpose, rules and calendar."""
    if not may_create_dialogue(g.actor):
        raise Refused
    return page("secretariat/new_dialogue.html", form=DialogueForm())


@bp.post("/today/new-dialogue")
@needs(Access.SIGNED_IN)
def create_dialogue() -> ResponseReturnValue:
    """Set the dialogue up."""
    form = DialogueForm()
    if form.does(lambda: operations.create(g.session, g.actor, form.plan(), now=now())):
        flash(gettext("The dialogue has been set up. Add the buyers next."), "success")
        return redirect(url_for(".people", dialogue=form.short_name.data))
    return page("secretariat/new_dialogue.html", form=form), 422
