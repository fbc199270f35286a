"""The versions of a questionnaire: what there is, a new one begun, given up or published."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.forms_versions import (
    DiscardForm,
    NewVersionForm,
    PublicationForm,
)
from portal.blueprints.questionnaire.opened import opened, own_organisation
from portal.blueprints.questionnaire.versions_view import publication_view
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.rules import is_closed
from portal.identity.roles import Permission
from portal.questionnaire.errata import place
from portal.questionnaire.operations_versions import begin_version, discard_version
from portal.questionnaire.queries_editing import Draft, draft_of
from portal.questionnaire.queries_versions import errata, versions
from portal.response.operations import publish_new_version
from portal.web.forms import local_instant
from portal.web.guard import needs, settings
from portal.web.language import sentence
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/draft/versions")
@needs(Permission.DRAFT_READ)
def version_list() -> ResponseReturnValue:
    """Every version with its hash and its corrections, and how to begin the next."""
    return _list(NewVersionForm())


@bp.post("/dialogues/<dialogue>/draft/versions")
@needs(Permission.DRAFT_EDIT)
def new_version() -> ResponseReturnValue:
    """Begin a version from the published one."""
    form = NewVersionForm()
    if form.does(lambda: _begin(form)):
        flash(gettext("The new version is a draft now. Change what should change."), "success")
        return redirect(url_for(".editor_home"))
    return _list(form), 422


@bp.get("/dialogues/<dialogue>/draft/versions/discard")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def discard() -> ResponseReturnValue:
    """Ask why the draft of a new version is given up."""
    return page("questionnaire/discard.html", draft=_follow_up(), form=DiscardForm())


@bp.post("/dialogues/<dialogue>/draft/versions/discard")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def give_up() -> ResponseReturnValue:
    """Give the draft up."""
    draft, form = _follow_up(), DiscardForm()
    if form.does(lambda: _discard(draft.id, form)):
        text = gettext("The draft has been given up. Suppliers go on with what they have.")
        flash(text, "success")
        return redirect(url_for(".version_list"))
    return page("questionnaire/discard.html", draft=draft, form=form), 422


@bp.get("/dialogues/<dialogue>/draft/publication")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def publication() -> ResponseReturnValue:
    """What stands in the way of publishing the new version, what it will do, and the button."""
    return _publication_page(_follow_up(), PublicationForm())


@bp.post("/dialogues/<dialogue>/draft/publication")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def publish_version() -> ResponseReturnValue:
    """Publish the new version, carry open responses over and tell everyone."""
    draft, form = _follow_up(), PublicationForm()
    if form.does(lambda: _publish(form)):
        text = gettext("Published. Open responses have been carried over and everyone is told.")
        flash(text, "success")
        return redirect(url_for(".version_list"))
    return _publication_page(draft, form), 422


def _follow_up() -> Draft:
    """The draft of a version after the first; Refused if there is none."""
    draft = opened()
    if draft.previous_id is None:
        raise Refused
    return draft


def _publication_page(draft: Draft, form: PublicationForm) -> str:
    view = publication_view(draft)
    return page("questionnaire/publication.html", draft=draft, form=form, view=view)


def _begin(form: NewVersionForm) -> None:
    begin_version(
        g.session,
        g.actor,
        g.dialogue.id,
        number=form.number.data,
        organisation_id=own_organisation(),
        now=now(),
    )


def _discard(version_id: UUID, form: DiscardForm) -> None:
    discard_version(g.session, g.actor, version_id, reason=form.reason.data, now=now())


def _publish(form: PublicationForm) -> None:
    publish_new_version(
        g.session,
        g.actor,
        g.dialogue.id,
        closes_at=local_instant(form.closes_at.data),
        reason=form.reason.data,
        address=f"{settings().public_url}/responses/",
        now=now(),
    )


def _list(form: NewVersionForm) -> str:
    rows = versions(g.session, g.dialogue.id)
    draft = draft_of(g.session, g.dialogue.id)
    may_begin = bool(rows) and draft is None and not is_closed(g.dialogue, now())
    return page(
        "questionnaire/versions.html",
        form=form,
        draft=draft,
        versions=rows,
        corrections={row.id: errata(g.session, row.id) for row in rows if row.errata},
        place_of=lambda row: sentence(place(row.subject, row.field)),
        may_begin=may_begin and g.actor.may(Permission.DRAFT_EDIT, g.dialogue.id),
        may_correct=may_begin and g.actor.may(Permission.QUESTIONNAIRE_PUBLISH, g.dialogue.id),
    )
