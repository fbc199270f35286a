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
from portal.aggregate.export_table import lines
from portal.aggregate.policy import AUDIENCES, Audience
from portal.core.canonical import canonical_json
from portal.core.errors import Invalid
from tests.aggregate.released import HOSTILE, QUESTIONNAIRE, released
from tests.aggregate.rounds import as_round, column

Numbers = dict[tuple[str, str], tuple[float, ...]]
"""(key, column) → lower quartile, median, upper quartile."""
NUMBERS = ("lower_quartile", "median", "upper_quartile")
Cells = dict[tuple[str, str, str], tuple[int | str, int, int]]
"""(key, column, option) → cell, n, protected."""


def exported(form: Format, audience: Audience = Audience.PUBLIC) -> Export:
    return export(released(audience), QUESTIONNAIRE, form, "en")


def csv_lines(audience: Audience = Audience.PUBLIC) -> list[dict[str, str]]:
    text = exported(Format.CSV, audience).content.decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def xlsx_lines(audience: Audience = Audience.PUBLIC) -> list[dict[str, Any]]:
    book = load_workbook(BytesIO(exported(Format.XLSX, audience).content))
    found = []
    for sheet in book.worksheets[:-1]:
        head, *rows = sheet.iter_rows(values_only=True)
        found += [dict(zip(map(str, head), row, strict=True)) for row in rows]
    return found


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


def numbers_of_lines(lines: list[dict[str, Any]]) -> Numbers:
    return {
        (line["question"], line["column"]): tuple(float(line[name]) for name in NUMBERS)
        for line in lines
        if line["median"]
    }


def numbers_of_json(content: dict[str, Any]) -> Numbers:
    return {
        (key, name): tuple(column["numbers"][each] for each in NUMBERS)
        for key, question in content["questions"].items()
        for name, column in question["columns"].items()
        if "numbers" in column
    }


@pytest.mark.parametrize("audience", AUDIENCES)
def test_json_csv_and_xlsx_carry_the_same_cells(audience: Audience) -> None:
    """Invariant I3."""
    content = json.loads(exported(Format.JSON, audience).content)
    expected, numbers = cells_of_json(content), numbers_of_json(content)
    assert len(expected) > 20
    assert len(numbers) == len(content["questions"]["B.03"]["columns"]) > 0
    for found in (csv_lines(audience), xlsx_lines(audience)):
        assert cells_of_lines(found) == expected
        assert numbers_of_lines(found) == numbers


def test_a_number_without_bands_has_a_line_of_its_own() -> None:
    reading = as_round({"B.06": {"all": column(20, (2.0, 4.5, 9.0))}}).reading
    (found,) = [place for place in reading.rows() if place[2].is_shown]
    section, question, row = found
    bare = replace(row, columns=tuple(replace(each, bars=()) for each in row.columns))
    alone = replace(section, questions=(replace(question, rows=(bare,)),))
    (line,) = lines(replace(reading, sections=(alone,)))
    assert (line.option, line.count, line.n) == ("", None, 20)
    assert (line.lower_quartile, line.median, line.unit) == (2.0, 4.5, "persons")


def test_a_workbook_has_a_sheet_for_each_section() -> None:
    book = load_workbook(BytesIO(exported(Format.XLSX).content))
    assert book.sheetnames == ["A +1+1", 'B "; DROP', "Notes"]


def test_sheets_are_named_as_spreadsheets_allow_and_never_twice() -> None:
    long = [
        replace(section, id="A", title={"en": f"[Notes]:*?/\\'{'long ' * 9}{section.id}'"})
        for section in QUESTIONNAIRE.sections
    ]
    file = export(released(), replace(QUESTIONNAIRE, sections=tuple(long)), Format.XLSX, "en")
    names = load_workbook(BytesIO(file.content)).sheetnames
    assert len(names) == len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_dictionary_explains_every_key_of_the_document(audience: Audience) -> None:
    document = json.loads(exported(Format.JSON, audience).content)
    file = exported(Format.DICTIONARY, audience)
    assert file.file_name == f"market-release-1-{audience}-dictionary.json"
    content = json.loads(file.content)
    assert content["describes"]["sha256"] == document["sha256"]
    assert [column["id"] for column in content["columns"]] == document["columns"]
    questions = {question["key"]: question for question in content["questions"]}
    assert questions.keys() >= document["questions"].keys()
    for key, question in document["questions"].items():
        assert questions[key]["columns_shown"] == list(question["columns"])
        options = {option["id"] for option in questions[key]["options"]}
        for shown in question["columns"].values():
            assert shown["cells"].keys() <= options
    assert questions["A.01"]["text"] == {"en": HOSTILE[2], "fr": "Lesquels ?"}
    assert questions["B.03"]["unit"] == {"en": "=people"}
    assert {field["name"] for field in content["fields"]} == csv_lines(audience)[0].keys()
    assert content["rules"]["smallest_base"] == 10


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
    assert [sheet.max_row for sheet in book.worksheets[:-1]] == [1, 1]


def test_an_unknown_format_names_the_known_ones() -> None:
    assert parse_format("xlsx") is Format.XLSX
    with pytest.raises(Invalid, match="json, csv, xlsx"):
        parse_format("pdf")
