"""The pages of a release: pictures with their values, all columns, clauses, rounds, everything."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from openpyxl import load_workbook

from portal.aggregate.policy import Audience
from portal.core.clock import now as this_instant
from portal.core.db import Database
from portal.identity.roles import Role
from tests import factories
from tests.aggregate.rounds import Columns, column, stored
from tests.blueprints.supplier_world import statements
from tests.blueprints.test_buyer import signed_in
from tests.page import Page, PageClient, text_of

RELEASE = "/dialogues/laptops/releases/2"
Values = set[tuple[str, str, str, str]]
"""(key, column, option or figure, value as a page says it)."""
LADDER = {str(level): count for level, count in enumerate((2, 8, 10, 0, 4))}
TIERS = {"none": "0–20 %", "partly": "20–40 %", "all": "60–80 %"}
SHARES = {"0–20": 2, "20–40": 8, "40–60": 10, "60–80": 3, "over 80": 1}
NOW: dict[str, Columns] = {
    "A.01": {"all": column(24, brand=10, manufacturer=2, reseller=14), "sellers": column(0)},
    "A.02": {},
    "B.01": {
        "all": column(24, yes=17, partly=4, no=3),
        "makers": column(12, yes="60–80 %", partly="0–20 %", no="20–40 %"),
    },
    "B.04": {"all": column(24, **LADDER)},
    "B.05": {
        "all": column(24, (20.0, 42.0, 60.0), **SHARES),
        "makers": column(12, (30.0, 50.0, 65.0), **dict.fromkeys(SHARES, "0–20 %")),
    },
    "B.06": {"all": column(24, (1.5, 4.0, 11.0), **{"0–1": 6, "1–5": 10, "5–20": 8, "over 20": 0})},
    "C.01.assembly": {"all": column(12, **TIERS)},
    "C.01.chips": {"makers": column(12, none=0, partly=6, all=6)},
}
BEFORE: dict[str, Columns] = {
    "B.01": {"all": column(21, yes=12, partly=6, no=3)},
    "B.04": {"all": column(21, **LADDER | {"4": 1})},
    "B.05": {"all": column(24, (10.0, 35.0, 55.0), **SHARES)},
    "C.01.assembly": {"all": column(12, **TIERS | {"all": "40–60 %"})},
}


@pytest.fixture
def buyer(app: Flask, database: Database) -> PageClient:
    """A buyer's reader of two rounds of the same dialogue."""
    at = this_instant()
    with database.transaction() as session:
        made = factories.published(session, now=at, short_name="laptops")
        stored(session, made, {Audience.BUYER: BEFORE})
        stored(session, made, {Audience.BUYER: NOW}, number=2)
        reader = factories.member(session, made, Role.BUYER_READER, now=at)
    return signed_in(app, database, reader)


def part(page: Page, wanted: str) -> Element:
    """The element of this id."""
    return next(each for each in page.tree.iter() if each.get("id") == wanted)


def shown(page: Page, wanted: str) -> str:
    return text_of(part(page, wanted))


def shapes(page: Page, wanted: str, tag: str) -> list[Element]:
    """The shapes of this kind in the pictures of a question."""
    return [each for each in part(page, wanted).iter() if str(each.tag).endswith(f"}}{tag}")]


def drawn(page: Page, question_id: str) -> dict[str, list[list[str]]]:
    """A question's table, block by block: each row's label and its cells."""
    table = part(page, f"table-{question_id}")
    return {
        str(place): [[text_of(cell) for cell in row] for row in body.iter("tr")]
        for place, body in enumerate(table.iter("tbody"))
    }


def said(cell: int | str, n: int) -> str:
    return cell if isinstance(cell, str) else f"{cell} ({(200 * cell + n) // (2 * n)} %)"


def values(content: dict[str, Any]) -> Values:
    """What a JSON document holds."""
    found: Values = set()
    for key, question in content["questions"].items():
        for name, shown_column in question["columns"].items():
            for option, cell in shown_column["cells"].items():
                found.add((key, name, option, said(cell, shown_column["n"])))
            for figure, value in shown_column.get("numbers", {}).items():
                found.add((key, name, figure, f"{value:g}"))
    return found


def values_of_lines(lines: list[dict[str, Any]]) -> Values:
    found: Values = set()
    for line in lines:
        key = ".".join(filter(None, (line["question"], line["row"])))
        if line["option"] and (line["band"] or line["count"] not in {"", None}):
            cell = line["band"] or int(line["count"])
            found.add((key, line["column"], line["option"], said(cell, int(line["n"]))))
        for figure in ("lower_quartile", "median", "upper_quartile"):
            if line[figure] not in {"", None}:
                found.add((key, line["column"], figure, f"{float(line[figure]):g}"))
    return found


def values_of_page(page: Page, content: dict[str, Any], options: dict[str, list[str]]) -> Values:
    """The same from the tables of bars, by the places of rows and columns."""
    found: Values = set()
    tables: dict[str, list[list[list[str]]]] = {}
    for key, question in content["questions"].items():
        if not question["columns"]:
            continue
        name = ".".join(key.split(".")[:2])
        blocks = tables.setdefault(name, list(drawn(page, name).values()))
        rows = blocks.pop(0)[1:]
        names = [*options[key], "lower_quartile", "median", "upper_quartile"]
        for label, row in zip(names, rows, strict=False):
            for column_name, text in zip(content["columns"], row[1:], strict=True):
                if text:
                    figure = text.split(" ")[0] if label not in options[key] else text
                    found.add((key, column_name, label, figure))
    return found


def test_page_csv_xlsx_and_json_carry_the_same_cells(buyer: PageClient) -> None:
    """Invariant I3, with the numbers."""
    content = buyer.download(f"{RELEASE}/buyer.json").get_json()
    expected = values(content)
    assert len(expected) > 40
    text = buyer.download(f"{RELEASE}/buyer.csv").text
    assert values_of_lines(list(csv.DictReader(StringIO(text, newline="")))) == expected
    book = load_workbook(BytesIO(buyer.download(f"{RELEASE}/buyer.xlsx").data))
    lines = []
    for sheet in book.worksheets[:-1]:
        head, *rows = sheet.iter_rows(values_only=True)
        lines += [dict(zip(map(str, head), row, strict=True)) for row in rows]
    assert values_of_lines(lines) == expected
    explained = json.loads(buyer.download(f"{RELEASE}/buyer.dictionary").data)
    options = {
        each["key"]: [option["id"] for option in each["options"]] for each in explained["questions"]
    }
    page = buyer.get(f"{RELEASE}/everything?view=together")
    assert values_of_page(page, content, options) == expected


def test_a_section_draws_each_kind_of_question_in_its_way(buyer: PageClient) -> None:
    page = buyer.get(f"{RELEASE}/sections/B")
    assert "17 (71 %)" in shown(page, "B.01")
    assert [text_of(each) for each in shapes(page, "B.04", "text")] == ["0", "1", "2", "4"]
    numbers = shown(page, "B.05")
    assert "Lower quartile 20 %" in numbers
    assert "Median 42 %" in numbers
    assert "Median 4 persons" in shown(page, "B.06")
    makers = buyer.get(f"{RELEASE}/sections/B?segment=makers")
    assert "60–80 %" in shown(makers, "B.01")
    hatched = [(each.get("x1"), each.get("x2")) for each in shapes(makers, "B.01", "line")]
    assert hatched == [("60%", "80%"), ("0%", "20%"), ("20%", "40%")]
    assert "Not shown: there are too few answers" in shown(makers, "B.04")


def test_a_matrix_is_a_heat_map_with_a_value_in_every_cell(buyer: PageClient) -> None:
    page = buyer.get(f"{RELEASE}/sections/C")
    (rows,) = drawn(page, "C.01").values()
    assert rows[0] == ["Final assembly", "0–20 %", "20–40 %", "60–80 %", "12"]
    assert rows[1] == ["Chips", "Not shown", ""]
    shades = [cell.get("class", "")[-1] for cell in part(page, "C.01").iter("td")][1:4]
    assert shades == ["1", "2", "4"]
    assert "Not shown: there are too few answers" in shown(page, "C.01")


def test_nothing_is_said_otherwise_where_nobody_answered(buyer: PageClient) -> None:
    page = buyer.get(f"{RELEASE}/sections/A?segment=sellers")
    assert "Nobody among these suppliers was asked this" in shown(page, "A.01")
    assert "Not shown: there are too few answers" in shown(page, "A.02")


def test_every_question_can_be_pointed_to(buyer: PageClient) -> None:
    for path in ("sections/B", "sections/B?view=together", "everything", "clauses/oecd"):
        page = buyer.get(f"{RELEASE}/{path}")
        assert "#B.01" in page.links
        assert part(page, "B.01") is not None


def test_clauses_lead_to_their_questions(buyer: PageClient) -> None:
    page = buyer.get(f"{RELEASE}/clauses")
    assert "Do you have a human-rights policy?" in shown(page, "oecd")
    assert f"{RELEASE}/sections/B#B.01" in page.links
    clause = buyer.get(f"{RELEASE}/clauses/oecd?segment=makers")
    assert "60–80 %" in shown(clause, "B.01")
    assert f"{RELEASE}/clauses/oecd" in buyer.get(f"{RELEASE}/sections/B").links


def test_what_changed_lists_the_greatest_differences_first(buyer: PageClient) -> None:
    page = buyer.get(f"{RELEASE}/changes")
    ids = [each.get("id") for each in page.tree.iter("section") if each.get("id")]
    assert ids == ["C.01", "B.01", "B.04"]
    assert "Final assembly – All: 60–80 %, before 40–60 %" in shown(page, "C.01")
    assert "Yes: 17 of 24, before 12 of 21" in shown(page, "B.01")
    reasons = page.text.split("Not compared")[1]
    assert "B.03 Is it public?" in reasons.split("Not shown, neither now nor before.")[1]
    assert "B.06 How many people" in reasons.split("Not shown before.")[1]
    assert "B.05" in page.text.split("The same in what was released")[1]


def test_a_section_shows_both_rounds_where_they_can_be_compared(buyer: PageClient) -> None:
    page = buyer.get(f"{RELEASE}/sections/B?before=laptops/1")
    assert "before: 12 (57 %)" in shown(page, "B.01")
    assert "Not compared: Not shown before." in shown(page, "B.06")
    heat = buyer.get(f"{RELEASE}/sections/C?before=laptops/1")
    assert "60–80 % before: 40–60 %" in shown(heat, "C.01")
    first = buyer.get("/dialogues/laptops/releases/1/changes")
    assert "There is no earlier release" in first.text


@pytest.mark.parametrize(
    "path",
    [
        "sections/B?segment=nobody",
        "sections/B?view=cross",
        "sections/B?before=laptops/2",
        "sections/B?before=pilot/1",
        "everything?segment=makers%20",
        "changes?before=laptops/3",
        "clauses/nothing",
        "clauses/oecd?segment=ALL",
    ],
)
def test_only_what_was_released_can_be_asked_for(buyer: PageClient, path: str) -> None:
    buyer.get(f"{RELEASE}/{path}", status=404)


PATHS = ("", "/sections/B?before=laptops/1", "/everything?view=together", "/clauses", "/changes")


def counted(buyer: PageClient, database: Database, number: int) -> list[int]:
    """How many statements each page takes, the second time it is asked for."""
    found = []
    for path in PATHS:
        url = f"/dialogues/laptops/releases/{number}{path}"
        buyer.get(url)
        with statements(database) as heard:
            buyer.get(url)
        found.append(len(heard.found))
    return found


def test_pages_take_as_many_statements_however_much_was_released(
    buyer: PageClient, database: Database
) -> None:
    small = counted(buyer, database, 2)
    with database.transaction() as session:
        made = factories.named(session, "laptops")
        for number in range(3, 8):
            stored(session, made, {Audience.BUYER: NOW | BEFORE}, number=number)
    assert counted(buyer, database, 7) == small
    assert max(small) < 20
