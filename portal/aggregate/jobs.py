"""Releases as jobs, outside the request that asks for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.aggregate.drafting import Choice
from portal.aggregate.operations import freeze, prepare, prepare_tried, preview
from portal.aggregate.policy import Audience
from portal.core.clock import now
from portal.core.db import Database
from portal.core.jobs import Report
from portal.dialogue.queries import load_actor


def try_release(database: Database, arguments: Mapping[str, Any], report: Report) -> str:
    """Try out a release and return the preview's id.

    ``arguments``: dialogue_id, person_id (who asked), cut_off (ISO instant), segments, audiences.
    """
    choice = Choice(
        datetime.fromisoformat(arguments["cut_off"]),
        tuple(arguments["segments"]),
        tuple(Audience(name) for name in arguments["audiences"]),
    )
    dialogue_id = UUID(arguments["dialogue_id"])
    with database.session(writes=False) as session:
        actor = load_actor(session, UUID(arguments["person_id"]))
        tried = prepare(session, actor, dialogue_id, choice, now=now(), progress=report)
    with database.session(writes=True) as session:
        found = preview(session, actor, tried, now=now())
        session.commit()
        return str(found.id)


def make_release(database: Database, arguments: Mapping[str, Any], report: Report) -> str:
    """Make the release that was tried out and return its number.

    ``arguments``: preview_id, person_id (who signs), signatory and reason.
    """
    preview_id = UUID(arguments["preview_id"])
    with database.session(writes=False) as session:
        actor = load_actor(session, UUID(arguments["person_id"]))
        made = prepare_tried(session, actor, preview_id, now=now(), progress=report)
    with database.session(writes=True) as session:
        release = freeze(
            session,
            actor,
            made,
            signatory=arguments["signatory"],
            reason=arguments["reason"],
            now=now(),
        )
        session.commit()
        return str(release.number)
