"""Registering for a session, and who comes as far as the reader may know."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_sessions import RegisterForm
from portal.blueprints.meeting.words import PARTS
from portal.core.clock import now
from portal.core.errors import Invalid, Refused, message
from portal.identity.roles import Permission
from portal.meeting import house_rules
from portal.meeting.operations import register, withdraw_registration
from portal.meeting.operations_registration import publish_name
from portal.meeting.queries import meeting_of
from portal.meeting.queries_registration import Desk, RegistrationPage, registration_page
from portal.web.forms import as_uuid
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/registration")
@needs(Permission.MEETING_READ)
def registration(meeting_id: UUID) -> ResponseReturnValue:
    """The rules, who comes, and a form for each organisation of the reader."""
    return _page(meeting_id)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/registration")
@needs(Permission.MEETING_REGISTER)
def register_people(meeting_id: UUID) -> ResponseReturnValue:
    """Register oneself, or the people of one's company; they get the address by mail."""
    form = RegisterForm()
    desk = _desk(_found(meeting_id), as_uuid(form.organisation_id.data))
    _offer(form, desk)
    if form.does(lambda: _register(meeting_id, desk, form)):
        flash(gettext("Registered. A mail with the calendar file is on its way."), "success")
        return redirect(url_for(".session", meeting_id=meeting_id))
    return _page(meeting_id, form), 422


@bp.post(
    "/dialogues/<dialogue>/sessions/<uuid:meeting_id>/registration/<uuid:registration_id>/withdraw"
)
@needs(Permission.MEETING_REGISTER)
def withdraw(meeting_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Take a registration back."""
    meeting_of(g.session, g.dialogue.id, meeting_id)
    withdraw_registration(g.session, g.actor, registration_id, now=now())
    flash(gettext("The registration has been withdrawn."), "success")
    return redirect(url_for(".registration", meeting_id=meeting_id))


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/registration/name")
@needs(Permission.MEETING_REGISTER)
def name_organisation(meeting_id: UUID) -> ResponseReturnValue:
    """Let the organisation's name stand among the participants, or take it off."""
    form = RegisterForm()
    desk = _desk(_found(meeting_id), as_uuid(form.organisation_id.data))
    publishes = bool(form.publishes_name.data)
    publish_name(
        g.session, g.actor, meeting_id, desk.organisation_id, publishes=publishes, now=now()
    )
    published = gettext("The name is in the list of participants now.")
    flash(published if publishes else gettext("The name is not shown any more."), "success")
    return redirect(url_for(".registration", meeting_id=meeting_id))


def _register(meeting_id: UUID, desk: Desk, form: RegisterForm) -> None:
    chosen = [as_uuid(each) for each in form.people.data or []]
    if len(form.people.choices) > 1 and not chosen:
        sentence = message("Choose who comes.")
        raise Invalid(sentence, {"people": sentence})
    register(
        g.session,
        g.actor,
        meeting_id,
        desk.organisation_id,
        people=chosen,
        accepts_rules=bool(form.accepts_rules.data),
        address=settings().public_url,
        now=now(),
    )
    if form.publishes_name.data and desk.may_publish:
        publish_name(
            g.session, g.actor, meeting_id, desk.organisation_id, publishes=True, now=now()
        )


def _found(meeting_id: UUID) -> RegistrationPage:
    return registration_page(g.session, g.actor, g.dialogue.id, meeting_id, now=now())


def _desk(found: RegistrationPage, organisation_id: UUID) -> Desk:
    for desk in found.desks:
        if desk.organisation_id == organisation_id:
            return desk
    raise Refused


def _offer(form: RegisterForm, desk: Desk) -> None:
    """Those who are not registered yet."""
    free = [(key, name) for key, name, registered in desk.people if not registered]
    form.people.choices = [SelectChoice(str(key), name) for key, name in free]


def _page(meeting_id: UUID, sent: RegisterForm | None = None) -> str:
    """The page for one organisation of the reader: the one sent or asked for, else the first."""
    found = _found(meeting_id)
    form = sent or RegisterForm(formdata=None)
    wanted = form.organisation_id.data or request.args.get("for")
    desk = _desk(found, as_uuid(wanted)) if wanted else next(iter(found.desks), None)
    if desk is not None:
        form.organisation_id.data = str(desk.organisation_id)
        _offer(form, desk)
    return page(
        "meeting/registration.html",
        found=found,
        meeting=found.meeting,
        desk=desk,
        form=form,
        rules=house_rules,
        parts=PARTS,
    )
