"""Bad input gives one clear sentence, exit code 1, and nothing half written."""

import json
from pathlib import Path

import pytest

from portal.core.db import Session
from portal.dialogue.queries import dialogue_by_name
from portal.identity.queries import organisations
from tests.commands.conftest import Run, runner
from tests.factories import SMALL

GOOD = {"A.01": {"value": ["brand"]}}


def fault(portal: Run, *arguments: object) -> str:
    """The one line on standard error."""
    result = portal(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def lines(path: Path, *contents: object) -> Path:
    path.write_text("".join(f"{json.dumps(content)}\n" for content in contents))
    return path


def test_a_broken_yaml_file_is_named_with_its_line(portal: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("name: x\n  version: [\n")
    assert "broken.yaml:2:" in fault(portal, "questionnaire", "publish", path, "--dialogue", "new")


def test_a_broken_questionnaire_leaves_no_dialogue_behind(
    portal: Run, tmp_path: Path, session: Session
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(SMALL.read_text().replace("question: A.01", "question: Z.99"))
    assert "wrong.yaml:" in fault(portal, "questionnaire", "publish", path, "--dialogue", "new")
    assert dialogue_by_name(session, "new") is None


def test_check_lists_every_fault_and_counts_them(portal: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(SMALL.read_text().replace("question: A.01", "question: Z.99"))
    result = portal("questionnaire", "check", path)
    assert result.exit_code == 1
    assert "wrong.yaml:" in result.stdout
    assert "Faults: " in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("responses", "import", "nowhere", SMALL),
        ("responses", "export", "nowhere", "--as", "SEC", "-o", "out.jsonl"),
        ("release", "create", "nowhere"),
        ("brief", "export", "nowhere", "--edition", "public", "--format", "json", "-o", "out.json"),
        ("user", "invite", "a@b.example", "--organisation", "O", "--kind", "buyer",
         "--dialogue", "nowhere", "--role", "LB"),
    ],
)  # fmt: skip
def test_an_unknown_dialogue_is_named(portal: Run, arguments: tuple[object, ...]) -> None:
    assert "no dialogue named “nowhere”" in fault(portal, *arguments)


def test_an_unknown_release_is_named(portal: Run, tmp_path: Path) -> None:
    said = fault(
        portal, "release", "export", "x/latest", "--audience", "public", "--format", "json",
        "-o", tmp_path / "out.json",
    )  # fmt: skip
    assert "x/latest" in said
    assert not (tmp_path / "out.json").exists()


def test_an_unknown_language_is_named_with_the_known_ones(portal: Run, tmp_path: Path) -> None:
    released(portal, tmp_path)
    where = ("--language", "xx", "-o", tmp_path / "out.json")
    release = ("release", "export", "new/latest", "--audience", "public", "--format", "csv")
    assert "“xx”. Choose one of: en" in fault(portal, *release, *where)
    brief = ("brief", "export", "new", "--edition", "public", "--format", "json")
    assert "“xx”. Choose one of: en" in fault(portal, *brief, *where)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("no json", "JSON"),
        ({"supplier": "B"}, "answers"),
        ({"answers": {}}, "supplier"),
        ({"supplier": "B", "answers": {"Z.99": {"value": "yes"}}}, "Z.99"),
        ({"supplier": "B", "answers": {"A.01": {"value": ["king"]}}}, "A.01"),
        ({"supplier": "A", "answers": GOOD}, "line 1"),
    ],
)
def test_a_line_that_is_no_answer_is_named_and_nothing_is_imported(
    portal: Run, tmp_path: Path, session: Session, line: object, what: str
) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "new")
    path = lines(tmp_path / "in.jsonl", {"supplier": "A", "answers": GOOD}, line)
    said = fault(portal, "responses", "import", "new", path)
    assert "Line 2: " in said
    assert what in said
    assert organisations(session, "supplier") == []


def test_a_file_that_is_not_there_is_named(portal: Run) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "new")
    assert "gone.jsonl" in fault(portal, "responses", "import", "new", "gone.jsonl")


def test_a_file_that_is_not_text_is_refused(portal: Run, tmp_path: Path) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "new")
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in fault(portal, "responses", "import", "new", path)


def test_a_bad_setting_is_named(portal: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_JOBS", "somewhere")
    assert "PORTAL_JOBS" in fault(portal, "demo", "links")


def test_a_database_without_tables_asks_for_the_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = runner(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path, monkeypatch)
    assert "portal db upgrade" in fault(portal, "demo", "links")
    assert portal("db", "upgrade").exit_code == 0
    assert "portal demo load" in fault(portal, "demo", "links")


def test_wrong_usage_leaves_with_exit_code_2(portal: Run) -> None:
    assert portal("release", "export").exit_code == 2
    assert portal("responses", "export", "x", "--as", "nobody", "-o", "y").exit_code == 2
    assert portal("user", "invite", "a@b.example", "--organisation", "O", "--role", "LB"
                  ).exit_code == 2  # fmt: skip


def released(portal: Run, tmp_path: Path) -> None:
    """A small dialogue with one response and a release."""
    portal("questionnaire", "publish", SMALL, "--dialogue", "new")
    path = lines(tmp_path / "one.jsonl", {"supplier": "A", "answers": GOOD})
    assert portal("responses", "import", "new", path).exit_code == 0
    assert portal("release", "create", "new").exit_code == 0
