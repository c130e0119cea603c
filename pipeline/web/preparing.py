"""What a program that serves a school's pages does first: settle its keys and ledger, and follow its configuration."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from pipeline.acknowledgements.keys import find_keys
from pipeline.config import Config
from pipeline.errors import ConfigurationError, PolicyPipelineError
from pipeline.mail.holds import say_hold
from pipeline.private_files import mend_doors
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.states import keep_settings
from pipeline.register.store.database import Register
from pipeline.register.store.location import register_path
from pipeline.register.store.marks import HoldReason
from pipeline.secret_sources import say_open_files
from pipeline.web.sessions import Sessions
from pipeline.web.site import LiveConfig, Site

_log = logging.getLogger(__name__)
_BY_THE_PAGES = "policy serve"
"""Takes up what the office changed in the file."""


def live_config(register: Register, config: Config, clock: Callable[[], datetime]) -> LiveConfig:
    """Return the configuration as the file has it; each change of it is kept, so that a day can be asked for later."""

    def keep(changed: Config) -> None:
        try:
            with register.transaction() as tx:
                keep_settings(tx, register.school, changed, actor=_BY_THE_PAGES, now=clock())
        except PolicyPipelineError as error:
            # The next run keeps it; a page is shown whatever becomes of this.
            _log.warning("changed settings were not kept: %s", error)

    return LiveConfig(config, on_change=keep)


def prepare(
    register: Register, config: Config, environ: Mapping[str, str], say: Callable[[str], None], now: datetime
) -> str:
    """Refuse a damaged register or ledger, close what lay open to others, and return the secret of personal links."""
    register.refuse_damage()
    path = register_path(config.register_.url, root=config.root)
    for notice in (*mend_doors(config.root, config.distribution, path), *say_open_files(environ)):
        say(notice)
    keys = find_keys(register, config, environ, make=True)
    if keys.other_links and not keys.has_secret:
        raise ConfigurationError(say_hold(HoldReason.LINK_KEY))
    for wrong, reason in ((keys.other_links, HoldReason.LINK_KEY), (keys.other_ledger, HoldReason.LEDGER_KEY)):
        if wrong:
            say(say_hold(reason))
    if not keys.other_ledger:
        # What a program that was killed left unsigned.
        with register.transaction() as tx:
            ledger.sign(tx, register.school, ledger_key_path(config.root), now)
    return keys.secret


def say_link(
    say: Callable[[str], None], site: Site, sessions: Sessions, actor: str, *, shows: bool, makes: bool
) -> str:
    """Say how to sign in, by a link where ``shows``: else what is said may go into a log that others read.

    Return a link where one is shown or ``makes``, else nothing.
    """
    link = f"{site.address}/sign-in/{sessions.make_link_token(actor)}" if shows or makes else ""
    if shows:
        say(f"Sign in to the dashboard once with {link}")
    else:
        say(f"To sign in to the dashboard, type '{site.sign_in_command}' on this computer: it prints a link.")
    return link
