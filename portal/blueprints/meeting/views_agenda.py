"""The agenda of a session as it is put together."""

from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_sessions import ItemForm, SubjectForm, whole
from portal.blueprints.meeting.words import KINDS
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.meeting.operations_agenda import add_item, change_item, move_item, remove_item
from portal.meeting.queries import AgendaItem, agenda_of
from portal.meeting.queries_sessions import PlanningPage, editable_meeting, planning_page
from portal.web.guard import needs
from portal.web.language import clock, language
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/agenda")
@needs(Permission.MEETING_PLAN)
def agenda(meeting_id: UUID) -> ResponseReturnValue:
    """The points with their times, and forms for another."""
    return _page(meeting_id, ItemForm(formdata=None), SubjectForm(formdata=None))


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/agenda/words")
@needs(Permission.MEETING_PLAN)
def add_words(meeting_id: UUID) -> ResponseReturnValue:
    """Add a point in words, or a break."""
    meeting = editable_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    form = ItemForm()
    if form.does(lambda: add_item(g.session, g.actor, meeting.id, form.item(), now=now())):
        return redirect(url_for(".agenda", meeting_id=meeting_id))
    return _page(meeting_id, form, SubjectForm(formdata=None)), 422


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/agenda/subject")
@needs(Permission.MEETING_PLAN)
def add_subject(meeting_id: UUID) -> ResponseReturnValue:
    """Add a point about something that exists."""
    form = SubjectForm()
    form.subject.choices = _choices(_found(meeting_id))
    if form.does(lambda: add_item(g.session, g.actor, meeting_id, form.item(), now=now())):
        return redirect(url_for(".agenda", meeting_id=meeting_id))
    return _page(meeting_id, ItemForm(formdata=None), form), 422


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/agenda/<uuid:item_id>")
@needs(Permission.MEETING_PLAN)
def edit_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One point, to change it."""
    item = _item(meeting_id, item_id)
    return page("meeting/item.html", form=ItemForm(obj=item), item=item, clash=False)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/agenda/<uuid:item_id>")
@needs(Permission.MEETING_PLAN)
def save_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Save one point."""
    item, form = _item(meeting_id, item_id), ItemForm()
    if form.does(lambda: _save(item, form)):
        return redirect(url_for(".agenda", meeting_id=meeting_id))
    clash = whole(form.version.data) != item.version
    form.version.data = str(item.version)
    return page("meeting/item.html", form=form, item=item, clash=clash), 422


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/agenda/<uuid:item_id>/place")
@needs(Permission.MEETING_PLAN)
def place_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Move a point up or down, or take it off."""
    item, wanted = _item(meeting_id, item_id), request.form.get("to")
    if wanted == "off":
        remove_item(g.session, g.actor, item.id, now=now())
    elif wanted in {"up", "down"}:
        move_item(g.session, g.actor, item.id, up=wanted == "up", now=now())
    return redirect(url_for(".agenda", meeting_id=meeting_id))


def _save(item: AgendaItem, form: ItemForm) -> None:
    change_item(
        g.session,
        g.actor,
        item.id,
        title=form.title.data or "",
        note=form.note.data or "",
        minutes=form.minutes.data or 0,
        version=whole(form.version.data),
        now=now(),
    )


def _item(meeting_id: UUID, item_id: UUID) -> AgendaItem:
    meeting = editable_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    for item in agenda_of(g.session, meeting.id):
        if item.id == item_id:
            return item
    raise Refused


def _found(meeting_id: UUID) -> PlanningPage:
    return planning_page(g.session, g.actor, g.dialogue.id, meeting_id, language())


def _choices(found: PlanningPage) -> dict[str, list[SelectChoice]]:
    return {
        str(KINDS[kind]): [
            SelectChoice(f"{kind}:{subject_id}", f"{subject_id} {title}")
            for subject_id, title in offered.items()
        ]
        for kind, offered in found.offered.items()
    }


def _page(meeting_id: UUID, form: ItemForm, subject: SubjectForm) -> str:
    found = _found(meeting_id)
    subject.subject.choices = _choices(found)
    return page(
        "meeting/agenda.html",
        found=found,
        meeting=found.meeting,
        form=form,
        subject=subject,
        faults=form.faults() + subject.faults(),
        kinds=KINDS,
        clock=clock,
    )
