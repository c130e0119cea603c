"""The schools whose pages are served now: each is opened when it is first asked for, and stops itself alone.

An open school is what ``policy serve`` makes of one: its register, its keys, its settings as the file has them, its own
thread that mails sign-in links. Nothing is shared between two of them.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from starlette.types import ASGIApp

from pipeline.config import Config
from pipeline.configuration.trust import SchoolEntry, Trust
from pipeline.errors import PolicyPipelineError
from pipeline.register.store.for_run import open_workspace_register
from pipeline.trust.school_night import environ_of
from pipeline.trust.schools import look_at, name_in_file
from pipeline.trust.shared_registers import find_shared
from pipeline.web.own_address import noted
from pipeline.web.preparing import live_config, prepare
from pipeline.web.sessions import Sessions
from pipeline.web.sign_in.mailed import LinkMailer
from pipeline.web.signing import LedgerSigner
from pipeline.web.site import Site
from pipeline.web.trust.mounted import Mounted
from pipeline.web.trust.one_school import NotOpen, OpenSchool
from pipeline.web.trust.visitors import VisitorDoor, VisitorSessions
from pipeline.workspace import CONFIG_NAME

_log = logging.getLogger(__name__)
_MOST_OPEN = 30
"""Schools kept open; each takes a connection or two to a server of registers, and some megabytes."""
_TRIED_AGAIN_SECONDS = 5.0
"""So long a school that could not be opened is said to be so without being tried again."""


class Schools:
    """Opens schools, keeps them open, and closes them. Threads share it."""

    def __init__(
        self,
        trust: Callable[[], Trust],
        sessions: Sessions,
        clock: Callable[[], datetime],
        environ: Mapping[str, str],
        address: str,
        build: Callable[[Site, Sessions], ASGIApp],
    ) -> None:
        """``sessions`` are the trust's; ``address`` is where the trust's pages are on this machine; ``build`` makes
        the pages of a school (``app.build_app``).
        """
        self._trust, self._sessions, self._clock = trust, sessions, clock
        self._environ, self._address, self._build = environ, address, build
        self._lock = threading.RLock()
        self._open: dict[str, OpenSchool] = {}
        self._opening: dict[str, threading.Lock] = {}
        self._failed: dict[str, NotOpen] = {}

    @contextmanager
    def using(self, key: str) -> Iterator[OpenSchool | NotOpen | None]:
        """Give a school to answer a request with: open, or why it is not; None for one that the trust does not have."""
        found = self._find(key)
        try:
            yield found
        finally:
            if isinstance(found, OpenSchool):
                with self._lock:
                    found.in_use -= 1

    def close(self) -> None:
        """Close every school."""
        with self._lock:
            schools, self._open = list(self._open.values()), {}
        for school in schools:
            self._close(school)

    def is_working(self) -> bool:
        """Whether a school has work going on behind its pages."""
        with self._lock:
            return any(school.site.work.is_working for school in self._open.values())

    def end_work(self) -> None:
        """Let what goes on come to its end soon."""
        with self._lock:
            for school in self._open.values():
                school.site.work.end()

    def _find(self, key: str) -> OpenSchool | NotOpen | None:
        trust = self._trust()
        entry = trust.school(key)
        if entry is None:
            self._let_go(key)
            return None
        folder = trust.folder_of(entry)
        if (school := self._take(key, folder)) is not None:
            return school
        with self._lock:
            turn = self._opening.setdefault(key, threading.Lock())
        # A request that comes while it is opened waits for it; other schools are opened beside it.
        with turn:
            if (school := self._take(key, folder)) is not None:
                return school
            failed = self._failed.get(key)
            if failed is not None and time.monotonic() - failed.at < _TRIED_AGAIN_SECONDS:
                return failed
            return self._begin(trust, entry)

    def _take(self, key: str, folder: Path) -> OpenSchool | None:
        with self._lock:
            school = self._open.get(key)
            # A folder that was moved away: what its open register still took in would be lost with it.
            if school is None or school.folder != folder or not (folder / CONFIG_NAME).is_file():
                return None
            school.in_use += 1
            school.used_at = time.monotonic()
            return school

    def _begin(self, trust: Trust, entry: SchoolEntry) -> OpenSchool | NotOpen:
        self._let_go(entry.key)
        name = name_in_file(trust.folder_of(entry)) or entry.key
        try:
            found = look_at(trust, entry, find_shared(trust))
            name = found.name
            if found.config is None:
                return self._note_failed(entry.key, name, found.faults)
            school = self._open_school(trust, entry.key, found.config)
        except PolicyPipelineError as error:
            return self._note_failed(entry.key, name, tuple(str(error).splitlines()))
        with self._lock:
            self._failed.pop(entry.key, None)
            school.in_use += 1
            self._open[entry.key] = school
        self._make_room()
        return school

    def _note_failed(self, key: str, name: str, said: tuple[str, ...]) -> NotOpen:
        _log.warning("the pages of %s cannot be served: %s", key, " ".join(said))
        failed = self._failed[key] = NotOpen(name, said, time.monotonic())
        return failed

    def _open_school(self, trust: Trust, key: str, config: Config) -> OpenSchool:
        environ, clock = environ_of(self._environ, key), self._clock
        with ExitStack() as opening:
            register = opening.enter_context(open_workspace_register(config, environ=environ))
            sign = opening.enter_context(LedgerSigner(register, config.root, clock))
            secret = prepare(register, config, environ, lambda line: _log.warning("%s: %s", key, line), clock())
            mailer = LinkMailer(environ)
            address = f"{self._address}/schools/{key}"
            site = Site(
                register, live_config(register, config, clock), secret, clock, lambda: None, False, sign.note,
                mailer.ask, address, environ, trust=trust.name,
                serve_command="policy trust serve",
            )  # fmt: skip
            opening.callback(site.kept.close)
            opening.enter_context(mailer.working_for(site))
            opening.enter_context(noted(address, config.distribution))
            sessions = VisitorSessions(site, self._sessions)
            pages = VisitorDoor(self._build(site, sessions), site, sessions, key)
            app = Mounted(pages, key, lambda: self._trust().web.base_url.startswith("https://"))
            return OpenSchool(key, config.root, site, app, opening.pop_all())
        raise AssertionError("the block above returns or raises")

    def _let_go(self, key: str) -> None:
        """Close a school that is not the trust's any more, or lies elsewhere now; its requests are waited for."""
        with self._lock:
            school = self._open.pop(key, None)
        if school is not None:
            threading.Thread(target=self._close_when_idle, args=(school,), daemon=True).start()

    def _make_room(self) -> None:
        with self._lock:
            idle = [one for one in self._open.values() if one.is_idle and not one.is_waited_for]
            surplus = max(0, len(self._open) - _MOST_OPEN)
        for school in sorted(idle, key=lambda one: one.used_at)[:surplus]:
            self._close_in_turn(school)

    def _close_in_turn(self, school: OpenSchool) -> None:
        """Close a school that nobody uses; a request for it meanwhile waits, and opens it anew after that."""
        turn = self._opening[school.key]
        if not turn.acquire(blocking=False):
            return
        try:
            with self._lock:
                if not school.is_idle or self._open.get(school.key) is not school:
                    return
                del self._open[school.key]
            self._close(school)
        finally:
            turn.release()

    def _close_when_idle(self, school: OpenSchool) -> None:
        while not school.is_idle:
            time.sleep(0.1)
        self._close(school)

    def _close(self, school: OpenSchool) -> None:
        school.site.work.end()
        school.closing.close()
