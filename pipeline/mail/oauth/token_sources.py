"""Where the tokens of ``[mail.oauth]`` come from: Google's service account, or Microsoft's two ways."""

import ssl
from collections.abc import Mapping

from pipeline.config import Config
from pipeline.configuration.mail import DEVICE_CODE
from pipeline.mail.routes.client_secret import load_client_secret
from pipeline.mail.routes.tokens import KeptToken, Purpose, TokenSource


def load_tokens(
    config: Config, environ: Mapping[str, str], *, context: ssl.SSLContext | None = None
) -> TokenSource | None:
    """Return what signs the configured route in; None where it takes a password or needs no sign-in.

    Raises:
        ConfigurationError: as ``make_token_source``.
    """
    mail = config.mail
    if not mail.way.sends or not mail.oauth.is_used:
        return None
    return make_token_source(config, environ, Purpose(mail.way.permission), context=context)


def make_token_source(
    config: Config, environ: Mapping[str, str], purpose: Purpose, *, context: ssl.SSLContext | None = None
) -> TokenSource:
    """Return where the tokens of ``[mail.oauth]`` come from; nothing is fetched yet.

    ``context`` verifies the provider; None is the system's own trust.

    Raises:
        ConfigurationError: when the secret it needs is missing or cannot be used.
    """
    mail = config.mail
    if mail.oauth.provider == "google":
        from pipeline.mail.oauth.google import ServiceAccount

        account = ServiceAccount(mail, load_client_secret(mail, environ), context)
        return KeptToken(account.fetch)
    if mail.oauth.flow == DEVICE_CODE:
        from pipeline.mail.oauth.microsoft import SignedInOnce

        return KeptToken(SignedInOnce(mail, purpose, config.root, context).fetch)
    from pipeline.mail.oauth.microsoft import ClientCredentials

    return KeptToken(
        ClientCredentials(mail.oauth, mail.mailbox, purpose, load_client_secret(mail, environ), context).fetch
    )
