"""Writing a brief on a release: texts beside the figures, preview, publication."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.aggregate.queries import releases
from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.forms import BriefTextsForm, NewBriefForm
from portal.brief import operations
from portal.brief.operations import Draft
from portal.brief.queries import brief_of
from portal.brief.queries import briefs as all_briefs
from portal.core.clock import now
from portal.core.errors import NotNow, message
from portal.core.jobs import ask_for
from portal.identity.roles import Permission
from portal.questionnaire.queries import published_version
from portal.web.guard import needs, settings
from portal.web.language import own_name
from portal.web.pages import page
from portal.web.transaction import run_after_commit

TEXTS = ("summary", "limits", "next_steps")


@bp.get("/dialogues/<dialogue>/manage/briefs")
@needs(Permission.BRIEF_COMPOSE)
def briefs() -> ResponseReturnValue:
    """The briefs there are, and a form to begin another."""
    return _list(_new_brief_form())


@bp.post("/dialogues/<dialogue>/manage/briefs")
@needs(Permission.BRIEF_COMPOSE)
def begin_brief() -> ResponseReturnValue:
    """Begin a brief on the newest release."""
    form = _new_brief_form()
    if form.does(lambda: _begin(form)):
        text = gettext(
            "The brief has been begun. Its figures are there; open it and add your texts."
        )
        flash(text, "success")
        return redirect(url_for(".briefs"))
    return _list(form), 422


@bp.get("/dialogues/<dialogue>/manage/briefs/<uuid:brief_id>")
@needs(Permission.BRIEF_COMPOSE)
def brief(brief_id: UUID) -> ResponseReturnValue:
    """The texts of a brief."""
    found = brief_of(g.session, g.actor, brief_id)
    return _page(brief_id, BriefTextsForm(data={"title": found.title, **found.texts}))


@bp.post("/dialogues/<dialogue>/manage/briefs/<uuid:brief_id>")
@needs(Permission.BRIEF_COMPOSE)
def save_brief(brief_id: UUID) -> ResponseReturnValue:
    """Save the texts."""
    form = BriefTextsForm()
    draft = Draft(title=form.title.data or "", texts={n: form[n].data or "" for n in TEXTS})
    if form.does(lambda: operations.save_texts(g.session, g.actor, brief_id, draft, now=now())):
        flash(gettext("The texts have been saved."), "success")
        return redirect(url_for(".brief", brief_id=brief_id))
    return _page(brief_id, form), 422


@bp.post("/dialogues/<dialogue>/manage/briefs/<uuid:brief_id>/publish")
@needs(Permission.BRIEF_COMPOSE)
def publish_brief(brief_id: UUID) -> ResponseReturnValue:
    """Publish the brief and have its PDF made."""
    operations.publish(g.session, g.actor, brief_id, now=now())
    return _render(brief_id)


@bp.post("/dialogues/<dialogue>/manage/briefs/<uuid:brief_id>/pdf")
@needs(Permission.BRIEF_COMPOSE)
def render_brief(brief_id: UUID) -> ResponseReturnValue:
    """Have the PDF of a draft made, to look at before publishing."""
    brief_of(g.session, g.actor, brief_id)
    return _render(brief_id)


def _begin(form: NewBriefForm) -> None:
    made = releases(g.session, g.dialogue.id)
    if not made:
        raise NotNow(message("Make a release first: a brief is written on one."))
    operations.create(
        g.session,
        g.actor,
        made[0].id,
        Draft(title=form.title.data),
        edition=form.edition.data,
        language=form.language.data,
        now=now(),
    )


def _new_brief_form() -> NewBriefForm:
    """The form with the questionnaire's languages to choose from, the dialogue's own first."""
    version = published_version(g.session, g.dialogue.id)
    tags = version.questionnaire.languages if version else ()
    form = NewBriefForm()
    first = sorted(tags, key=lambda tag: tag != g.dialogue.base_language)
    form.language.choices = [SelectChoice(tag, own_name(tag)) for tag in first]
    return form


def _render(brief_id: UUID) -> ResponseReturnValue:
    job = ask_for(
        g.session,
        "brief",
        {"brief_id": str(brief_id), "var_dir": str(settings().var_dir.absolute())},
        dialogue_id=g.dialogue.id,
        person_id=g.actor.person_id,
        now=now(),
    )
    run_after_commit(job.id)
    return redirect(url_for(".work", job_id=job.id))


def _page(brief_id: UUID, form: BriefTextsForm) -> str:
    found = brief_of(g.session, g.actor, brief_id)
    return page("secretariat/brief.html", brief=found, form=form)


def _list(form: NewBriefForm) -> str:
    return page(
        "secretariat/briefs.html",
        form=form,
        briefs=all_briefs(g.session, g.actor, g.dialogue.id),
        releases=releases(g.session, g.dialogue.id),
    )
