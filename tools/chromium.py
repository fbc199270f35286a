"""Find Chromium for the tests that drive a real browser, or install Debian's."""

import os
import shutil
from pathlib import Path

from tools.machine import Missing, answers, apt_install, is_debian_root, start

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
BUNDLES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> Path | None:
    """The browser named by CHROMIUM, or the first on the search path that starts."""
    named = os.environ.get("CHROMIUM", "")
    candidates = [named, *(shutil.which(name) or "" for name in NAMES), *BUNDLES]
    for candidate in filter(None, candidates):
        if answers([candidate, "--version"]):
            return Path(candidate)
    return None


def main() -> None:
    """Make sure that there is one."""
    if find() is None and is_debian_root():
        apt_install("chromium")
    if find() is None:
        raise Missing(
            "The browser tests need Chromium: install it (Debian: apt-get install chromium) "
            "or name a Chrome or Chromium program in the variable CHROMIUM."
        )


if __name__ == "__main__":
    start(main)
