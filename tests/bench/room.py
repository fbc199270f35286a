"""``make bench ARGS=room``: two hundred browsers in the room of a session ask what is new.

They ask from one process over loopback, each on its own connection and with its own pause, as the
page's script does. Every few seconds something happens in the room, so that some get an answer
with parts of the page and the others get none. A floor, the form page of ``floors``, is measured
before and after, one request at a time: the ratio says what an answer costs, with waiting, beside
the least that a framework must do for a page.
"""

import os
import re
import selectors
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import event

from portal.app import create_app
from portal.core.clock import now
from portal.core.db import Database
from portal.core.migrate import upgrade
from portal.core.settings import load_settings
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from portal.meeting import operations_room
from portal.meeting.queries_room import room_seen
from portal.meeting.seats import Place, take_seat
from tests import factories
from tests.bench.load import STALE, Client, token_of
from tests.bench.serving import served
from tests.meeting import builders
from tools.postgres import server

BROWSERS = 200
SECONDS = 12
PAUSE_S = 4.0
SPREAD_S = 1.0
EVENT_EVERY_S = 6
"""How often something happens in the room, so that all have to be told."""
FLOOR_TIMES = 60
"""Requests to the floor, before and after."""
STAMP = re.compile(r'data-stamp="([^"]+)"')
ITEM = re.compile(r'data-part="item" data-key="([^"]+)"')


@dataclass
class Browser:
    """One person's page: its connection, what it knows, and when it asks next."""

    client: Client
    path: str
    known: str = ""
    due: float = 0.0
    asked: float = 0.0

    def know(self, text: str) -> None:
        """Keep what the page has: its stamp, and the point with the chart that came last."""
        stamp = STAMP.search(text)
        item = ITEM.search(text)
        told = item[1] if item else self.known.rpartition("item=")[2]
        self.known = f"stamp={stamp[1] if stamp else ''}&item={told}"


@dataclass
class Polled:
    """What the browsers saw: seconds of each answer, and how many had something new."""

    times: list[float] = field(default_factory=list)
    news: int = 0
    elapsed: float = 0.0

    def line(self, name: str, floor: float, cpu: float, queries: Sequence[int]) -> str:
        """One line for people. ``floor``: seconds of its median answer."""
        median = statistics.median(self.times)
        slow = statistics.quantiles(self.times, n=20)[-1]
        return (
            f"{name:11} {BROWSERS} browsers: {len(self.times) / self.elapsed:5.1f} polls/s, "
            f"{self.news} of {len(self.times)} with news; median {median * 1000:5.1f} ms "
            f"({median / floor:.1f} x floor), 95 % {slow * 1000:6.1f} ms ({slow / floor:.1f} x); "
            f"server {cpu:.0%} of one CPU; queries: {queries[0]} without news, {queries[1]} with"
        )


def measure(name: str, url: str, folder: Path) -> str:
    """Build the room, let everybody in, and poll for a bounded time."""
    upgrade(url)
    database = Database(url)
    place, chair, people = build(database)
    environment = {
        "PORTAL_DATABASE_URL": url,
        "PORTAL_VAR_DIR": str(folder / f"{name}-room"),
        "PORTAL_RATE_LIMITS": "false",
        "PORTAL_JOBS": "worker",
    }
    with ExitStack() as stack:
        floor_port = stack.enter_context(served("tests.bench.floors:form_floor()", {}))
        port = stack.enter_context(served("wsgi:app", environment))
        path = f"/dialogues/room/sessions/{place[1]}/room"
        browsers = [_enter(port, token, f"{path}/live") for token in people[:-1]]
        floor = [_floor(floor_port)]
        before = _cpu()
        polled = poll(browsers, lambda: _happens(database, chair, place))
        cpu = (_cpu() - before) / polled.elapsed
        floor.append(_floor(floor_port))
    queries = count_queries(url, folder, people[-1], f"{path}/live")
    database.engine.dispose()
    return polled.line(name, statistics.mean(floor), cpu, queries)


def build(database: Database) -> tuple[Place, Actor, list[str]]:
    """An announced session with everybody registered, its room open: chair and sign-in links.

    The last link is a second one of the first person's.
    """
    begun = now() - timedelta(days=60)
    with database.transaction() as session:
        made = builders.world(session, now=begun)
        made.dialogue.short_name = "room"
        people = [factories.supplier(session, made.dialogue, now=begun) for _ in range(BROWSERS)]
        builders.register(session, made, *people)
        place = made.dialogue.id, made.meeting.id
        operations_room.open_room(session, made.lead, place, now=now())
        operations_room.choose_item(session, made.lead, place, made.items[1].id, now=now())
        people.append(people[0])
        links = [make_link(session, who.person_id, now=now()) for who in people if who.person_id]
    return place, made.lead, links


def _enter(port: int, token: str, path: str) -> Browser:
    """Sign in by the link; the page's parts come with the first poll."""
    client = Client(port)
    link = f"/sign-in/link/{token}"
    client.request("POST", link, {"csrf_token": token_of(client.request("GET", link))})
    browser = Browser(client, path)
    browser.know(client.request("GET", path))
    return browser


def poll(browsers: Sequence[Browser], happens: Callable[[], object]) -> Polled:
    """Ask as the script does, all from one thread: who waits for an answer blocks nobody."""
    chance = Random(1)  # noqa: S311 - pauses, nothing secret
    found = Polled()
    start = time.perf_counter()
    for browser in browsers:
        browser.due = start + chance.uniform(0, PAUSE_S)
    next_event = start + EVENT_EVERY_S / 2
    with selectors.DefaultSelector() as waiting:
        while (instant := time.perf_counter()) < start + SECONDS or waiting.get_map():
            for browser in browsers if instant < start + SECONDS else ():
                if browser.due and browser.due <= instant:
                    _ask(browser, waiting)
            if next_event <= instant < start + SECONDS:
                happens()
                next_event += EVENT_EVERY_S
            for key, _ in waiting.select(0.005):
                waiting.unregister(key.fileobj)
                try:
                    _hear(key.data, found)
                except STALE:
                    # Nobody asked on this connection for long; a browser opens another one.
                    key.data.client.connection.close()
                    _ask(key.data, waiting)
                    continue
                key.data.due = time.perf_counter() + PAUSE_S + chance.uniform(0, SPREAD_S)
    found.elapsed = time.perf_counter() - start
    return found


def _ask(browser: Browser, waiting: selectors.BaseSelector) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    browser.due, browser.asked = 0.0, time.perf_counter()
    connection = browser.client.connection
    connection.request("GET", f"{browser.path}?{browser.known}", headers={"Cookie": cookies})
    waiting.register(connection.sock, selectors.EVENT_READ, browser)


def _hear(browser: Browser, found: Polled) -> None:
    answer = browser.client.connection.getresponse()
    text = answer.read().decode()
    found.times.append(time.perf_counter() - browser.asked)
    if answer.status == 200:
        browser.know(text)
        found.news += 1
    elif answer.status != 204:
        message = f"{browser.path}: {answer.status}"
        raise RuntimeError(message)


def _happens(database: Database, chair: Actor, place: Place) -> None:
    """The chair raises a hand, or takes it down again."""
    with database.transaction() as session:
        seat = take_seat(session, chair, place)
        if room_seen(session, seat).own_hand:
            operations_room.lower_hand(session, chair, place)
        else:
            operations_room.raise_hand(session, chair, place, now=now())


def _floor(port: int) -> float:
    """Seconds of the floor's median answer to one browser."""
    client = Client(port)
    times = []
    for _ in range(FLOOR_TIMES):
        start = time.perf_counter()
        client.request("GET", "/")
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _cpu() -> float:
    """Seconds that the portal's processes have computed so far."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = b"wsgi:app" in (folder / "cmdline").read_bytes()
            fields = (folder / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if is_ours and str(os.getpid()) in {fields[1], *_parents(fields[1])}:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _parents(pid: str) -> Iterator[str]:
    """The parent of a process."""
    yield (Path("/proc") / pid / "stat").read_text().rpartition(") ")[2].split()[1]


def count_queries(url: str, folder: Path, token: str, path: str) -> tuple[int, int]:
    """How many queries a poll takes, without news and with."""
    given = {
        "database_url": url,
        "var_dir": folder / "counted",
        "rate_limits": False,
        "jobs": "worker",
    }
    app = create_app(load_settings().model_copy(update=given))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post(f"/sign-in/link/{token}")
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append(statement)

    text = client.get(path).text
    browser = Browser(Client(0), path)
    browser.know(text)
    event.listen(app.extensions["portal.database"].engine, "before_cursor_execute", note)
    counted = []
    for known in (browser.known, browser.known.replace("stamp=", "stamp=0")):
        sent.clear()
        client.get(f"{path}?{known}")
        counted.append(len(sent))
    app.extensions["portal.database"].engine.dispose()
    return counted[0], counted[1]


def main() -> None:
    """Measure on SQLite and on PostgreSQL and print a line each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        print(measure("SQLite", f"sqlite:///{folder / 'room.sqlite'}", folder))
        print(measure("PostgreSQL", stack.enter_context(server()), folder))
