"""A server on loopback that speaks clamd's INSTREAM and knows one virus: the EICAR test file."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, BaseServer, TCPServer, UnixStreamServer

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
COMMAND = b"zINSTREAM\0"
LIMIT = 2 * 1024 * 1024


class Handler(BaseRequestHandler):
    """One file a connection, as clamd does it without a session."""

    def handle(self) -> None:
        """Read the pieces and answer, early if there are too many."""
        assert self._exactly(len(COMMAND)) == COMMAND
        content = b""
        while size := int.from_bytes(self._exactly(4), "big"):
            content += self._exactly(size)
            if len(content) > LIMIT:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.request.sendall(b"stream: " + found + b"\0")

    def _exactly(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            piece = self.request.recv(size - len(read))
            assert piece, "hung up in the middle"
            read += piece
        return read


class UnixServer(UnixStreamServer):
    """The same on a socket in a folder."""


@contextmanager
def clamd(path: Path | None = None) -> Iterator[str]:
    """A running server's address: on a port of its own, or at the path."""
    server: BaseServer
    if path is None:
        tcp = TCPServer(("127.0.0.1", 0), Handler)
        server, url = tcp, f"tcp://127.0.0.1:{tcp.server_address[1]}"
    else:
        server, url = UnixServer(str(path), Handler), f"unix://{path}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
