"""The secret of the app that signs in to the mail service, from where secrets are kept."""

from collections.abc import Mapping

from pipeline.configuration.mail import MailSection
from pipeline.errors import ConfigurationError
from pipeline.secret_sources import KEYRING_SERVICE, read_secret

CLIENT_SECRET = "POLICY_MAIL_CLIENT_SECRET"


def load_client_secret(mail: MailSection, environ: Mapping[str, str]) -> str:
    """Return the client secret of ``[mail.oauth]``: Microsoft's secret, or the text of Google's key file.

    Raises:
        ConfigurationError: when there is none, or it cannot be read; says where to put it.
    """
    name = mail.oauth.client_id or mail.mailbox
    if secret := read_secret(environ, CLIENT_SECRET, name):
        if mail.oauth.provider == "microsoft" and not (secret.isascii() and secret.isprintable()):
            raise ConfigurationError("The client secret holds letters that none has; copy its value once more.")
        return secret
    if mail.oauth.provider == "google":
        raise ConfigurationError(
            f"The key file of Google's service account is not set. Name it in the environment as {CLIENT_SECRET}_FILE."
        )
    raise ConfigurationError(
        f"The client secret of {name} is not set. Put it into the environment as {CLIENT_SECRET}, into a file named by "
        f"{CLIENT_SECRET}_FILE, or into the system keyring (service {KEYRING_SERVICE}, name {name})."
    )
