"""``relevant`` as conditions: what can be said is kept, and the rest never hides a question."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from portal.questionnaire.definition import Condition
from portal.questionnaire.importers.report import Outcome
from tests.questionnaire.importers.forms import Row, asked, imported, lines, outcomes, question

BEFORE: tuple[Row, ...] = (
    asked("select_one yes_no", "yn"),
    asked("select_one colours", "one"),
    asked("select_multiple colours", "many"),
    asked("integer", "number"),
    asked("text", "words"),
    asked("date", "day"),
    asked("image", "photo"),
    asked("geopoint", "place"),
    {"type": "calculate", "name": "sum", "calculation": "if(${yn} = 'yes', 1, 0)"},
    {"type": "calculate", "name": "me", "calculation": "${me}"},
    {"type": "begin repeat", "name": "rows", "label": "Rows"},
    asked("text", "cell"),
    {"type": "end repeat"},
    {"type": "select_one_from_file a.csv", "name": "external"},
)
ROW = len(BEFORE) + 2
"""The row of the question whose condition is read."""
AS_WRITTEN: TypeAdapter[Condition] = TypeAdapter(Condition)


def relevant(folder: Path, expression: str) -> tuple[Mapping[str, Any] | None, list[str]]:
    """The condition as a file writes it, and what the report says was lost."""
    found = imported(folder, *BEFORE, asked("text", "q", relevant=expression))
    condition = question(found, "q").show_if
    written = (
        AS_WRITTEN.dump_python(
            condition, mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
        )
        if condition is not None
        else None
    )
    return written, [str(line.what) for line in lines(found, ROW, "relevant")]


def test(question: str, **how: object) -> Mapping[str, object]:
    """A test on a question as a file writes it."""
    signs = {"equals": "==", "differs": "!=", "least": ">=", "one_of": "in"}
    return {"question": question} | {signs.get(key, key): value for key, value in how.items()}


test.__test__ = False  # type: ignore[attr-defined]  # pytest would collect it by its name


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("${yn} = 'yes'", test("yn", equals="yes")),
        ("${yn} = ‘yes’", test("yn", equals="yes")),
        ("'yes'=${yn}", test("yn", equals="yes")),
        ("${yn} != 'yes'", {"not": test("yn", equals="yes")}),
        ("selected(${one}, 'red')", test("one", equals="red")),
        ("selected(${many}, 'red')", test("many", has=["red"])),
        ("not(selected(${many}, 'red'))", {"not": test("many", has=["red"])}),
        ("${one} = 'red' or ${one} = 'blue'", test("one", one_of=["red", "blue"])),
        ("/data/one = 'red'", test("one", equals="red")),
        ("../one = 'red'", test("one", equals="red")),
        ("${number} >= 3", test("number", least=3)),
        ("${number} = 3", test("number", equals=3)),
        ("${number} > 3", {"all": [test("number", least=3), test("number", differs=3)]}),
        ("${words} = ''", {"not": test("words", differs="")}),
        ("${words} != ''", test("words", differs="")),
        ("string-length(${words}) > 0", test("words", differs="")),
        ("count-selected(${many}) >= 1", test("many", has=["red", "green", "blue"])),
        ("count(${rows}) > 1", test("rows", rows={">=": 2})),
        ("${photo}", test("photo", equals="provided")),
        ("${sum} = 1", test("yn", equals="yes")),
        ("true()", None),
        (
            "${yn} = 'yes' and (${one} = 'red' or ${number} >= 3)",
            {"all": [test("yn", equals="yes"),
                     {"any": [test("one", equals="red"), test("number", least=3)]}]},
        ),
        (
            "not(${yn} = 'yes' and ${one} = 'red')",
            {"any": [{"not": test("yn", equals="yes")}, {"not": test("one", equals="red")}]},
        ),
    ],
)  # fmt: skip
def test_what_a_condition_can_say_is_kept_without_a_loss(
    tmp_path: Path, expression: str, condition: Mapping[str, Any] | None
) -> None:
    assert relevant(tmp_path, expression) == (condition, [])


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("${nowhere} = 'x'", "“nowhere” is not in the form"),
        ("${external} = 'x'", "“external” is not carried"),
        ("${cell} = 'x'", "“cell” is inside of a table"),
        ("${q} = 'x'", "“q” is not asked before"),
        (". = 'x'", "a question cannot be shown by its own answer"),
        ("${me} = 1", "“me” is calculated"),
        ("${one} = 'purple'", "one has no option “purple”"),
        ("${number} > ${number}", "an answer is never compared with an answer"),
        ("${number} + 1 > 3", "a condition does not calculate"),
        ("regex(${words}, 'x')", "conditions have no “regex”"),
        ("${day} > '2026-01-01'", "day cannot be compared in this way; it holds text"),
        ("count-selected(${many}) = 2", "a condition does not count options or letters"),
        ("${words} =", "cannot be read at"),
        ("${words} = 'a' | 'b'", "cannot be read at “| 'b'”"),
        ("(" * 40 + "1" + ")" * 40, "cannot be read at “(”"),
    ],
)
def test_what_it_cannot_say_is_dropped_with_the_reason_and_the_question_is_asked(
    tmp_path: Path, expression: str, said: str
) -> None:
    condition, losses = relevant(tmp_path, expression)
    assert condition is None
    assert any(said in loss for loss in losses), losses
    assert all(expression in loss for loss in losses)


def test_the_part_that_can_be_said_is_kept_and_the_change_is_told(tmp_path: Path) -> None:
    condition, losses = relevant(tmp_path, "${yn} = 'yes' and regex(${words}, 'x')")
    assert condition == test("yn", equals="yes")
    assert len(losses) == 1


def test_a_lost_part_never_hides_a_question_whatever_stands_around_it(tmp_path: Path) -> None:
    for expression in ("regex(${words}, 'x') or ${yn} = 'yes'", "not(regex(${words}, 'x'))"):
        assert relevant(tmp_path, expression)[0] is None


def test_a_question_that_can_never_be_shown_is_not_carried(tmp_path: Path) -> None:
    hidden = asked("text", "q", relevant="false()")
    found = imported(tmp_path, asked("text", "a"), hidden, asked("text", "b", relevant="${q} = 1"))
    assert outcomes(found, 3) == {Outcome.NOT_CARRIED}
    assert "“q” is not carried" in str(lines(found, 4, "relevant")[0].what)


def test_a_very_long_condition_is_dropped_as_a_whole(tmp_path: Path) -> None:
    parts = [f"${{words}} = 'w{number}' and ${{number}} = {number}" for number in range(300)]
    condition, losses = relevant(tmp_path, " or ".join(f"({part})" for part in parts))
    assert condition is None
    assert any("too large" in loss for loss in losses)
