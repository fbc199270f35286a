"""The consultation file: have it made, and take it."""

from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.secretariat import bp
from portal.brief.consultation_jobs import KIND, made_files, take
from portal.core.clock import now
from portal.core.errors import Refused
from portal.core.jobs import ask_for
from portal.identity.roles import Permission
from portal.web.downloads import stored_file
from portal.web.forms import ConfirmForm
from portal.web.guard import needs, settings
from portal.web.pages import page
from portal.web.transaction import run_after_commit, write_beside


@bp.get("/dialogues/<dialogue>/manage/consultation-file")
@needs(Permission.DIALOGUE_CREATE)
def consultation_file() -> ResponseReturnValue:
    """What it is, a button to have it made, and those that were made."""
    _require_published()
    made = made_files(g.session, g.actor, g.dialogue.id)
    return page("secretariat/consultation_file.html", made=made, form=ConfirmForm())


@bp.post("/dialogues/<dialogue>/manage/consultation-file")
@needs(Permission.DIALOGUE_CREATE)
def make_consultation_file() -> ResponseReturnValue:
    """Have the file made as things stand now."""
    _require_published()
    wanted = {
        "dialogue_id": str(g.dialogue.id),
        "person_id": str(g.actor.person_id),
        "names_invited": request.form.get("names") == "yes",
        "var_dir": str(settings().var_dir.absolute()),
    }
    job = ask_for(
        g.session,
        KIND,
        wanted,
        dialogue_id=g.dialogue.id,
        person_id=g.actor.person_id,
        now=now(),
    )
    run_after_commit(job.id)
    return redirect(url_for(".work", job_id=job.id))


@bp.get("/dialogues/<dialogue>/manage/consultation-file/<uuid:job_id>.zip")
@needs(Permission.DIALOGUE_CREATE)
def take_consultation_file(job_id: UUID) -> Response:
    """The file that was made; the log says who took it."""
    actor, dialogue_id, name = g.actor, g.dialogue.id, g.dialogue.short_name
    made = write_beside(lambda session: take(session, actor, dialogue_id, job_id, now=now()))
    return stored_file(made.key, f"{name}-consultation-file.zip", "application/zip")


def _require_published() -> None:
    if g.dialogue.published_at is None:
        raise Refused
