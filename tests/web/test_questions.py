"""A question as a page shows it: names, ids, rows, readers, and what was typed."""

from dataclasses import replace
from datetime import date

import pytest
from markupsafe import Markup

from portal.core.errors import message
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Confidentiality,
    ConfidentialityClass,
    Grid,
    LongText,
    Matrix,
    Multi,
    Number,
    Option,
    Question,
    Questionnaire,
    Section,
    Single,
    Table,
    YesNo,
)
from portal.questionnaire.definition import Test as Comparison
from portal.response.answers import GivenAnswer
from portal.response.values import parse
from portal.web.outline import outline
from portal.web.questions import Entry, QuestionView, Setting, question_view
from portal.web.rows import typed_of

OPTIONS = (Option(id="a", text={"en": "One"}), Option(id="b", text={"en": "Two", "de": "Zwei"}))
COLUMNS = (
    Column(id="name", type=ColumnType.TEXT, text={"en": "Name"}, required=True),
    Column(id="country", type=ColumnType.COUNTRY, text={"en": "Country"}),
    Column(id="share", type=ColumnType.PERCENTAGE, text={"en": "Share"}),
    Column(
        id="kinds",
        type=ColumnType.MULTI,
        text={"en": "Kinds"},
        options=OPTIONS,
        show_if=Comparison(column="country", equals="BE"),
    ),
)
TABLE = Table(id="D.02", text={"en": "Sites"}, columns=COLUMNS)
GRID = Grid(id="H.04", text={"en": "Hours"}, rows=OPTIONS, columns=COLUMNS)
MATRIX = Matrix(id="D.01", text={"en": "Tiers"}, rows=OPTIONS, options=OPTIONS)
MULTI = Multi(id="A.03", text={"en": "Roles"}, options=OPTIONS)
SINGLE = Single(id="A.05", text={"en": "Size"}, options=OPTIONS)
NUMBER = Number(id="B.08", text={"en": "Staff"}, unit={"en": "persons"})
YES_NO = YesNo(id="C.08", text={"en": "Exit"}, not_applicable=True)
LONG = LongText(id="D.08", text={"de": "Grund"}, hint={"en": "Why"})
QUESTIONS: tuple[Question, ...] = (TABLE, GRID, MATRIX, MULTI, SINGLE, NUMBER, YES_NO, LONG)
QUESTIONNAIRE = Questionnaire(
    name="small",
    version="1",
    base_language="de",
    languages=("de", "en"),
    title={"de": "Klein"},
    sections=(Section(id="A", title={"de": "Alles"}, questions=QUESTIONS),),
)
SETTING = Setting(questionnaire=QUESTIONNAIRE, language="en")
EMPTY = GivenAnswer(confidentiality="buyers")
ROW = {"name": "Ghent <plant>", "country": "BE", "share": 12.5, "kinds": ["a", "b"]}


def shown(question: Question, value: object = None, entry: Entry | None = None) -> QuestionView:
    answer = replace(EMPTY, value=value, state="empty" if value is None else "done")
    return question_view(question, answer, SETTING, entry)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (TABLE, [ROW, {"name": "Riga"}]),
        (GRID, {"b": ROW}),
        (MATRIX, {"a": "b"}),
        (MULTI, ["a", "b"]),
        (SINGLE, "b"),
        (NUMBER, 12),
        (YES_NO, "no"),
        (LONG, "two\nlines"),
    ],
)
def test_a_stored_value_comes_back_from_the_form_that_shows_it(
    question: Question, value: object
) -> None:
    parsed = parse(question, typed_of(question, value))
    assert (parsed.value, parsed.problems) == (value, {})


def test_a_table_ends_with_two_blank_rows_under_fresh_numbers() -> None:
    rows = shown(TABLE, [ROW, ROW]).rows
    assert [row.id for row in rows] == ["D.02:0", "D.02:1", "D.02:2", "D.02:3"]
    assert [bool(row.summary) for row in rows] == [True, True, False, False]


def test_a_table_shows_no_more_rows_than_it_takes() -> None:
    view = shown(replace(TABLE, maximum_rows=2), [ROW])
    assert len(view.rows) == 2
    assert not view.can_add_rows


def test_a_row_keeps_the_number_it_was_typed_under() -> None:
    form = {"D.02:7:name": ("Riga",), "D.02:3:share": ("lots",), "D.02:5:name": (" ",)}
    problems = {"D.02:3:share": message("Enter a percentage between 0 and 100")}
    view = shown(TABLE, entry=Entry(form=form, problems=problems))
    assert [row.id for row in view.rows][:2] == ["D.02:3", "D.02:7"]
    share = view.rows[0].controls[2]
    assert (share.name, share.value) == ("D.02:3:share", "lots")
    assert share.error == "Enter a percentage between 0 and 100"
    assert view.faults == (("D.02:3:share", "D.02: Enter a percentage between 0 and 100"),)


def test_a_wide_table_folds_its_filled_rows_but_not_those_with_an_error() -> None:
    wide = replace(TABLE, columns=COLUMNS + tuple(replace(COLUMNS[0], id=f"c{n}") for n in "123"))
    problems = {"D.02:1:country": message("Choose a country from the list")}
    rows = shown(wide, [ROW, ROW], Entry(problems=problems)).rows
    assert [row.is_open for row in rows] == [False, True, False, False]
    assert rows[0].summary == "Ghent <plant>, Belgium, 12.5"


def test_a_column_says_when_it_is_asked() -> None:
    kinds = shown(TABLE).rows[0].controls[3]
    assert kinds.hint.text == "Only if “Country” is “BE”"
    assert kinds.described_by == "D.02:0:kinds/hint"


def test_the_first_choice_has_the_fields_name_as_its_id() -> None:
    control = shown(MULTI, ["b"]).control
    assert control is not None
    assert [choice.id for choice in control.choices] == ["A.03", "A.03/1"]
    assert [choice.is_checked for choice in control.choices] == [False, True]


def test_a_text_in_another_language_is_marked_and_escaped() -> None:
    view = shown(replace(LONG, text={"de": "Grund <b>"}))
    assert view.text.__html__() == '<span lang="de">Grund &lt;b&gt;</span>'
    assert view.hint.__html__() == "Why"


def test_a_country_is_typed_by_its_name_with_one_list_for_all_cells_of_a_table() -> None:
    view = shown(TABLE, [ROW, ROW])
    cells = [row.controls[1] for row in view.rows]
    assert [cell.value for cell in cells] == ["Belgium", "Belgium", "", ""]
    assert {cell.offers for cell in cells} == {"D.02/countries"}
    assert '<option value="Belgium" data-code="BE">' in view.countries
    assert not shown(NUMBER).countries


def test_a_form_that_was_not_saved_is_shown_with_the_version_it_was_typed_over() -> None:
    form = {"B.08": ("12 or so",), "B.08!version": ("3",), "B.08!comment": ("about",)}
    stored = replace(EMPTY, value=4, state="done", version=5)
    view = question_view(NUMBER, stored, SETTING, Entry(form=form))
    assert view.version == 3
    assert view.control is not None
    assert view.control.value == "12 or so"
    assert view.beside.aside.comment.value == "about"


def test_readers_can_only_be_chosen_within_the_questions_limits() -> None:
    fixed = Confidentiality(
        default=ConfidentialityClass.PUBLIC, narrowest=ConfidentialityClass.PUBLIC
    )
    answer = replace(EMPTY, confidentiality="public")
    view = question_view(replace(SINGLE, confidentiality=fixed), answer, SETTING)
    assert view.beside.aside.readers.choice is None
    choice = shown(SINGLE).beside.aside.readers.choice
    assert choice is not None
    values = [each.value for each in choice.choices]
    assert values == ["buyers", "named_buyers", "aggregate_only"]


def test_a_narrowed_answer_shows_its_reason_and_end() -> None:
    answer = replace(
        EMPTY,
        confidentiality="aggregate_only",
        narrowing_reason="security",
        narrowing_until=date(2027, 12, 31),
    )
    readers = question_view(SINGLE, answer, SETTING).beside.aside.readers
    assert readers.is_narrowed
    assert [each.value for each in readers.reason.choices if each.is_checked] == ["security"]
    assert readers.until.value == "2027-12-31"


def test_an_aside_with_somebodys_own_words_is_never_kept() -> None:
    plain = shown(YES_NO).beside
    assert plain.keep(plain_html := Markup("<p>drawn</p>")) == plain_html
    assert shown(YES_NO).beside.kept == plain_html
    commented = question_view(YES_NO, replace(EMPTY, comment="mine"), SETTING).beside
    assert commented.kept is None
    commented.keep(Markup("<p>mine</p>"))
    assert shown(YES_NO).beside.kept == plain_html


def test_an_outline_writes_the_whole_questionnaire_out() -> None:
    (section,) = outline(QUESTIONNAIRE, "de")
    assert section.title.__html__() == '<span lang="de">Alles</span>'
    assert [question.kind for question in section.questions][:3] == [
        "Table, as many rows as you need",
        "Several answers in each row",
        "One choice in each row",
    ]
    assert section.questions[0].columns[1].kind == "Country"
