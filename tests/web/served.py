"""The pages of a test's school, served on this machine for a real browser."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import uvicorn
from starlette.types import ASGIApp

from pipeline.acknowledgements.links import person_token
from pipeline.web.app import build_app
from pipeline.web.attempts import Attempts
from pipeline.web.sessions import Sessions
from pipeline.web.site import LiveConfig, Site
from tests.school import MONDAY, SECRET, School, at


class Served:
    """A school whose pages are served on this machine."""

    def __init__(self, school: School, address: str, sessions: Sessions) -> None:
        self.school, self.address, self.sessions = school, address, sessions

    def my(self, row_id: int) -> str:
        """Return the address of somebody's page."""
        return f"{self.address}/my/{person_token(SECRET, self.school.key, self.school.find_person(row_id))}"

    def form_of(self, address: str) -> dict[str, str]:
        """Return the fields of the first form on a personal page, its box ticked."""
        found = re.search(r'name="form" value="([^"]+)"', httpx.get(address).text)
        assert found
        return {"form": found[1], "read": "yes"}


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Serve pages on a free port of this machine; give their address."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def serve(school: School) -> Iterator[Served]:
    """Serve a school's pages on a free port of this machine, the day after its first mails."""
    now = at(MONDAY + timedelta(days=1), 10)
    site = Site(school.register, LiveConfig(school.config), SECRET, lambda: now, lambda: None, schedules=True)
    sessions = Sessions(site)
    with listening(build_app(site, sessions, Attempts())) as address:
        yield Served(school, address, sessions)
