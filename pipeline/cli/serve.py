"""``policy serve``."""

import gc
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_session, say

if TYPE_CHECKING:
    from pipeline.register.store.database import Register
    from pipeline.schedule import Work

_MADE_BEFORE_CYCLES_ARE_SOUGHT = 20_000
"""Objects."""


@click.command("serve", help="Serve the dashboard and the personal pages, run daily, and send what is due.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any.")
@click.option("--no-scheduler", is_flag=True, help="Serve the pages only; something else runs the pipeline.")
@click.option("--open", "open_browser", is_flag=True, help="Open the dashboard in the browser, signed in.")
@pass_session
def serve_command(session: Session, host: str, port: int, no_scheduler: bool, open_browser: bool) -> None:
    """Serve the dashboard and the personal pages, run daily, and send what is due."""
    from pipeline.web.app import build_app
    from pipeline.web.browser import SHOWN_ABOVE, open_in_browser, opened_dashboard
    from pipeline.web.server import serve

    session.ask_day()
    gc.freeze()  # what is imported stays; what the pages leave behind is looked for more often than in a short command
    gc.set_threshold(_MADE_BEFORE_CYCLES_ARE_SOUGHT)

    is_terminal = sys.stdout.isatty()

    def open_page(link: str) -> AbstractContextManager[None]:
        return opened_dashboard(
            link,
            session.config.distribution,
            say,
            lambda address: open_in_browser(address, session.environ),
            SHOWN_ABOVE if is_terminal else "'policy sign-in' prints a link to copy into one",
        )

    serve(
        session.config,
        build_app,
        lambda register, stop: _work(session, register, stop),
        clock=session.clock,
        environ=session.environ,
        say=say,
        host=host,
        port=port,
        scheduler=not no_scheduler,
        open_page=open_page if open_browser else None,
        shows_link=is_terminal,
        actor=session.actor,
    )


def _work(session: Session, register: "Register", stop: Callable[[], bool]) -> "Work":
    """Return what falls due while the pages are served; what the office changed in ``config.toml`` counts each time."""
    from datetime import date, datetime

    from pipeline.acknowledgements.keys import find_keys
    from pipeline.config import Config, load_config
    from pipeline.letters.contributors.returned import take_in_due
    from pipeline.mail.outbox import is_delivery_due
    from pipeline.run import run_pipeline
    from pipeline.schedule import Work
    from pipeline.stages.mail import deliver_due

    def settings(now: datetime) -> tuple[Config, date]:
        config = load_config(session.root / "config.toml")
        return config, now.astimezone(config.zone).date()

    def run(now: datetime) -> None:
        config, today = settings(now)
        run_pipeline(config, today=today, now=now, environ=session.environ, stop=stop)

    def deliver(now: datetime) -> None:
        config, today = settings(now)
        keys = find_keys(register, config, session.environ, make=False)
        deliver_due(register, config, keys, today, now, session.environ, stop)

    def is_due(now: datetime) -> bool:
        config, today = settings(now)
        return is_delivery_due(register, config, today, now)

    def take_in(now: datetime) -> None:
        config, today = settings(now)
        keys = find_keys(register, config, session.environ, make=False)
        take_in_due(register, config, keys, today, now, session.environ, stop)

    def has_mailbox(now: datetime) -> bool:
        return bool(settings(now)[0].inbox.route)

    return Work(run, deliver, is_due, take_in, has_mailbox)
