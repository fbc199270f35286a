"""Make .venv with exactly the locked dependencies, and the portal itself on top."""

import argparse

from tools.machine import ROOT, start
from tools.venv import install

RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"


def main() -> None:
    """Install what running needs, or with --dev also what testing needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    if parser.parse_args().dev:
        install(ROOT / ".venv", DEVELOPMENT, covers=(RUNTIME,), package=True)
    else:
        install(ROOT / ".venv", RUNTIME, package=True)


if __name__ == "__main__":
    start(main)
