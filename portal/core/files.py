"""Where uploaded files are kept: by content hash, in a folder today, in any object store by URL."""

from hashlib import sha256
from pathlib import Path

from portal.core.errors import Refused


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
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(content)
            part.replace(path)
        return key

    def get(self, key: str) -> bytes:
        """The bytes of a key; Refused if there are none."""
        path = self._path(key)
        if not path.exists():
            raise Refused
        return path.read_bytes()

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not key.isalnum():  # noqa: PLR2004 - length of a SHA-256 in hexadecimal
            raise Refused
        return self.folder / key[:2] / key
