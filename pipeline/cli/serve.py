"""``policy serve``."""

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

import click

from pipeline.cli.session import Session, pass_session, say


@click.command("serve", help="Serve the dashboard and the personal pages, and run daily.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any.")
@click.option("--no-scheduler", is_flag=True, help="Serve the pages only; something else runs the pipeline.")
@click.option("--open", "open_browser", is_flag=True, help="Open the dashboard in the browser, signed in.")
@pass_session
def serve_command(session: Session, host: str, port: int, no_scheduler: bool, open_browser: bool) -> None:
    """Serve the dashboard and the personal pages, and run daily."""
    from pipeline.config import load_config
    from pipeline.run import run_pipeline
    from pipeline.web.browser import open_in_browser, opened_dashboard
    from pipeline.web.server import serve

    def run(now: datetime) -> None:
        config = load_config(session.root / "config.toml")  # what the office changed since yesterday counts today
        run_pipeline(config, today=now.astimezone(config.zone).date(), now=now, environ=session.environ)

    def announce(line: str) -> None:
        say(line)
        sys.stdout.flush()

    def open_page(link: str) -> AbstractContextManager[None]:
        return opened_dashboard(
            link, session.config.distribution, announce, lambda address: open_in_browser(address, session.environ)
        )

    serve(
        session.config,
        run,
        clock=session.clock,
        environ=session.environ,
        say=announce,
        host=host,
        port=port,
        scheduler=not no_scheduler,
        open_page=open_page if open_browser else nullcontext,
    )
