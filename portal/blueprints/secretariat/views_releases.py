"""The release desk: try a release out, look at what each audience would see, sign and freeze it."""

from typing import Any
from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from portal.aggregate.operations import require_signed
from portal.aggregate.queries_desk import Desk, Tried, report_on
from portal.aggregate.queries_desk import desk as desk_of
from portal.aggregate.queries_desk import tried as tried_out
from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.forms_releases import FreezeForm, TrialForm
from portal.blueprints.secretariat.releases_view import report_view
from portal.core.clock import now
from portal.core.errors import Refused
from portal.core.jobs import Job, ask_for, job_of
from portal.dialogue.rules import is_closed
from portal.identity.roles import Permission
from portal.response.queries import participation
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.transaction import jobs, run_after_commit


@bp.get("/dialogues/<dialogue>/manage/releases")
@needs(Permission.RELEASE_CREATE)
def releases() -> ResponseReturnValue:
    """The releases there are, and what to choose for the next."""
    found = desk_of(g.session, g.dialogue.id, now=now())
    form = _trial_form(found)
    form.suggest(now())
    return _desk(found, form)


@bp.post("/dialogues/<dialogue>/manage/releases")
@needs(Permission.RELEASE_CREATE)
def try_release() -> ResponseReturnValue:
    """Ask for a trial of what was chosen."""
    found = desk_of(g.session, g.dialogue.id, now=now())
    form = _trial_form(found)
    if not form.validate():
        return _desk(found, form), 422
    chosen = {
        "dialogue_id": str(g.dialogue.id),
        "cut_off": form.until(now()).isoformat(),
        "segments": form.segments.data,
        "audiences": form.audiences.data,
    }
    return _begin("trial", chosen)


@bp.get("/dialogues/<dialogue>/manage/releases/trials/<uuid:trial_id>")
@needs(Permission.RELEASE_CREATE)
def trial(trial_id: UUID) -> ResponseReturnValue:
    """What each audience would see of every question, and why not more; the button to freeze it."""
    found = tried_out(g.session, g.actor, g.dialogue.id, trial_id)
    return _trial(found, FreezeForm(formdata=None))


@bp.post("/dialogues/<dialogue>/manage/releases/trials/<uuid:trial_id>")
@needs(Permission.RELEASE_CREATE)
def freeze_release(trial_id: UUID) -> ResponseReturnValue:
    """Ask for the release that was tried out, with its author's signature."""
    found = tried_out(g.session, g.actor, g.dialogue.id, trial_id)
    form = FreezeForm()
    signed = {"signatory": form.signatory.data or "", "reason": form.reason.data or ""}
    if not form.does(lambda: require_signed(**signed, replaces=not found.is_first)):
        return _trial(found, form), 422
    return _begin("release", {"preview_id": str(trial_id), **signed})


@bp.get("/dialogues/<dialogue>/manage/releases/<int:number>")
@needs(Permission.RELEASE_CREATE)
def release_report(number: int) -> ResponseReturnValue:
    """Why what of a release is not shown, for the secretariat alone."""
    release, questionnaire, report = report_on(g.session, g.actor, g.dialogue.id, number)
    totals, sections = report_view(report, questionnaire)
    return page(
        "secretariat/release_report.html", release=release, totals=totals, sections=sections
    )


@bp.get("/dialogues/<dialogue>/manage/work/<uuid:job_id>")
@needs(Permission.BRIEF_COMPOSE)
def work(job_id: UUID) -> ResponseReturnValue:
    """How far a job is; the page looks again by itself until it is done."""
    job = job_of(g.session, job_id)
    if job is None or job.dialogue_id != g.dialogue.id:
        raise Refused
    following = _following(job)
    if job.state == "done" and "stay" not in request.args:
        return redirect(following)
    progress = jobs().progress(job.id)
    return page("secretariat/work.html", job=job, progress=progress, following=following)


def _begin(kind: str, arguments: dict[str, Any]) -> ResponseReturnValue:
    """Have a job done for the actor, and show how far it is."""
    job = ask_for(
        g.session,
        kind,
        {**arguments, "person_id": str(g.actor.person_id)},
        dialogue_id=g.dialogue.id,
        person_id=g.actor.person_id,
        now=now(),
    )
    run_after_commit(job.id)
    return redirect(url_for(".work", job_id=job.id))


def _following(job: Job) -> str:
    """The page that shows what came of the job, or where it can be asked for again."""
    if job.kind == "brief":
        return url_for(".brief", brief_id=UUID(job.arguments["brief_id"]))
    if job.kind == "consultation_file":
        return url_for(".consultation_file")
    if job.kind == "trial" and job.state == "done":
        return url_for(".trial", trial_id=UUID(job.result))
    return url_for(".releases")


def _trial_form(found: Desk) -> TrialForm:
    form = TrialForm()
    form.segments.choices = [
        SelectChoice(each.id, each.text.get(language()) or next(iter(each.text.values())))
        for each in found.segments
    ]
    return form


def _desk(found: Desk, form: TrialForm) -> str:
    return page(
        "secretariat/releases.html",
        desk=found,
        form=form,
        participation=participation(g.session, g.dialogue.id),
        closed=is_closed(g.dialogue, now()),
    )


def _trial(found: Tried, form: FreezeForm) -> str:
    form.reason.flags.required = True
    totals, sections = report_view(found.report, found.questionnaire)
    return page("secretariat/trial.html", found=found, form=form, totals=totals, sections=sections)
