import io
import zipfile

import pytest

from portal.core.errors import Invalid
from portal.response import uploads
from portal.response.uploads import CSV, DOCX, JPEG, PDF, PNG, XLSX, Kind, kind_of, safe_name

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20)


def archive(*names: str, types: str = SHEET, content: bytes = b"<x/>") -> bytes:
    """An Office file with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", f'<Types><Override ContentType="{types}"/></Types>')
        for name in names:
            packed.writestr(name, content)
    return buffer.getvalue()


XLSX_FILE = archive("xl/workbook.xml", "xl/worksheets/sheet1.xml")


def reaching(kind: str, target: str) -> bytes:
    """A sheet with a relationship to something outside it."""
    buffer = io.BytesIO(XLSX_FILE)
    with zipfile.ZipFile(buffer, "a") as packed:
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            f"<Relationship Id='r1' Type='http://x/relationships/{kind}' Target='{target}' "
            "TargetMode='Ex&#116;ernal'/></Relationships>",
        )
    return buffer.getvalue()


LINKED = reaching("hyperlink", "https://example.org")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\n", "policy.PDF", PDF),
        (XLSX_FILE, "sites.xlsx", XLSX),
        (archive("word/document.xml", types=WORD), "text.docx", DOCX),
        ("name;country\nWerk Süd;DE\n".encode(), "sites.csv", CSV),
        ("name;country\nWerk Süd;DE\n".encode("cp1252"), "sites.csv", CSV),
        (PNG_START, "photo.png", PNG),
        (LINKED, "sites.xlsx", XLSX),
        (JPEG_START, "photo.jpeg", JPEG),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, name: str, kind: Kind) -> None:
    assert kind_of(content, name) == kind


def encrypted() -> bytes:
    """An archive that says its parts are encrypted."""
    changed = bytearray(XLSX_FILE)
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = changed.find(start) + (6 if start[2] == 3 else 8)
        changed[place] |= 1
    return bytes(changed)


HOSTILE = {
    "a PDF that is a page too": (b"%PDF-1.7\n<html><script>alert(1)</script>", "policy.pdf"),
    "a sheet that reads another": (reaching("externalLinkPath", "file://host/x.xlsx"), "a.xlsx"),
    "a document with a template elsewhere": (
        reaching("attachedTemplate", "https://example.org/a>b.dotm"),
        "a.xlsx",
    ),
    "a sheet that starts programs": (
        archive(
            "xl/workbook.xml",
            "xl/externalLinks/externalLink1.xml",
            content=b"<ddeLink ddeService='cmd'/>",
        ),
        "a.xlsx",
    ),
    "a sheet with a file inside": (archive("xl/workbook.xml", "xl/oleObject1.bin"), "a.xlsx"),
    "a program": (b"MZ\x90\x00" + bytes(60), "setup.pdf"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "run.sh"),
    "HTML as CSV": (b"name\n<script>alert(1)</script>\n", "data.csv"),
    "HTML": (b"<!DOCTYPE html><html></html>", "page.html"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "chart.svg"),
    "SVG as PNG": (b"<?xml version='1.0'?><svg/>", "chart.png"),
    "a PDF called HTML": (b"%PDF-1.7\n", "page.html"),
    "a PNG called PDF": (PNG_START, "policy.pdf"),
    "a macro sheet": (archive("xl/workbook.xml", types=MACROS), "sites.xlsx"),
    "a sheet with a macro part": (archive("xl/workbook.xml", "xl/vbaProject.bin"), "sites.xlsx"),
    "a bomb": (archive("xl/workbook.xml", content=bytes(50_000_000)), "sites.xlsx"),
    "too many parts": (
        archive(*(f"xl/{n}" for n in range(uploads.MAXIMUM_ENTRIES + 1))),
        "sites.xlsx",
    ),
    "a plain archive": (archive("notes.txt", types="text/plain"), "sites.xlsx"),
    "an archive without types": (b"PK\x05\x06" + bytes(18), "sites.xlsx"),
    "half an archive": (XLSX_FILE[:-30], "sites.xlsx"),
    "an encrypted archive": (encrypted(), "sites.xlsx"),
    "bytes": (bytes(range(256)), "data.csv"),
    "nothing but blanks": (b" \n ", "data.csv"),
    "a text with NUL": (b"a;b\x00\n", "data.csv"),
}


@pytest.mark.parametrize("content_and_name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(content_and_name: tuple[bytes, str]) -> None:
    with pytest.raises(Invalid):
        kind_of(*content_and_name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("policy.pdf", "policy.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Sites 2026.xlsx", "Sites 2026.xlsx"),
        ("..pdf", "file.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("", "file"),
    ],
)
def test_a_file_name_cannot_mislead(given: str, kept: str) -> None:
    assert safe_name(given) == kept
