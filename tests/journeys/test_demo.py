"""The demo as a newcomer meets it: every printed link signs in and leads to a page that holds up.

With ``--screenshots docs/images`` the pictures of the README are made here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from portal.commands import main
from portal.core.settings import Settings
from tests.databases import Templates
from tests.journeys.browser import Reader, reader
from tests.journeys.conftest import serving

SUPPLIERS = 24


@pytest.fixture
def demo(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, dict[str, str]]]:
    """The demo, served: its address, and the sign-in path of each role."""
    url = templates.copy("sqlite")
    monkeypatch.setenv("PORTAL_DATABASE_URL", url)
    monkeypatch.setenv("PORTAL_VAR_DIR", str(tmp_path / "var"))
    loaded = CliRunner().invoke(main, ["demo", "load", "--suppliers", str(SUPPLIERS)])
    assert loaded.exit_code == 0, loaded.output
    links = dict(
        re.findall(r"^(\S.*?) — .*\n\s+http://127\.0\.0\.1:8000(\S+)", loaded.output, re.MULTILINE)
    )
    with serving(Settings(jobs="inline", rate_limits=False)) as (_, address):
        yield address, links


def test_every_printed_link_signs_in(
    demo: tuple[str, dict[str, str]], browser: Browser, seen: Path
) -> None:
    address, links = demo
    assert len(links) >= len({"secretariat", "buyer", "observer", "supplier"})
    for path in links.values():
        person = reader(browser, address, seen)
        person.open(path)
        person.press("Sign in")
        assert person.page.get_by_role("button", name="Sign out").count() == 1
        person.context.close()


def test_the_pages_people_live_in_hold_up(
    demo: tuple[str, dict[str, str]],
    browser: Browser,
    seen: Path,
    request: pytest.FixtureRequest,
) -> None:
    address, links = demo
    shots = request.config.getoption("--screenshots")
    folder = Path(shots) if shots else None

    def person(name: str) -> Reader:
        found = reader(browser, address, seen, folder)
        found.open(next(path for role, path in links.items() if role.startswith(name)))
        found.press("Sign in")
        return found

    supplier = person("Supplier who has not begun")
    supplier.press("Begin our answers")
    supplier.shoot("supplier-tasks")
    supplier.open(links_of(supplier, "/sections/B")[0])
    supplier.shoot("supplier-section")
    shoot_colleagues(person("Supplier's admin (Noorderwiel"))
    buyer = person("Lead buyer (City")
    buyer.open("/dialogues/demo/releases/1/sections/B")
    buyer.shoot("buyer-section")
    buyer.open("/dialogues/demo/releases/1/sections/D")
    secretariat = person("Secretariat")
    secretariat.shoot("secretariat-today")
    anyone = reader(browser, address, seen, folder)
    anyone.open("/dialogues/demo")
    anyone.open(links_of(anyone, "/briefs/")[0])
    anyone.shoot("brief")


def shoot_colleagues(admin: Reader) -> None:
    """What a company sees that answers together, and what followed on the finished dialogue."""
    start = admin.page.url
    admin.follow("Repair and second life: joint market dialogue")
    admin.shoot("colleagues-tasks")
    at_work = admin.page.url
    admin.open(f"{at_work}/sections/H")
    admin.shoot("suggested-answers")
    admin.open(f"{at_work}/history/B.07")
    admin.shoot("answer-history")
    admin.open(at_work)
    admin.follow("Our evidence")
    admin.shoot("evidence-library")
    admin.open(start)
    admin.follow("Fair and lasting ICT: joint market dialogue 2026")
    sent = admin.page.url
    admin.open(f"{sent}/clarification")
    admin.shoot("clarification")
    admin.open(f"{sent}/feedback")
    admin.shoot("feedback-letter")


def links_of(found: Reader, part: str) -> list[str]:
    """The links on the page whose address holds this part."""
    addresses: list[str] = found.page.eval_on_selector_all(
        "main a[href]", "links => links.map(link => link.href)"
    )
    return [address for address in addresses if part in address]
