"""``portal reminders send``: what is due, once."""

from datetime import timedelta

from portal.core.clock import now
from portal.core.db import Database
from portal.identity.news import tell
from portal.identity.operations import ensure_person
from tests import factories
from tests.commands.conftest import Run


def test_reminders_and_daily_mails_are_written_once(portal: Run, database: Database) -> None:
    began = now() - timedelta(days=30)
    with database.transaction() as session:
        made = factories.published(session, now=began, days=31)
        factories.response(session, made, factories.supplier(session, made, now=began), now=began)
        person = ensure_person(session, email="ana@example.org", now=began)
        person.digest = "daily"
        tell(session, person, "News", "Something.", now=began)
    first = portal("reminders", "send")
    assert first.exit_code == 0, first.output
    assert {"reminders: 1", "digests: 1"} <= set(first.output.splitlines())
    again = portal("reminders", "send")
    assert {"reminders: 0", "digests: 0"} <= set(again.output.splitlines())
