"""Rows go out as CSV, Excel or the clipboard's text and come back as they were."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.questionnaire.definition import Column, ColumnType, Option, Table
from portal.questionnaire.definition import Test as Comparison
from portal.response.countries import CODES
from portal.response.fields import clean
from portal.response.row_files import Speech, rows_file
from portal.response.row_reading import Lines, guarded, read_file, read_pasted
from portal.response.row_sheet import (
    from_content,
    key_columns,
    mended,
    rows_of,
    to_content,
    understood,
)
from portal.response.row_steps import Taking, take
from portal.response.values import check, tidy

OPTIONS = tuple(
    Option(id=option, text={"en": english, "de": german})
    for option, english, german in (
        ("a", "One, first", "Eins"),
        ("b", "Two; second", "Zwei"),
        ("c", "Chips", "Chips"),
        ("d", "Chips", "Waffeln"),
    )
)
TABLE = Table(
    id="D.02",
    text={"en": "Sites"},
    columns=(
        Column(id="name", type=ColumnType.TEXT, text={"en": "Name", "de": "Ort"}, required=True),
        Column(id="site_id", type=ColumnType.TEXT, text={"en": "Number"}),
        Column(id="staff", type=ColumnType.NUMBER, text={"en": "Staff"}, unit={"en": "people"}),
        Column(id="share", type=ColumnType.PERCENTAGE, text={"en": "Share"}),
        Column(id="country", type=ColumnType.COUNTRY, text={"en": "Country", "de": "Land"}),
        Column(id="kind", type=ColumnType.SINGLE, text={"en": "Kind"}, options=OPTIONS),
        Column(id="kinds", type=ColumnType.MULTI, text={"en": "Kinds"}, options=OPTIONS),
        Column(id="audited", type=ColumnType.YES_NO, text={"en": "Audited"}),
        Column(
            id="on",
            type=ColumnType.DATE,
            text={"en": "On"},
            required=True,
            show_if=Comparison(column="audited", equals="yes"),
        ),
    ),
)
TEXTS = st.one_of(
    st.sampled_from(["=1+1", "'=1", "@x", "-5", "+3", '19" wide', '"a" b', "a;b,c\td", "a\nb"]),
    st.text(
        st.characters(
            exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufffe\uffff"
        ),
        max_size=12,
    ),
).map(lambda text: clean(text).replace('""', "''"))
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9), st.decimals(-9999, 9999, places=3).map(float)
).map(lambda number: int(number) if float(number).is_integer() else number)
ROW = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "site_id": TEXTS,
        "staff": NUMBERS,
        "share": st.decimals(0, 100, places=2)
        .map(float)
        .map(lambda n: int(n) if n == int(n) else n),
        "country": st.sampled_from(sorted(CODES)),
        "kind": st.sampled_from("abcd"),
        "kinds": st.lists(st.sampled_from("abcd"), min_size=1, unique=True).map(sorted),
        "audited": st.sampled_from(["yes", "no"]),
        "on": st.dates(date(1890, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    },
)
ROWS = st.lists(ROW, max_size=6).map(lambda rows: tidy(TABLE, rows) or [])


def values(lines: Lines) -> list[dict[str, Any]]:
    rows = rows_of(TABLE, understood(TABLE, lines))
    assert [row.problems for row in rows] == [{}] * len(rows)
    return [dict(row.cells) for row in rows]


def as_clipboard(rows: list[dict[str, Any]]) -> str:
    """The rows as Excel would copy them: tabs, and marks around what has breaks or tabs in it."""
    out = rows_file(TABLE, rows, "csv", Speech("de", "en"))
    read = read_file("rows.csv", out).lines
    return "\r\n".join(
        "\t".join(
            '"' + cell.replace('"', '""') + '"' if set(cell) & {"\n", "\t"} else cell
            for cell in map(guarded, line.cells)
        )
        for line in read
    )


@settings(max_examples=40, deadline=None)
@given(
    rows=ROWS, language=st.sampled_from(["en", "de"]), extension=st.sampled_from(["csv", "xlsx"])
)
def test_rows_come_back_from_a_file_as_they_were(
    rows: list[dict[str, Any]], language: str, extension: str
) -> None:
    content = rows_file(TABLE, rows, extension, Speech(language, "en"))
    if not rows:
        return
    assert check(TABLE, rows) == []
    assert values(read_file(f"rows.{extension}", content)) == rows


@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_rows_come_back_from_the_clipboard_as_they_were(rows: list[dict[str, Any]]) -> None:
    if rows:
        assert values(read_pasted(as_clipboard(rows))) == rows


def test_titles_are_known_in_any_language_and_order_and_as_ids() -> None:
    assert values(read_pasted("Land\tOrt\tstaff\nBelgien\tGent\t12")) == [
        {"name": "Gent", "staff": 12, "country": "BE"}
    ]
    assert values(read_pasted("Ort;Staff (people)\nGent;1 200\n")) == [
        {"name": "Gent", "staff": 1200}
    ]


def test_without_titles_the_columns_stand_in_their_order() -> None:
    assert values(read_pasted("Gent\t\t12\nRiga\tX1\t\t55")) == [
        {"name": "Gent", "staff": 12},
        {"name": "Riga", "site_id": "X1", "share": 55},
    ]


def test_a_file_of_western_windows_and_one_with_a_mark_read_alike() -> None:
    text = "Ort;Land\nMünchen;Österreich\n"
    for encoding in ("cp1252", "utf-8", "utf-8-sig", "utf-16"):
        assert values(read_file("x.csv", text.encode(encoding))) == [
            {"name": "München", "country": "AT"}
        ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", b"\x00\x01\x02", "neither a CSV file nor"),
        ("x.csv", b" \n \n", "no rows"),
        ("x.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("x.csv", b"a;b\n" * 5001, "more than 5000 lines"),
        ("x.csv", b"a" * 3_000_001, "too much to be read"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(name: str, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_file(name, content)


def test_a_fault_names_its_line_and_keeps_the_text_until_it_is_mended() -> None:
    sheet = understood(TABLE, read_pasted("Name\tStaff\n\nGent\tmany\nRiga\t7"))
    wrong, right = rows_of(TABLE, sheet)
    assert (wrong.line, wrong.texts["staff"], dict(right.cells)) == (
        3,
        "many",
        {"name": "Riga", "staff": 7},
    )
    assert wrong.problems.keys() == {"staff"}
    kept = from_content(to_content(mended(sheet, {3: {"staff": ["12"]}})))
    assert next(dict(row.cells) for row in rows_of(TABLE, kept)) == {"name": "Gent", "staff": 12}


def test_a_required_cell_is_missed_only_where_its_row_asks_for_it() -> None:
    rows = rows_of(TABLE, understood(TABLE, read_pasted("Name\tAudited\nA\tyes\nB\tno")))
    assert [row.missing for row in rows] == [("on",), ()]


def test_rows_are_added_replaced_or_updated_by_their_number() -> None:
    present: list[dict[str, Any]] = [
        {"name": "Gent", "site_id": "G1", "staff": 5},
        {"name": "Riga", "site_id": "R1"},
    ]
    pasted = "Number\tStaff\tName\ng1\t9\tGent\nR1\t\tRiga\nO1\t4\tOslo"
    read = rows_of(TABLE, understood(TABLE, read_pasted(pasted)))
    assert [column.id for column in key_columns(TABLE)] == ["site_id", "name"]
    added = take(present, read, Taking())
    assert (len(added.rows), added.same) == (4, (3,))
    updated = take(present, read, Taking(mode="update", key="site_id"))
    assert [row.get("staff") for row in updated.rows] == [9, None, 4]
    assert (updated.changed, updated.same, updated.added) == ((2,), (3,), (4,))
    assert len(take(present, read, Taking(mode="replace")).rows) == 3
    assert take(present, [], Taking(mode="replace")).rows == present
