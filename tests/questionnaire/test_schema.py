import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from portal.questionnaire.document import open_document
from portal.questionnaire.schema import SCHEMA_PATH, schema_text, write_schema
from tests.questionnaire.answers import BROKEN, DATA, FLAGSHIP, QUESTIONNAIRES

SCHEMA = json.loads(schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_in_the_repository_is_current() -> None:
    committed = QUESTIONNAIRES.parent / SCHEMA_PATH
    assert committed.read_text(encoding="utf-8") == schema_text(), (
        "write it anew: portal.questionnaire.schema.write_schema"
    )


def test_the_schema_is_written_to_a_file(tmp_path: Path) -> None:
    write_schema(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    "path",
    [FLAGSHIP, DATA / "types.yaml", DATA / "routing.yaml", DATA / "rows.yaml"],
    ids=lambda path: path.stem,
)
def test_an_editor_accepts_what_the_check_accepts(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(open_document(path).value)) == []


@pytest.mark.parametrize("name", ["unknown-key", "missing-unit", "unknown-type", "four-anchors"])
def test_an_editor_marks_what_does_not_fit(name: str) -> None:
    assert list(VALIDATOR.iter_errors(open_document(BROKEN / f"{name}.yaml").value))


def test_every_field_is_explained() -> None:
    question = SCHEMA["$defs"]["Single"]["properties"]
    assert question["proof"]["description"] == "What counts as proof, with an example."
