"""Going on from a dialogue: the next round, or a follow-up that asks about its commitments."""

from datetime import timedelta

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateTimeLocalField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.blueprints.meeting import bp
from portal.core.clock import now, zone_of
from portal.identity.roles import Permission
from portal.meeting.operations_next_round import Along, go_on
from portal.meeting.queries_next_round import FOLLOW_UP, NEXT_ROUND, going_on
from portal.web.forms import PortalForm, local_instant
from portal.web.guard import needs, settings
from portal.web.pages import page

OPENS_IN, OPEN_FOR = timedelta(days=14), timedelta(days=42)
LONGEST_NAME = 39


class GoingForm(PortalForm):
    """What the new dialogue is called, when it runs, and what it takes along."""

    title = StringField(
        _("Title"), validators=[DataRequired(_("Give it a title.")), Length(max=200)]
    )
    short_name = StringField(
        _("Short name"),
        description=_("In addresses: small letters, digits and hyphens."),
        validators=[DataRequired(_("Give it a short name."))],
    )
    opens_at = DateTimeLocalField(_("Opens"), validators=[InputRequired(_("Enter the time."))])
    closes_at = DateTimeLocalField(_("Closes"), validators=[InputRequired(_("Enter the time."))])
    people = BooleanField(_("Buyers, secretariat and observers, with their roles"), default=True)
    questionnaire = BooleanField(_("The questionnaire, as a draft"), default=True)
    suppliers = BooleanField(_("Invitations for its suppliers, not sent yet"), default=True)
    commitments = BooleanField(_("Open commitments, to be followed there, too"), default=True)

    def along(self, kind: str) -> Along:
        """What was chosen."""
        return Along(
            kind=kind,
            short_name=(self.short_name.data or "").strip(),
            title=self.title.data or "",
            opens_at=local_instant(self.opens_at.data),
            closes_at=local_instant(self.closes_at.data),
            people=bool(self.people.data),
            questionnaire=bool(self.questionnaire.data),
            suppliers=bool(self.suppliers.data),
            commitments=bool(self.commitments.data),
        )


@bp.get("/dialogues/<dialogue>/next-round")
@needs(Permission.DIALOGUE_CREATE)
def next_round() -> ResponseReturnValue:
    """What the next round would take along."""
    title = gettext("%(title)s, next round", title=g.dialogue.title)
    return _page(NEXT_ROUND, _blank(title, "next"))


@bp.post("/dialogues/<dialogue>/next-round")
@needs(Permission.DIALOGUE_CREATE)
def start_next_round() -> ResponseReturnValue:
    """Set the next round up as a draft."""
    return _start(NEXT_ROUND)


@bp.get("/dialogues/<dialogue>/commitments/follow-up")
@needs(Permission.DIALOGUE_CREATE)
def follow_up_start() -> ResponseReturnValue:
    """What a follow-up would take along."""
    title = gettext("%(title)s: what became of it", title=g.dialogue.title)
    return _page(FOLLOW_UP, _blank(title, "after"))


@bp.post("/dialogues/<dialogue>/commitments/follow-up")
@needs(Permission.DIALOGUE_CREATE)
def start_follow_up() -> ResponseReturnValue:
    """Set the follow-up up as a draft."""
    return _start(FOLLOW_UP)


def _start(kind: str) -> ResponseReturnValue:
    form = GoingForm()
    if form.does(lambda: _go_on(form, kind)):
        flash(
            gettext("It is set up as a draft. Look at what it took along, then go on."), "success"
        )
        return redirect(url_for("secretariat.manage", dialogue=form.short_name.data.strip()))
    g.session.rollback()
    return _page(kind, form), 422


def _go_on(form: GoingForm, kind: str) -> None:
    address = settings().public_url
    along = form.along(kind)
    go_on(g.session, g.actor, g.dialogue.id, along, address=address, now=now())


def _blank(title: str, ending: str) -> GoingForm:
    today = now().astimezone(zone_of(g.actor.time_zone)).replace(tzinfo=None)
    opens = (today + OPENS_IN).replace(hour=9, minute=0, second=0, microsecond=0)
    room = LONGEST_NAME - len(ending) - 1
    return GoingForm(
        formdata=None,
        title=title[:200],
        short_name=f"{g.dialogue.short_name[:room].rstrip('-')}-{ending}",
        opens_at=opens,
        closes_at=(opens + OPEN_FOR).replace(hour=17),
    )


def _page(kind: str, form: GoingForm) -> str:
    found = going_on(g.session, g.actor, g.dialogue.id, now=now())
    return page("meeting/next_round.html", found=found, form=form, kind=kind)
