"""Files by the hash of their content, and files that can be made again."""

from pathlib import Path
from threading import Barrier, Thread

import pytest

from portal.core.errors import Refused
from portal.core.files import MADE, FileStore


def test_what_was_put_is_found_by_its_key_and_stored_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    key = store.put(b"proof")
    assert store.put(b"proof") == key
    assert store.get(key) == b"proof"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [key]


@pytest.mark.parametrize("key", ["", "0" * 64, "../" * 21 + "x", "made"])
def test_an_unknown_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(Refused):
        FileStore(tmp_path).get(key)


def test_what_many_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    store, together = FileStore(tmp_path), Barrier(8)
    made, given = [], []

    def make() -> bytes:
        made.append(1)
        return b"form"

    def ask() -> None:
        together.wait()
        given.append(store.made("recipe", make))

    readers = [Thread(target=ask) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert given == [b"form"] * 8
    assert made == [1]


def test_what_could_not_be_made_is_not_kept(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(ZeroDivisionError):
        store.made("recipe", lambda: bytes(1 // 0))
    assert store.made("recipe", lambda: b"form") == b"form"
    assert store.made("another", lambda: b"other") == b"other"
    assert len(list((tmp_path / MADE).iterdir())) == 2
