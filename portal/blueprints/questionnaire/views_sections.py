"""A section of the draft: its title and reason, its questions, its place."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.editing_page import part_page, save_part
from portal.blueprints.questionnaire.opened import opened, section_of
from portal.blueprints.questionnaire.places import do_move, do_retire, move_page, retire_page
from portal.identity.roles import Permission
from portal.questionnaire.subjects import section_subject
from portal.web.guard import needs

SECTION = "/dialogues/<dialogue>/draft/edit/sections/<section_id>"


@bp.get(SECTION)
@needs(Permission.DRAFT_EDIT)
def section(section_id: str) -> ResponseReturnValue:
    """Title and reason in every language, and the list of its questions."""
    draft = opened()
    section_of(draft, section_id)
    return part_page(draft, section_subject(section_id))


@bp.post(SECTION)
@needs(Permission.DRAFT_EDIT)
def save_section(section_id: str) -> ResponseReturnValue:
    """Save what was typed about the section."""
    draft = opened()
    section_of(draft, section_id)
    target = url_for(".section", section_id=section_id, show=request.args.getlist("show"))
    return save_part(draft, section_subject(section_id), target)


@bp.get(f"{SECTION}/move")
@needs(Permission.DRAFT_EDIT)
def move_section(section_id: str) -> ResponseReturnValue:
    """Another place for the section."""
    draft, subject = opened(), section_subject(section_id)
    section_of(draft, section_id)
    return move_page(draft, subject)


@bp.post(f"{SECTION}/move")
@needs(Permission.DRAFT_EDIT)
def place_section(section_id: str) -> ResponseReturnValue:
    """Put the section where the form says."""
    draft, subject = opened(), section_subject(section_id)
    section_of(draft, section_id)
    return do_move(draft, subject, url_for(".editor_home"))


@bp.get(f"{SECTION}/retire")
@needs(Permission.DRAFT_EDIT)
def retire_section(section_id: str) -> ResponseReturnValue:
    """Take the section and its questions out, after a question whether that is meant."""
    draft, subject = opened(), section_subject(section_id)
    section_of(draft, section_id)
    return retire_page(draft, subject)


@bp.post(f"{SECTION}/retire")
@needs(Permission.DRAFT_EDIT)
def take_out_section(section_id: str) -> ResponseReturnValue:
    """Take it out."""
    draft, subject = opened(), section_subject(section_id)
    section_of(draft, section_id)
    return do_retire(draft, subject, url_for(".editor_home"))
