"""``portal consultation-file`` and its check, as a reviewer would use them."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.dialogue.queries import dialogue_by_name
from tests.commands.conftest import Run
from tests.commands.test_commands import some_lines
from tests.factories import SMALL

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def trial(portal: Run, tmp_path: Path) -> Run:
    """A dialogue named trial with a release."""
    portal("questionnaire", "publish", SMALL, "--dialogue", "trial")
    portal("responses", "import", "trial", some_lines(tmp_path / "in.jsonl", 12))
    assert portal("release", "create", "trial").exit_code == 0
    return portal


def test_a_file_is_made_and_proven_and_a_changed_byte_is_found(
    trial: Run, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "file.zip"
    made = trial("consultation-file", "trial", "-o", path)
    assert made.exit_code == 0, made.output
    root = made.stdout.split()[-1]
    checked = trial("consultation-file-check", path, "--root", root)
    assert (checked.exit_code, root in checked.stdout) == (0, True)
    with ZipFile(path) as archive:
        names = archive.namelist()
    assert {"index.html", "index.csv", "manifest.json", "README.txt"} <= set(names)
    again = tmp_path / "again.zip"
    trial("consultation-file", "trial", "-o", again, "--without-names")
    trial("consultation-file", "trial", "-o", again)
    assert again.read_bytes() == path.read_bytes()
    content = bytearray(path.read_bytes())
    content[content.index(b"index.html")] ^= 1
    again.write_bytes(content)
    found = trial("consultation-file-check", again)
    assert found.exit_code == 1
    assert found.stdout == ""
    assert "changed" in found.stderr
    assert trial("consultation-file-check", path, "--root", "0" * 64).exit_code == 1
    dialogue = dialogue_by_name(session, "trial")
    assert dialogue is not None
    entry = entries_of_dialogue(session, dialogue.id)[0]
    assert (entry.act, entry.details["root"]) == ("consultation_file_taken", root)


@SQLITE
def test_what_cannot_be_is_told_in_one_line(trial: Run, tmp_path: Path) -> None:
    unknown = trial("consultation-file", "nowhere", "-o", tmp_path / "x.zip")
    assert (unknown.exit_code, unknown.stderr.count("\n")) == (1, 1)
    (tmp_path / "x.zip").write_bytes(b"no zip")
    broken = trial("consultation-file-check", tmp_path / "x.zip")
    assert (broken.exit_code, broken.stderr.count("\n")) == (1, 1)
