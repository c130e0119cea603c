"""A web server on 127.0.0.1 that a test speaks to, and that never keeps the test from ending.

Each connection has a thread of its own, in which encryption is agreed on, and for which neither the end of the test nor
the next connection waits; one on which nothing comes is let go of. No name is looked up: the standard library's server
asks the system for its own, which takes as long as the system's name server does.
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

_SILENT_SECONDS = 60.0
_END_SECONDS = 10


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def __init__(self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(("127.0.0.1", 0), handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        request.settimeout(_SILENT_SECONDS)
        if self._context is not None:
            try:
                request = self._context.wrap_socket(request, server_side=True)
            except OSError:
                # A client that trusts nobody, or went away, is what some tests are about.
                with suppress(OSError):
                    request.close()
                return
        super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler], *, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer by ``handler`` on a free port, which is yielded; with TLS where a server's ``context`` is given."""
    server = _Server(handler, context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(_END_SECONDS)
