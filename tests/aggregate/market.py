"""A closed dialogue on the small questionnaire, with suppliers whose answers were imported."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from portal.aggregate.models import Release
from portal.aggregate.operations import create
from portal.core import clock
from portal.core.db import Database, Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.response.exchange import import_responses
from portal.response.models import Response
from tests import factories

BANDS = "        release: {bands: [20, 40, 60, 80]}\n"
POLICIES = ("yes", "partly", "no")
HIDDEN = "aggregate_only"


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """One line of a responses file."""

    number: int
    policy: str = "yes"
    roles: Sequence[str] = ("brand",)
    size: str = "1_49"
    confidentiality: str = HIDDEN
    group: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def line(self, submitted_at: datetime) -> str:
        """The JSON of the line."""
        answers: dict[str, Any] = {
            "A.01": {"value": list(self.roles)},
            "A.02": {"value": self.size, "class": self.confidentiality},
            "B.01": {"value": self.policy, "class": self.confidentiality},
            "B.05": {"value": self.number % 100, "class": self.confidentiality},
        }
        return json.dumps(
            {
                "supplier": f"Supplier {self.number}",
                "group": self.group or f"Supplier {self.number}",
                "answers": answers | dict(self.more),
                "submitted_at": submitted_at.isoformat(),
            }
        )


def suppliers(count: int, confidentiality: str = HIDDEN) -> list[Supplier]:
    """So many, with answers of every kind; one in four is a reseller."""
    return [
        Supplier(
            number=number,
            policy=POLICIES[number % 3],
            roles=("reseller",) if number % 4 == 0 else ("brand",),
            size="1_49" if number % 2 else "250_plus",
            confidentiality=confidentiality,
        )
        for number in range(count)
    ]


def market(
    session: Session, found: Iterable[Supplier], *, path: Path = factories.SMALL, now: datetime
) -> Dialogue:
    """A dialogue that takes answers from ``now`` on for 30 days, and these suppliers' answers."""
    dialogue = factories.published(session, path=path, now=now, short_name="market")
    hand_in(session, dialogue, found, now=now)
    return dialogue


def without_bands(folder: Path) -> Path:
    """The small questionnaire, but the numbers of B.05 count in no bands."""
    made = folder / "without_bands.yaml"
    made.write_text(
        factories.SMALL.read_text(encoding="utf-8").replace(BANDS, ""), encoding="utf-8"
    )
    return made


def hand_in(
    session: Session, dialogue: Dialogue, found: Iterable[Supplier], *, now: datetime
) -> None:
    """Import these suppliers' answers as submitted now."""
    lines = [supplier.line(now) for supplier in found]
    import_responses(session, SYSTEM, dialogue.id, lines, now=now)
    session.flush()


def team(database: Database, number: int = 0) -> tuple[Actor, Response]:
    """The signatory of one of the companies of the market, and its response."""
    with database.transaction() as session:
        response = session.scalars(select(Response).order_by(Response.id)).all()[number]
        signatory = factories.member(
            session,
            factories.named(session, "market"),
            Role.SUPPLIER_SIGNATORY,
            organisation_id=response.organisation_id,
            now=clock.now(),
        )
        return signatory, response


def unguarded(session: Session, table: str, change: str = "update") -> None:
    """Let a table of releases be changed past the database's guard."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    guard = f"{table}_keeps_{change}" if is_sqlite else f"{table}_keeps ON {table}"
    session.execute(text(f"DROP TRIGGER IF EXISTS {guard}"))


def after_close(now: datetime, days: int = 31) -> datetime:
    """A time when the dialogue that opened ``now`` is closed."""
    return now + timedelta(days=days)


def release(
    session: Session, dialogue: Dialogue, *, at: datetime, actor: Actor = SYSTEM
) -> Release:
    """A release of everything submitted by then."""
    return create(session, actor, dialogue.id, cut_off=at, now=at)
