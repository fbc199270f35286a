"""Workbooks (.xlsx, .xlsm) as sparse sheets of text, read without trusting what they say.

A workbook of 5 KB can name a cell in the last row and column, unfold to gigabytes, or repeat one
long text in every cell. Cells are therefore kept one by one and never as a rectangle, and every
part is counted while it is unpacked.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import TypeVar
from xml.parsers import expat

from portal.core.errors import Invalid, message
from portal.questionnaire.importers.xlsx_parts import (
    Cells,
    Contents,
    Part,
    Relations,
    Strings,
    Styles,
)

MAXIMUM_SIZE = 20_000_000
"""Bytes of the file."""
MAXIMUM_UNPACKED = 50_000_000
"""Bytes of all parts that are read."""
MAXIMUM_ELEMENTS = 2_000_000
"""XML elements of all parts that are read: empty cells take no room, but time."""
MAXIMUM_ENTRIES = 5_000
MAXIMUM_SHEETS = 100
CHUNK = 65_536

ENTRY = b"PK\x01\x02"
"""What each entry of an archive's list begins with."""
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORKBOOK = "xl/workbook.xml"
PartType = TypeVar("PartType", bound=Part)

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)
"""What damaged archives and parts raise."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet that hold anything, by row and column, both from 1."""

    name: str
    rows: Mapping[int, Mapping[int, str]]
    unread: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cells without a value, by row and column: a fault, or a formula that nobody calculated."""
    formulas: frozenset[tuple[int, int]] = frozenset()
    """Cells whose value was calculated, by row and column."""


def is_workbook(content: bytes) -> bool:
    """Whether a file is a spreadsheet at first sight, of whatever kind."""
    return content.startswith((b"PK", OLD_OFFICE))


def content_of(path: Path) -> bytes:
    """The bytes of a file, of a large one only the first; OSError if it cannot be opened."""
    with path.open("rb") as file:
        return file.read(MAXIMUM_SIZE + 1)


def read_sheets(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook in their order, every cell as text.

    Numbers are written without a needless ``.0``, percentages as they are shown, days and times as
    ISO 8601, truth values as ``TRUE`` and ``FALSE``; of a formula the value that was last
    calculated. Raises Invalid with one sentence, which calls the file ``name``, if it is no
    workbook, damaged, protected or too large.
    """
    _require_workbook(content, name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return tuple(_Package(archive, name).sheets())
    except BROKEN as error:
        raise Invalid(
            message("“{name}” is damaged: it cannot be read as a workbook.", name=name)
        ) from error


def _require_workbook(content: bytes, name: str) -> None:
    if len(content) > MAXIMUM_SIZE or content.count(ENTRY) > MAXIMUM_ENTRIES:
        raise _too_large(name)
    if not content:
        raise Invalid(message("“{name}” is empty.", name=name))
    if content.startswith(OLD_OFFICE):
        if ENCRYPTED in content:
            raise Invalid(
                message("“{name}” is protected by a password: save it without one.", name=name)
            )
        raise Invalid(
            message("“{name}” is an old Excel workbook (.xls): save it as .xlsx.", name=name)
        )
    if not content.startswith(b"PK"):
        raise Invalid(message("“{name}” is not an Excel workbook (.xlsx).", name=name))


def _too_large(name: str) -> Invalid:
    return Invalid(message("“{name}” is too large to be imported.", name=name))


class _Package:
    """The parts of a workbook's archive."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.unpacked = self.elements = 0
        self.entries = {
            entry.filename.casefold().lstrip("/"): entry for entry in archive.infolist()
        }

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet with its cells."""
        main = self._main_part()
        contents = self._parsed(main, Contents())
        relations = self._relations(main)
        by_kind = {kind: target for target, kind in relations.values()}
        strings = self._parsed(by_kind.get("sharedStrings"), Strings()).strings
        styles = self._parsed(by_kind.get("styles"), Styles())
        days, shares = styles.days(), styles.shares()
        if len(contents.sheets) > MAXIMUM_SHEETS:
            raise _too_large(self.name)
        total = 0
        for title, relation in contents.sheets:
            target, kind = relations[relation]
            if kind != "worksheet":
                yield Sheet(title, {})
                continue
            reader = Cells(strings, days, shares, since_1904=contents.since_1904)
            cells = self._parsed(target, reader)
            total += cells.weight
            if cells.is_too_large or total > Cells.MOST:
                raise _too_large(self.name)
            yield Sheet(title, cells.rows, cells.unread, frozenset(cells.formulas))

    def _main_part(self) -> str:
        relations = self._relations("")
        main = next((to for to, kind in relations.values() if kind == "officeDocument"), WORKBOOK)
        if "content.xml" in self.entries:
            what = "“{name}” is an OpenDocument spreadsheet: save it as .xlsx."
        elif main.endswith(".bin"):
            what = "“{name}” is a binary workbook (.xlsb): save it as .xlsx."
        elif main.casefold() not in self.entries or not main.startswith("xl/"):
            what = "“{name}” is not an Excel workbook (.xlsx)."
        else:
            return main
        raise Invalid(message(what, name=self.name))

    def _relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """What a part refers to: by id, the other part's path and its kind."""
        own = PurePosixPath(part or "x")
        folder = own.parent if part else PurePosixPath()
        path = folder / "_rels" / f"{own.name if part else ''}.rels"
        if str(path).casefold() not in self.entries:
            return {}
        found = self._parsed(str(path), Relations()).targets
        return {key: (_resolved(folder, target), kind) for key, (target, kind) in found.items()}

    def _parsed(self, path: str | None, part: PartType) -> PartType:
        """Let ``part`` read the XML at this path; nothing if there is no path."""
        if path is None:
            return part
        entry = self.entries[path.casefold()]
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotImplementedError
        parser = part.parser()
        with self.archive.open(entry) as stream:
            while piece := stream.read(CHUNK):
                self.unpacked += len(piece)
                parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position
                if (
                    self.unpacked > MAXIMUM_UNPACKED
                    or self.elements + part.elements > MAXIMUM_ELEMENTS
                ):
                    raise _too_large(self.name)
        self.elements += part.elements
        parser.Parse(b"", True)  # noqa: FBT003 - as above
        return part


def _resolved(folder: PurePosixPath, target: str) -> str:
    """A path inside of the archive; a leading slash is its root."""
    return normpath(target[1:] if target.startswith("/") else str(folder / target))
