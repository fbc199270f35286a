"""Where uploaded files are kept: by content hash, in a folder today, in any object store by URL."""

import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from portal.core.errors import Refused
from portal.core.ids import new_id

MADE = "made"
"""The folder of files that can be made again; it may be emptied at any time."""
_one_at_a_time = threading.Lock()


class FileStore:
    """Files by the SHA-256 of their content; the same bytes are stored once."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first file."""
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store the bytes, atomically so that a crash leaves no half file, and return their key."""
        key = sha256(content).hexdigest()
        path = self._path(key)
        if not path.exists():
            _write(path, content)
        return key

    def get(self, key: str) -> bytes:
        """The bytes of a key; Refused if there are none."""
        path = self._path(key)
        if not path.exists():
            raise Refused
        return path.read_bytes()

    def made(self, recipe: str, make: Callable[[], bytes]) -> bytes:
        """What ``make`` gives for this recipe, made once and kept by the recipe's hash.

        Those who ask while it is being made wait for it and do not make it again.
        """
        path = self.folder / MADE / sha256(recipe.encode()).hexdigest()
        if not path.exists():
            with _one_at_a_time:
                if not path.exists():
                    _write(path, make())
        return path.read_bytes()

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not key.isalnum():  # noqa: PLR2004 - length of a SHA-256 in hexadecimal
            raise Refused
        return self.folder / key[:2] / key


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: what is not on the disk yet has no name that is looked up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{new_id()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
