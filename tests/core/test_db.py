"""The database refuses what must not happen, whatever the code does."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from portal.core.audit import Act, AuditEntry, record
from portal.core.db import Database, Session
from portal.core.migrate import downgrade, upgrade
from portal.identity.actor import SYSTEM
from portal.identity.operations import create_organisation
from portal.identity.queries import organisation_by_name
from portal.identity.roles import OrganisationKind


def test_a_reading_session_cannot_write(database: Database, now: datetime) -> None:
    with database.session(writes=False) as session, pytest.raises(DBAPIError):
        create_organisation(session, SYSTEM, name="Sneaky", kind=OrganisationKind.BUYER, now=now)


def test_a_reading_session_leaves_the_connection_fit_for_writing(
    database: Database, now: datetime
) -> None:
    with database.session(writes=False) as session:
        session.execute(text("SELECT 1"))
    with database.transaction() as session:
        create_organisation(session, SYSTEM, name="Ghent", kind=OrganisationKind.BUYER, now=now)
    with database.session(writes=False) as session:
        assert organisation_by_name(session, "Ghent") is not None


def test_a_transaction_that_fails_leaves_nothing(database: Database, now: datetime) -> None:
    def fail_after_writing() -> None:
        with database.transaction() as session:
            create_organisation(session, SYSTEM, name="Half", kind=OrganisationKind.BUYER, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    with database.session(writes=False) as session:
        assert organisation_by_name(session, "Half") is None


def test_times_come_back_with_their_zone(session: Session, now: datetime) -> None:
    made = create_organisation(session, SYSTEM, name="Ghent", kind=OrganisationKind.BUYER, now=now)
    session.expire(made)
    assert made.created_at == now
    assert made.created_at.utcoffset() == now.utcoffset()


def test_a_time_without_zone_is_refused(session: Session, now: datetime) -> None:
    with pytest.raises(StatementError):
        create_organisation(
            session,
            SYSTEM,
            name="Ghent",
            kind=OrganisationKind.BUYER,
            now=now.replace(tzinfo=None),
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"]
)
def test_the_audit_log_only_grows(session: Session, now: datetime, statement: str) -> None:
    record(session, Act(person_id=None, subject=("person", 1), act="signed_in"), now=now)
    session.flush()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_migrations_go_down_and_up_again(database_url: str, database: Database) -> None:
    downgrade(database_url, "base")
    upgrade(database_url)
    with database.session(writes=False) as session:
        assert session.query(AuditEntry).count() == 0
