"""A workbook that nobody touched says nothing new, whatever the answers in it are."""

from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from portal.questionnaire.definition import File, Question, Questionnaire, Table
from portal.response.answers import GivenAnswer, unanswered
from portal.response.fields import Value, clean
from portal.response.values import check, tidy
from portal.response.workbook_merge import Comparison, Kind, Sides, compare, touched
from portal.response.workbook_reading import ReadWorkbook, read_workbook
from tests.questionnaire.answers import ICT, TYPES, some_value
from tests.response.builders import given as answer
from tests.response.workbooks import KEY, opened, sheets_of, written

HOSTILE = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("https://example.org","x")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "{=1+1}",
    "'=1+1",
    "_x003D_1+1",
)
"""What a spreadsheet might take for a formula, or for the sign of one."""
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example is a whole workbook: to make a failing one small would take minutes."""
SEEDS = st.integers(0, 10_000)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80))


def tables_of(questionnaire: Questionnaire) -> list[str]:
    return [each.id for each in questionnaire.questions() if isinstance(each, Table)]


def read_back(questionnaire: Questionnaire, content: bytes) -> ReadWorkbook:
    return read_workbook(sheets_of(content), KEY, tables_of(questionnaire))


def some_answers(questionnaire: Questionnaire, seed: int, text: str) -> dict[str, GivenAnswer]:
    """Right answers to most questions, with a text in every place that takes one."""
    random = Random(seed)  # noqa: S311 - answers, not secrets
    found = {}
    for number, question in enumerate(questionnaire.questions()):
        value = with_text(some_value(question, random), clean(text))
        stored = tidy(question, value) if value and not check(question, value) else None
        comment = clean(text) if number % 2 else ""
        found[question.id] = answer(stored, comment=comment, version=1 + number % 3)
        if question.not_applicable and number % 3 == 0:
            reason = clean(text) or "None"
            found[question.id] = answer(state="not_applicable", reason=reason, version=2)
    return found


def with_text(value: Value, text: str) -> Value:
    if value == "words":
        return text
    if isinstance(value, dict):
        return {key: with_text(part, text) for key, part in value.items()}
    return [with_text(part, text) for part in value] if isinstance(value, list) else value


@settings(max_examples=15, deadline=None, phases=NO_SHRINKING)
@given(seed=SEEDS, text=TEXTS)
def test_an_untouched_workbook_makes_no_difference(seed: int, text: str) -> None:
    answers = some_answers(TYPES, seed, text)
    sides = Sides(base=answers, current=answers)
    file = written(TYPES, answers)
    # The other program takes the sign of an escape for one that it may leave out.
    saved_again = [] if "_x" in text else [opened(file).saved()]
    for content in (file, *saved_again):
        read = read_back(TYPES, content)
        assert not touched(TYPES, read, sides).cells
        found = compare(TYPES, read, sides, {question.id for question in TYPES.questions()})
        assert found == Comparison(differences=(), faults=(), forbidden=(), told=())


@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(seed=SEEDS, text=TEXTS)
def test_everything_that_was_written_is_read_again(seed: int, text: str) -> None:
    """Read against no answers at all, the workbook gives back each answer as it was."""
    answers = some_answers(TYPES, seed, text)
    read = read_back(TYPES, written(TYPES, answers))
    empty = {key: unanswered(question) for key, question in _index(TYPES).items()}
    found = compare(TYPES, read, Sides(base=empty, current=empty), answers.keys())
    assert not found.faults
    read_answers = {row.question.id: row.mine for row in found.of(Kind.WORKBOOK)}
    for key, given_answer in answers.items():
        if isinstance(_index(TYPES)[key], File):
            continue
        mine = read_answers.get(key, empty[key])
        assert (mine.value, mine.reason) == (given_answer.value, given_answer.reason)
        assert mine.comment == given_answer.comment


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_cells_of_text_and_never_formulas(text: str) -> None:
    long = next(each for each in TYPES.questions() if each.type == "long")
    offline = opened(written(TYPES, {long.id: answer(clean(text), comment=clean(text), version=1)}))
    for part in ("answer", "comment"):
        sheet, cell = offline.at(long.id, part)
        assert offline.book[sheet][cell].data_type == "s"


def test_a_table_of_many_rows_and_a_text_longer_than_a_cell_are_no_change() -> None:
    table = ICT.question("I.06")
    assert isinstance(table, Table)
    rows = [{"smelter": f"Smelter {number}", "country": "BE"} for number in range(150)]
    text = "x" * 40_000
    answers = {"I.06": answer(rows, version=4), "D.08": answer(text, version=1)}
    sides = Sides(base=answers, current=answers)
    offline = opened(written(ICT, answers, sections=("D", "I")))
    assert not touched(ICT, read_back(ICT, offline.saved()), sides).cells
    offline.put("Smelter 151", "I.06", "answer", "151", "smelter")
    offline.put("a comment", "D.08", "comment")
    found = compare(ICT, read_back(ICT, offline.saved()), sides, answers)
    by_id = {row.question.id: row.mine for row in found.of(Kind.WORKBOOK)}
    assert by_id["I.06"].value == [*rows, {"smelter": "Smelter 151"}]
    assert (by_id["D.08"].value, by_id["D.08"].comment) == (text, "a comment")


def _index(questionnaire: Questionnaire) -> dict[str, Question]:
    return {question.id: question for question in questionnaire.questions()}
