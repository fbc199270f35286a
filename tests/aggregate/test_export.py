import csv
import hashlib
import json
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from portal.aggregate.export import Export, Format, export, parse_format
from portal.aggregate.policy import AUDIENCES, Audience
from portal.core.canonical import canonical_json
from portal.core.errors import Invalid
from tests.aggregate.released import HOSTILE, QUESTIONNAIRE, released

Cells = dict[tuple[str, str, str], tuple[int | str, int, int]]
"""(key, column, option) → cell, n, protected."""


def exported(form: Format, audience: Audience = Audience.PUBLIC) -> Export:
    return export(released(audience), QUESTIONNAIRE, form, "en")


def csv_lines(audience: Audience = Audience.PUBLIC) -> list[dict[str, str]]:
    text = exported(Format.CSV, audience).content.decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def xlsx_lines(audience: Audience = Audience.PUBLIC) -> list[dict[str, Any]]:
    book = load_workbook(BytesIO(exported(Format.XLSX, audience).content))
    head, *rows = book["Figures"].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def cells_of_lines(lines: list[dict[str, Any]]) -> Cells:
    found: Cells = {}
    for line in lines:
        key = ".".join(part for part in (line["question"], line["row"]) if part)
        cell = line["band"] or int(line["count"])
        place = (key, line["column"], line["option"])
        found[place] = (cell, int(line["n"]), int(line["protected"]))
    return found


def cells_of_json(content: dict[str, Any]) -> Cells:
    return {
        (key, name, option): (cell, column["n"], column["protected"])
        for key, question in content["questions"].items()
        for name, column in question["columns"].items()
        for option, cell in column["cells"].items()
    }


@pytest.mark.parametrize("audience", AUDIENCES)
def test_json_csv_and_xlsx_carry_the_same_cells(audience: Audience) -> None:
    """Invariant I3."""
    expected = cells_of_json(json.loads(exported(Format.JSON, audience).content))
    assert len(expected) > 20
    assert cells_of_lines(csv_lines(audience)) == expected
    assert cells_of_lines(xlsx_lines(audience)) == expected


def test_the_json_is_the_stored_document_with_its_hash() -> None:
    document = released()
    content = json.loads(exported(Format.JSON).content)
    assert content.pop("sha256") == document.sha256
    assert canonical_json(content) == document.text
    assert hashlib.sha256(document.text.encode()).hexdigest() == document.sha256


def test_no_text_is_a_formula_in_a_workbook() -> None:
    book = load_workbook(BytesIO(exported(Format.XLSX).content))
    texts = [
        cell
        for sheet in book
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str)
    ]
    assert {cell.data_type for cell in texts} == {"s"}
    assert not [cell for cell in texts if cell.hyperlink]
    assert set(HOSTILE[:3]) <= {cell.value for cell in texts}


def test_no_text_is_a_formula_in_csv() -> None:
    texts = [text for line in csv_lines() for text in line.values()]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert f"'{HOSTILE[0]}" in texts


def test_the_same_release_gives_the_same_bytes() -> None:
    for form in Format:
        assert exported(form).content == exported(form).content


def test_a_workbook_is_dated_by_its_cut_off_alone() -> None:
    with ZipFile(BytesIO(exported(Format.XLSX).content)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-09-01T09:00:00Z") == 2


def test_the_notes_say_what_is_not_shown_and_how_to_check() -> None:
    book = load_workbook(BytesIO(exported(Format.XLSX).content))
    notes = {str(row[0]): str(row[1]) for row in book["Notes"].iter_rows(values_only=True)}
    assert notes["SHA-256 of the JSON document"] == released().sha256
    assert notes["Contributors"].startswith("31 ")


def test_files_are_named_after_the_release() -> None:
    assert exported(Format.CSV, Audience.BUYER).file_name == "market-release-1-buyer.csv"


def test_a_release_that_shows_nothing_is_exported_all_the_same() -> None:
    document = released()
    hidden = replace(document, questions={key: {} for key in document.questions})
    head = export(hidden, QUESTIONNAIRE, Format.CSV, "en").content.decode().splitlines()
    assert len(head) == 1
    book = load_workbook(BytesIO(export(hidden, QUESTIONNAIRE, Format.XLSX, "en").content))
    assert book["Figures"].max_row == 1


def test_an_unknown_format_names_the_known_ones() -> None:
    assert parse_format("xlsx") is Format.XLSX
    with pytest.raises(Invalid, match="json, csv, xlsx"):
        parse_format("pdf")
