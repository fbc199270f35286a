"""Find Node.js and npm, or bring them as a locked wheel."""

import os
import re
import shutil
from pathlib import Path

from tools.machine import ROOT, answers
from tools.venv import install

OLDEST = 20
FOLDER = ROOT / ".node-venv"
LOCK = ROOT / "requirements-node.lock"


def major(version: str) -> int:
    """The first number of what `node --version` prints, 0 for anything else."""
    found = re.match(r"v(\d+)\.", version)
    return int(found[1]) if found else 0


def find(path: str | None = None) -> Path | None:
    """The folder of the first node on the search path, if it is new enough and npm is there."""
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return None
    return Path(node).parent if major(answers([node, "--version"])) >= OLDEST else None


def environment() -> dict[str, str]:
    """The environment in which `npm` and `node` are found, installed on the way if need be."""
    if find() is not None:
        return dict(os.environ)
    install(FOLDER, LOCK, package=False)
    return os.environ | {"PATH": f"{FOLDER / 'bin'}{os.pathsep}{os.environ['PATH']}"}
