"""A file that is no form is refused in one sentence, quickly, whatever it claims to be."""

import zipfile
from io import BytesIO
from pathlib import Path
from time import process_time

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

OLD = bytes.fromhex("d0cf11e0a1b11ae1")
GOOD = texts(HEAD, QUESTION)
WHOLE = workbook(survey=GOOD)
LONG = 20
"""Seconds of a processor that even a slow machine needs less than."""


def refusal(content: bytes, name: str = "form.xlsx") -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(Invalid) as refused:
        read_xlsform(content, name)
    said = str(refused.value)
    assert "\n" not in said
    return said


def with_parts(**changes: str | bytes | None) -> bytes:
    """A good workbook with some parts in another way, or without them."""
    names = {
        "kinds": "[Content_Types].xml",
        "main": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels",
        "root": "_rels/.rels",
        "sheet": "xl/sheets/1.xml",
        "strings": "xl/strings.xml",
        "bomb": "xl/media/bomb.bin",
    }
    found = parts({"survey": GOOD})
    for key, content in changes.items():
        if content is None:
            del found[names[key]]
        else:
            found[names[key]] = content
    return package(found)


def test_the_workbook_that_is_broken_below_is_good_as_it_is() -> None:
    assert [each.id for each in read_xlsform(WHOLE, "f.xlsx").questionnaire.questions()] == ["a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "“form.xlsx” is empty."),
        (b"type,name\ntext,a\n", "“form.xlsx” is not an Excel workbook (.xlsx)."),
        (b"\x00" * 100, "“form.xlsx” is not an Excel workbook (.xlsx)."),
        (OLD + b"\x00" * 600, "“form.xlsx” is an old Excel workbook (.xls): save it as .xlsx."),
        (
            OLD + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "“form.xlsx” is protected by a password: save it without one.",
        ),
        (WHOLE[: len(WHOLE) // 2], "“form.xlsx” is damaged: it cannot be read as a workbook."),
        (WHOLE[:-30], "“form.xlsx” is damaged: it cannot be read as a workbook."),
        (package({"a.txt": "hello"}), "“form.xlsx” is not an Excel workbook (.xlsx)."),
        (
            package({"_rels/.rels": relations(("a", "officeDocument", "word/document.xml")),
                     "word/document.xml": "<document/>"}),
            "“form.xlsx” is not an Excel workbook (.xlsx).",
        ),
        (
            package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                     "content.xml": "<a/>"}),
            "“form.xlsx” is an OpenDocument spreadsheet: save it as .xlsx.",
        ),
        (
            package({"_rels/.rels": relations(("a", "officeDocument", "xl/workbook.bin")),
                     "xl/workbook.bin": "x"}),
            "“form.xlsx” is a binary workbook (.xlsb): save it as .xlsx.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_called_what_it_is(content: bytes, said: str) -> None:
    assert refusal(content) == said


ENTITIES = (
    '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<sst><si><t>&b;</t></si></sst>"
)
OUTSIDE = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    "content",
    [
        with_parts(strings=ENTITIES),
        with_parts(strings=OUTSIDE),
        with_parts(sheet="<worksheet><sheetData>"),
        with_parts(sheet=b"\xff\xfe\x00"),
        with_parts(sheet=sheet('<row><c t="s"><v>7</v></c></row>')),
        with_parts(sheet=sheet('<row><c t="s"><v>-99999</v></c></row>')),
        with_parts(sheet=sheet("<row><c><v>one</v></c></row>")),
        with_parts(sheet=sheet('<row><c r="A0"><v>1</v></c></row>')),
        with_parts(sheet=sheet('<row><c r="AAAA1"><v>1</v></c></row>')),
        with_parts(sheet=sheet('<row><c r="A1048577"><v>1</v></c></row>')),
        with_parts(sheet=sheet('<row r="one"><c><v>1</v></c></row>')),
        with_parts(sheet=sheet('<row><c s="x"><v>1</v></c></row>')),
        with_parts(sheet=None),
        with_parts(links=None),
        with_parts(links=relations(("s1", "worksheet", "../../../etc/passwd"))),
        with_parts(links=f'<Relationships><Relationship Id="s1" Type="{OFFICE}/worksheet" '
                         'Target="http://127.0.0.1/x.xml" TargetMode="External"/></Relationships>'),
        with_parts(main="<workbook><sheets><sheet/></sheets></workbook>"),
    ],
)  # fmt: skip
def test_a_damaged_or_hostile_part_is_a_damaged_workbook(content: bytes) -> None:
    assert refusal(content) == "“form.xlsx” is damaged: it cannot be read as a workbook."


def test_a_workbook_without_a_list_of_relations_or_with_wrong_content_types_is_still_read() -> None:
    for content in (
        with_parts(kinds="<Types><Override ContentType='text/plain'/></Types>"),
        with_parts(kinds=None),
        with_parts(root=None),
        with_parts(bomb=b"\x00" * 60_000_000),
    ):
        assert read_xlsform(content, "form.xlsx").questionnaire.question("a")


def test_an_entry_with_a_password_or_an_unknown_packing_is_a_damaged_workbook() -> None:
    flag = WHOLE.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )
    assert flag != WHOLE
    assert "is damaged" in refusal(flag)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        for path, content in parts({"survey": GOOD}).items():
            archive.writestr(path, content)
    assert "is damaged" in refusal(file.getvalue())


EMPTY_CELLS = "<row>" + "<c/>" * 16_384 + "</row>"
NUMBERS = "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>"


@pytest.mark.parametrize(
    "content",
    [
        b"PK" + b"\x00" * 20_000_001,
        with_parts(sheet=b" " * 60_000_000),
        with_parts(sheet=sheet(texts(HEAD, ("text", "a", "x" * 40_000)))),
        with_parts(sheet=sheet(EMPTY_CELLS * 700)),
        with_parts(sheet=sheet(NUMBERS * 30)),
        package({f"{number}": "" for number in range(6_000)}),
        package(parts({f"s{number}": "" for number in range(101)})),
    ],
    ids=["bytes", "ratio", "text", "empty cells", "cells", "entries", "sheets"],
)
def test_what_would_take_too_much_room_or_time_is_too_large(content: bytes) -> None:
    began = process_time()
    assert refusal(content) == "“form.xlsx” is too large to be imported."
    assert process_time() - began < LONG


def expression(count: int) -> str:
    return " or ".join(f"${{q{number}}} = 'x'" for number in range(count))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [(*HEAD, "relevant"), *(("text", f"q{n}", "Q", expression(400)) for n in range(2000))],
            "The conditions of this form are too large: split the form.",
        ),
        (
            [
                (*HEAD, "relevant"),
                *(("text", f"q{n}", "Q", "") for n in range(400)),
                ("begin group", "g", "G", expression(400)),
                *(("text", f"t{n}", "T", "") for n in range(3000)),
            ],
            "The conditions of this form are too large: split the form.",
        ),
        (
            [HEAD, *(("text", f"q{n}", f"Q{n}") for n in range(40_000))],
            "The questionnaire would be too large: split the form.",
        ),
        (
            [("type", "name", *(f"label::L{n}" for n in range(60))), ("text", "a", *"x" * 60)],
            "The form has more than 50 languages.",
        ),
    ],
    ids=["long conditions", "conditions of groups", "questions", "languages"],
)
def test_a_form_that_would_become_too_large_is_refused(
    rows: list[tuple[str, ...]], said: str
) -> None:
    content = workbook(survey=texts(*rows))
    began = process_time()
    assert refusal(content) == said
    assert process_time() - began < LONG


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD, *[("text", "a", "A")] * 10_000],
        [HEAD, *[("begin group", "g", "G"), ("text", "q", "Q"), ("end group", "", "")] * 3000],
        [HEAD, *[("note", "n", "N" * 150)] * 10_000, ("text", "a", "A")],
        [HEAD, *[("begin group", "g", "G")] * 3000, ("text", "a", "A")],
    ],
    ids=["one name", "groups", "notes", "depth"],
)
def test_a_large_form_takes_time_in_proportion(rows: list[tuple[str, ...]]) -> None:
    began = process_time()
    assert list(read_xlsform(workbook(survey=texts(*rows)), "f.xlsx").questionnaire.questions())
    assert process_time() - began < LONG


NO_SURVEY = "“form.xlsx” is not an XLSForm: it has no sheet “survey” with the columns “type” and"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(choices=GOOD), NO_SURVEY),
        (workbook(survey=""), NO_SURVEY),
        (workbook(survey=texts(("type", "label"), ("text", "A"))), NO_SURVEY),
        (workbook(survey=texts(("name", "label"), ("a", "A"))), NO_SURVEY),
        (package(parts({})), NO_SURVEY),
        (workbook(survey=texts(HEAD)), "The form asks nothing: no row of “survey” is a question."),
        (
            workbook(survey=texts(HEAD, ("note", "n", "Hello"), ("start", "s", ""))),
            "The form asks nothing: no row of “survey” is a question.",
        ),
        (
            workbook(survey=texts(HEAD, ("begin group", "g", "G"), ("select_one l", "a", "A"))),
            "None of the questions of this form can be carried. "
            "Row 3: The list “l” is not in the workbook.",
        ),
        (
            workbook(survey=texts(HEAD, ("sorcery", "a", "A"))),
            "None of the questions of this form can be carried. "
            "Row 2: “sorcery” is no type that is known.",
        ),
        (
            workbook(survey=texts((*HEAD, "relevant"), ("text", "a", "A", "false()"))),
            "None of the questions of this form can be carried. "
            "Row 2: It is never asked: its condition cannot hold.",
        ),
    ],
)
def test_a_workbook_that_is_no_form_says_what_it_lacks(content: bytes, said: str) -> None:
    assert refusal(content).startswith(said)


def test_a_file_that_cannot_be_opened_is_the_systems_own_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)
    for path in (tmp_path, tmp_path / "missing.xlsx", tmp_path / "file" / "form.xlsx"):
        with pytest.raises(OSError, match=r"\[Errno"):
            import_xlsform(path)
