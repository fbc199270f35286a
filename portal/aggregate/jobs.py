"""The release as a job, outside the request that asks for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.aggregate.operations import create
from portal.core.clock import now
from portal.core.db import Database
from portal.core.jobs import Report
from portal.dialogue.queries import load_actor


def make_release(database: Database, arguments: Mapping[str, Any], report: Report) -> str:
    """Make a release and return its id.

    ``arguments``: dialogue_id, person_id (who asked) and cut_off (ISO instant).
    """
    with database.session(writes=False) as session:
        actor = load_actor(session, UUID(arguments["person_id"]))
    with database.session(writes=True) as session:
        release = create(
            session,
            actor,
            UUID(arguments["dialogue_id"]),
            cut_off=datetime.fromisoformat(arguments["cut_off"]),
            now=now(),
            progress=report,
        )
        session.commit()
        return str(release.id)
