"""Build the portal's styles, scripts and fonts, only when something they are made of changed."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tools import node
from tools.machine import ROOT, digest, run, say, start

STATIC = ROOT / "portal" / "static"
MANIFEST = STATIC / "build" / "manifest.json"
BUILT = STATIC / "build" / ".built-from"
PACKAGES = ROOT / "node_modules"
FETCHED = PACKAGES / ".fetched-from"
BRIEF_STYLE = ROOT / "portal" / "templates" / "brief" / "brief.css"
RECIPE = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "tools" / "build-assets.mjs"]


def sources() -> list[Path]:
    """Every file that decides what the build looks like."""
    own = [STATIC / folder for folder in ("scss", "js", "images")]
    files = [path for folder in own for path in folder.rglob("*") if path.is_file()]
    return [*RECIPE, BRIEF_STYLE, *files]


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the work that left this stamp was done from the same files."""
    return stamp.is_file() and stamp.read_text() == wanted


def fetch(environment: Mapping[str, str]) -> None:
    """Install the locked packages."""
    wanted = digest(RECIPE[:2])
    if is_current(FETCHED, wanted):
        return
    say("Fetching the locked front-end packages")
    run([npm(environment), "ci", "--loglevel=error"], env=environment)
    FETCHED.write_text(wanted)


def npm(environment: Mapping[str, str]) -> str:
    """Npm as that environment finds it."""
    return shutil.which("npm", path=environment["PATH"]) or "npm"


def main() -> None:
    """Fetch and build."""
    wanted = digest(sources())
    if is_current(BUILT, wanted) and MANIFEST.is_file() and PACKAGES.is_dir():
        return
    environment = node.environment()
    fetch(environment)
    say("Building styles, scripts and fonts")
    run([npm(environment), "run", "--silent", "build"], env=environment)
    BUILT.write_text(wanted)


if __name__ == "__main__":
    start(main)
