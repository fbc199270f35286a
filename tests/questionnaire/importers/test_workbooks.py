"""Cells of every kind that spreadsheet programs write, read as text."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.xlsform import read_xlsform
from portal.questionnaire.importers.xlsx import read_sheets
from tests.questionnaire.importers.packages import (
    HEAD,
    MAIN,
    OFFICE,
    QUESTION,
    STRICT,
    package,
    parts,
    texts,
    workbook,
)
from tests.questionnaire.importers.packages import cell as text_cell

STRINGS = f"""<sst xmlns="{MAIN}">
  <si><t>shared</t></si>
  <si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r></si>
  <si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>
  <si><t>a_x0041__x000D_b</t></si>
</sst>"""
STYLES = f"""<styleSheet xmlns="{MAIN}">
  <numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
  <numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts>
  <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
  <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>
</styleSheet>"""


def read(cells: str, *, properties: str = "", kinds: str = OFFICE) -> Mapping[int, str]:
    """The cells of one row, by column."""
    found = parts({"survey": f"<row>{cells}</row>"}, properties=properties, kinds=kinds)
    found |= {"xl/strings.xml": STRINGS, "xl/styles.xml": STYLES}
    (only,) = read_sheets(package(found), "form.xlsx")
    return only.rows.get(1, {})


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="s"><v>0</v></c>', "shared"),
        ('<c t="s"><v>1</v></c>', "rich text"),
        ('<c t="s"><v>2</v></c>', "東京"),
        ('<c t="s"><v>3</v></c>', "aA\nb"),
        ('<c t="inlineStr"><is><t>in </t></is></c>', "in"),
        ('<c t="inlineStr"><is><r><t>in </t></r><r><t>two</t></r></is></c>', "in two"),
        ("<c><v>1</v></c>", "1"),
        ("<c><v>1.0</v></c>", "1"),
        ("<c><v>0.1</v></c>", "0.1"),
        ("<c><v>1E3</v></c>", "1000"),
        ('<c s="3"><v>2</v></c>', "2"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c s="1"><v>46053</v></c>', "2026-01-31"),
        ('<c s="2"><v>46053.75</v></c>', "2026-01-31 18:00:00"),
        ('<c s="2"><v>0.5</v></c>', "12:00:00"),
        ('<c t="d"><v>2026-01-31</v></c>', "2026-01-31"),
        ('<c t="str"><f>"a"&amp;"b"</f><v>ab</v></c>', "ab"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
    ],
)
def test_every_kind_of_cell_is_text(cell: str, text: str) -> None:
    assert read(cell) == {1: text}


def test_days_may_be_counted_from_1904() -> None:
    assert read('<c s="1"><v>1</v></c>', properties='<workbookPr date1904="1"/>') == {
        1: "1904-01-02"
    }


def test_strict_workbooks_are_read_as_well() -> None:
    assert read('<c t="s"><v>0</v></c>', kinds=STRICT) == {1: "shared"}


def test_cells_may_say_where_they_stand_or_follow_one_another() -> None:
    cells = '<c r="B1"><v>2</v></c><c><v>3</v></c><c r="AA1"><v>27</v></c>'
    assert read(cells) == {2: "2", 3: "3", 27: "27"}


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<c><f>NOW()</f></c>", "=NOW()"),
        ("<c><f>B9</f><v/></c>", "=B9"),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    ],
)
def test_a_cell_without_a_value_is_not_carried_and_said(cell: str, shown: str) -> None:
    rows = texts(HEAD) + f"<row>{text_cell('text')}{text_cell('a')}{cell}</row>"
    found = read_xlsform(workbook(survey=rows), "form.xlsx")
    lost = [each for each in found.report if shown in str(each.what)]
    assert [(each.sheet, each.row, each.column, each.outcome) for each in lost] == [
        ("survey", 2, "label", Outcome.NOT_CARRIED)
    ]
    column = [each for each in found.report if (each.row, each.column) == (None, "label")]
    assert [str(each.what) for each in column] == ["Cells not carried: 1."]


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell() -> None:
    rows = texts(HEAD, QUESTION) + '<row><c t="str"><f>""</f><v></v></c></row>'
    found = read_xlsform(workbook(survey=rows), "form.xlsx")
    assert all(line.row != 3 for line in found.report)


def test_a_form_written_by_hand_in_a_spreadsheet_program_is_read() -> None:
    book = Workbook()
    survey = book.worksheets[0]
    survey.title = "survey"
    survey.append(["type", "name", "label", "hint", "required"])
    survey.append(["text", "a", "What is a?", date(2026, 1, 31), True])
    survey.append(["integer", 5, 3.5, datetime(2026, 1, 31, 18, tzinfo=UTC).replace(tzinfo=None)])
    survey.append(["text", "c", None, time(12, 30), False])
    pieces: list[str | TextBlock] = ["Not so ", TextBlock(InlineFont(b=True), "Bold")]
    survey["C4"] = CellRichText(pieces)
    survey["C4"].comment = Comment("for the translator", "Anna")
    survey["A6"] = "note"
    survey["B6"], survey["C6"] = "n", "Thank you"
    survey.merge_cells("C6:E6")
    book.create_sheet("choices").append(["list_name", "name", "label"])
    book.create_chartsheet("Chart")
    file = BytesIO()
    book.save(file)
    found = read_xlsform(file.getvalue(), "by hand.xlsx")
    asked = list(found.questionnaire.questions())
    assert [question.text["en"] for question in asked] == ["What is a?", "3.5", "Not so Bold"]
    assert [question.hint["en"] for question in asked] == [
        *("2026-01-31", "2026-01-31 18:00:00", "12:30:00. Thank you"),
    ]
    assert [question.required for question in asked] == [True, False, False]
    assert found.questionnaire.name == "by_hand"
    assert any(line.sheet == "Chart" for line in found.report)


def test_empty_rows_above_and_between_do_not_matter() -> None:
    rows = "<row/><row/>" + texts(HEAD) + "<row><c/></row>" + texts(QUESTION)
    found = read_xlsform(workbook(survey=rows), "form.xlsx")
    assert {line.row for line in found.report if line.row} == {3, 5}
