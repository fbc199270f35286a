"""``make bench ARGS=counts``: a release's counts beside ``GROUP BY``, and a submission among many.

The floor is what SQL alone takes to count the cells by question and option on their index. A
release counts by class and segment as well, and has to know who is in each count. It is measured
in a process of its own, whose peak memory is the figure beside it.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import create_engine, make_url, text

from portal.aggregate import tabulate
from portal.core.clock import now
from portal.core.db import Database, Session, driver_url
from portal.core.migrate import upgrade
from portal.identity.actor import Actor
from portal.response import operations
from portal.response.answers import AnswerDraft
from tests import factories
from tests.bench.many import OPTIONS, QUESTIONS, World, build, fill
from tools.postgres import server

FEW = 100
MANY = 100_000
SEATS = 41
"""Suppliers whose save and submission are timed at each size; the figures are medians."""
TURNS = 3
FLOOR = text(
    "SELECT question, option, count(*) FROM submitted_cell WHERE version_id = :version "
    "GROUP BY question, option"
)
KIB_PER_MB = 1000


def main(many: int = MANY) -> None:
    """Measure on both databases and print a few lines for each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        _measure("SQLite", [f"sqlite:///{folder / name}.sqlite" for name in ("few", "many")], many)
        url = stack.enter_context(server())
        other = make_url(url).set(database="few")
        engine = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE few"))
        engine.dispose()
        _measure("PostgreSQL", [other.render_as_string(hide_password=False), url], many)


def _measure(name: str, urls: Sequence[str], many: int) -> None:
    worlds = []
    for url, size in zip(urls, (FEW, many), strict=True):
        upgrade(url)
        worlds.append(build(Database(url)))
        fill(worlds[-1], 0, size)
    found = json.loads(_alone(urls[-1], worlds[-1]))
    floor, counts = found["floor"], found["counts"]
    print(
        f"{name}: counts of {many} × {QUESTIONS}: floor {floor:.2f} s, release {counts:.2f} s, "
        f"ratio {counts / floor:.2f} (who is in it: {found['members']:.2f} s), "
        f"peak {found['peak_mb']:.0f} MB",
        flush=True,
    )
    for what, times in _answering(worlds).items():
        few_ms, many_ms = (1000 * statistics.median(found) for found in times)
        print(
            f"{name}: {what}: {few_ms:.1f} ms beside {FEW} other responses, "
            f"{many_ms:.1f} ms beside {many}, ratio {many_ms / few_ms:.2f}",
            flush=True,
        )


def _answering(worlds: Sequence[World]) -> dict[str, list[list[float]]]:
    """Seconds to save 20 answers of a complete response and to submit it, in each world.

    The worlds take turns, so that whatever else the machine does slows all alike.
    """
    times: dict[str, list[list[float]]] = {
        "save 20 answers": [[] for _ in worlds],
        "submit": [[] for _ in worlds],
    }
    for _ in range(SEATS):
        for number, world in enumerate(worlds):
            with world.database.transaction() as session:
                actor = factories.supplier(session, world.dialogue, now=now())
                response_id = factories.response(session, world.dialogue, actor, now=now()).id
            seat = Seat(world.database, actor, response_id)
            seat.save(QUESTIONS, 0)
            times["save 20 answers"][number].append(_timed(partial(seat.save, 20, 1)))
            times["submit"][number].append(_timed(seat.submit))
    return times


@dataclass(frozen=True)
class Seat:
    """A supplier's signatory and their response; each act is a transaction."""

    database: Database
    actor: Actor
    response_id: UUID

    def save(self, questions: int, version: int) -> None:
        """Give or change the first so many answers, over this version of each."""
        value = f"o{version % OPTIONS}"
        drafts = {
            f"S.{number:03}": AnswerDraft(value=value, base_version=version)
            for number in range(questions)
        }
        with self.database.transaction() as session:
            operations.save_section(session, self.actor, self.response_id, "S", drafts, now=now())

    def submit(self) -> None:
        """Sign it."""
        with self.database.transaction() as session:
            operations.submit(
                session,
                self.actor,
                self.response_id,
                signatory="Bench",
                declared=True,
                now=now(),
            )


def _alone(url: str, world: World) -> str:
    """What ``count`` prints in a process of its own."""
    arguments = [url, str(world.dialogue.id), str(world.version_id)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.counts", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def count(url: str, dialogue_id: UUID, version_id: UUID) -> dict[str, float]:
    """Seconds of the floor and of a release's counts, the best of some turns, and peak memory."""
    database = Database(url)
    with database.session(writes=False) as session:
        floors = [
            _timed(lambda: session.execute(FLOOR, {"version": _stored(session, version_id)}).all())
            for _ in range(TURNS)
        ]
        began = time.perf_counter()
        members = tabulate.members(session, dialogue_id, version_id, now())
        knowing = time.perf_counter() - began
        places = {member.submission_id: place for place, member in enumerate(members)}
        counts = [_timed(lambda: _count(session, version_id, places)) for _ in range(TURNS)]
        _compare(session, version_id, places)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB
    return {"floor": min(floors), "counts": min(counts), "members": knowing, "peak_mb": peak}


def _count(session: Session, version_id: UUID, places: dict[UUID, int]) -> dict[str, int]:
    """Everybody's answers to each question, as a release takes them: one question at a time."""
    answers = tabulate.answers(session, version_id, places)
    return {key: found.answered.bit_count() for key, found in answers.items()}


def _compare(session: Session, version_id: UUID, places: dict[UUID, int]) -> None:
    """Raise AssertionError unless the counts are those of the floor."""
    answers = tabulate.answers(session, version_id, places)
    for key, option, number in session.execute(FLOOR, {"version": _stored(session, version_id)}):
        assert answers[key].by_option[option].bit_count() == number, (key, option)


def _stored(session: Session, identifier: UUID) -> UUID | str:
    """An id as the database stores it."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    return identifier if is_postgres else identifier.hex


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1], UUID(sys.argv[2]), UUID(sys.argv[3]))))
