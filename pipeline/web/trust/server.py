"""Serve a trust's desk, and every school's below it, until told to stop. ``policy trust serve`` is this.

It serves pages alone: the schools' nights are ``policy trust run`` and ``deliver``, or the workers'.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic as time_passed
from time import sleep as pause

from starlette.types import ASGIApp

from pipeline.configuration.trust import TRUST_NAME
from pipeline.files import stamp_of
from pipeline.register.store.for_run import open_workspace_register
from pipeline.trust.own_settings import unknown_schools
from pipeline.trust.schools import name_in_file
from pipeline.web.browser import page_for
from pipeline.web.listening import PATIENCE_SECONDS, address_of, ending_by_signals, listen, make_server
from pipeline.web.own_address import noted
from pipeline.web.preparing import prepare, say_link
from pipeline.web.quiet_log import kept_short
from pipeline.web.sessions import Sessions
from pipeline.web.sign_in.mailed import LinkMailer
from pipeline.web.signing import LedgerSigner
from pipeline.web.site import Site
from pipeline.web.trust.app import build_trust_app
from pipeline.web.trust.glances import Glances
from pipeline.web.trust.own_site import LiveTrust, NamedSchool, TrustSite
from pipeline.web.trust.schools import Schools
from pipeline.workspace import CONFIG_NAME

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrustServing:
    """How a trust is served."""

    build: Callable[[Site, Sessions], ASGIApp]
    """Makes the pages of one school (``app.build_app``)."""
    environ: Mapping[str, str]
    say: Callable[[str], None]
    """Given the lines for the person who started it: the address, and how to sign in."""
    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes any free one."""
    stopping: threading.Event | None = None
    open_page: Callable[[str], AbstractContextManager[object]] | None = None
    """Given a link that signs in, and left at the end."""
    shows_link: bool = True
    """Whether the lines have such a link: they may go into a log that others read."""
    actor: str = "whoever started policy trust serve"


def serve_trust(root: Path, clock: Callable[[], datetime], how: TrustServing) -> None:
    """Serve the trust in the folder ``root`` until SIGTERM, Ctrl-C or ``stopping``; ends within five seconds.

    Raises:
        ConfigurationError: ``trust.toml`` has faults.
        UsageError: the address is in use.
        RegisterError: the trust's own register cannot be opened.
        KeyboardInterrupt: Ctrl-C ended it.
    """
    live = LiveTrust(root)
    with ExitStack() as opened:
        listener = opened.enter_context(listen(how.host, how.port))
        site, sessions = opened.enter_context(_own_site(live, clock, how, address_of(listener)))
        glances = Glances(clock)
        opened.callback(glances.close)
        schools = Schools(live.now, sessions, clock, how.environ, site.address, how.build)
        server = make_server(build_trust_app(site, live, sessions, schools.using, glances), how.stopping)
        with ending_by_signals(server) as received:
            link = _announce(live, site, sessions, how)
            with kept_short(), noted(site.address, site.config().distribution), page_for(how.open_page, link):
                server.run(sockets=[listener])
            _stop(site, schools, interrupted=signal.SIGINT in received)
        if signal.SIGINT in received:
            raise KeyboardInterrupt


@contextmanager
def _own_site(
    live: LiveTrust, clock: Callable[[], datetime], how: TrustServing, address: str
) -> Iterator[tuple[TrustSite, Sessions]]:
    """Open the trust's own register, in which it stands who is signed in, and give the site and the sessions of it."""
    config = live()
    with (
        open_workspace_register(config, environ=how.environ) as register,
        LedgerSigner(register, config.root, clock) as sign,
    ):
        secret = prepare(register, config, how.environ, how.say, clock())
        mailer = LinkMailer(how.environ)
        site = TrustSite(
            register, live, secret, clock, lambda: None, False, sign.note, mailer.ask, address, how.environ,
            sign_in_command="policy trust sign-in", serve_command="policy trust serve",
            settings_name=TRUST_NAME,
            names=_Names(live),
        )  # fmt: skip
        with mailer.working_for(site):
            yield site, Sessions(site)


class _Names:
    """What each school is called, as the files have it now."""

    def __init__(self, live: LiveTrust) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[tuple[int, int] | None, str]] = {}

    def __call__(self) -> tuple[NamedSchool, ...]:
        """Return the schools in the order of the file."""
        trust = self._live.now()
        return tuple(NamedSchool(one.key, self._name(trust.folder_of(one)) or one.key) for one in trust.schools)

    def _name(self, folder: Path) -> str:
        stamp = stamp_of(folder / CONFIG_NAME)
        with self._lock:
            seen = self._read.get(folder)
            if seen is None or seen[0] != stamp:
                seen = self._read[folder] = stamp, name_in_file(folder)
            return seen[1]


def _announce(live: LiveTrust, site: TrustSite, sessions: Sessions, how: TrustServing) -> str:
    """Say what the person who started it should know, and return a link that signs in once, where one is wanted."""
    trust, config = live.now(), site.config()
    how.say(f"Serving {trust.name} at {site.address} (stop with Ctrl-C).")
    link = say_link(how.say, site, sessions, how.actor, shows=how.shows_link, makes=how.open_page is not None)
    how.say(f"Each school's own desk is at {site.address}/schools/KEY/; its own people sign in there.")
    how.say("Nothing is run or mailed from here by itself: 'policy trust schedule' prints what does that.")
    for fault in unknown_schools(trust):
        how.say(str(fault))
    if not trust.accounts.people and not trust.accounts.microsoft.groups:
        how.say("Nobody but this computer may sign in yet: [accounts] in trust.toml says who of the trust may.")
    elif config.mail.route == "folder" and not (trust.accounts.microsoft.is_used or trust.accounts.google.is_used):
        how.say("Links to sign in are written as files and reach nobody: [mail] route in trust.toml is not set.")
    return link


def _stop(site: TrustSite, schools: Schools, *, interrupted: bool) -> None:
    until = time_passed() + PATIENCE_SECONDS
    site.work.end()
    schools.end_work()
    while (site.work.is_working or schools.is_working()) and time_passed() < until:
        pause(0.05)
    site.kept.close()
    if site.work.is_working or schools.is_working():
        # What goes on could take minutes: it is left as by a program that was killed, and can be done again.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130 if interrupted else 0)
    schools.close()
