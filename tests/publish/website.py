"""A website in memory, served by a real server on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.loopback import served

PDF = "application/pdf"


@dataclass
class Website:
    """A website in memory."""

    address: str = ""
    content: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    """Status, media type and body by path."""

    def page(self, path: str, *links: str) -> str:
        """Put a page there that links to paths, each with its own words; return its address."""
        items = "".join(
            f'<li><a href="{link}">{words}</a>' for link, _, words in (each.partition("|") for each in links)
        )
        self.content[path] = (200, "text/html; charset=utf-8", f"<!doctype html><ul>{items}</ul>".encode())
        return f"{self.address}{path}"

    def put(self, path: str, content: bytes, kind: str = PDF, status: int = 200) -> None:
        self.content[path] = (status, kind, content)


@contextmanager
def serve_website() -> Iterator[Website]:
    """Serve it until the end."""
    made = Website()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = made.content.get(self.path, (404, "text/html", b"not here"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status in (301, 302):
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with served(Handler) as port:
        made.address = f"http://127.0.0.1:{port}"
        yield made
