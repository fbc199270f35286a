"""What changed between two texts of a dialogue's questionnaire."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.compare_sides import renamed, sides
from portal.blueprints.questionnaire.compare_view import compare_view
from portal.identity.roles import Permission
from portal.questionnaire.differences import Only
from portal.questionnaire.differences import compare as compared
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/draft/compare")
@needs(Permission.DRAFT_READ)
def compare() -> ResponseReturnValue:
    """Question by question, from one version or revision to another."""
    chosen = sides()
    old, new = chosen.old.questionnaire(), chosen.new.questionnaire()
    languages = list(dict.fromkeys((*new.languages, *old.languages)))
    wanted = request.args.get("language", "")
    only = Only(language=wanted if wanted in languages else "", meaning="meaning" in request.args)
    origins = chosen.migration()
    found = compared(old, new, only, renamed=renamed(origins))
    return page(
        "questionnaire/compare.html",
        sides=chosen,
        found=found,
        view=compare_view(old, new, found, origins, only.language),
        texts=languages,
        only=only,
    )
