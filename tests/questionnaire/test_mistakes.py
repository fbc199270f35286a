"""What can go wrong while a shipped questionnaire is edited as a file is named at its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.questionnaire.check import check_file

FLAGSHIP = Path("questionnaires/ict-due-diligence/1.0.yaml")
Lines = list[str]


def at(lines: Lines, text: str, after: int = 0) -> int:
    """The place of the first line that begins so, from 0."""
    return next(i for i, line in enumerate(lines) if i >= after and line.lstrip().startswith(text))


def without_a_translation(lines: Lines) -> tuple[int, str]:
    question = at(lines, "- id: B.01")
    gone = at(lines, "nl: >-", question)
    del lines[gone : gone + 2]
    return at(lines, "text:", question), "nl"


def a_forward_condition(lines: Lines) -> tuple[int, str]:
    question = at(lines, "- id: B.01")
    lines.insert(question + 2, '    show_if: {question: E.01, "==": "yes"}')
    return question + 2, "E.01"


def a_question_about_prices(lines: Lines) -> tuple[int, str]:
    question = at(lines, "- id: B.01")
    wording = at(lines, "en: >-", question)
    lines[wording + 1] = "        Which prices will you ask for laptops next year?"
    return wording, "prices"


def an_id_given_twice(lines: Lines) -> tuple[int, str]:
    second = at(lines, "- id: B.02")
    lines[second] = "  - id: B.01"
    return second, "B.01"


MISTAKES: list[Callable[[Lines], tuple[int, str]]] = [
    without_a_translation,
    a_forward_condition,
    a_question_about_prices,
    an_id_given_twice,
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.__name__)
def test_a_mistake_is_named_at_its_line(
    tmp_path: Path, mistake: Callable[[Lines], tuple[int, str]]
) -> None:
    lines = FLAGSHIP.read_text(encoding="utf-8").splitlines()
    line, what = mistake(lines)
    path = tmp_path / "1.0.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    faults = check_file(path).faults
    named = [fault for fault in faults if fault.line == line + 1]
    assert any(what in str(fault) for fault in named), [str(fault) for fault in faults[:5]]
