"""Answers to questions that the present version does not have."""

from itertools import groupby
from operator import attrgetter
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from portal.blueprints.supplier import bp
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.response.queries import answers_no_longer_asked, task_list
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.reading import as_submitted, read_answers


@bp.get("/responses/<uuid:response_id>/no-longer-asked")
@needs(Permission.RESPONSE_READ_OWN)
def no_longer_asked(response_id: UUID) -> ResponseReturnValue:
    """Each as it was given, with its question as it was asked, newest version first."""
    found = answers_no_longer_asked(g.session, g.actor, response_id)
    versions = []
    for number, group in groupby(found, key=attrgetter("number")):
        earlier = list(group)
        answers = {each.question.id: as_submitted(each.answer, each.evidence) for each in earlier}
        sections = read_answers(earlier[0].questionnaire, answers, language())
        versions.append((number, sections))
    return page(
        "supplier/no_longer_asked.html",
        list=task_list(g.session, g.actor, response_id, now=now()),
        versions=versions,
    )
