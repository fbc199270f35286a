"""The list of our responses, and the task list of one."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from portal.aggregate.queries_compared import has_comparison
from portal.blueprints.supplier import bp
from portal.blueprints.supplier.revision import line_of, notice, reading
from portal.blueprints.supplier.team_view import today
from portal.blueprints.supplier.words import how_far, say
from portal.core.clock import now
from portal.dialogue.queries import dialogues_of, parties
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission, Scope
from portal.meeting.operations_follow_up import commitments_waiting
from portal.meeting.queries_commitments import commitments_of
from portal.response.minerals_answers import asks_about_minerals
from portal.response.queries import (
    TaskList,
    has_sources,
    left_over,
    own_responses,
    own_tasks,
    task_list,
    waiting_requests,
)
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/responses")
@needs(Permission.RESPONSE_READ_OWN)
def responses() -> ResponseReturnValue:
    """Every dialogue that our companies answer, and those that wait for us to begin."""
    found = own_responses(g.session, g.actor)
    begun = {row.dialogue_id for row in found}
    waiting = [
        dialogue
        for dialogue in dialogues_of(g.session, g.actor)
        if Scope.YES in g.actor.scopes(Permission.ANSWER_WRITE, dialogue.id)
        and dialogue.id not in begun
        and not is_closed(dialogue, now())
    ]
    return page(
        "supplier/responses.html",
        responses=found,
        waiting=waiting,
        given=own_tasks(g.session, g.actor, now=now()),
        speak=say,
        today=today(),
        now=now(),
    )


@bp.get("/responses/<uuid:response_id>")
@needs(Permission.RESPONSE_READ_OWN)
def tasks(response_id: UUID) -> ResponseReturnValue:
    """The sections with what is left in each, who does it, and the time there is."""
    found = task_list(g.session, g.actor, response_id, now=now())
    line = line_of(found)
    return page(
        "supplier/tasks.html",
        list=found,
        read=reading(found.questionnaire, line),
        notice=notice(found, line),
        left_over=left_over(found.questionnaire, found.answers) if line else {},
        has_sources=has_sources(g.session, g.actor, found.response),
        requests=waiting_requests(g.session, g.actor, response_id),
        asks_about_minerals=asks_about_minerals(found.questionnaire),
        say=say(found.questionnaire),
        how_far=how_far(found.progress),
        buyers=parties(g.session, found.dialogue.id, "buyer"),
        **_promised(found),
        **_standing(found),
    )


def _promised(found: TaskList) -> dict[str, object]:
    """What the company promised in the dialogue, and what it could bring along from there."""
    waiting = commitments_waiting(
        g.session, found.response, found.questionnaire, answers=found.answers
    )
    promised = commitments_of(g.session, g.actor, found.dialogue.id, now=now())
    return {"commitments": promised, "bringable": waiting}


def _standing(found: TaskList) -> dict[str, object]:
    """Where the dialogue stands today."""
    dialogue = found.dialogue
    ended = is_closed(dialogue, now())
    return {
        "is_open": is_open(dialogue, now()),
        "is_closed": ended,
        "compares": ended and has_comparison(g.session, g.actor, dialogue.id),
        "today": today(),
    }
