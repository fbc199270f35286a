"""The zip of a consultation file: written to the same bytes each time, and checked (pure).

Files are stored as they are, without compression, so that the same content gives the same bytes
with every version of every library. ``manifest.json`` holds the SHA-256 and size of every other
file, the instants, and ``root``: the hash over the manifest itself without ``root``. Whoever notes
the root can later prove that everything in the file is as it was.
"""

import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO

from portal.core.canonical import canonical_json, content_hash
from portal.core.errors import Invalid, Message, message

FORMAT = "parley-consultation-file-1"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""A zip knows no time before."""
MOST_FILES = 20_000
LARGEST_MANIFEST = 32 * 1024 * 1024
LARGEST_BYTES = 512 * 1024 * 1024
"""Of all files together; a file that says it is larger is not unpacked at all."""
CHUNK = 1024 * 1024
READING = (
    KeyError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
)
"""What reading a file of a damaged, encrypted or invented zip can end in."""
PERMISSIONS = 0o644 << 16
UNIX = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the zip, dated by the instant of what it holds."""

    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Archive:
    """The finished zip, its root hash and the number of files in it."""

    content: bytes
    root: str
    count: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: ``faults``, one line each; none if everything is as it was written."""

    root: str
    count: int
    faults: tuple[Message, ...]


def pack(entries: Mapping[str, Entry], about: Mapping[str, object]) -> Archive:
    """The zip of these files, with a list of sums for ``sha256sum -c`` and the manifest.

    ``about`` says in the manifest what the file is of. Raises Invalid if it grows too large.
    """
    latest = max((entry.at for entry in entries.values()), default=EARLIEST)
    whole = {**entries, SUMS: Entry(_sums(entries), latest)}
    if len(whole) >= MOST_FILES or sum(len(each.content) for each in whole.values()) > (
        LARGEST_BYTES
    ):
        raise Invalid(message("The consultation file is too large to be made in one piece."))
    manifest: dict[str, object] = {
        "format": FORMAT,
        **about,
        "files": {
            name: {
                "sha256": sha256(entry.content).hexdigest(),
                "bytes": len(entry.content),
                "at": _text(entry.at),
            }
            for name, entry in whole.items()
        },
        "at": _text(latest),
    }
    root = content_hash(manifest)
    text = canonical_json({**manifest, "root": root})
    whole[MANIFEST] = Entry(text.encode(), latest)
    return Archive(_zip(whole), root, len(whole))


def check(file: BinaryIO, expected_root: str = "") -> Checked:
    """Recompute every hash; name every file that is missing, added or changed, and the manifest.

    ``expected_root``: what was noted when the file was made. What would unpack to more than the
    manifest says is not read further. Raises Invalid if this is no consultation file at all.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            found = list(_faults(archive, manifest, expected_root))
            if not found and not _is_as_written(file, archive, manifest):
                found.append(
                    message(
                        "The zip around the files is not as it was written, though every file "
                        "in it is."
                    )
                )
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Invalid(message("This is no consultation file, or its zip is damaged.")) from error
    return Checked(str(manifest["root"]), len(manifest["files"]) + 1, tuple(found))


# Writing --------------------------------------------------------------------------------


def _sums(entries: Mapping[str, Entry]) -> bytes:
    """One line a file, as ``sha256sum`` reads them."""
    return "".join(
        f"{sha256(entries[name].content).hexdigest()}  {name}\n" for name in sorted(entries)
    ).encode()


def _zip(entries: Mapping[str, Entry]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            at = max(entries[name].at.astimezone(UTC), EARLIEST)
            info = zipfile.ZipInfo(name, at.timetuple()[:6])
            info.external_attr, info.create_system = PERMISSIONS, UNIX
            archive.writestr(info, entries[name].content)
    return target.getvalue()


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


# Checking -------------------------------------------------------------------------------


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, if it is one: of this format, with a size and a hash for every file."""
    if len(archive.infolist()) > MOST_FILES:
        raise Invalid(message("This zip holds more files than any consultation file does."))
    try:
        content = _read(archive, MANIFEST, LARGEST_MANIFEST)
        found: dict[str, Any] = json.loads(content or b"")
        sizes = [(int(each["bytes"]), str(each["sha256"])) for each in found["files"].values()]
        dates = [datetime.fromisoformat(each["at"]) for each in found["files"].values()]
        dates.append(datetime.fromisoformat(found["at"]))
        is_one = found["format"] == FORMAT and isinstance(found["root"], str)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Invalid(_no_manifest()) from error
    is_dated = all(date.tzinfo is not None for date in dates)
    if not is_one or not is_dated or any(size < 0 for size, _ in sizes):
        raise Invalid(_no_manifest())
    if sum(size for size, _ in sizes) > LARGEST_BYTES:
        raise Invalid(message("This zip would unpack to more than any consultation file does."))
    return found


def _no_manifest() -> Message:
    return message(
        "{name}: missing, or not the manifest of a consultation file. It, or the zip, was changed.",
        name=MANIFEST,
    )


def _faults(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], expected_root: str
) -> Iterator[Message]:
    content = {key: value for key, value in manifest.items() if key != "root"}
    text = _read(archive, MANIFEST, LARGEST_MANIFEST)
    if content_hash(content) != manifest["root"] or text != canonical_json(manifest).encode():
        yield message("{name}: changed (it does not give its root hash).", name=MANIFEST)
    elif expected_root and manifest["root"] != expected_root.lower():
        yield message(
            "{name}: its root hash is {root}, not the one that was noted.",
            name=MANIFEST,
            root=manifest["root"],
        )
    names = Counter(info.filename for info in archive.infolist())
    for name in sorted(name for name, count in names.items() if count > 1):
        yield message("{name}: there more than once.", name=name)
    listed = manifest["files"]
    for name in sorted(set(names) - set(listed) - {MANIFEST}):
        yield message("{name}: added (the manifest does not list it).", name=name)
    for name in sorted(listed):
        if name not in names:
            yield message("{name}: missing.", name=name)
        elif not _is_whole(archive, name, listed[name]):
            yield message("{name}: changed (its hash is another).", name=name)


def _is_whole(archive: zipfile.ZipFile, name: str, listed: Mapping[str, Any]) -> bool:
    content = _read(archive, name, int(listed["bytes"]))
    return (
        content is not None
        and len(content) == int(listed["bytes"])
        and sha256(content).hexdigest() == listed["sha256"]
    )


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    """The file's bytes; None if it is damaged, encrypted, not there or larger than ``most``."""
    try:
        with archive.open(name) as opened:
            content = opened.read(most + 1)
    except READING:
        return None
    return content if len(content) <= most else None


def _is_as_written(file: BinaryIO, archive: zipfile.ZipFile, manifest: Mapping[str, Any]) -> bool:
    """Whether the zip is, byte for byte, the one that these files give."""
    dates = {name: listed["at"] for name, listed in manifest["files"].items()}
    dates[MANIFEST] = manifest["at"]
    entries = {
        name: Entry(archive.read(name), datetime.fromisoformat(at)) for name, at in dates.items()
    }
    file.seek(0)
    return file.read(LARGEST_BYTES + LARGEST_MANIFEST) == _zip(entries)
