"""A web server of our own on this machine, for the tests of downloads."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Server:
    """Serves `files` by path; `fail_first` answers 503 so often, `halves` breaks off in the middle so often."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fail_first: Counter[str] = Counter()
        self.halves: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the inner class has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.lstrip("/")
                server.asked[path] += 1
                data = server.files.get(path)
                if data is None:
                    self.send_error(404)
                    return
                if server.fail_first[path] > 0:
                    server.fail_first[path] -= 1
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if server.halves[path] > 0:
                    server.halves[path] -= 1
                    data = data[: len(data) // 2]
                with contextlib.suppress(ConnectionError):  # whoever downloads has cancelled
                    self.wfile.write(data)

            def log_message(self, *arguments: object) -> None:
                pass

        return Handler


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = Server()
    yield running
    running.close()
