from typing import Any

import pytest

from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Grid,
    LongText,
    Matrix,
    Multi,
    Number,
    Option,
    Percentage,
    Question,
    ReleaseRule,
    Single,
    Table,
    YesPartlyNo,
)
from portal.response.cells import cell_keys, cells, counted
from tests import factories
from tests.response.builders import COMPLETE, question

OPTIONS = (Option(id="a", text={"en": "A"}), Option(id="b", text={"en": "B"}))
BANDS = ReleaseRule(bands=(20, 80))


def common(**others: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of any question
    return {"id": "Q.1", "text": {"en": "Question"}, **others}


def test_a_simple_question_has_one_key_with_labels() -> None:
    (key,) = cell_keys(YesPartlyNo(**common()))
    assert (key.key, key.question_id, key.multiple) == ("Q.1", "Q.1", False)
    assert [(option, text["de"]) for option, text in key.options] == [
        ("yes", "Ja"),
        ("partly", "Teilweise"),
        ("no", "Nein"),
    ]
    assert cell_keys(Multi(**common(options=OPTIONS)))[0].multiple


def test_bands_are_named_by_their_bounds_and_unit() -> None:
    (key,) = cell_keys(Percentage(**common(release=BANDS)))
    assert [(option, text["en"]) for option, text in key.options] == [
        ("0–20", "0–20 %"),
        ("20–80", "20–80 %"),
        ("over 80", "over 80 %"),
    ]
    (key,) = cell_keys(Number(**common(unit={"en": "persons"}, release=BANDS)))
    assert key.options[0] == (
        "up to 20",
        {
            "en": "up to 20 persons",
            "fr": "jusqu'à 20 persons",
            "nl": "tot en met 20 persons",
            "de": "bis 20 persons",
        },
    )


@pytest.mark.parametrize(
    ("number", "band"),
    [(0, 0), (20, 0), (20.5, 1), (80, 1), (80.1, 2), (100, 2)],
)
def test_a_number_is_in_the_band_whose_upper_bound_it_does_not_pass(
    number: float, band: int
) -> None:
    asked = Percentage(**common(release=BANDS))
    options = [option for option, _ in cell_keys(asked)[0].options]
    assert cells(asked, number) == [("Q.1", options[band])]


def test_a_number_without_bands_has_a_key_without_options() -> None:
    free = Number(**common(unit={"en": "persons"}))
    (key,) = cell_keys(free)
    assert (key.options, key.numeric) == ((), True)
    assert counted(free, -2, "buyers") == [("Q.1", "", "buyers", -2.0)]
    banded = Percentage(**common(release=BANDS))
    assert counted(banded, 20.5, "buyers") == [("Q.1", "20–80", "buyers", 20.5)]


def test_free_text_is_not_counted() -> None:
    assert (cell_keys(LongText(**common())), cells(LongText(**common()), "Much")) == ([], [])


@pytest.mark.parametrize(
    ("rows", "option", "label"),
    [
        (1, "1–4", "1–4 Zeilen"),
        (4, "1–4", "1–4 Zeilen"),
        (5, "5–9", "5–9 Zeilen"),
        (49, "10–49", "10–49 Zeilen"),
        (50, "50+", "50 Zeilen oder mehr"),
    ],
)
def test_of_a_table_the_number_of_rows_is_counted_and_nothing_else(
    rows: int, option: str, label: str
) -> None:
    table = Table(**common(columns=(Column(id="n", type=ColumnType.YES_NO, text={"en": "N"}),)))
    assert cells(table, [{"n": "yes"}] * rows) == [("Q.1", option)]
    (key,) = cell_keys(table)
    assert {each: text["de"] for each, text in key.options}[option] == label


def test_a_matrix_has_a_key_a_row_and_a_grid_one_a_cell() -> None:
    matrix = Matrix(**common(rows=OPTIONS, options=OPTIONS))
    assert [key.key for key in cell_keys(matrix)] == ["Q.1.a", "Q.1.b"]
    assert cells(matrix, {"b": "a"}) == [("Q.1.b", "a")]
    columns = (
        Column(id="kind", type=ColumnType.SINGLE, text={"en": "K"}, options=OPTIONS),
        Column(id="share", type=ColumnType.PERCENTAGE, text={"en": "S"}),
        Column(id="open", type=ColumnType.YES_NO, text={"en": "O"}),
        Column(id="note", type=ColumnType.TEXT, text={"en": "T"}),
    )
    grid = Grid(**common(rows=OPTIONS[:1], columns=columns, release=BANDS))
    assert [(key.key, key.row_id, key.column_id) for key in cell_keys(grid)] == [
        ("Q.1.a.kind", "a", "kind"),
        ("Q.1.a.share", "a", "share"),
        ("Q.1.a.open", "a", "open"),
    ]
    value = {"a": {"kind": "b", "share": 90, "open": "no", "note": "x"}}
    assert cells(grid, value) == [
        ("Q.1.a.kind", "b"),
        ("Q.1.a.share", "over 80"),
        ("Q.1.a.open", "no"),
    ]


def test_a_question_that_is_not_released_is_not_counted() -> None:
    silent = Single(**common(options=OPTIONS, release=ReleaseRule(aggregate=False)))
    assert (cell_keys(silent), cells(silent, "a")) == ([], [])


def test_every_cell_of_a_right_answer_is_among_the_keys() -> None:
    questionnaire = factories.questionnaire()
    for values in COMPLETE.values():
        for question_id, value in values.items():
            asked: Question = question(questionnaire, question_id)
            known = {(key.key, option) for key in cell_keys(asked) for option, _ in key.options}
            assert set(cells(asked, value)) <= known
