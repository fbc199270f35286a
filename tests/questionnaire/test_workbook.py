import re
import time
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from openpyxl.utils import get_column_letter

from portal.questionnaire.conditions import sentence
from portal.questionnaire.definition import Questionnaire, Table, localised
from portal.questionnaire.loader import ADAPTER
from tests.questionnaire.answers import ICT, ROUTING, TYPES
from tests.questionnaire.questionnaires import questionnaires
from tests.questionnaire.workbooks import HIDDEN, SHA256, Opened, made, opened

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "{=1}", "\t=1+1", "\r=1+1")


@pytest.fixture(scope="module")
def types() -> Opened:
    return opened(made(TYPES))


@pytest.fixture(scope="module")
def flagship() -> Opened:
    return opened(made(ICT))


def small(*questions: dict[str, object], title: str = "Part") -> Questionnaire:
    """A questionnaire of one section."""
    return ADAPTER.validate_python(
        {
            "name": "small",
            "version": "1",
            "base_language": "en",
            "languages": ["en"],
            "title": {"en": title},
            "introduction": {"en": title},
            "sections": [
                {
                    "id": "A",
                    "title": {"en": title},
                    "why": {"en": title},
                    "questions": [{"type": "yes_no", **question} for question in questions],
                }
            ],
        }
    )


def test_a_question_stands_on_its_sections_sheet_with_all_its_texts(flagship: Opened) -> None:
    for section in ICT.sections:
        sheet = next(each for each in flagship.sheets() if each.title.startswith(section.id))
        rows = {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0]}
        for question in section.questions:
            row = rows[question.id]
            for text in (question.text, question.hint, question.proof):
                assert not text or localised(text, "en", "en").strip() in row
            if question.show_if is not None:
                assert sentence(question.show_if, ICT, "en") in "".join(map(str, row))


def test_a_question_says_who_reads_it_and_whether_it_must_be_answered(types: Opened) -> None:
    rows = {row[0]: row for row in types.book["A Choices"].iter_rows(values_only=True)}
    assert "the buyers and the secretariat" in rows["A.01"]
    assert "Yes, partly or no; required" in rows["A.01"]
    assert "Yes or no; optional" in rows["A.02"]


def test_the_first_sheet_says_what_it_is_and_until_when(flagship: Opened) -> None:
    (first, *_) = flagship.sheets()
    said = " ".join(str(cell.value) for row in first.iter_rows() for cell in row if cell.value)
    assert first.title == "Read me"
    for text in (ICT.title["en"], SHA256, "ict-due-diligence 1.0", "10 December 2026, 16:00 UTC"):
        assert text in said
    assert " ".join(ICT.introduction["en"].split()) in " ".join(said.split())


def test_the_hidden_sheet_stamps_the_version(types: Opened) -> None:
    assert types.stamp == {
        "format": "parley-workbook-1",
        "name": "types",
        "version": "1.0",
        "sha256": SHA256,
        "language": "en",
        "dialogue": "",
        "deadline": "2026-12-10T16:00:00+00:00",
    }
    assert [types.book[name].sheet_state for name in HIDDEN] == ["hidden", "hidden"]


def test_lists_offer_labels_whose_ids_can_be_found_again(types: Opened) -> None:
    yes = [("yes", "Yes"), ("partly", "Partly"), ("no", "No")]
    assert types.choices("A.01", "answer") == yes
    assert types.choices("A.03", "answer")[:2] == [("0", "0: None."), ("1", "1: Planned.")]
    countries = [place for place in types.answers if types.answers[place][2] and place[2] == "1"]
    assert any(("BE", "Belgium") in types.choices(*place) for place in countries)


def test_numbers_have_their_limits() -> None:
    unit = {"unit": {"en": "hours"}}
    book = opened(
        made(
            small(
                {"id": "A.1", "type": "number", "text": {"en": "N"}, "minimum": 1, **unit},
                {"id": "A.2", "type": "percentage", "text": {"en": "P"}},
                {"id": "A.3", "type": "date", "text": {"en": "D"}},
                {"id": "A.4", "type": "text", "text": {"en": "T"}, "maximum_length": 80},
            )
        )
    )
    number, share = book.rule("A.1", "answer"), book.rule("A.2", "answer")
    assert (number.type, number.formula1, number.formula2) == ("decimal", "1.0", "1000000000000000")
    assert (share.type, share.formula1, share.formula2) == ("decimal", "0", "100")
    assert book.rule("A.3", "answer").type == "date"
    length = book.rule("A.4", "answer")
    assert (length.type, length.operator, length.formula1) == (
        "textLength",
        "lessThanOrEqual",
        "80",
    )
    assert "Number, hours, 1 or more; required" in book.texts()


def test_several_choices_have_a_row_each_for_an_x() -> None:
    book = opened(made(ROUTING))
    rows = [
        int(re.sub(r"\D", "", book.answers["A.01", "answer", "", "", option][1]))
        for option in ("brand", "reseller", "lessor")
    ]
    assert rows == list(range(rows[0], rows[0] + 3))
    sheet = book.book[book.answers["A.01", "answer", "", "", "brand"][0]]
    assert [sheet.cell(row, 3).value for row in rows] == ["Brand", "Reseller", "Lessor"]
    assert book.rule("A.01", "answer", "", "", "brand").formula1 == '"x"'


def test_a_table_has_twenty_empty_rows_and_a_wide_one_a_sheet_of_its_own(
    flagship: Opened,
) -> None:
    for question in ICT.questions():
        if isinstance(question, Table):
            rows = {place[2] for place in flagship.answers if place[:2] == (question.id, "answer")}
            count = min(question.maximum_rows, 20)
            assert rows == {str(number) for number in range(1, count + 1)}
    assert flagship.answers["A.01", "answer", "1", "country", ""][0].startswith("A ")
    assert flagship.answers["D.02", "answer", "1", "country", ""][0] == "D.02 table"


def test_a_matrix_has_a_list_in_each_row() -> None:
    book = opened(made(ROUTING))
    for row in ("mines", "chips", "plants"):
        listed = [("none", "None"), ("some", "Some"), ("all", "All")]
        assert book.choices("A.07", "answer", row) == listed
    assert book.rule("A.09", "answer", "tin", "share").formula2 == "100"


def test_only_answer_cells_are_unlocked_and_each_sheet_is_protected(flagship: Opened) -> None:
    assert_only_answers_are_unlocked(flagship)


def assert_only_answers_are_unlocked(book: Opened) -> None:
    unlocked = {
        (sheet.title, cell.coordinate)
        for sheet in book.sheets()
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == {(sheet, cell) for sheet, cell, _ in book.answers.values()}
    assert all(book.book[name].protection.sheet for name in book.book.sheetnames)


def test_every_page_is_printed_on_a4_across_with_its_head(flagship: Opened) -> None:
    for sheet in flagship.sheets():
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToHeight == 0
        if sheet.title != "Read me":
            assert sheet.print_title_rows == "$1:$2" or sheet.title.endswith(" table")
            assert sheet.freeze_panes is not None


def test_every_row_is_high_enough_for_its_texts(flagship: Opened) -> None:
    for sheet in (each for each in flagship.sheets() if not each.title.endswith(" table")):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            width = sheet.column_dimensions[get_column_letter(cell.column or 1)].width
            is_merged = any(cell.coordinate in area for area in sheet.merged_cells.ranges)
            if len(str(cell.value or "")) > 3 * width and cell.alignment.wrap_text:
                assert is_merged or (sheet.row_dimensions[cell.row or 1].height or 0) > 40


def test_a_wide_table_is_printed_on_several_pages_across(flagship: Opened) -> None:
    across = {sheet.title: sheet.page_setup.fitToWidth for sheet in flagship.sheets()}
    assert across["D.02 table"] == 3
    assert {count for name, count in across.items() if not name.endswith("table")} == {None}
    assert flagship.book["D.02 table"].print_title_cols == "$A:$A"


def test_a_draft_says_that_it_is_one() -> None:
    book = opened(made(TYPES, is_draft=True))
    assert "types 1.0 (draft)" in book.texts()
    assert "types 1.0 (draft)" in str(book.book["A Choices"].oddFooter)
    assert book.stamp["version"] == "1.0"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_a_text(text: str) -> None:
    said = {"en": text}
    options = [{"id": "a", "text": said}, {"id": "b", "text": {"en": f"{text}2"}}]
    columns = [{"id": f"c{n}", "type": "text", "text": said} for n in range(9)]
    column = {"id": "c", "type": "multi", "text": said, "options": options}
    texts = {"text": said, "hint": said, "proof": said}
    book = opened(
        made(
            small(
                {"id": "A.1", "type": "single", "options": options, **texts},
                {"id": "A.2", "type": "multi", "options": options, **texts},
                {"id": "A.3", "type": "table", "columns": columns, **texts},
                {"id": "A.4", "type": "grid", "rows": options, "columns": [column], **texts},
                {"id": "A.5", "type": "number", "unit": said, **texts},
                title=text,
            ),
            dialogue=text,
        )
    )
    assert_nothing_is_a_formula(book)
    assert book.texts().count(text.strip()) > 20


def assert_nothing_is_a_formula(book: Opened) -> None:
    content = BytesIO()
    book.book.save(content)
    for name in book.book.sheetnames:
        for row in book.book[name].iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_no_sheet_holds_a_formula_element() -> None:
    with ZipFile(BytesIO(made(ICT))) as file:
        for name in file.namelist():
            assert b"<f>" not in file.read(name)


def test_names_of_sheets_are_short_unique_and_free_of_signs_they_cannot_hold() -> None:
    long = small({"id": "A.1", "text": {"en": "?"}}, title="'A/B: [c] * d? \\ " + "wide 👋 " * 20)
    twice = ADAPTER.validate_python(
        {
            **ADAPTER.dump_python(long, by_alias=True),
            "sections": [
                {**ADAPTER.dump_python(long, by_alias=True)["sections"][0], "questions": []},
                *ADAPTER.dump_python(long, by_alias=True)["sections"],
            ],
        }
    )
    names = opened(made(twice)).book.sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 5
    for name in names:
        assert len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)


def test_a_text_missing_in_the_language_is_said_in_the_base_language() -> None:
    french = opened(made(TYPES, "fr")).texts()
    assert "Avez-vous une politique ?" in french
    assert "Do you have a policy?" not in french
    routing = opened(made(ROUTING, "fr"))
    assert "Which roles do you have?" in routing.texts()
    assert routing.stamp["language"] == "fr"


def test_labels_that_read_alike_are_told_apart_by_their_ids() -> None:
    options = [{"id": "a", "text": {"en": "Same"}}, {"id": "b", "text": {"en": "same"}}]
    book = opened(
        made(small({"id": "A.1", "type": "single", "options": options, "text": {"en": "?"}}))
    )
    assert book.choices("A.1", "answer") == [("a", "Same (a)"), ("b", "same (b)")]


def test_the_same_version_gives_the_same_bytes() -> None:
    assert made(TYPES) == made(TYPES)


def test_a_very_long_text_is_cut_where_a_cell_ends() -> None:
    long = small({"id": "A.1", "text": {"en": "word " * 10_000}}, title="t")
    assert max(map(len, opened(made(long)).texts())) == 32_767


def test_the_largest_questionnaire_is_ready_in_time() -> None:
    start = time.process_time()
    made(ICT)
    assert time.process_time() - start < 3


@settings(max_examples=40)
@given(written=questionnaires())
def test_any_questionnaire_gives_a_workbook_that_opens(written: Questionnaire) -> None:
    book = opened(made(written, "fr"))
    texts = set(book.texts())
    for question in written.questions():
        assert question.id in texts
        assert (question.id, "comment", "", "", "") in book.answers
    assert_nothing_is_a_formula(book)
    assert_only_answers_are_unlocked(book)
