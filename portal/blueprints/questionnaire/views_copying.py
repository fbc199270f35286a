"""Questions and sections of another questionnaire, published or in a file, into the draft."""

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.arrived import Arrived
from portal.blueprints.questionnaire.copied import after_copying
from portal.blueprints.questionnaire.forms import ImportForm
from portal.blueprints.questionnaire.forms_copying import AS_SECTIONS, CopyForm, packed, unpacked
from portal.blueprints.questionnaire.opened import editor, opened
from portal.core.clock import now
from portal.core.errors import Invalid, Refused, message
from portal.identity.roles import Permission
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.likeness import means_the_same, question_contents
from portal.questionnaire.operations_copying import copy_questions, copy_sections
from portal.questionnaire.queries_bank import published, published_versions
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.recording import Saved
from portal.web.forms import as_uuid
from portal.web.guard import needs
from portal.web.language import language
from portal.web.outline import outline
from portal.web.pages import page

COPY = "/dialogues/<dialogue>/draft/copy"


@bp.get(COPY)
@needs(Permission.DRAFT_EDIT)
def copy() -> ResponseReturnValue:
    """Choose a questionnaire; with one in the address, choose what to copy of it."""
    draft = opened()
    if "from" not in request.args:
        return _choose_source(draft, ImportForm())
    form = CopyForm(formdata=None, section=request.args.get("section"))
    return _choose_questions(draft, form, *_source(form))


@bp.post(COPY)
@needs(Permission.DRAFT_EDIT)
def copy_chosen() -> ResponseReturnValue:
    """Copy what was ticked."""
    draft, form = opened(), CopyForm()
    questionnaire, name = _source(form)
    done: list[Saved] = []
    if form.does(lambda: done.append(_copy(draft, form, questionnaire))):
        is_new = form.section.data == AS_SECTIONS
        return after_copying(done[0], None if is_new else form.section.data)
    return _choose_questions(draft, form, questionnaire, name), 422


@bp.post(f"{COPY}/file")
@needs(Permission.DRAFT_EDIT)
def copy_file() -> ResponseReturnValue:
    """Read a file to copy from; it is kept in the next page's form, nowhere else."""
    draft, form, found = opened(), ImportForm(), Arrived()
    taken: list[tuple[Questionnaire, str]] = []
    if not form.does(lambda: taken.append(_read(form, found))):
        return _choose_source(draft, form, found), 422
    questionnaire, text = taken[0]
    chosen = CopyForm(formdata=None, packed=text, section=request.args.get("section"))
    return _choose_questions(draft, chosen, questionnaire, _name(questionnaire))


def _read(form: ImportForm, found: Arrived) -> tuple[Questionnaire, str]:
    found.read(form.file.data)
    if found.faults:
        raise Invalid(message("Nothing can be copied from the file while it has these faults."))
    questionnaire = found.questionnaire()
    return questionnaire, packed(questionnaire)


def _source(form: CopyForm) -> tuple[Questionnaire, str]:
    """What to copy from, and what it is called; Refused if there is no such version."""
    if form.packed.data:
        questionnaire = unpacked(form.packed.data)
        return questionnaire, _name(questionnaire)
    found = published(g.session, as_uuid(request.args.get("from")))
    if found is None:
        raise Refused
    name = gettext("%(title)s, version %(number)s", title=found.dialogue_title, number=found.number)
    return found.questionnaire, name


def _name(questionnaire: Questionnaire) -> str:
    title = questionnaire.title.get(language()) or questionnaire.title.get(
        questionnaire.base_language, questionnaire.name
    )
    return str(gettext("%(title)s, version %(number)s", title=title, number=questionnaire.version))


def _copy(draft: Draft, form: CopyForm, source: Questionnaire) -> Saved:
    chosen, by = form.chosen(source), editor(draft)
    if form.section.data == AS_SECTIONS:
        return copy_sections(g.session, g.actor, draft.id, source, chosen, editor=by, now=now())
    return copy_questions(
        g.session,
        g.actor,
        draft.id,
        source,
        chosen,
        editor=by,
        section_id=form.section.data or "",
        now=now(),
    )


def _choose_source(draft: Draft, form: ImportForm, found: Arrived | None = None) -> str:
    versions = published_versions(g.session)
    return page(
        "questionnaire/copy.html",
        draft=draft,
        form=form,
        found=found or Arrived(),
        section=request.args.get("section"),
        own=[each for each in versions if each.dialogue_id == g.dialogue.id],
        others=[each for each in versions if each.dialogue_id != g.dialogue.id],
    )


def _choose_questions(draft: Draft, form: CopyForm, source: Questionnaire, name: str) -> str:
    form.offer(draft)
    ours = question_contents(draft.questionnaire)
    here = {
        question_id
        for question_id, content in question_contents(source).items()
        if question_id in ours and means_the_same(ours[question_id], content)
    }
    return page(
        "questionnaire/copy.html",
        draft=draft,
        form=form,
        source=outline(source, language()),
        name=name,
        here=here,
    )
