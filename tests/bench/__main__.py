"""``make bench``: open a section and save a section, as ratios to the floors, on both databases."""

import argparse
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from portal.core.db import Database
from portal.core.migrate import upgrade
from tests.bench.load import Client, Result, measure, token_of
from tests.bench.serving import served
from tests.bench.world import Seat, build
from tools.postgres import server

CLIENTS = 8
TURNS = 60
WARM = 5


@dataclass(frozen=True)
class Line:
    """One measured thing beside its floor."""

    name: str
    floor: Result
    portal: Result

    def __str__(self) -> str:
        """As printed."""
        ratio = self.portal.rate / self.floor.rate
        return (
            f"{self.name:42} floor {self.floor.rate:6.0f}/s  portal {self.portal.rate:6.0f}/s  "
            f"({self.portal.median_ms:5.1f} ms at {CLIENTS} clients)  ratio {ratio:.2f}"
        )


def run(clients: list[Client], act: object) -> Result:
    """Warm up, then measure."""
    measure(clients, act, WARM)  # type: ignore[arg-type]  # one of the acts below
    return measure(clients, act, TURNS)  # type: ignore[arg-type]


def form_floor() -> Result:
    """The form page alone."""
    with served("tests.bench.floors:form_floor()", {}) as port:
        clients = [Client(port) for _ in range(CLIENTS)]
        return run(clients, lambda client, _turn: client.request("GET", "/"))


def save_floor(url: str) -> Result:
    """The save alone."""
    with served("tests.bench.floors:save_floor()", {"FLOOR_DATABASE_URL": url}) as port:
        clients = [Client(port) for _ in range(CLIENTS)]
        tokens = {id(c): token_of(c.request("GET", f"/{n}")) for n, c in enumerate(clients)}
        numbers = {id(c): n for n, c in enumerate(clients)}

        def save(client: Client, turn: int) -> None:
            fields = {f"q{n}": f"answer {n} at {turn}" for n in range(20)}
            fields["csrf_token"] = tokens[id(client)]
            client.request("POST", f"/{numbers[id(client)]}", fields)

        return run(clients, save)


def portal(url: str, var: Path) -> dict[str, Result]:
    """Open and save the sections of eight suppliers at once."""
    upgrade(url)
    seats = build(Database(url), CLIENTS)
    environment = {
        "PORTAL_DATABASE_URL": url,
        "PORTAL_VAR_DIR": str(var),
        "PORTAL_RATE_LIMITS": "false",
        "PORTAL_JOBS": "worker",
    }
    with served("wsgi:app", environment) as port:
        signed_in = [_sign_in(Client(port), seat) for seat in seats]
        place = {id(client): seat for client, seat in zip(signed_in, seats, strict=True)}

        def opened(section: str) -> Result:
            return run(signed_in, lambda c, _t: c.request("GET", _section(place[id(c)], section)))

        return {
            "open 20": opened("S"),
            "open 200": opened("L"),
            "save 20": run(signed_in, lambda c, t: _save(c, place[id(c)], t)),
        }


def _sign_in(client: Client, seat: Seat) -> Client:
    page = client.request("GET", f"/sign-in/link/{seat.token}")
    client.request("POST", f"/sign-in/link/{seat.token}", {"csrf_token": token_of(page)})
    return client


def _section(seat: Seat, section: str) -> str:
    return f"/responses/{seat.response_id}/sections/{section}"


VERSIONS: dict[int, int] = {}
TOKENS: dict[int, str] = {}


def _save(client: Client, seat: Seat, turn: int) -> None:
    """Change all twenty answers, over the version that this client saved last."""
    path = _section(seat, "S")
    if id(client) not in TOKENS:
        TOKENS[id(client)] = token_of(client.request("GET", path))
        VERSIONS[id(client)] = 1
    version = VERSIONS[id(client)]
    fields = {"csrf_token": TOKENS[id(client)], "go": "list"}
    for number in range(20):
        fields[f"S.{number:03}"] = f"answer {number} at {version}.{turn}"
        fields[f"S.{number:03}!version"] = str(version)
    client.request("POST", path, fields)
    VERSIONS[id(client)] = version + 1


def main() -> None:
    """Measure on SQLite and on PostgreSQL and print a line each."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    form = form_floor()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {
            "SQLite": f"sqlite:///{folder / 'portal.sqlite'}",
            "PostgreSQL": stack.enter_context(server()),
        }
        for name, url in urls.items():
            floor_url = f"sqlite:///{folder / 'floor.sqlite'}" if name == "SQLite" else url
            floor = save_floor(floor_url)
            VERSIONS.clear()
            TOKENS.clear()
            found = portal(url, folder / name)
            print(Line(f"{name}: open a section of 20 questions", form, found["open 20"]))
            print(Line(f"{name}: save a section of 20 questions", floor, found["save 20"]))
            growth = found["open 20"].rate / found["open 200"].rate
            print(f"{name}: 200 questions take {growth:.1f} x the time of 20 (goal: at most 12)")


if __name__ == "__main__":
    main()
