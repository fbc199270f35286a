"""Questionnaires as files to fill in: what the two commands write, and what they refuse."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from portal.commands import main
from portal.questionnaire.loader import read, to_json
from tests.commands.conftest import Run
from tests.factories import SMALL
from tests.questionnaire.answers import BROKEN
from tests.questionnaire.workbooks import opened

FORMS = ("workbook", "form")
TYPES = Path(__file__).parents[1] / "questionnaire" / "data" / "types.yaml"


def sentence(result: Result) -> str:
    """The one line on standard error."""
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 1
    return line


def test_a_workbook_carries_the_hash_that_the_portal_would_give_it(
    portal: Run, tmp_path: Path
) -> None:
    path = tmp_path / "out.xlsx"
    made = portal("questionnaire", "workbook", TYPES, "-o", path)
    assert made.exit_code == 0, made.output
    assert made.stdout == f"Workbook of types 1.0 in {path}.\n"
    stamp = opened(path.read_bytes()).stamp
    assert stamp["sha256"] == sha256(to_json(read(TYPES)).encode()).hexdigest()
    assert (stamp["language"], stamp["deadline"]) == ("en", "")


def test_a_form_is_written_as_pdf(portal: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.pdf"
    made = portal("questionnaire", "form", TYPES, "-o", path)
    assert made.exit_code == 0, made.output
    assert made.stdout == f"Form of types 1.0 in {path}.\n"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages)
    assert "A.01" in text


def test_the_language_can_be_chosen(portal: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    portal("questionnaire", "workbook", TYPES, "--language", "fr", "-o", path)
    assert "Avez-vous une politique ?" in opened(path.read_bytes()).texts()


def test_neither_needs_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    monkeypatch.setenv("PORTAL_VAR_DIR", str(tmp_path))
    for name in FORMS:
        given = ["questionnaire", name, str(SMALL), "-o", str(tmp_path / name)]
        assert CliRunner().invoke(main, given).exit_code == 0
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("name", FORMS)
def test_a_language_without_texts_is_refused_with_those_there_are(
    portal: Run, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "out"
    answer = sentence(portal("questionnaire", name, TYPES, "--language", "el", "-o", path))
    assert "“el”" in answer
    assert "Choose one of: en, fr" in answer
    assert not path.exists()


@pytest.mark.parametrize("name", FORMS)
def test_a_faulty_questionnaire_is_refused_with_its_first_fault(
    portal: Run, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "out"
    broken = min(BROKEN.glob("*.yaml"))
    assert broken.name in sentence(portal("questionnaire", name, broken, "-o", path))
    missing = tmp_path / "missing.yaml"
    assert missing.name in sentence(portal("questionnaire", name, missing, "-o", path))
    assert not path.exists()


@pytest.mark.parametrize("name", FORMS)
def test_a_file_that_cannot_be_written_is_named(portal: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "no-folder" / "out"
    assert "no-folder" in sentence(portal("questionnaire", name, SMALL, "-o", path))
