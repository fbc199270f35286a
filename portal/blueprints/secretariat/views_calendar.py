"""A dialogue's own page for those who run it: where it stands, publishing, extending, closing."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.desk import stage, steps
from portal.blueprints.secretariat.forms import ExtensionForm
from portal.core.clock import now
from portal.dialogue import operations
from portal.identity.roles import Permission
from portal.invitation.operations import publish_dialogue
from portal.invitation.queries import invitations
from portal.response.queries import participation
from portal.web.forms import local_instant
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/manage")
@needs(Permission.DIALOGUE_CREATE)
def manage() -> ResponseReturnValue:
    """Where the dialogue stands and what comes next."""
    return _page(ExtensionForm())


@bp.post("/dialogues/<dialogue>/manage/publish")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def publish() -> ResponseReturnValue:
    """Publish questionnaire and dialogue, and send the invitations, at one instant."""
    address = settings().public_url + "/join/"
    publish_dialogue(g.session, g.actor, g.dialogue.id, address=address, now=now())
    flash(gettext("Published. The invitations are on their way."), "success")
    return redirect(url_for(".manage"))


@bp.post("/dialogues/<dialogue>/manage/extend")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def extend() -> ResponseReturnValue:
    """Move the closing time later, for everyone."""
    form = ExtensionForm()
    if form.does(lambda: _extend(form)):
        text = gettext("The closing time has been moved and everyone is being told.")
        flash(text, "success")
        return redirect(url_for(".manage"))
    return _page(form), 422


@bp.post("/dialogues/<dialogue>/manage/close")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def close() -> ResponseReturnValue:
    """Close for answers, once the promised time has come."""
    operations.close(g.session, g.actor, g.dialogue.id, now=now())
    flash(gettext("Closed. The release can be made now."), "success")
    return redirect(url_for(".manage"))


def _extend(form: ExtensionForm) -> None:
    operations.extend(
        g.session,
        g.actor,
        g.dialogue.id,
        closes_at=local_instant(form.closes_at.data),
        reason=form.reason.data,
        now=now(),
    )


def _page(extension: ExtensionForm) -> str:
    found = steps(g.session, g.actor, g.dialogue, now=now())
    return page(
        "secretariat/manage.html",
        steps=found,
        stage=stage(g.dialogue, found, now=now()),
        extension=extension,
        invited=len(invitations(g.session, g.dialogue.id)),
        participation=participation(g.session, g.dialogue.id),
    )
