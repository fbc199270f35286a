"""``portal questionnaire import xlsform``: a form becomes a YAML file, all of it or nothing."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from portal.questionnaire.loader import read
from tests.commands.conftest import Run, runner
from tests.questionnaire.importers.forms import CHOICES, Row, asked, write

SURVEY: Sequence[Row] = (
    {"type": "begin group", "name": "g", "label": "Policy", "label::French (fr)": "Politique"},
    asked("select_one yes_no", "has_policy", required="yes"),
    asked("select_multiple colours or_other", "colours", relevant="${has_policy} = 'yes'"),
    asked("integer", "@SUM(1)", constraint="regex(., '^1')", mystery="two\nlines", sum="=1+1"),
    {"type": "end group"},
    {"type": "deviceid", "name": "device"},
)


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """No database is needed to import a file."""
    return runner(f"sqlite:///{tmp_path}/none.sqlite", tmp_path, monkeypatch)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A form as a file."""
    path = write(tmp_path / "form.xlsx", survey=SURVEY, choices=CHOICES)
    (tmp_path / "out").mkdir()
    return path


def importing(portal: Run, path: Path, *more: object) -> str:
    """The output of an import into ``out/form.yaml``."""
    output = path.parent / "out" / "form.yaml"
    result = portal("questionnaire", "import", "xlsform", path, "-o", output, *more)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def refused(portal: Run, *arguments: object) -> str:
    """The one line on standard error."""
    result = portal("questionnaire", "import", "xlsform", *arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return str(result.stderr)


def test_a_form_becomes_a_file_that_passes_the_check(portal: Run, form: Path) -> None:
    said = importing(portal, form)
    assert said.endswith(f"Wrote {form.parent}/out/form.yaml. Questions: 4.\n")
    checked = portal("questionnaire", "check", form.parent / "out")
    assert checked.exit_code == 0, checked.output
    known = read(form.parent / "out" / "form.yaml")
    assert known.languages == ("en", "fr")


def test_the_report_has_a_line_for_each_part_and_then_the_totals(portal: Run, form: Path) -> None:
    *lines, totals, _ = importing(portal, form).splitlines()
    assert "survey:3: carried: The question has_policy, of the type yes_no." in lines
    assert (
        "survey:5 constraint: not carried: “regex(., '^1')”: this cannot be checked here."
    ) in lines
    assert any(line.startswith("survey mystery: not carried: ") for line in lines)
    assert any(line.startswith("survey:5 sum: not carried: “=1+1”: ") for line in lines)
    counts = {
        outcome: sum(f": {outcome}: " in line for line in lines)
        for outcome in ("carried", "changed", "not carried")
    }
    assert totals == ", ".join(f"{outcome}: {count}" for outcome, count in counts.items())


def test_the_report_is_also_written_as_csv_in_which_no_text_is_a_formula(
    portal: Run, form: Path
) -> None:
    said = importing(portal, form, "--report", form.parent / "out" / "report.csv")
    with (form.parent / "out" / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(said.splitlines()) - 2
    assert {row["outcome"] for row in rows} == {"carried", "changed", "not_carried"}
    named = {row["name"] for row in rows if (row["sheet"], row["row"]) == ("survey", "5")}
    assert named == {"'@SUM(1)", ""}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_same_form_gives_the_same_files(portal: Run, form: Path) -> None:
    first = importing(portal, form)
    written = (form.parent / "out" / "form.yaml").read_bytes()
    assert importing(portal, form) == first
    assert (form.parent / "out" / "form.yaml").read_bytes() == written


def test_a_broken_workbook_is_one_line_and_leaves_every_file_as_it_was(
    portal: Run, form: Path
) -> None:
    out = form.parent / "out"
    (out / "form.yaml").write_text("name: mine\n")
    form.write_bytes(form.read_bytes()[:500])
    said = refused(portal, form, "-o", out / "form.yaml", "--report", out / "report.csv")
    assert said == "Error: “form.xlsx” is damaged: it cannot be read as a workbook.\n"
    assert (out / "form.yaml").read_text() == "name: mine\n"
    assert [path.name for path in out.iterdir()] == ["form.yaml"]


def test_a_place_that_cannot_be_written_leaves_no_file_at_all(portal: Run, form: Path) -> None:
    out = form.parent / "out"
    said = refused(
        portal, form, "-o", out / "form.yaml", "--report", out / "nowhere" / "report.csv"
    )
    assert "No such file or directory" in said
    assert list(out.iterdir()) == []


def test_a_folder_or_a_missing_file_is_named(portal: Run, form: Path) -> None:
    out = form.parent / "out" / "form.yaml"
    assert "Is a directory" in refused(portal, form.parent, "-o", out)
    assert "missing.xlsx: No such file" in refused(portal, form.parent / "missing.xlsx", "-o", out)
    assert not out.exists()


def test_no_file_is_written_over_the_workbook_or_over_the_other(portal: Run, form: Path) -> None:
    before = form.read_bytes()
    out = form.parent / "out.yaml"
    for more in ((form,), (out, "--report", out), (out, "--report", form)):
        assert "Give every file a name of its own." in refused(portal, form, "-o", *more)
    assert form.read_bytes() == before
    assert not out.exists()


def test_without_a_place_to_write_the_usage_is_printed(portal: Run, form: Path) -> None:
    result = portal("questionnaire", "import", "xlsform", form)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
