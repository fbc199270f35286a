"""A reader in a real browser: every page it comes to is checked for accessibility and policy."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

from portal.core.clock import now
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from tests.blueprints.supplier_world import World

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1280, "height": 900}
LOST = "ERR_INTERNET_DISCONNECTED"
NARROW = {"width": 320, "height": 700}
NAMES = re.compile(r"[\w-]{20,}|\d+")
"""Tokens, hashes and numbers in an address."""
PARTS = """[...new Set([...document.querySelectorAll('*')].map(
  part => [part.tagName, part.getAttribute('class'), part.getAttribute('role'), part.type].join()
))].sort().join(' ')"""
"""Every kind of element on a page, once: two pages with the same are built alike."""
LOOPBACK = ("http://127.0.0.1", "http://localhost", "data:", "blob:")


@dataclass
class Reader:
    """One person at a browser of their own."""

    context: BrowserContext
    address: str
    seen: Path
    """Where it is noted what was checked already: axe takes a second for each page."""
    shots: Path | None = None
    complaints: list[str] = field(default_factory=list)
    offline: bool = False
    """The network was cut: that the browser says so is no fault of the page."""

    def __post_init__(self) -> None:
        """Open a tab, cut off everything that is not this machine, and listen for complaints."""
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(path=AXE)
        self.context.route("**/*", self._only_loopback)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def open(self, path: str) -> None:
        """Go to a path and check the page."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.check()

    def press(self, name: str) -> None:
        """Press the button of this name, and check the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.check()

    def follow(self, name: str) -> None:
        """Follow the link of this name, and check the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=True).first.click()
        self.check()

    def fill(self, label: str, text: str) -> None:
        """Type into the field of this label."""
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, label: str) -> None:
        """Choose the radio button or checkbox of this label."""
        self.page.get_by_label(label, exact=True).first.check()

    def sees(self, text: str) -> bool:
        """Whether the page shows this text."""
        return text in self.page.locator("body").inner_text()

    def check(self) -> None:
        """No accessibility fault at both widths, nothing the content security policy stopped."""
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a typed dict elsewhere
            self._check_width(size["width"])
            self._check_axe(size["width"])
        said = [each for each in self.complaints if not (self.offline and LOST in each)]
        assert not said, f"{self.page.url}: {said}"

    def shoot(self, name: str) -> None:
        """Keep a picture of the page, where pictures are wanted."""
        if self.shots:
            self.shots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.shots / f"{name}.png", full_page=False)

    def _check_width(self, width: int) -> None:
        scroll = self.page.evaluate("document.documentElement.scrollWidth")
        assert scroll <= width, f"{self.page.url} is {scroll} px wide on a screen of {width}"

    def _check_axe(self, width: int) -> None:
        """Ask axe, unless it was asked at this width about a page made of the same parts."""
        parts = NAMES.sub("0", self.page.url) + str(self.page.evaluate(PARTS))
        note = self.seen / sha256(f"{width} {parts}".encode()).hexdigest()
        if not note.exists():
            self._ask_axe(width)
            note.touch()

    def _ask_axe(self, width: int) -> None:
        found: dict[str, Any] = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
        )
        faults = [
            f"{violation['id']}: {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"][:3]
        ]
        assert not faults, f"{self.page.url} at {width} px: {faults}"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def _only_loopback(self, route: Route) -> None:
        if route.request.url.startswith(LOOPBACK):
            route.continue_()
        else:
            self.complaints.append(f"reached for {route.request.url}")
            route.abort()


def reader(
    browser: Browser, address: str, seen: Path, shots: Path | None = None, *, scripts: bool = True
) -> Reader:
    """A new person with no cookies; without ``scripts`` the browser runs none."""
    context = browser.new_context(
        viewport=WIDE,  # type: ignore[arg-type]  # a typed dict elsewhere
        locale="en-GB",
        java_script_enabled=scripts,
    )
    return Reader(context, address, seen, shots)


def sign_in(ours: World, reader: Reader, actor: Actor) -> Reader:
    """Sign this person in by a link from a mail."""
    assert actor.person_id is not None
    with ours.database.transaction() as session:
        token = make_link(session, actor.person_id, now=now())
    reader.page.goto(f"{reader.address}/sign-in/link/{token}")
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name="Sign in", exact=True).click()
    return reader
