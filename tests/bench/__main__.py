"""``make bench``: open a section and save a section, as ratios to the floors, on both databases.

A floor and the portal are served side by side and take turns, so that whatever else the machine
does slows both; the ratio is the median over the rounds.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal.core.db import Database
from portal.core.migrate import upgrade
from tests.bench import counts, room
from tests.bench.load import Client, measure, token_of
from tests.bench.serving import served
from tests.bench.world import Seat, build
from tools.postgres import server

CLIENTS = 8
ROUNDS = 9
TURNS = 12
"""Requests of each client in a round."""
WARM = 5

Act = Callable[[Client, int], None]


@dataclass
class Runner:
    """Clients of one program, and what each of them does in a turn."""

    clients: list[Client]
    act: Act
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def warm(self) -> None:
        """Let caches fill; what was measured beside another program is forgotten."""
        self.rates.clear()
        self.times.clear()
        measure(self.clients, self.act, WARM)

    def round(self) -> None:
        """One measured round."""
        found = measure(self.clients, self.act, TURNS)
        self.rates.append(found.rate)
        self.times.append(found.median_ms)


def compare(name: str, floor: Runner, portal: Runner) -> str:
    """Let both take turns; a line with the median ratio."""
    floor.warm()
    portal.warm()
    for _ in range(ROUNDS):
        floor.round()
        portal.round()
    ratios = [mine / theirs for mine, theirs in zip(portal.rates, floor.rates, strict=True)]
    middle = statistics.median
    return (
        f"{name:42} floor {middle(floor.rates):6.0f}/s  portal {middle(portal.rates):6.0f}/s  "
        f"({middle(portal.times):5.1f} ms at {CLIENTS} clients)  ratio {middle(ratios):.2f}"
        f"  (rounds {min(ratios):.2f} to {max(ratios):.2f})"
    )


@contextmanager
def form_floor() -> Iterator[Runner]:
    """The form page alone."""
    with served("tests.bench.floors:form_floor()", {}) as port:
        clients = [Client(port) for _ in range(CLIENTS)]

        def ask(client: Client, _turn: int) -> None:
            client.request("GET", "/")

        yield Runner(clients, ask)


@contextmanager
def save_floor(program: str, url: str) -> Iterator[Runner]:
    """A save without the portal."""
    with served(f"tests.bench.{program}()", {"FLOOR_DATABASE_URL": url}) as port:
        clients = [Client(port) for _ in range(CLIENTS)]
        tokens = {id(c): token_of(c.request("GET", f"/{n}")) for n, c in enumerate(clients)}
        numbers = {id(c): n for n, c in enumerate(clients)}
        turns = dict.fromkeys(numbers, 0)

        def save(client: Client, _turn: int) -> None:
            turns[id(client)] += 1
            fields = {f"q{n}": f"answer {n} at {turns[id(client)]}" for n in range(20)}
            fields["csrf_token"] = tokens[id(client)]
            client.request("POST", f"/{numbers[id(client)]}", fields)

        yield Runner(clients, save)


@dataclass
class Supplier:
    """One supplier's person at the portal: their client, and where they are."""

    client: Client
    seat: Seat
    token: str = ""
    version: int = 1

    def sign_in(self) -> None:
        """Use the link."""
        link = f"/sign-in/link/{self.seat.token}"
        page = self.client.request("GET", link)
        self.client.request("POST", link, {"csrf_token": token_of(page)})
        self.token = token_of(self.open("S"))

    def open(self, section: str) -> str:
        """Read a section's page."""
        return self.client.request("GET", self._path(section))

    def read(self, section: str) -> None:
        """The same, in a turn."""
        self.open(section)

    def save(self) -> None:
        """Change all twenty answers, over the version that was saved last."""
        fields = {"csrf_token": self.token, "go": "list"}
        for number in range(20):
            fields[f"S.{number:03}"] = f"answer {number} at {self.version}"
            fields[f"S.{number:03}!version"] = str(self.version)
        self.client.request("POST", self._path("S"), fields)
        self.version += 1

    def _path(self, section: str) -> str:
        return f"/responses/{self.seat.response_id}/sections/{section}"


@contextmanager
def portal(url: str, var: Path) -> Iterator[dict[int, Supplier]]:
    """The portal with eight suppliers' people signed in, by the identity of their client."""
    upgrade(url)
    seats = build(Database(url), CLIENTS)
    environment = {
        "PORTAL_DATABASE_URL": url,
        "PORTAL_VAR_DIR": str(var),
        "PORTAL_RATE_LIMITS": "false",
        "PORTAL_JOBS": "worker",
    }
    with served("wsgi:app", environment) as port:
        people = [Supplier(Client(port), seat) for seat in seats]
        for person in people:
            person.sign_in()
        yield {id(person.client): person for person in people}


def _measure(name: str, url: str, folder: Path) -> None:
    floor_url = f"sqlite:///{folder / 'floor.sqlite'}" if name == "SQLite" else url
    with (
        portal(url, folder / name) as people,
        form_floor() as form,
        save_floor("floors:save_floor", floor_url) as save,
        save_floor("floor_records:records_floor", floor_url) as records,
    ):
        clients = [person.client for person in people.values()]
        opened = Runner(clients, lambda client, _turn: people[id(client)].read("S"))
        print(compare(f"{name}: open a section of 20 questions", form, opened))
        saved = Runner(clients, lambda client, _turn: people[id(client)].save())
        print(compare(f"{name}: save a section of 20 questions", save, saved))
        print(compare(f"{name}: save, beside a floor with records", records, saved))
        print(compare(f"{name}: a floor with records beside none", save, records))
        long = Runner(clients, lambda client, _turn: people[id(client)].read("L"))
        short = Runner(clients, opened.act)
        print(compare(f"{name}: open 200 questions (floor: 20)", short, long))


def main() -> None:
    """Measure on SQLite and on PostgreSQL and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("pages", "counts", "room"), default="pages")
    parser.add_argument("--many", type=int, default=counts.MANY, help="responses to count")
    asked = parser.parse_args()
    if asked.what == "counts":
        counts.main(asked.many)
        return
    if asked.what == "room":
        room.main()
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _measure("SQLite", f"sqlite:///{folder / 'portal.sqlite'}", folder)
        _measure("PostgreSQL", stack.enter_context(server()), folder)


if __name__ == "__main__":
    main()
