"""Alembic's environment: the URL comes from PORTAL_DATABASE_URL, the tables from the models."""

from alembic import context

from portal.aggregate import models as aggregate
from portal.brief import models as brief
from portal.core import audit, jobs, mail, reminders
from portal.core.db import Base, Database
from portal.core.settings import load_settings
from portal.dialogue import models as dialogue
from portal.exchange import models as exchange
from portal.identity import models as identity
from portal.invitation import models as invitation
from portal.meeting import models as meeting
from portal.meeting import models_commitments, models_issues, models_minutes, models_room
from portal.questionnaire import models as questionnaire
from portal.response import models as response
from portal.response import models_after, models_review, models_sources, models_team

# Importing a module with tables puts them into Base.metadata; a new one is added here.
TABLES = (
    audit,
    jobs,
    mail,
    reminders,
    identity,
    dialogue,
    exchange,
    questionnaire,
    invitation,
    response,
    models_team,
    models_sources,
    models_after,
    models_review,
    aggregate,
    meeting,
    models_room,
    models_minutes,
    models_issues,
    models_commitments,
    models_minutes,
    models_issues,
    brief,
)

PLAIN_TYPES = {"UtcDateTime": "sa.DateTime(timezone=True)", "Json": "sa.JSON()"}


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Write our types as the plain ones below them: a migration outlives the code."""
    return PLAIN_TYPES.get(type(item).__name__, False) if kind == "type" else False


if context.is_offline_mode():
    message = "migrations run against a database, not into a script"
    raise SystemExit(message)

url = context.config.attributes.get("url") or load_settings().database
engine = Database(url).engine
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=context.config.attributes.get("batch", True),
        render_item=plain_type,
    )
    context.run_migrations()
engine.dispose()
