"""A bounded load from one process: some clients, a fixed number of requests each, loopback only."""

import http.client
import re
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
STALE = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Client:
    """One connection with its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect."""
        self.connection = http.client.HTTPConnection(HOST, self.port, timeout=60)

    def request(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> str:
        """Send one request and return the answer's text; errors of the server stop the run."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._send(method, path, body, headers)
        except STALE:
            # The server may close a connection that it kept alive at the moment we use it.
            self.connection.close()
            answer = self._send(method, path, body, headers)
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= http.client.BAD_REQUEST:
            message = f"{method} {path}: {answer.status}"
            raise RuntimeError(message)
        return text

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self.connection.request(method, path, body=body, headers=headers)
        return self.connection.getresponse()


@dataclass(frozen=True)
class Result:
    """Requests a second, and the median time of one in milliseconds."""

    rate: float
    median_ms: float


def token_of(page: str) -> str:
    """The CSRF token in a page."""
    found = TOKEN.search(page)
    return found[1] if found else ""


def measure(clients: Sequence[Client], act: Callable[[Client, int], None], times: int) -> Result:
    """Let every client act so many times at once; ``act`` gets the client and the turn."""
    durations: list[float] = []
    faults: list[BaseException] = []

    def run(client: Client) -> None:
        try:
            for turn in range(times):
                start = time.perf_counter()
                act(client, turn)
                durations.append(time.perf_counter() - start)
        except BaseException as fault:  # noqa: BLE001 - reported by the main thread
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    elapsed = time.perf_counter() - start
    return Result(len(durations) / elapsed, statistics.median(durations) * 1000)
