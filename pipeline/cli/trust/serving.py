"""``policy trust serve``, and ``policy trust sign-in`` on the computer that it runs on."""

import os
import sys
from contextlib import AbstractContextManager

import click

from pipeline.cli.session import Session, pass_json_session, pass_session, say
from pipeline.cli.sign_in import SignInOptions, answer, asking
from pipeline.cli.trust.here import find, moment, trust_root


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 for any.")
@click.option("--open", "open_browser", is_flag=True, help="Open the trust's desk in the browser, signed in.")
@pass_session
def serve_command(session: Session, host: str, port: int, open_browser: bool) -> None:
    """Serve the trust's desk, and each school's own desk and personal pages below it; it runs no school's night."""
    from pipeline.trust.own_settings import own_distribution
    from pipeline.web.browser import SHOWN_ABOVE, open_in_browser, opened_dashboard
    from pipeline.web.trust.server import TrustServing, serve_trust

    trust = find(session)

    is_terminal = sys.stdout.isatty()

    def announce(line: str) -> None:
        say(line)
        sys.stdout.flush()

    def open_page(link: str) -> AbstractContextManager[None]:
        return opened_dashboard(
            link,
            own_distribution(trust),
            announce,
            lambda address: open_in_browser(address, os.environ),
            SHOWN_ABOVE if is_terminal else "'policy trust sign-in' prints a link to copy into one",
        )

    how = TrustServing(
        os.environ,
        announce,
        host,
        port,
        open_page=open_page if open_browser else None,
        shows_link=is_terminal,
        actor=session.actor,
    )
    serve_trust(trust_root(session), lambda: moment(session, trust), how)


@click.command("sign-in")
@asking
@pass_json_session
def sign_in_command(session: Session, account: str | None, code: int | None, lists: bool, revoke: str | None) -> None:
    """Print a link that signs in to the trust's desk once, or a code; list and end sessions there."""
    from pipeline.trust.own_settings import own_settings

    trust = find(session)
    asked = SignInOptions(account, code, lists, revoke)
    answer(session, own_settings(trust), moment(session, trust), asked, serve="policy trust serve")
