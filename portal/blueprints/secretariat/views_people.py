"""Who takes part in a dialogue, in which role."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.forms import ROLE_NAMES, SUPPLIER_ROLE_NAMES, PersonForm
from portal.core.clock import now
from portal.dialogue.operations import Appointment, appoint
from portal.dialogue.queries import role_holders
from portal.identity.roles import Permission, Role
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/manage/people")
@needs(Permission.DIALOGUE_CREATE)
def people() -> ResponseReturnValue:
    """Everyone with a role, and a form to add somebody."""
    return _page(PersonForm())


@bp.post("/dialogues/<dialogue>/manage/people")
@needs(Permission.DIALOGUE_CREATE)
def add_person() -> ResponseReturnValue:
    """Give somebody a role; they get a mail with a sign-in link."""
    form = PersonForm()
    if form.does(lambda: _appoint(form)):
        text = gettext("%(name)s has been added and told by mail.", name=form.name.data)
        flash(text, "success")
        return redirect(url_for(".people"))
    return _page(form), 422


def _appoint(form: PersonForm) -> None:
    appointment = Appointment(
        organisation=form.organisation.data,
        country=form.country.data,
        name=form.name.data,
        email=form.email.data,
        role=Role(form.role.data),
    )
    address = settings().public_url + "/sign-in/link/"
    appoint(g.session, g.actor, g.dialogue.id, appointment, address=address, now=now())


def _page(form: PersonForm) -> str:
    holders = role_holders(g.session, g.dialogue.id)
    names = {**ROLE_NAMES, **SUPPLIER_ROLE_NAMES}
    return page("secretariat/people.html", form=form, holders=holders, role_names=names)
