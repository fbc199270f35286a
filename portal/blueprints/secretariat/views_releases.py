"""Making a release, in a job whose progress is shown."""

from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.aggregate.queries import releases as all_releases
from portal.blueprints.secretariat import bp
from portal.core.clock import now
from portal.core.errors import Refused
from portal.core.jobs import Job, ask_for, job_of
from portal.dialogue.rules import is_closed
from portal.identity.roles import Permission
from portal.response.queries import participation
from portal.web.guard import needs
from portal.web.pages import page
from portal.web.transaction import jobs, run_after_commit


@bp.get("/dialogues/<dialogue>/manage/releases")
@needs(Permission.RELEASE_CREATE)
def releases() -> ResponseReturnValue:
    """The releases there are, and a button for the next."""
    return page(
        "secretariat/releases.html",
        releases=all_releases(g.session, g.dialogue.id),
        participation=participation(g.session, g.dialogue.id),
        closed=is_closed(g.dialogue, now()),
    )


@bp.post("/dialogues/<dialogue>/manage/releases")
@needs(Permission.RELEASE_CREATE)
def make_release() -> ResponseReturnValue:
    """Ask for a release of everything submitted up to now."""
    job = ask_for(
        g.session,
        "release",
        {
            "dialogue_id": str(g.dialogue.id),
            "person_id": str(g.actor.person_id),
            "cut_off": now().isoformat(),
        },
        dialogue_id=g.dialogue.id,
        person_id=g.actor.person_id,
        now=now(),
    )
    run_after_commit(job.id)
    return redirect(url_for(".work", job_id=job.id))


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


def _following(job: Job) -> str:
    """The page that shows what came of the job."""
    if job.kind == "brief":
        return url_for(".brief", brief_id=UUID(job.arguments["brief_id"]))
    return url_for(".releases")
