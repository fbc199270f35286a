"""Workbooks put together part by part: what a spreadsheet program writes, and what none would."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

HEAD = ("type", "name", "label")
QUESTION = ("text", "a", "What is a?")


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as an archive, in their order."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return file.getvalue()


def relations(*targets: tuple[str, str, str], kinds: str = OFFICE) -> str:
    """(id, kind, target) as a part."""
    inside = "".join(
        f'<Relationship Id="{key}" Type="{kinds}/{kind}" Target="{target}"/>'
        for key, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'


def texts(*rows: Sequence[str]) -> str:
    """Rows of texts that stand in their cells."""
    return "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)


def cell(text: str) -> str:
    """A text that stands in its cell."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows: str) -> str:
    """Rows as a sheet."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def parts(
    sheets: Mapping[str, str], *, kinds: str = OFFICE, properties: str = ""
) -> dict[str, str | bytes]:
    """The parts of a workbook with sheets of these names and rows."""
    numbers = dict(zip(sheets, range(1, len(sheets) + 1), strict=True))
    named = "".join(f'<sheet name="{name}" r:id="s{at}"/>' for name, at in numbers.items())
    others = (("t", "sharedStrings", "strings.xml"), ("y", "styles", "styles.xml"))
    targets = [(f"s{at}", "worksheet", f"sheets/{at}.xml") for at in numbers.values()]
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
        "_rels/.rels": relations(("w", "officeDocument", "xl/workbook.xml"), kinds=kinds),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{kinds}">{properties}'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(*targets, *others, kinds=kinds),
        "xl/strings.xml": f'<sst xmlns="{MAIN}"></sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"></styleSheet>',
        **{f"xl/sheets/{numbers[name]}.xml": sheet(rows) for name, rows in sheets.items()},
    }


def workbook(**sheets: str) -> bytes:
    """A workbook with sheets of these names and rows."""
    return package(parts(sheets))
