"""Serve the pages and run the daily schedule beside them, until told to stop. ``policy serve`` is this."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from time import monotonic as time_passed

from starlette.types import ASGIApp

from pipeline.config import Config
from pipeline.dates.calendar import skipped_hour
from pipeline.register.jobs import last_run_at
from pipeline.register.store.database import Register
from pipeline.register.store.for_run import open_workspace_register as _open
from pipeline.schedule import Schedule, Work, silent_since
from pipeline.web.browser import page_for
from pipeline.web.listening import PATIENCE_SECONDS, address_of, ending_by_signals, listen, make_server
from pipeline.web.own_address import noted
from pipeline.web.preparing import live_config, prepare, say_link
from pipeline.web.quiet_log import kept_short
from pipeline.web.sessions import Sessions
from pipeline.web.sign_in.mailed import LinkMailer
from pipeline.web.signing import LedgerSigner
from pipeline.web.site import Site
from pipeline.wording import say_day, say_moment

_log = logging.getLogger(__name__)


def serve(
    config: Config,
    build: Callable[[Site], ASGIApp],
    make_work: Callable[[Register, Callable[[], bool]], Work],
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    say: Callable[[str], None],
    host: str = "127.0.0.1",
    port: int = 8000,  # 0 takes any free one
    scheduler: bool = True,
    stopping: threading.Event | None = None,
    open_page: Callable[[str], AbstractContextManager[object]] | None = None,
    shows_link: bool = True,
    actor: str = "whoever started policy serve",
) -> None:
    """Serve the pages and, with ``scheduler``, do the work that falls due, until SIGTERM, Ctrl-C or ``stopping``.

    ``build`` makes the pages; ``make_work`` is given the register and what tells the work to end. ``say`` is given how
    to sign in, with ``shows_link`` by a link, as ``actor``, which ``open_page`` opens. Ends within five seconds.

    Raises UsageError for an address in use, RegisterError for a register that cannot be opened, KeyboardInterrupt.
    """
    with listen(host, port) as listener, _signed_register(config, environ, clock) as (register, sign):
        secret = prepare(register, config, environ, say, clock())
        schedule, live = _schedule(register, make_work, config, clock), live_config(register, config, clock)
        mailer, address = LinkMailer(environ), address_of(listener)
        site = Site(
            register, live, secret, clock, schedule.last_finished_at, scheduler, sign.note, mailer.ask, address,
            environ, schedule.wake, began_at=clock(),
        )  # fmt: skip
        server = make_server(build(site), stopping)
        # Before the first word is said.
        with ending_by_signals(server) as received:
            link = _announce(say, site, config, actor, shows=shows_link, makes=open_page is not None)
            with kept_short(), mailer.working_for(site), noted(address, config.distribution), page_for(open_page, link):
                if scheduler:
                    schedule.start()
                server.run(sockets=[listener])
            _stop(schedule, site, interrupted=signal.SIGINT in received)


@contextmanager
def _signed_register(
    config: Config, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Iterator[tuple[Register, LedgerSigner]]:
    """Open the register, and sign what pages record in it."""
    with _open(config, environ=environ) as register, LedgerSigner(register, config.root, clock) as sign:
        yield register, sign


def _schedule(
    register: Register,
    make_work: Callable[[Register, Callable[[], bool]], Work],
    config: Config,
    clock: Callable[[], datetime],
) -> Schedule:
    ending = threading.Event()
    work = make_work(register, ending.is_set)
    return Schedule(register, work, ending, daily_at=config.schedule.at, zone=config.zone, clock=clock)


def _stop(schedule: Schedule, site: Site, *, interrupted: bool) -> None:
    until, work = time_passed() + PATIENCE_SECONDS, site.work
    work.end()
    schedule.stop(patience_seconds=PATIENCE_SECONDS)
    work.wait(until - time_passed())
    site.kept.close()
    if schedule.is_working or work.is_working:
        _leave(interrupted=interrupted)
    if interrupted:
        raise KeyboardInterrupt


def _announce(say: Callable[[str], None], site: Site, config: Config, actor: str, *, shows: bool, makes: bool) -> str:
    """Say what the person who started it should know; return a link that signs in, as ``say_link`` does."""
    say(f"Serving at {site.address} (stop with Ctrl-C).")
    link = say_link(say, site, Sessions(site), actor, shows=shows, makes=makes)
    if site.schedules:
        say(f"The pipeline runs each day at {config.schedule.daily_at}, and sends what is due each minute.")
        if skipped := skipped_hour(config.schedule.at, config.zone, site.today(site.clock())):
            day, shown = skipped
            say(
                f"On {say_day(day)} the clocks go forward and there is no {config.schedule.daily_at}: it runs at "
                f"{shown:%H:%M} then."
            )
        if missed := _say_missed(site):
            say(missed)
    if not config.web.base_url:
        say("Staff are not sent to these pages: [web] base_url in config.toml is not set.")
    return link


def _say_missed(site: Site) -> str:
    """Say since when no run was made, where it was due; nothing where none was ever made, or all is well."""
    with site.register.reading() as tx:
        last_run = last_run_at(tx, site.register.school, site.clock())
    if last_run is None or silent_since(last_run, last_run, site.clock()) is None:
        return ""
    moment = say_moment(last_run.astimezone(site.config().zone))
    return f"No run has finished since {moment}: what was missed is caught up now, once."


def _leave(*, interrupted: bool) -> None:
    """End the program at once, since waiting for the workers of a run in progress could take minutes.

    A run that ends so is one that was killed: the register keeps what was finished, and the next takes up the rest.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(130 if interrupted else 0)
