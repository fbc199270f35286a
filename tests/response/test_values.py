from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Date,
    File,
    Grid,
    LongText,
    Matrix,
    Maturity,
    Multi,
    Number,
    Option,
    Percentage,
    Question,
    ShortText,
    Single,
    Table,
    YesNo,
    YesPartlyNo,
)
from portal.response.countries import CODES, country_choices
from portal.response.values import check, display, parse, tidy

TEXT = {"en": "Question", "fr": "Question en français"}
OPTIONS = (
    Option(id="first", text={"en": "First", "fr": "Premier"}),
    Option(id="second", text={"en": "Second"}),
    Option(id="nothing", text={"en": "None of these"}, exclusive=True),
)
ROWS = (
    Option(id="cobalt", text={"en": "Cobalt"}),
    Option(id="mica", text={"en": "Mica"}),
)
COLUMNS = (
    Column(id="name", type=ColumnType.TEXT, text={"en": "Name"}, required=True),
    Column(id="country", type=ColumnType.COUNTRY, text={"en": "Country", "fr": "Pays"}),
    Column(
        id="staff", type=ColumnType.NUMBER, text={"en": "Staff"}, unit={"en": "persons"}, minimum=0
    ),
    Column(id="share", type=ColumnType.PERCENTAGE, text={"en": "Share"}),
    Column(id="kind", type=ColumnType.SINGLE, text={"en": "Kind"}, options=OPTIONS),
    Column(id="kinds", type=ColumnType.MULTI, text={"en": "Kinds"}, options=OPTIONS),
    Column(id="audited", type=ColumnType.YES_NO, text={"en": "Audited"}),
    Column(id="day", type=ColumnType.DATE, text={"en": "Day"}),
    Column(id="mail", type=ColumnType.EMAIL, text={"en": "Mail"}),
    Column(id="web", type=ColumnType.URL, text={"en": "Web"}),
)
COMMON: dict[str, Any] = {"id": "Q", "text": TEXT}
ANCHORS = tuple({"en": f"Anchor {level}."} for level in range(5))
QUESTIONS: dict[str, Question] = {
    "yes_partly_no": YesPartlyNo(**COMMON),
    "yes_no": YesNo(**COMMON),
    "maturity": Maturity(**COMMON, anchors=ANCHORS),  # type: ignore[arg-type]  # five of them
    "single": Single(**COMMON, options=OPTIONS),
    "multi": Multi(**COMMON, options=OPTIONS),
    "percentage": Percentage(**COMMON),
    "number": Number(**COMMON, unit={"en": "persons"}, minimum=0, maximum=500),
    "text": ShortText(**COMMON, maximum_length=10),
    "long": LongText(**COMMON),
    "date": Date(**COMMON),
    "file": File(**COMMON),
    "table": Table(**COMMON, columns=COLUMNS, maximum_rows=3),
    "matrix": Matrix(**COMMON, rows=ROWS, options=OPTIONS),
    "grid": Grid(**COMMON, rows=ROWS, columns=COLUMNS),
}
FULL_ROW = {
    "name": "Plant",
    "country": "BE",
    "staff": 12,
    "share": 12.5,
    "kind": "first",
    "kinds": ["first", "second"],
    "audited": "yes",
    "day": "2026-03-31",
    "mail": "a@example.eu",
    "web": "https://example.eu/x",
}
RIGHT: list[tuple[str, Any]] = [
    ("yes_partly_no", "partly"),
    ("yes_no", "no"),
    ("maturity", 0),
    ("single", "second"),
    ("multi", ["first", "second"]),
    ("percentage", 12.5),
    ("number", 500),
    ("text", "ten chars."),
    ("long", "one\ntwo"),
    ("date", "2028-02-29"),
    ("file", "provided"),
    ("table", [FULL_ROW, {"name": "x"}]),
    ("matrix", {"mica": "first"}),
    ("grid", {"cobalt": FULL_ROW}),
]
WRONG: list[tuple[str, Any]] = [
    ("yes_partly_no", "perhaps"),
    ("yes_no", "partly"),
    ("yes_no", True),
    ("maturity", 5),
    ("maturity", True),
    ("maturity", "3"),
    ("single", "third"),
    ("single", ["first"]),
    ("multi", []),
    ("multi", "first"),
    ("multi", ["first", "first"]),
    ("multi", ["first", 1]),
    ("multi", ["first", "nothing"]),
    ("percentage", 100.5),
    ("percentage", float("nan")),
    ("percentage", True),
    ("number", -1),
    ("number", 501),
    ("number", float("inf")),
    ("number", "5"),
    ("text", "eleven chars"),
    ("text", " "),
    ("text", "a\x00b"),
    ("text", "\ud800"),
    ("text", 5),
    ("date", "2026-02-29"),
    ("date", "2026-2-1"),
    ("date", "20260201"),
    ("file", "yes"),
    ("table", []),
    ("table", {}),
    ("table", [[]]),
    ("table", [{"name": "x"}] * 4),
    ("table", [{"unknown": "x"}]),
    ("table", [{"name": {}}]),
    ("matrix", {}),
    ("matrix", {"gold": "first"}),
    ("matrix", {"mica": None}),
    ("matrix", ["first"]),
    ("grid", {"mica": "x"}),
    ("grid", {"gold": {"name": "x"}}),
]


@pytest.mark.parametrize(("kind", "value"), RIGHT)
def test_a_right_value_passes_and_stays_as_it_is(kind: str, value: object) -> None:
    assert check(QUESTIONS[kind], value) == []
    assert tidy(QUESTIONS[kind], value) == value


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_a_wrong_value_is_named(kind: str, value: object) -> None:
    assert check(QUESTIONS[kind], value)


@pytest.mark.parametrize("column", list(FULL_ROW))
def test_a_wrong_cell_is_named_with_its_row_and_column(column: str) -> None:
    wrong = [{"name": "x"}, {**FULL_ROW, column: {"no": "cell"}}]
    (problem,) = check(QUESTIONS["table"], wrong)
    assert str(problem).startswith(f"Row 2, column {column.capitalize()}: ")


@for_all(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_value_upsets_a_check(value: object) -> None:
    for asked in QUESTIONS.values():
        check(asked, value)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("yes_partly_no", ["partly"], "partly"),
        ("maturity", ["3"], 3),
        ("multi", ["second", "first"], ["first", "second"]),
        ("multi", ["", "second"], ["second"]),
        ("percentage", ["12,5"], 12.5),
        ("percentage", ["12.5 %"], 12.5),
        ("percentage", ["100"], 100),
        ("number", [" 1 2 "], 12),
        ("number", ["1\u202f2"], 12),
        ("text", ["  a b "], "a b"),
        ("long", ["one\r\ntwo"], "one\ntwo"),
        ("date", ["2026-03-31"], "2026-03-31"),
        ("single", [""], None),
        ("file", ["x"], None),
    ],
)
def test_a_simple_field_is_read(kind: str, typed: list[str], value: object) -> None:
    parsed = parse(QUESTIONS[kind], {"Q": typed})
    assert (parsed.value, parsed.problems) == (value, {})


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("percentage", "101", "Enter a percentage between 0 and 100"),
        ("percentage", "1.000,5", "Enter a percentage between 0 and 100"),
        ("number", "many", "Enter a number between 0 and 500"),
        ("date", "31/03/2026", "Enter a real date as year-month-day, such as 2026-03-31"),
        ("text", "eleven chars", "Shorten this to 10 characters or fewer: it has 12"),
        ("single", "forged", "Choose one of the answers given"),
        ("maturity", "9", "Choose a level from 0 to 4"),
    ],
)
def test_what_cannot_be_read_is_kept_for_the_next_page(
    kind: str, typed: str, sentence: str
) -> None:
    parsed = parse(QUESTIONS[kind], {"Q": [typed]})
    assert parsed.value is None
    assert {name: str(problem) for name, problem in parsed.problems.items()} == {"Q": sentence}
    assert parsed.typed == {"Q": (typed,)}


def test_a_table_is_read_row_by_row_without_blank_rows() -> None:
    form = {
        "Q:10:name": ["Later"],
        "Q:2:name": ["Earlier"],
        "Q:2:country": ["be"],
        "Q:2:kinds": ["second", "first"],
        "Q:5:name": ["  "],
        "Q:5:country": [""],
        "Q:x:name": ["no row"],
        "Q.1:2:name": ["another question"],
    }
    parsed = parse(QUESTIONS["table"], form)
    assert parsed.problems == {}
    assert parsed.value == [
        {"name": "Earlier", "country": "BE", "kinds": ["first", "second"]},
        {"name": "Later"},
    ]


def test_a_wrong_cell_loses_neither_its_text_nor_the_other_cells() -> None:
    form = {"Q:0:name": ["Plant"], "Q:1:name": ["Other"], "Q:1:country": ["Oz"]}
    parsed = parse(QUESTIONS["table"], form, "fr", "en")
    assert parsed.value == [{"name": "Plant"}, {"name": "Other"}]
    assert {name: str(problem) for name, problem in parsed.problems.items()} == {
        "Q:1:country": "Row 2, column Pays: Choose a country from the list"
    }
    assert parsed.typed["Q:1:country"] == ("Oz",)


def test_too_many_rows_are_named_and_kept() -> None:
    parsed = parse(QUESTIONS["table"], {f"Q:{n}:name": ["x"] for n in range(4)})
    assert str(parsed.problems["Q"]) == "Give 3 rows or fewer: there are 4"
    assert len(parsed.value) == 4


def test_a_matrix_and_a_grid_are_read_by_row() -> None:
    matrix = parse(QUESTIONS["matrix"], {"Q:mica": ["first"], "Q:cobalt": ["forged"]})
    assert matrix.value == {"mica": "first"}
    assert [str(p) for p in matrix.problems.values()] == ["Cobalt: Choose one of the answers given"]
    grid = parse(QUESTIONS["grid"], {"Q:mica:share": ["12,5"], "Q:mica:staff": ["-1"]})
    assert grid.value == {"mica": {"share": 12.5}}
    assert [str(p) for p in grid.problems.values()] == [
        "Mica, column Staff: Enter a number of 0 or more"
    ]


def test_nothing_typed_is_no_value() -> None:
    for asked in QUESTIONS.values():
        assert parse(asked, {}).value is None
        assert parse(asked, {"Q": [""], "Q:0:name": [" "], "Q:mica": [""]}).value is None


@for_all(
    st.dictionaries(
        st.sampled_from(["Q", "Q:0:name", "Q:1:staff", "Q:1:kinds", "Q:mica", "Q:mica:share"]),
        st.lists(st.text(max_size=20), max_size=3),
    )
)
def test_whatever_is_typed_a_parsed_value_is_right_and_nothing_is_lost(
    form: dict[str, list[str]],
) -> None:
    for asked in QUESTIONS.values():
        parsed = parse(asked, form)
        assert parsed.value is None or check(asked, parsed.value) == []
        for name, typed in parsed.typed.items():
            assert list(typed) == form[name]


def test_tidy_leaves_out_blank_cells_and_rows() -> None:
    assert tidy(QUESTIONS["table"], [{"name": ""}, {"name": "x", "kinds": []}]) == [{"name": "x"}]
    assert tidy(QUESTIONS["grid"], {"mica": {}, "cobalt": {"name": "x"}}) == {
        "cobalt": {"name": "x"}
    }
    assert tidy(QUESTIONS["multi"], ["second", "first"]) == ["first", "second"]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("yes_partly_no", "partly", "En partie"),
        ("yes_no", "yes", "Oui"),
        ("maturity", 2, "2: Anchor 2."),
        ("single", "first", "Premier"),
        ("single", "second", "Second"),
        ("multi", ["first", "second"], ["Premier", "Second"]),
        ("percentage", 12.5, "12,5 %"),
        ("number", 12, "12 persons"),
        ("text", "abc", "abc"),
        ("date", "2026-03-31", "31 mars 2026"),
        ("file", "provided", "Fourni comme pièce justificative"),
        ("matrix", {"mica": "first"}, [["", ""], ["Mica", "Premier"]]),
    ],
)
def test_a_value_is_put_in_words_of_the_readers_language(
    kind: str, value: object, words: object
) -> None:
    assert display(QUESTIONS[kind], value, "fr", "en") == words


def test_tables_and_grids_are_put_in_lines_under_headings() -> None:
    headings = [column.text["en"] for column in COLUMNS]
    line = [
        "Plant",
        "Belgium",
        "12 persons",
        "12.5 %",
        "First",
        "First, Second",
        "Yes",
        "31 March 2026",
        "a@example.eu",
        "https://example.eu/x",
    ]
    empty = ["x"] + [""] * 9
    table = [FULL_ROW, {"name": "x"}]
    assert display(QUESTIONS["table"], table, "en", "en") == [headings, line, empty]
    assert display(QUESTIONS["grid"], {"mica": FULL_ROW}, "en", "en") == [
        ["", *headings],
        ["Mica", *line],
    ]


def test_countries_are_those_of_the_standard_by_name() -> None:
    assert {"BE", "NL", "XK", "TW"} <= CODES
    assert not {"EU", "UN", "ZZ", "QO"} & CODES
    assert country_choices("fr")[0] == ("AF", "Afghanistan")
    assert len(country_choices("de")) == len(CODES) == 250
