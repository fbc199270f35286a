import re
from textwrap import indent
from typing import get_args

import pytest

from portal.questionnaire.check import check_text
from portal.questionnaire.definition import ConfidentialityClass, Question, Questionnaire
from tests.questionnaire.answers import QUESTIONNAIRES

README = (QUESTIONNAIRES / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
QUESTIONS = [block for block in BLOCKS if block.startswith("- ")]
CONDITIONS = re.findall(r"`(\{question:[^`]+\})`", README)
HEAD = """\
name: readme
version: "1"
base_language: en
languages: [en]
title: {en: The examples of the page}
sections:
  - id: A
    title: {en: All of them}
    questions:
"""


def clean(text: str) -> Questionnaire:
    """The questionnaire in a text that has no faults."""
    checked = check_text(text, "README.md")
    assert [str(fault) for fault in checked.faults] == []
    assert checked.questionnaire is not None
    return checked.questionnaire


def test_the_first_example_is_a_whole_questionnaire() -> None:
    assert len(list(clean(BLOCKS[0]).questions())) == 2


def test_there_is_an_example_of_every_type() -> None:
    written = clean(HEAD + indent("\n".join(QUESTIONS), "      "))
    types = {each.__name__ for each in get_args(get_args(Question)[0])}
    assert {type(question).__name__ for question in written.questions()} == types


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_example_of_a_condition_is_right(condition: str) -> None:
    last = f"- {{id: Z, type: long, text: {{en: At last?}}, show_if: {condition}}}\n"
    clean(HEAD + indent("\n".join([*QUESTIONS, last]), "      "))


def test_every_class_is_named() -> None:
    assert [each for each in ConfidentialityClass if f"`{each}`" not in README] == []


@pytest.mark.parametrize("path", ["schema.json", "ict-due-diligence/1.0.yaml"])
def test_every_file_it_names_is_there(path: str) -> None:
    assert f"`{path}`" in README
    assert (QUESTIONNAIRES / path).exists()
