"""The tests' own web server: a client that says nothing keeps neither the next one nor the end of a test waiting."""

import socket
import ssl
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from tests.loopback import served
from tests.mail.servers import make_certificate, server_context


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("encrypted", [False, True])
def test_whoever_says_nothing_keeps_nobody_waiting(
    encrypted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> str:
        raise AssertionError("the system's name server was asked")

    monkeypatch.setattr(socket, "getfqdn", asked)
    certificate = make_certificate(tmp_path) if encrypted else None
    context = server_context(certificate) if certificate else None
    began = time.monotonic()
    with served(_Handler, context=context) as port, socket.create_connection(("127.0.0.1", port)):
        trust = ssl.create_default_context(cafile=certificate) if certificate else False
        scheme = "https" if certificate else "http"
        assert httpx.get(f"{scheme}://127.0.0.1:{port}/", verify=trust, timeout=30).status_code == 204
    assert time.monotonic() - began < 40
