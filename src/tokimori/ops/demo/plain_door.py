"""The http port beside an encrypted door: it sends who reads on to TLS, and refuses whoever brings something."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

_LONGEST_PATH: Final = 2000


@contextmanager
def sending_on(*, port: int, to: str) -> Iterator[None]:
    """Listen on this machine alone while the block runs; ``to`` is the encrypted origin without a path."""

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "Tokimori", ""

        def do_GET(self) -> None:
            path = self.path if self.path.startswith("/") and len(self.path) <= _LONGEST_PATH else "/"
            if any(sign in path for sign in "\r\n\\") or path.startswith("//"):
                path = "/"
            self.send_response(HTTPStatus.PERMANENT_REDIRECT)
            self.send_header("Location", f"{to}{path}")
            self._end()

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            """Refuse: what was brought has already travelled in the open, and must not travel so again."""
            self.send_response(HTTPStatus.FORBIDDEN)
            self._end()

        def do_PUT(self) -> None:
            self.do_POST()

        def do_PATCH(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_POST()

        def _end(self) -> None:
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own name
            """Say nothing: who came here is nobody's business."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
