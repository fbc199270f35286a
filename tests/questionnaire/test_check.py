import re
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.words import words
from portal.questionnaire.check import check_file, check_text, problems
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.document import open_document
from portal.questionnaire.faults import KeyPath
from tests.questionnaire.answers import BROKEN, DATA, FLAGSHIP, ICT, QUESTIONNAIRES, TYPES

EXPECTED = re.compile(r"^# expect (\d+):(\d+) (.+)$", re.MULTILINE)
GOOD = [*sorted(QUESTIONNAIRES.glob("*/*.yaml")), *sorted(DATA.glob("*.yaml"))]
JUNK = st.sampled_from(
    [None, True, 0, 3.5, "", "A.01", "yes", [], ["x"], {}, {"en": "x"}, {"a": 1}]
)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_questionnaire_has_no_faults(path: Path) -> None:
    assert [str(fault) for fault in check_file(path).faults] == []


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fault_is_named_at_its_place_with_how_to_mend_it(path: Path) -> None:
    expected = [
        (int(line), int(column), words)
        for line, column, words in EXPECTED.findall(path.read_text(encoding="utf-8"))
    ]
    found = [
        (each.line, each.column, f"{each.what} {each.mend}") for each in check_file(path).faults
    ]
    assert expected
    assert found == expected


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_faults_are_said_in_plain_words(path: Path) -> None:
    jargon = re.compile(
        r"pydantic|dataclass|tuple|\b(dict|str|int|None)\b|[Ii]nput|validat|keyword"
    )
    for fault in check_file(path).faults:
        assert not jargon.search(str(fault.what)), fault.what
        assert str(fault.what).endswith(".")
        assert str(fault.mend).endswith((".", "?"))


def test_a_fault_prints_as_one_line_that_editors_understand() -> None:
    path = BROKEN / "later-question.yaml"
    assert str(check_file(path).faults[0]) == (
        f"{path}:10:63: A.09 is shown by the answer to A.01, which comes after it. "
        "Move A.01 before A.09, or refer to an earlier question."
    )


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    checked = check_file(tmp_path / "none.yaml")
    assert checked.questionnaire is None
    assert str(checked.faults[0].what) == "There is no such file."


def test_an_empty_file_is_a_fault() -> None:
    assert [str(fault.what) for fault in check_text("# nothing\n", "a.yaml").faults] == [
        "The file is empty."
    ]


def test_a_file_in_another_encoding_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"name: x\ntitle: {fr: Qualit\xe9}\n")
    fault = check_file(path).faults[0]
    assert (fault.line, str(fault.what)) == (2, "The file is not in UTF-8.")


def test_a_control_character_is_a_fault() -> None:
    fault = check_text("name: x\ntitle: \x07", "a.yaml").faults[0]
    assert (fault.line, str(fault.mend)) == (2, "Delete it or type it again.")


def test_an_uploaded_text_is_checked_under_its_name() -> None:
    checked = check_text(FLAGSHIP.read_text(encoding="utf-8"), "upload.yaml")
    assert checked.questionnaire == ICT
    assert checked.faults == []
    assert str(check_text("[", "upload.yaml").faults[0]).startswith("upload.yaml:")


def test_a_questionnaire_without_a_file_is_checked_too() -> None:
    assert problems(TYPES) == []
    found = problems(
        Questionnaire(
            name="x", version="1", base_language="en", languages=("en",), title={}, sections=()
        )
    )
    assert [problem.path for problem in found] == [("title",), ("sections",)]


# A check that survives whatever people write --------------------------------------------


def places(value: object, path: KeyPath = ()) -> list[KeyPath]:
    """The path of every value inside of another."""
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [place for key, each in inner for place in ((*path, key), *places(each, (*path, key)))]


VALUES = {name: open_document(DATA / f"{name}.yaml").value for name in ("types", "routing", "rows")}
PLACES = {name: places(value) for name, value in VALUES.items()}


@settings(max_examples=100)
@given(st.sampled_from(sorted(PLACES)), st.data())
def test_no_mistake_stops_the_check(name: str, data: st.DataObject) -> None:
    value = deepcopy(VALUES[name])
    for path in data.draw(st.lists(st.sampled_from(PLACES[name]), min_size=1, max_size=4)):
        _spoil(value, path, data.draw(JUNK))
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    lines = text.count("\n") + 1
    for fault in check_text(text, "spoilt.yaml").faults:
        assert 1 <= fault.line <= lines
        assert words("en").message(fault.what) == str(fault.what)
        assert words("nl").message(fault.mend)


def _spoil(value: object, path: KeyPath, junk: object) -> None:
    *steps, last = path
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    if isinstance(value, dict) or (isinstance(value, list) and last in range(len(value))):
        value[last] = junk  # type: ignore[index]  # a list's positions were just checked


@given(st.text(alphabet="ab:-[]{}&*!?#'\"|> \n\t,~", max_size=80))
def test_no_text_stops_the_check(text: str) -> None:
    assert check_text(text, "a.yaml").faults
