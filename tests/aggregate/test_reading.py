import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.aggregate.policy import Audience
from portal.aggregate.reading import NOT_SHOWN, Reading, Row, Words, percentage, read_document
from tests.aggregate.released import QUESTIONNAIRE, released


def reading(language: str = "en", audience: Audience = Audience.PUBLIC) -> Reading:
    return read_document(released(audience), QUESTIONNAIRE, language)


def row(key: str) -> Row:
    (found,) = [row for _, _, row in reading().rows() if row.key == key]
    return found


def test_only_countable_questions_are_read_in_page_order() -> None:
    keys = [row.key for _, _, row in reading().rows()]
    assert keys == ["A.01", "A.02.one", "A.02.two", "B.01.one.ready", "B.02", "B.03"]
    assert [section.id for section in reading().sections] == ["A", "B"]


def test_every_figure_is_the_documents() -> None:
    """Invariant I8: nothing but released cells and n is behind a bar."""
    document = released()
    for _, _, shown in reading().rows():
        columns = document.questions[shown.key]
        assert {column.name for column in shown.columns} == columns.keys()
        for column in shown.columns:
            source = columns[column.name]
            assert (column.n, column.protected, column.exact) == (
                source.n,
                source.protected,
                source.exact,
            )
            assert column.numbers == source.numbers
            for bar in column.bars:
                assert bar.cell == source.cells[bar.option]
                if bar.count is not None:
                    assert bar.low == bar.high == percentage(bar.count, source.n)
                else:
                    assert bar.band is not None
                    assert bar.band.startswith(f"{bar.low}\N{EN DASH}{bar.high}")


def test_shares_of_a_multiple_choice_are_of_n_and_may_exceed_a_hundred() -> None:
    everybody = row("A.01").columns[0]
    assert everybody.exact
    assert sum(bar.low for bar in everybody.bars) > 100


def test_a_question_with_too_few_answers_is_read_as_not_shown() -> None:
    hidden = row("B.02")
    assert not [column for column in hidden.columns if column.protected]
    assert "too few answers" in str(NOT_SHOWN)


def test_a_column_is_named_and_in_declared_order() -> None:
    names = [column.name for column in row("A.02.one").columns]
    assert names == [name for name in ("all", "north", "south", "large") if name in names]
    assert row("A.01").columns[0].label == Words("All suppliers", "en")


def test_rows_and_grid_columns_are_named() -> None:
    assert [label.text for label in row("A.02.one").labels] == ["\tTab"]
    assert [label.text for label in row("B.01.one.ready").labels] == ["Été, 日本", "=Ready"]


def test_a_missing_text_carries_the_language_it_falls_back_to() -> None:
    (first, *_) = reading("fr").sections
    assert first.title == Words("Titre", "fr")
    assert [question.text.language for question in first.questions] == ["fr", "en"]
    assert reading("fr").columns[0][1] == Words("Tous les fournisseurs", "fr")


@pytest.mark.parametrize(
    ("count", "n", "expected"),
    [(0, 0, 0), (0, 7, 0), (1, 8, 13), (1, 3, 33), (2, 3, 67), (7, 7, 100)],
)
def test_percentages_are_whole_and_halves_go_up(count: int, n: int, expected: int) -> None:
    assert percentage(count, n) == expected


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_is_within_half_a_point(pair: tuple[int, int]) -> None:
    count, n = pair
    assert abs(percentage(count, n) - 100 * count / n) <= 0.5
