"""Write the lock files: every version with its hashes, for every Python and system at once.

They name no index: where packages come from is the machine's business.
"""

from tools.machine import ROOT, run, say, start

UV = ROOT / ".venv" / "bin" / "uv"
OPTIONS = [
    "--upgrade",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--quiet",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
]
PROJECT = ["pyproject.toml", "--group", "build"]
LOCKS = {
    "requirements.lock": PROJECT,
    "requirements-dev.lock": [*PROJECT, "--extra", "dev", "--constraint", "requirements.lock"],
    "requirements-node.lock": ["--group", "node"],
}


def main() -> None:
    """Choose the newest allowed versions; the development lock follows the runtime lock."""
    for name, source in LOCKS.items():
        say(f"Writing {name}")
        run([UV, "pip", "compile", *OPTIONS, *source, "--output-file", name])


if __name__ == "__main__":
    start(main)
