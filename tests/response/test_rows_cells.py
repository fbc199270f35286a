"""Cells as people write them in spreadsheets: what is understood, and what is asked back."""

import pytest

from portal.questionnaire.definition import Column, ColumnType, Option, Shape
from portal.response.cells_text import cell_text, known_choices, parse_cell
from portal.response.countries import CODES, country_choices, country_code
from portal.response.shapes import NAMES, has_shape, shape_fault

OPTIONS = (
    Option(id="union", text={"en": "Trade union", "de": "Gewerkschaft"}),
    Option(id="both", text={"en": "Union, elected committee", "de": "Beides"}),
    Option(id="none", text={"en": "None", "fr": "Aucune"}, exclusive=True),
)


def column(kind: ColumnType, **more: object) -> Column:
    return Column(id="c", type=kind, text={"en": "C"}, **more)  # type: ignore[arg-type]


NUMBER = column(ColumnType.NUMBER, unit={"en": "people", "de": "Personen"}, minimum=0)
SHARE = column(ColumnType.PERCENTAGE)
DAY = column(ColumnType.DATE)
YES_NO = column(ColumnType.YES_NO)
ONE = column(ColumnType.SINGLE, options=OPTIONS)
SOME = column(ColumnType.MULTI, options=OPTIONS)
COUNTRY = column(ColumnType.COUNTRY)
TEXT = column(ColumnType.TEXT)


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (NUMBER, "12,5", 12.5),
        (NUMBER, "1.234,5", 1234.5),
        (NUMBER, "1,234.5", 1234.5),
        (NUMBER, "1 234", 1234),
        (NUMBER, "1'234'567", 1234567),
        (NUMBER, "0,125", 0.125),
        (NUMBER, "240 Personen", 240),
        (SHARE, "12,5 %", 12.5),
        (SHARE, "12.345", 12.345),
        (DAY, "2026-03-31", "2026-03-31"),
        (DAY, "31.03.2026", "2026-03-31"),
        (DAY, "1.3.2026", "2026-03-01"),
        (DAY, "31/03/2026", "2026-03-31"),
        (DAY, "03/31/2026", "2026-03-31"),
        (DAY, "31 mars 2026", "2026-03-31"),
        (DAY, "31. März 2026", "2026-03-31"),
        (DAY, "2026-03-31 00:00:00", "2026-03-31"),
        (YES_NO, "JA", "yes"),
        (YES_NO, "Non", "no"),
        (YES_NO, "TRUE", "yes"),
        (ONE, "gewerkschaft", "union"),
        (ONE, "both", "both"),
        (SOME, "Gewerkschaft, Union, elected committee", ["union", "both"]),
        (SOME, "Beides; Trade union", ["union", "both"]),
        (COUNTRY, "Belgien", "BE"),
        (COUNTRY, "cote d'ivoire", "CI"),
        (COUNTRY, "BEL", "BE"),
        (COUNTRY, "uk", "GB"),
        (TEXT, "  Gent \r\n Süd ", "Gent \n Süd"),
        (TEXT, "   ", None),
    ],
)
def test_a_cell_is_understood_however_it_is_written(cell: Column, text: str, value: object) -> None:
    assert parse_cell(cell, text) == (value, None)


@pytest.mark.parametrize(
    ("cell", "text", "said"),
    [
        (NUMBER, "1.234", "“1.234” is 1234 or 1.234"),
        (NUMBER, "many", "Enter a number of 0 or more"),
        (DAY, "03/04/2026", "2026-04-03 or 2026-03-04"),
        (DAY, "31.2.2026", "Enter a real date"),
        (DAY, "31.03.26", "Enter a real date"),
        (YES_NO, "perhaps", "“perhaps” is neither yes nor no"),
        (ONE, "Guild", "“Guild” is none of the answers given"),
        (SOME, "Gewerkschaft; Guild", "“Guild” is none of the answers given"),
        (SOME, "Trade union; Aucune", "excludes the others"),
        (COUNTRY, "Atlantis", "Choose a country"),
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_a_fault_that_says_so(
    cell: Column, text: str, said: str
) -> None:
    value, problem = parse_cell(cell, text)
    assert value is None
    assert said in str(problem)


def test_a_number_that_a_program_wrote_is_not_doubted() -> None:
    assert parse_cell(NUMBER, "1.234", exact=True) == (1.234, None)
    assert parse_cell(NUMBER, cell_text(NUMBER, 1.234, "de", "en", ",")) == (1.234, None)


def test_a_choice_with_one_part_unknown_keeps_the_parts_that_are_known() -> None:
    assert known_choices(SOME, "Gewerkschaft; Guild") == (("union",), "Guild")


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_every_country_is_known_by_the_name_that_pages_offer(language: str) -> None:
    found = {code: country_code(name) for code, name in country_choices(language)}
    assert found == {code: code for code in CODES}


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        (Shape.SMELTER, "CID001234", "CID1234"),
        (Shape.OS_ID, "CN2021250D1DTN7", "CN2021999D1DTN7"),
        (Shape.COORDINATES, "51.05, 3.71", "91.05, 3.71"),
        (Shape.LEI, "9845000EXAMPLE000048", "9845000EXAMPLE000049"),
        (Shape.DUNS, "15-048-3782", "15-048-37"),
        (Shape.GLN, "4012345000009", "4012345000008"),
        (Shape.GTIN, "4006381333931", "4006381333932"),
    ],
)
def test_a_number_is_held_against_its_shape_and_its_check_digits(
    shape: Shape, right: str, wrong: str
) -> None:
    assert has_shape(shape, right)
    assert not has_shape(shape, wrong)
    assert shape_fault([shape], right) is None
    assert has_shape(shape, str(NAMES[shape]).rpartition("such as ")[2])


def test_a_column_may_take_numbers_of_several_kinds_and_says_which() -> None:
    either = column(ColumnType.TEXT, shapes=(Shape.LEI, Shape.DUNS))
    assert parse_cell(either, "150483782") == ("150483782", None)
    _, problem = parse_cell(either, "123")
    assert "an LEI of 20 signs such as" in str(problem)
    assert "or a D-U-N-S number" in str(problem)
    _, problem = parse_cell(either, "9845000EXAMPLE000049")
    assert str(problem) == "The last two digits do not fit this LEI: look at it again"
