"""Open the configured mailbox, by IMAP or by Microsoft Graph, and sign in to it as ``[inbox]`` says."""

import ssl
import time
from collections.abc import Callable, Mapping

from pipeline.config import Config
from pipeline.configuration.inbox import InboxSection
from pipeline.errors import ConfigurationError
from pipeline.mail.inbox.imap import open_imap
from pipeline.mail.inbox.mailbox import Mailbox
from pipeline.mail.oauth.token_sources import make_token_source
from pipeline.mail.routes.tokens import Purpose
from pipeline.secret_sources import KEYRING_SERVICE, read_secret

_PASSWORD = "POLICY_INBOX_PASSWORD"
"""The variable with the mailbox's password."""


def open_mailbox(
    config: Config,
    environ: Mapping[str, str],
    *,
    context: ssl.SSLContext | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Mailbox:
    """Open the configured mailbox, for looking only.

    ``context`` verifies the other side; None is the system's own trust. ``stop`` is asked while the other side wants to
    be left alone: end soon.

    Raises:
        ConfigurationError: there is no password or secret for it, or it cannot be used.
        DeliveryError: it cannot be reached, refuses the sign-in or has no such folder; says which.
    """
    if config.inbox.is_by_graph:
        from pipeline.mail.inbox.graph import GraphMailbox

        tokens = make_token_source(config, environ, Purpose.GRAPH_READ, context=context)
        return GraphMailbox(config, tokens, context=context, stop=stop)
    token = load_inbox_token(config, environ, context=context)
    password = "" if token is not None else load_inbox_password(config.inbox, environ)
    return open_imap(config.inbox, password, token=token, context=context)


def wait_for(
    config: Config,
    environ: Mapping[str, str],
    message_id: str,
    code: str,
    *,
    context: ssl.SSLContext | None = None,
    looks: int = 12,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Return whether a mail arrives in the configured mailbox within a minute: it is looked for every five seconds.

    It is known by its Message-ID, or by ``code`` in its subject where a server has written another one.

    Raises:
        ConfigurationError, DeliveryError: as ``open_mailbox``.
    """
    mailbox = open_mailbox(config, environ, context=context)
    try:
        for look in range(looks):
            if look:
                sleep(5)
            if mailbox.has(message_id, code):
                return True
    finally:
        mailbox.close()
    return False


def load_inbox_token(
    config: Config, environ: Mapping[str, str], *, context: ssl.SSLContext | None = None
) -> Callable[[], str] | None:
    """Return what gives the mailbox's access token; None where it is signed in to by password.

    ``[inbox] sign_in`` says which. Where it does not, a password in the environment is for this mailbox alone and
    counts first; then the sign-in of ``[mail.oauth]`` serves the mailbox that mail goes from. One in the keyring counts
    last: it may be left over from the time when mail was sent with it.

    Raises:
        ConfigurationError: when the secret that the tokens need is missing.
    """
    mail, inbox = config.mail, config.inbox
    is_same = mail.oauth.is_used and inbox.user.casefold() == mail.mailbox.casefold()
    is_given = bool(environ.get(_PASSWORD) or environ.get(f"{_PASSWORD}_FILE"))
    if not (inbox.sign_in == "token" or (inbox.sign_in == "" and is_same and not is_given)):
        return None
    return make_token_source(config, environ, Purpose.IMAP, context=context).token


def load_inbox_password(inbox: InboxSection, environ: Mapping[str, str]) -> str:
    """Return the password of ``[inbox] user``.

    It comes from POLICY_INBOX_PASSWORD, the file POLICY_INBOX_PASSWORD_FILE names, or the system keyring, in turn.

    Raises:
        ConfigurationError: when there is none; says where to put it.
    """
    password = read_secret(environ, _PASSWORD, inbox.user)
    if not password:
        raise ConfigurationError(
            f"The password of {inbox.user} on {inbox.host} is not set. Put it into the environment as "
            f"{_PASSWORD}, into a file named by {_PASSWORD}_FILE, or into the system keyring "
            f"(service {KEYRING_SERVICE}, name {inbox.user})."
        )
    return password
