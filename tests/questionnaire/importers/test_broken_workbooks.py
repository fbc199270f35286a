"""A file that is no form is refused in one sentence, quickly, whatever it claims to be."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import TypeAlias

import pytest

from portal.core.errors import Invalid
from portal.questionnaire.importers.xlsform import import_xlsform, read_xlsform
from tests.questionnaire.importers.packages import (
    HEAD,
    OFFICE,
    QUESTION,
    package,
    parts,
    relations,
    sheet,
    texts,
    workbook,
)

Rows: TypeAlias = Sequence[tuple[str, ...]]
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600
GOOD = texts(HEAD, QUESTION)
WHOLE = workbook(survey=GOOD)
ROOT = "_rels/.rels"
DAMAGED = "is damaged: it cannot be read as a workbook."
LONG = 20
"""Seconds of a processor that even a slow machine needs less than."""
NAMES = {
    "kinds": "[Content_Types].xml",
    "root": ROOT,
    "main": "xl/workbook.xml",
    "links": "xl/_rels/workbook.xml.rels",
    "sheet": "xl/sheets/1.xml",
    "strings": "xl/strings.xml",
    "picture": "xl/media/picture.png",
}


def refusal(content: bytes, name: str = "form.xlsx") -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(Invalid) as refused:
        read_xlsform(content, name)
    said = str(refused.value)
    assert "\n" not in said
    return said


def with_parts(**changes: str | bytes | None) -> bytes:
    """A good workbook with some parts in another way, or without them."""
    found: dict[str, str | bytes | None] = {**parts({"survey": GOOD})}
    found |= {NAMES[key]: content for key, content in changes.items()}
    return package({path: content for path, content in found.items() if content is not None})


def test_the_workbook_that_is_broken_below_is_good_as_it_is() -> None:
    assert read_xlsform(WHOLE, "form.xlsx").questionnaire.question("a")


# What it is --------------------------------------------------------------------------------

NO_WORKBOOKS: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty."),
    "csv": (b"type,name\ntext,a\n", "is not an Excel workbook (.xlsx)."),
    "zeros": (b"\x00" * 100, "is not an Excel workbook (.xlsx)."),
    "xls": (OLD, "is an old Excel workbook (.xls): save it as .xlsx."),
    "encrypted": (
        OLD + "EncryptedPackage".encode("utf-16-le"),
        "is protected by a password: save it without one.",
    ),
    "half": (WHOLE[: len(WHOLE) // 2], DAMAGED),
    "cut": (WHOLE[:-30], DAMAGED),
    "zip": (package({"a.txt": "hello"}), "is not an Excel workbook (.xlsx)."),
    "docx": (
        package({ROOT: relations(("a", "officeDocument", "word/document.xml"))}),
        "is not an Excel workbook (.xlsx).",
    ),
    "ods": (package({"content.xml": "<a/>"}), "is an OpenDocument spreadsheet: save it as .xlsx."),
    "xlsb": (
        package({ROOT: relations(("a", "officeDocument", "xl/workbook.bin"))}),
        "is a binary workbook (.xlsb): save it as .xlsx.",
    ),
}


@pytest.mark.parametrize(("content", "said"), NO_WORKBOOKS.values(), ids=NO_WORKBOOKS)
def test_what_is_no_workbook_is_called_what_it_is(content: bytes, said: str) -> None:
    assert refusal(content) == f"“form.xlsx” {said}"


# Damaged and hostile parts -----------------------------------------------------------------

ENTITIES = (
    '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<sst><si><t>&b;</t></si></sst>"
)
OUTSIDE = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'
EXTERNAL = (
    f'<Relationships><Relationship Id="s1" Type="{OFFICE}/worksheet" TargetMode="External" '
    'Target="http://127.0.0.1/x.xml"/></Relationships>'
)
HOSTILE: Mapping[str, bytes] = {
    "entities": with_parts(strings=ENTITIES),
    "outside entity": with_parts(strings=OUTSIDE),
    "open element": with_parts(sheet="<worksheet><sheetData>"),
    "no text": with_parts(sheet=b"\xff\xfe\x00"),
    "missing string": with_parts(sheet=sheet('<row><c t="s"><v>7</v></c></row>')),
    "negative string": with_parts(sheet=sheet('<row><c t="s"><v>-99</v></c></row>')),
    "no number": with_parts(sheet=sheet("<row><c><v>one</v></c></row>")),
    "row 0": with_parts(sheet=sheet('<row><c r="A0"><v>1</v></c></row>')),
    "column AAAA": with_parts(sheet=sheet('<row><c r="AAAA1"><v>1</v></c></row>')),
    "row too far": with_parts(sheet=sheet('<row><c r="A1048577"><v>1</v></c></row>')),
    "row in words": with_parts(sheet=sheet('<row r="one"><c><v>1</v></c></row>')),
    "style in words": with_parts(sheet=sheet('<row><c s="x"><v>1</v></c></row>')),
    "no sheet": with_parts(sheet=None),
    "no relations": with_parts(links=None),
    "path upwards": with_parts(links=relations(("s1", "worksheet", "../../../etc/passwd"))),
    "outside sheet": with_parts(links=EXTERNAL),
    "nameless sheet": with_parts(main="<workbook><sheets><sheet/></sheets></workbook>"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_damaged_or_hostile_part_is_a_damaged_workbook(content: bytes) -> None:
    assert refusal(content) == f"“form.xlsx” {DAMAGED}"


def test_an_entry_with_a_password_or_an_unknown_packing_is_a_damaged_workbook() -> None:
    with zipfile.ZipFile(BytesIO(WHOLE)) as archive:
        version = archive.infolist()[0]
    assert version.flag_bits == 0
    locked = bytearray(WHOLE)
    start = locked.find(b"PK\x01\x02")
    while start >= 0:
        locked[start + 8] = 1
        start = locked.find(b"PK\x01\x02", start + 1)
    assert refusal(bytes(locked)) == f"“form.xlsx” {DAMAGED}"
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        for path, content in parts({"survey": GOOD}).items():
            archive.writestr(path, content)
    assert refusal(file.getvalue()) == f"“form.xlsx” {DAMAGED}"


def test_parts_that_nobody_needs_may_be_wrong_missing_or_enormous() -> None:
    for content in (
        with_parts(kinds="<Types><Override ContentType='text/plain'/></Types>"),
        with_parts(kinds=None),
        with_parts(root=None),
        with_parts(picture=b"\x00" * 60_000_000),
    ):
        assert read_xlsform(content, "form.xlsx").questionnaire.question("a")


# Size and time -----------------------------------------------------------------------------

EMPTY_CELLS = "<row>" + "<c/>" * 16_384 + "</row>"
NUMBERS = "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>"
TOO_LARGE: Mapping[str, Callable[[], bytes]] = {
    "bytes": lambda: b"PK" + b"\x00" * 20_000_001,
    "ratio": lambda: with_parts(sheet=b" " * 60_000_000),
    "text": lambda: with_parts(sheet=sheet(texts(HEAD, ("text", "a", "x" * 40_000)))),
    "empty cells": lambda: with_parts(sheet=sheet(EMPTY_CELLS * 150)),
    "cells": lambda: with_parts(sheet=sheet(NUMBERS * 26)),
    "entries": lambda: package({f"{number}": "" for number in range(6_000)}),
    "sheets": lambda: package(parts({f"s{number}": "" for number in range(101)})),
}


@pytest.mark.parametrize("make", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_would_take_too_much_room_or_time_is_too_large(make: Callable[[], bytes]) -> None:
    content = make()
    began = process_time()
    assert refusal(content) == "“form.xlsx” is too large to be imported."
    assert process_time() - began < LONG


def expression(count: int) -> str:
    """A condition of so many comparisons."""
    return " or ".join(f"${{q{number}}} = 'x'" for number in range(count))


def long_conditions() -> Rows:
    """Many questions with a long condition each."""
    questions = [("text", f"q{n}", "Q", expression(400)) for n in range(2000)]
    return [(*HEAD, "relevant"), *questions]


def inherited_conditions() -> Rows:
    """Many questions that have the long condition of a group."""
    return [
        (*HEAD, "relevant"),
        *(("text", f"q{n}", "Q", "") for n in range(200)),
        ("begin group", "around", "A", ""),
        ("begin group", "g", "G", expression(200)),
        *(("text", f"t{n}", "T", "") for n in range(2000)),
    ]


TOO_LARGE_FORMS: Mapping[str, tuple[Callable[[], Rows], str]] = {
    "long conditions": (
        long_conditions,
        "The conditions of this form are too large: split the form.",
    ),
    "inherited conditions": (
        inherited_conditions,
        "The conditions of this form are too large: split the form.",
    ),
    "questions": (
        lambda: [HEAD, *(("text", f"q{n}", f"Q{n}") for n in range(34_000))],
        "The questionnaire would be too large: split the form.",
    ),
    "languages": (
        lambda: [("type", "name", *(f"label::L{n}" for n in range(60))), ("text", *"a" * 61)],
        "The form has more than 50 languages.",
    ),
}


@pytest.mark.parametrize(("make", "said"), TOO_LARGE_FORMS.values(), ids=TOO_LARGE_FORMS)
def test_a_form_that_would_become_too_large_is_refused(make: Callable[[], Rows], said: str) -> None:
    content = workbook(survey=texts(*make()))
    began = process_time()
    assert refusal(content) == said
    assert process_time() - began < LONG


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD, *[("text", "a", "A")] * 8000],
        [HEAD, *[("begin group", "g", "G"), ("text", "q", "Q"), ("end group", "", "")] * 2000],
        [HEAD, *[("note", "n", "N" * 150)] * 8000, ("text", "a", "A")],
        [HEAD, *[("begin group", "g", "G")] * 3000, ("text", "a", "A")],
    ],
    ids=["one name", "groups", "notes", "depth"],
)
def test_a_large_form_takes_time_in_proportion(rows: Rows) -> None:
    began = process_time()
    assert list(read_xlsform(workbook(survey=texts(*rows)), "f.xlsx").questionnaire.questions())
    assert process_time() - began < LONG


# Workbooks that are no forms ---------------------------------------------------------------

NO_SURVEY = (
    "“form.xlsx” is not an XLSForm: it has no sheet “survey” with the columns “type” and “name”."
)
NOTHING = "The form asks nothing: no row of “survey” is a question."
NONE = "None of the questions of this form can be carried."
NO_FORMS: Mapping[str, tuple[bytes, str]] = {
    "no survey": (workbook(choices=GOOD), NO_SURVEY),
    "empty survey": (workbook(survey=""), NO_SURVEY),
    "no names": (workbook(survey=texts(("type", "label"), ("text", "A"))), NO_SURVEY),
    "no types": (workbook(survey=texts(("name", "label"), ("a", "A"))), NO_SURVEY),
    "no sheets": (package(parts({})), NO_SURVEY),
    "no rows": (workbook(survey=texts(HEAD)), NOTHING),
    "notes": (workbook(survey=texts(HEAD, ("note", "n", "Hi"), ("start", "s", ""))), NOTHING),
    "no list": (
        workbook(survey=texts(HEAD, ("begin group", "g", "G"), ("select_one l", "a", "A"))),
        f"{NONE} Row 3: The list “l” is not in the workbook.",
    ),
    "no type": (
        workbook(survey=texts(HEAD, ("sorcery", "a", "A"))),
        f"{NONE} Row 2: “sorcery” is no type that is known.",
    ),
    "never": (
        workbook(survey=texts((*HEAD, "relevant"), ("text", "a", "A", "false()"))),
        f"{NONE} Row 2: It is never asked: its condition cannot hold.",
    ),
}


@pytest.mark.parametrize(("content", "said"), NO_FORMS.values(), ids=NO_FORMS)
def test_a_workbook_that_is_no_form_says_what_it_lacks(content: bytes, said: str) -> None:
    assert refusal(content) == said


def test_a_file_that_cannot_be_opened_is_the_systems_own_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)
    for path in (tmp_path, tmp_path / "missing.xlsx", tmp_path / "file" / "form.xlsx"):
        with pytest.raises(OSError, match=r"\[Errno"):
            import_xlsform(path)
