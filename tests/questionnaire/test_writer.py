from pathlib import Path

import pytest
from hypothesis import given

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.document import parse
from portal.questionnaire.loader import decode, from_json, read, to_json
from portal.questionnaire.writer import to_yaml
from tests.questionnaire.answers import TYPES
from tests.questionnaire.questionnaires import questionnaires

SHIPPED = sorted(Path("questionnaires").glob("*/*.yaml"))


def reread(text: str) -> Questionnaire:
    document = parse(text, Path("written.yaml"))
    assert document.faults == []
    questionnaire, problems = decode(document.value)
    assert problems == []
    assert questionnaire is not None
    return questionnaire


@given(written=questionnaires())
def test_any_questionnaire_comes_back_as_it_was(written: Questionnaire) -> None:
    text = to_yaml(written)
    back = reread(text)
    assert back == written
    assert to_json(back) == to_json(written)
    assert to_yaml(back) == text
    assert to_yaml(from_json(to_json(written))) == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_file_is_written_as_the_portal_writes_it(path: Path) -> None:
    assert to_yaml(read(path)) == path.read_text(encoding="utf-8")


def test_long_texts_are_folded_and_rules_stand_in_one_line() -> None:
    lines = to_yaml(TYPES).splitlines()
    assert "    evidence: {need: if_yes}" in lines
    assert max(len(line) for line in lines) <= 110


def test_defaults_are_left_out() -> None:
    text = to_yaml(TYPES)
    assert "required: false" in text
    assert "    required: true" not in text
    assert "minutes: 1\n" not in text
