"""What an uploaded file really is, whatever it is called, and whether evidence may look so (pure).

The content decides, never the name or what the browser claims. Refused: macros, SVG, HTML,
archives that unpack to far more than they hold, documents that hold programs or fetch something
when they are opened, and everything that is not on the list.
"""

import io
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.parsers import expat
from xml.parsers.expat import ExpatError

import filetype

from portal.core.errors import Invalid, message

MAXIMUM_ENTRIES = 2_000
MAXIMUM_UNPACKED = 200 * 1024 * 1024
MAXIMUM_RATIO = 150
"""How many times larger than the file its unpacked content may be."""
NAME_LENGTH = 120
CHUNK = 1024 * 1024

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that can be evidence; ``name`` is the one evidence rules use."""

    name: str
    media_type: str
    endings: tuple[str, ...]


PDF = Kind("pdf", "application/pdf", ("pdf",))
XLSX = Kind("xlsx", _SHEET, ("xlsx",))
DOCX = Kind("docx", _WORD, ("docx",))
CSV = Kind("csv", "text/csv", ("csv",))
PNG = Kind("image", "image/png", ("png",))
JPEG = Kind("image", "image/jpeg", ("jpg", "jpeg"))

KIND_NAMES = {kind.media_type: kind.name for kind in (PDF, XLSX, DOCX, CSV, PNG, JPEG)}
"""Media type → the name that evidence rules use."""

_BY_MEDIA_TYPE = {kind.media_type: kind for kind in (PDF, PNG, JPEG)}
_OFFICE = {"word/document.xml": (DOCX, _WORD), "xl/workbook.xml": (XLSX, _SHEET)}
_MACROS = ("macroenabled", "vbaproject")
_PAGE = (b"<!doctype", b"<html", b"<script", b"<body", b"<iframe")
_PROGRAMS = ("oleobject", "activex")
"""Parts of a document that hold other files or controls, which an office program may run."""
_EXTERNAL = "external"
_HYPERLINK = "/hyperlink"
PDF_HEAD = 1024
"""Bytes in which a PDF says what it is, and in which markup makes it a page as well."""
_MARKUP = ("<!doctype", "<html", "<svg", "<script", "<?xml", "<?php", "<body", "<iframe")

_REFUSED = message("This file cannot be added. Use PDF, XLSX, DOCX, CSV, PNG or JPEG.")
_BROKEN = message("This file is damaged and cannot be opened. Save it again and add that copy.")
_TOO_LARGE_INSIDE = message("This file unpacks to far more than it holds, so it is not taken.")
_HAS_MACROS = message("This file holds macros. Save it without macros and add that copy.")
_HOLDS_FILES = message(
    "This file holds another file or a control. Save it without them and add that copy."
)
_FETCHES = message(
    "This file fetches something from elsewhere when it is opened. Break its links to other "
    "files and add that copy."
)


def kind_of(content: bytes, file_name: str) -> Kind:
    """What the content is; Invalid if it is none of the kinds, or not what its name says."""
    if content.startswith(b"PK"):
        kind = _office_kind(content)
    else:
        guess = filetype.guess_mime(content)
        if guess == PDF.media_type and any(mark in content[:PDF_HEAD].lower() for mark in _PAGE):
            raise Invalid(_REFUSED)
        kind = _BY_MEDIA_TYPE.get(guess) or (CSV if guess is None and _is_text(content) else None)
    if kind is None:
        raise Invalid(_REFUSED)
    ending = PurePosixPath(file_name.lower()).suffix.removeprefix(".")
    if ending not in kind.endings:
        raise Invalid(
            message(
                "This file is called .{ending} but its content is {kind}. Give it the right name.",
                ending=ending,
                kind=kind.endings[0].upper(),
            )
        )
    return kind


def kind_name(kind: str, media_type: str) -> str:
    """The name that evidence rules use, of a piece of evidence of this kind (file or url)."""
    return "url" if kind == "url" else KIND_NAMES.get(media_type, "")


def safe_name(file_name: str) -> str:
    """The last part of a file's name, without anything that could mislead a reader or a disk.

    No folders, no control or direction-changing letters, no quotes, at most 120 letters.
    """
    last = file_name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(
        letter
        for letter in unicodedata.normalize("NFC", last)
        if not unicodedata.category(letter).startswith("C") and letter not in "\"'<>|:*?;"
    )
    stem, dot, ending = " ".join(kept.split()).rpartition(".")
    if not dot:
        return ending[:NAME_LENGTH] or "file"
    stem = stem.strip(". ")[: NAME_LENGTH - len(ending) - 1] or "file"
    return f"{stem}.{ending}"[:NAME_LENGTH]


def _office_kind(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename.lower() for entry in archive.infolist()}
            _require_modest(archive, len(content))
            types = archive.read("[Content_Types].xml").decode("utf-8").lower()
            _require_self_contained(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        NotImplementedError,
        ExpatError,
    ) as error:
        raise Invalid(_BROKEN) from error
    except (KeyError, UnicodeDecodeError) as error:
        raise Invalid(_REFUSED) from error
    if any(mark in text for mark in _MACROS for text in (types, *names)):
        raise Invalid(_HAS_MACROS)
    if any(mark in name for mark in _PROGRAMS for name in names):
        raise Invalid(_HOLDS_FILES)
    for main_part, (kind, media_type) in _OFFICE.items():
        if main_part in names and f"{media_type}.main+xml" in types:
            return kind
    return None


def _require_modest(archive: zipfile.ZipFile, size: int) -> None:
    """Unpack in small pieces and count, since what an archive says of itself can be a lie."""
    if len(archive.infolist()) > MAXIMUM_ENTRIES:
        raise Invalid(_TOO_LARGE_INSIDE)
    most = min(MAXIMUM_UNPACKED, MAXIMUM_RATIO * size)
    unpacked = 0
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while piece := part.read(CHUNK):
                unpacked += len(piece)
                if unpacked > most:
                    raise Invalid(_TOO_LARGE_INSIDE)


def _require_self_contained(archive: zipfile.ZipFile) -> None:
    """Links that people click are fine; templates, pictures and data from elsewhere are not.

    A relationship to something outside has TargetMode="External" (ECMA-376 part 2, 6.5.3).
    """
    for entry in archive.infolist():
        name = entry.filename.lower()
        if name.endswith(".rels") and _reaches_out(archive.read(entry)):
            raise Invalid(_FETCHES)
        if "externallink" in name and b"ddelink" in archive.read(entry).lower():
            raise Invalid(_FETCHES)


def _reaches_out(relationships: bytes) -> bool:
    found: list[str] = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode", "").lower() == _EXTERNAL:
            found.append(attributes.get("Type", "").lower())

    def refuse(*_: object) -> None:
        raise Invalid(_REFUSED)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.Parse(relationships, True)  # noqa: FBT003 - the last piece, as expat has it
    return any(not kind.endswith(_HYPERLINK) for kind in found)


def _is_text(content: bytes) -> bool:
    """Plain text in UTF-8 or Windows Latin that no browser would take for markup."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    has_controls = any(
        unicodedata.category(letter) in {"Cc", "Cn", "Co"} and letter not in "\r\n\t"
        for letter in set(text)
    )
    has_markup = any(mark in text.lower() for mark in _MARKUP)
    return bool(text.strip()) and not has_controls and not has_markup and "\ufffd" not in text
