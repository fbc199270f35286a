"""What organisations say about minutes that go round, and what is decided on it."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_minutes import (
    AcceptForm,
    PositionForm,
    RejectForm,
    WishForm,
)
from portal.blueprints.meeting.forms_sessions import whole
from portal.blueprints.meeting.views_minutes import entry_in, found_minutes
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.meeting import operations_corrections as operations
from portal.meeting.operations_corrections import Wish
from portal.meeting.queries_minutes import MinutesPage, ReadCorrection
from portal.web.forms import as_uuid
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/new/<uuid:item_id>")
@needs(Permission.MINUTES_AGREE)
def new_correction(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """A form to ask for a correction of a point, or of one passage of it."""
    found, form = _circulated(meeting_id), WishForm()
    entry_id = request.args.get("passage")
    if entry_id:
        form.wanted.data = entry_in(found, as_uuid(entry_id))[1].text
    return _wish_page(found, item_id, form, entry_id)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/new/<uuid:item_id>")
@needs(Permission.MINUTES_AGREE)
def ask_correction(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Ask for it; the secretariat and the lead buyers are told."""
    found, form = _circulated(meeting_id), WishForm()
    entry_id = request.args.get("passage")
    form.offer(found.voices)
    wish = Wish(
        agenda_item_id=item_id,
        entry_id=as_uuid(entry_id) if entry_id else None,
        wanted=form.wanted.data or "",
        why=form.why.data or "",
    )
    if form.does(lambda: _ask(meeting_id, form, wish)):
        flash(gettext("Your correction has been asked for."), "success")
        return _back(meeting_id)
    return _wish_page(found, item_id, form, entry_id), 422


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/<uuid:correction_id>")
@needs(Permission.MEETING_PLAN)
def decide_correction(meeting_id: UUID, correction_id: UUID) -> ResponseReturnValue:
    """What is wanted beside what there is, to accept or to reject."""
    found = _circulated(meeting_id)
    correction = _correction(found, correction_id)
    return _decide_page(found, correction, _offered(correction), RejectForm(formdata=None))


@bp.post(
    "/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/<uuid:correction_id>/accept"
)
@needs(Permission.MEETING_PLAN)
def accept_correction(meeting_id: UUID, correction_id: UUID) -> ResponseReturnValue:
    """Accept it, with the text that the passage gets."""
    found, form = _circulated(meeting_id), AcceptForm()
    correction = _correction(found, correction_id)
    if form.does(lambda: _accept(correction_id, form)):
        flash(gettext("The minutes were corrected. Everybody who took part was told."), "success")
        return _back(meeting_id)
    form.version.data = str(correction.entry.version if correction.entry else 0)
    return _decide_page(found, correction, form, RejectForm(formdata=None)), 422


@bp.post(
    "/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/<uuid:correction_id>/reject"
)
@needs(Permission.MEETING_PLAN)
def reject_correction(meeting_id: UUID, correction_id: UUID) -> ResponseReturnValue:
    """Reject it with a reason."""
    found, form = _circulated(meeting_id), RejectForm()
    correction = _correction(found, correction_id)
    if form.does(lambda: _reject(correction_id, form.reason.data or "")):
        flash(gettext("The correction is not accepted. Who asked was told why."), "success")
        return _back(meeting_id)
    return _decide_page(found, correction, _offered(correction), form), 422


@bp.get(
    "/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/<uuid:correction_id>/position"
)
@needs(Permission.MINUTES_AGREE)
def write_position(meeting_id: UUID, correction_id: UUID) -> ResponseReturnValue:
    """A form for the position of an organisation that still disagrees."""
    correction = _correction(_circulated(meeting_id), correction_id)
    if not correction.may_contest:
        raise Refused
    return _position_page(meeting_id, correction, PositionForm())


@bp.post(
    "/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/corrections/<uuid:correction_id>/position"
)
@needs(Permission.MINUTES_AGREE)
def contest(meeting_id: UUID, correction_id: UUID) -> ResponseReturnValue:
    """Annex the position to the minutes; sent too late it is shown again, not lost."""
    correction, form = _correction(_circulated(meeting_id), correction_id), PositionForm()
    if form.does(lambda: _contest(correction_id, form)):
        flash(gettext("Your position is annexed to the minutes."), "success")
        return _back(meeting_id)
    return _position_page(meeting_id, correction, form), 422


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/agree")
@needs(Permission.MINUTES_AGREE)
def agree(meeting_id: UUID) -> ResponseReturnValue:
    """Say for one's organisation that the minutes are right."""
    _circulated(meeting_id)
    organisation_id = as_uuid(request.form.get("organisation_id"))
    operations.agree_with_minutes(g.session, g.actor, meeting_id, organisation_id, now=now())
    flash(gettext("Your organisation agrees with the minutes."), "success")
    return _back(meeting_id)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/<uuid:entry_id>/release")
@needs(Permission.QUOTE_RELEASE)
def release_words(meeting_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Let one's organisation be named with its words, or no more."""
    entry_in(found_minutes(meeting_id), entry_id)
    operations.release_words(
        g.session,
        g.actor,
        entry_id,
        version=whole(request.form.get("version")),
        releases=request.form.get("named") == "yes",
        now=now(),
    )
    return _back(meeting_id)


def _circulated(meeting_id: UUID) -> MinutesPage:
    found = found_minutes(meeting_id)
    if found.meeting.circulated_at is None:
        raise Refused
    return found


def _correction(found: MinutesPage, correction_id: UUID) -> ReadCorrection:
    """A correction that the reader may see; raises Refused if there is none."""
    for point in found.points:
        for each in point.corrections:
            if each.correction.id == correction_id:
                return each
    raise Refused


def _offered(correction: ReadCorrection) -> AcceptForm:
    """The wish as it can be accepted, over the passage as it reads."""
    accept = AcceptForm(formdata=None)
    accept.text.data = correction.correction.wanted
    accept.version.data = str(correction.entry.version if correction.entry else 0)
    return accept


def _ask(meeting_id: UUID, form: WishForm, wish: Wish) -> None:
    operations.ask_correction(
        g.session,
        g.actor,
        meeting_id,
        form.voice(),
        wish,
        address=settings().public_url,
        now=now(),
    )


def _accept(correction_id: UUID, form: AcceptForm) -> None:
    operations.accept_correction(
        g.session,
        g.actor,
        correction_id,
        form.text.data or "",
        version=whole(form.version.data),
        address=settings().public_url,
        now=now(),
    )


def _reject(correction_id: UUID, reason: str) -> None:
    address = settings().public_url
    operations.reject_correction(
        g.session, g.actor, correction_id, reason, address=address, now=now()
    )


def _contest(correction_id: UUID, form: PositionForm) -> None:
    position, named = form.position.data or "", bool(form.named.data)
    operations.contest(g.session, g.actor, correction_id, position, named=named, now=now())


def _back(meeting_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".minutes", meeting_id=meeting_id))


def _wish_page(found: MinutesPage, item_id: UUID, form: WishForm, entry_id: str | None) -> str:
    point = next((each for each in found.points if each.timed.item.id == item_id), None)
    if point is None or not found.voices:
        raise Refused
    form.offer(found.voices)
    entry = entry_in(found, as_uuid(entry_id))[1] if entry_id else None
    return page(
        "meeting/correction.html",
        form=form,
        meeting=found.meeting,
        item=point.timed.item,
        entry=entry,
        voices=found.voices,
    )


def _decide_page(
    found: MinutesPage, correction: ReadCorrection, accept: AcceptForm, reject: RejectForm
) -> str:
    if not found.may_run:
        raise Refused
    return page(
        "meeting/decide.html",
        meeting=found.meeting,
        found=correction,
        accept=accept,
        reject=reject,
        faults=accept.faults() + reject.faults(),
    )


def _position_page(meeting_id: UUID, correction: ReadCorrection, form: PositionForm) -> str:
    return page("meeting/position.html", meeting_id=meeting_id, found=correction, form=form)
