import pytest

from portal.questionnaire.conditions import sentence
from portal.questionnaire.definition import Grid, Matrix, Table
from portal.questionnaire.definition import Test as Condition
from tests.questionnaire.answers import ROUTING, ROWS, TYPES

SENTENCES = {
    "equal": "A.02 is “Small”",
    "different": "A.02 is answered, but not with “Small”",
    "one-of": "A.03 is “Yes” or “Partly”",
    "has": "A.01 includes “Reseller” or “Lessor”",
    "level": "A.04 is level 2 or higher",
    "share": "A.05 is at least 50",
    "order": "A.02 is “Medium” or an option listed after it",
    "rows": "A.06 has at least 2 rows",
    "no-rows": "A.06 has no rows",
    "cell": "“Kind” in at least one row of A.06 is “Rented”",
    "cell-has": "“Issues” in at least one row of A.06 includes “Wages”",
    "row": "the row “Mines” of A.07 is answered, but not with “None”",
    "any-row": "at least one row of A.07 is “None”",
    "named-rows": (
        "one of the rows “Mines” or “Chips” of A.07 is “Some” or an option listed after it"
    ),
    "grid-row": "“Share” in the row “Gold” of A.09 is at least 50",
    "both": "A.03 is “Yes” and A.04 is level 1 or higher",
    "either": "A.03 is “No” or A.04 is level 0",
    "neither": "it is not so that A.03 is “Yes”",
}


@pytest.mark.parametrize("question_id", SENTENCES)
def test_a_condition_in_plain_words(question_id: str) -> None:
    question = ROUTING.question(question_id)
    assert question is not None
    assert question.show_if is not None
    assert sentence(question.show_if, ROUTING, "en") == SENTENCES[question_id]


def test_a_row_condition_speaks_of_the_same_row() -> None:
    question = ROWS.question("I.03")
    assert isinstance(question, Grid)
    assert question.row_show_if is not None
    assert sentence(question.row_show_if, ROWS, "en") == (
        "the same row of I.01 is “Yes” and the same row of I.02 is answered, but not with “No”"
    )


def test_a_column_condition_speaks_of_another_column() -> None:
    question = TYPES.question("C.01")
    assert isinstance(question, Table)
    column = next(each for each in question.columns if each.id == "audited_on")
    assert column.show_if is not None
    words = sentence(column.show_if, TYPES, "fr", columns=question.columns)
    assert words.replace("\N{NO-BREAK SPACE}", " ") == "« Audité » est « Oui »"


def test_labels_fall_back_to_the_base_language() -> None:
    question = ROWS.question("I.02")
    assert isinstance(question, Matrix)
    assert question.show_if is not None
    assert sentence(question.show_if, ROWS, "de", columns=()) == (
        "mindestens eine Zeile von I.01 mit „Yes“ beantwortet ist"
    )


def test_a_value_that_no_answer_has_is_said_as_it_is_written() -> None:
    wrong = Condition(question="A.03", equals=True)
    assert sentence(wrong, ROUTING, "en") == "A.03 is “true”"
