import json
from datetime import date
from pathlib import Path

import pytest

from portal.core.canonical import canonical_json
from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Single
from portal.questionnaire.document import parse
from portal.questionnaire.faults import Problem
from portal.questionnaire.loader import decode, from_json, read, to_json
from tests.questionnaire.answers import BROKEN, FLAGSHIP, ICT, ROUTING, ROWS, TYPES


def loaded(text: str) -> object:
    """The value of a YAML text without faults."""
    document = parse(text, Path("a.yaml"))
    assert document.faults == []
    return document.value


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "Yes", "NO"])
def test_yes_and_no_are_words(word: str) -> None:
    assert loaded(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("007", 7),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1_49", "1_49"),
        ("12:30", "12:30"),
        ("2027-12-31", "2027-12-31"),
        ('"12"', "12"),
        (".inf", ".inf"),
        ("9" * 30, "9" * 30),
        ("!!str 12", "12"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    assert loaded(f"a: {written}") == {"a": value}


def test_an_anchored_part_can_be_used_again() -> None:
    assert loaded("a: &b [x]\nc: *b") == {"a": ["x"], "c": ["x"]}


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_it() -> None:
    assert loaded("\ufeffa: 1") == {"a": 1}


def test_a_problem_is_placed_at_its_key() -> None:
    document = parse("a:\n  - b: 1\n    c: 2\n", Path("a.yaml"))
    fault = document.place(Problem(("a", 0, "c"), message("Wrong."), message("Mend it.")))
    assert str(fault) == "a.yaml:3:5: Wrong. Mend it."


def test_what_is_missing_is_placed_at_what_should_hold_it() -> None:
    document = parse("a:\n  - b: 1\n  - c: 2\n", Path("a.yaml"))
    fault = document.place(Problem(("a", 1, "d", 5), message("Missing."), message("Add it.")))
    assert (fault.line, fault.column) == (3, 5)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_file_that_nests_without_end_is_refused(opening: str) -> None:
    document = parse(opening * 100_000, Path("a.yaml"))
    assert [str(fault.what) for fault in document.faults] == [
        "The file nests more than 100 levels deep."
    ]


def test_aliases_cannot_nest_deeper_than_the_file_itself() -> None:
    anchors = "\n".join(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 500))
    document = parse(f"a0: &a0 []\n{anchors}", Path("a.yaml"))
    assert [str(fault.mend) for fault in document.faults] == ["Write the repeated parts out."]
    assert document.root is None


def test_a_date_becomes_a_day() -> None:
    instrument = next(each for each in TYPES.instruments if each.id == "csddd")
    assert instrument.valid_from == date(2029, 7, 26)


def test_reading_a_broken_file_names_the_first_fault_and_its_line() -> None:
    path = BROKEN / "unknown-type.yaml"
    with pytest.raises(Invalid) as refused:
        read(path)
    assert str(refused.value) == (
        f"{path}:10:9: `yesno` is not a type of question. Did you mean `yes_no`?"
    )


def test_reading_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such file"):
        read(tmp_path / "none.yaml")


def test_reading_a_file_with_a_key_given_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="given twice"):
        read(BROKEN / "key-twice.yaml")


@pytest.mark.parametrize("questionnaire", [TYPES, ROUTING, ROWS, ICT], ids=lambda each: each.name)
def test_a_questionnaire_survives_json(questionnaire: object) -> None:
    text = to_json(questionnaire)  # type: ignore[arg-type]  # parametrised
    assert from_json(text) == questionnaire
    assert to_json(from_json(text)) == text


def test_json_is_canonical_and_uses_the_words_of_the_file() -> None:
    text = to_json(ROUTING)
    value = json.loads(text)
    assert text == canonical_json(value)
    assert value["sections"][1]["questions"][0]["show_if"] == {
        "question": "A.02",
        "==": "small",
        "some_row": False,
    }


def test_the_same_stored_text_gives_the_same_object() -> None:
    text = to_json(TYPES)
    assert from_json(text) is from_json(text)


def test_plain_values_are_decoded_or_refused() -> None:
    questionnaire, problems = decode({"name": "x"})
    assert questionnaire is None
    assert {problem.path for problem in problems} == {
        ("version",),
        ("base_language",),
        ("languages",),
        ("title",),
        ("sections",),
    }


def test_ids_in_quotes_stay_text() -> None:
    question = read(FLAGSHIP).question("A.05")
    assert isinstance(question, Single)
    assert [option.id for option in question.options][:2] == ["1_49", "50_249"]
