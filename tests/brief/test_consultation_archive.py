"""The zip of a consultation file: one changed byte is found, and nothing fills the memory."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from portal.brief.consultation_archive import (
    LARGEST_BYTES,
    MANIFEST,
    Archive,
    Entry,
    check,
    pack,
)
from portal.core.errors import Invalid

THEN = datetime(2026, 9, 1, 8, 0, 3, 5, tzinfo=UTC)
NAME = "given/0001-dialogue-published.txt"
TEXTS = {NAME: "Ask once.", "given/0002-mail.txt": "=1+1\nÉté", "index.html": "<p>x</p>"}


@pytest.fixture
def made() -> Archive:
    entries = {name: Entry(text.encode(), THEN) for name, text in TEXTS.items()}
    return pack(entries, {"dialogue": "demo"})


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content)
    return target.getvalue()


def faults(content: bytes) -> list[str]:
    """What the check says, be it that this is no consultation file at all."""
    try:
        return [str(fault) for fault in check(BytesIO(content)).faults]
    except Invalid as error:
        return [str(error.reason)]


def test_what_was_packed_is_whole_and_the_same_each_time(made: Archive) -> None:
    entries = {name: Entry(text.encode(), THEN) for name, text in TEXTS.items()}
    assert pack(entries, {"dialogue": "demo"}) == made
    found = check(BytesIO(made.content), made.root)
    assert (found.faults, found.root, found.count) == ((), made.root, len(TEXTS) + 2)
    assert "not the one that was noted" in str(check(BytesIO(made.content), "0" * 64).faults[0])


def test_one_changed_byte_is_found_wherever_it_is(made: Archive) -> None:
    files = unpacked(made.content)
    assert faults(packed(files)) == [
        "The zip around the files is not as it was written, though every file in it is."
    ]
    for name, content in files.items():
        for place in {0, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 1
            assert any(name in fault for fault in faults(packed({**files, name: bytes(changed)})))
    for place in range(len(made.content)):
        changed = bytearray(made.content)
        changed[place] ^= 1
        assert faults(bytes(changed)), place


def test_what_is_missing_added_or_there_twice_is_named(made: Archive) -> None:
    files = unpacked(made.content)
    name = NAME
    without = {key: content for key, content in files.items() if key != name}
    assert faults(packed(without)) == [f"{name}: missing."]
    added = faults(packed({**files, "given/9999-new.txt": b"x"}))
    assert added == ["given/9999-new.txt: added (the manifest does not list it)."]
    target = BytesIO(made.content)
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(target, "a") as archive:
        archive.writestr(name, files[name])
    assert f"{name}: there more than once." in faults(target.getvalue())
    manifest = json.loads(files[MANIFEST])
    manifest["files"][name]["sha256"] = "0" * 64
    changed = faults(packed({**files, MANIFEST: json.dumps(manifest).encode()}))
    assert changed[0] == f"{MANIFEST}: changed (it does not give its root hash)."


@pytest.mark.parametrize("size", [10, LARGEST_BYTES * 2])
def test_a_zip_that_would_fill_the_memory_is_not_unpacked(made: Archive, size: int) -> None:
    files = unpacked(made.content)
    name = NAME
    manifest = json.loads(files[MANIFEST])
    manifest["files"][name]["bytes"] = size
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for key, content in files.items():
            if key == MANIFEST:
                archive.writestr(key, json.dumps(manifest))
            elif key == name:
                archive.writestr(key, bytes(50 * 1024 * 1024))
            else:
                archive.writestr(key, content)
    found = faults(target.getvalue())
    assert any(name in fault or "unpack to more" in fault for fault in found)


@pytest.mark.parametrize("content", [b"", b"no zip", packed({}), packed({MANIFEST: b"[]"})])
def test_what_is_no_consultation_file_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"zip|manifest"):
        check(BytesIO(content))
