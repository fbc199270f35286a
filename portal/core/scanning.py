"""Asking a virus scanner, clamd, about what somebody uploads; without a setting nobody is asked.

The file goes over in pieces, each after its length in four bytes, the end as a length of zero
(INSTREAM, in clamd's manual page). It is on no disk before the answer is there.
"""

import socket
from urllib.parse import urlsplit

from portal.core.errors import PortalError

PORT = 3310
CONNECT_S = 5
ANSWER_S = 60
PIECE = 128 * 1024
LONGEST_ANSWER = 4096


class ScanFailed(PortalError):
    """Nobody could say whether the content is harmful, so it must not be taken."""


class ClamdScan:
    """Asks the clamd at ``tcp://host:3310`` or ``unix:///path``."""

    def __init__(self, url: str) -> None:
        """Keep the address; nothing is connected before the first file."""
        self.url = urlsplit(url)

    def __call__(self, content: bytes) -> str | None:
        """The name of what was found, None if nothing; ScanFailed without a clear answer."""
        try:
            with self._connection() as line:
                line.settimeout(ANSWER_S)
                answer = _ask(line, content)
        except OSError as error:
            raise ScanFailed(str(error)) from error
        verdict = answer.rstrip(b"\0\n").decode("utf-8", errors="replace").removeprefix("stream: ")
        if verdict == "OK":
            return None
        name, found, _ = verdict.rpartition(" FOUND")
        if found and name:
            return name
        raise ScanFailed(verdict or "no answer")

    def _connection(self) -> socket.socket:
        if self.url.scheme == "tcp":
            place = (self.url.hostname or "localhost", self.url.port or PORT)
            return socket.create_connection(place, timeout=CONNECT_S)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_S)
        try:
            line.connect(self.url.path)
        except OSError:
            line.close()
            raise
        return line


def _ask(line: socket.socket, content: bytes) -> bytes:
    """What clamd says of the content; one that is tired of it may answer and hang up early."""
    try:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass
    answer = b""
    while len(answer) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        answer += more
    return answer


def scan_for(url: str) -> ClamdScan | None:
    """The scanner that the settings name, if they name one."""
    return ClamdScan(url) if url else None
