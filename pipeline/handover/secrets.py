"""Which secrets the program uses, where each is at this moment, and who can change it; never what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.acknowledgements.links import secret_path
from pipeline.config import Config
from pipeline.fetched_lists import SECRET as PEOPLE_SECRET
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.location import is_on_server

MAIL_SIGN_IN = "mail-sign-in.json"


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret."""

    what: str
    """What it is for, in words."""
    where: str
    """The variable, the file, or where else it is looked for."""
    to_change: str = ""
    """What to change it at, where a body outside the program gives it out; empty where the program makes it."""


def list_secrets(config: Config, environ: Mapping[str, str]) -> tuple[Secret, ...]:
    """Return every secret that the settings call for, and those that lie in the workspace."""
    return tuple(_list_secrets(config, environ))


def _list_secrets(config: Config, environ: Mapping[str, str]) -> Iterator[Secret]:
    yield Secret(
        "the key of the personal links and of the codes on papers",
        _where(environ, "POLICY_SECRET_KEY", secret_path(config)),
    )
    yield Secret("the key that signs the ledger", _file(ledger_key_path(config.root)))
    mail, inbox = config.mail, config.inbox
    if mail.way.has_server and mail.user and not mail.oauth.is_used:
        at = f"the mail service, for the mailbox {mail.user}"
        yield Secret("the password of the mail route", _where(environ, "POLICY_SMTP_PASSWORD"), at)
    if mail.oauth.is_used and mail.oauth.flow == "device-code":
        at = f"the mail service: sign out everywhere as {mail.mailbox}, then sign in anew with policy mail check"
        yield Secret(
            "the sign-in to the mail service that somebody made with a code", _file(mail_sign_in_path(config)), at
        )
    elif mail.oauth.is_used:
        at = f"{mail.oauth.provider.title()}, at the app {mail.oauth.client_id or mail.mailbox}"
        yield Secret(
            "the secret of the app that signs in to the mail service", _where(environ, "POLICY_MAIL_CLIENT_SECRET"), at
        )
    if inbox.route == "imap" and inbox.sign_in != "token":
        at = f"the mail service, for the mailbox {inbox.user}"
        yield Secret("the password of the mailbox that is read", _where(environ, "POLICY_INBOX_PASSWORD"), at)
    for name, section in (("Microsoft", config.accounts.microsoft), ("Google", config.accounts.google)):
        if section.is_used:
            at = f"{name}, at the app {section.client_id}"
            variable = f"POLICY_{name.upper()}_SIGN_IN_SECRET"
            yield Secret(f"the secret of the app by which people sign in with {name}", _where(environ, variable), at)
    if config.people.microsoft.is_used:
        at = f"Microsoft, at the app {config.people.microsoft.client_id}"
        yield Secret("the secret of the app that reads the staff list", _where(environ, PEOPLE_SECRET), at)
    if is_on_server(config.register_.url):
        at = "the database server, for the account that [register] url names"
        yield Secret("the password of the register's database", _where(environ, "POLICY_REGISTER_PASSWORD"), at)
    said = _where(environ, "POLICY_BACKUP_PASSPHRASE")
    yield Secret("the passphrase of safety copies that left this computer", f"in somebody’s head, or {said}")


def mail_sign_in_path(config: Config) -> Path:
    """Return where the sign-in to the mail service lies that a person made with a code."""
    return config.root / ".secrets" / MAIL_SIGN_IN


def _where(environ: Mapping[str, str], variable: str, made: Path | None = None) -> str:
    if environ.get(variable, "").strip():
        return f"the variable {variable} of the account that runs the program"
    if named := environ.get(f"{variable}_FILE", "").strip():
        return f"the file {named}, named by {variable}_FILE"
    if made is not None and made.exists():
        return _file(made)
    return f"the system keyring, or nowhere ({variable} is not set)"


def _file(path: Path) -> str:
    return f"the file {path}" if path.exists() else f"the file {path} (not there yet)"
