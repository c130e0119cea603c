"""The settings of the mailbox in which what comes back arrives; ``config`` has the others."""

from typing import Literal

from pydantic import Field, model_validator

from pipeline.configuration.mail import CLIENT_CREDENTIALS, DEVICE_CODE, MailSection
from pipeline.configuration.values import Line, Section, WrongKeysError
from pipeline.errors import Fault
from pipeline.text.addresses import is_address


class InboxSection(Section):
    """``[inbox]``: the mailbox in which bounces and replies arrive."""

    route: Literal["", "imap", "graph"] = ""
    """``imap`` reads it, or ``graph`` (Microsoft 365, signed in to by ``[mail.oauth]``); empty reads none."""
    host: Line = ""
    """The mail server's name."""
    port: int = Field(default=993, ge=1, le=65535)
    """Its port."""
    security: Literal["none", "starttls", "tls"] = "tls"
    """How the connection is made safe."""
    user: Line = ""
    """Whose mailbox it is, as the mail server knows them; by ``graph`` its address."""
    sign_in: Literal["", "password", "token"] = ""
    """How ``imap`` is signed in to: by ``password``, or by ``token`` of ``[mail.oauth]``.

    Empty: by password where one is set in the environment for this mailbox, else by token where ``[mail.oauth]`` signs
    in to the same mailbox, else by a password from the keyring.
    """
    folder: Line = "INBOX"
    """The folder that is read; nothing in it is moved or marked."""
    own: bool = False
    """It is the mailbox of these mails alone: what people write to it counts where it answers none of them, too."""

    @model_validator(mode="after")
    def _is_complete(self) -> "InboxSection":
        if self.route == "imap" and not self.host:
            raise WrongKeysError(Fault("host", 'route = "imap" needs the name of the mail server'))
        if self.route == "imap" and not self.user:
            raise WrongKeysError(
                Fault("user", 'route = "imap" needs whose mailbox it is, as the mail server knows them')
            )
        if self.route == "graph" and not is_address(self.user):
            raise WrongKeysError(
                Fault("user", 'route = "graph" needs the address of the mailbox, like name@school.sch.uk')
            )
        return self

    @property
    def mailbox(self) -> str:
        """What the place in it is kept under."""
        if self.route == "graph":
            return f"graph:{self.user.casefold()}/{self.folder}"
        return f"{self.user}@{self.host}/{self.folder}"


def inbox_faults(inbox: InboxSection, mail: MailSection) -> list[Fault]:
    """Return what of ``[inbox]`` does not fit the sign-in of ``[mail.oauth]``, a sentence each, the key first.

    Whoever signs in with a code, and Google's account for one mailbox, read that mailbox and no other.
    """
    if inbox.route == "graph":
        return _graph_faults(inbox, mail)
    if inbox.route != "imap" or inbox.sign_in != "token":
        return []
    if not mail.oauth.is_used:
        return [Fault("inbox.sign_in", '"token" needs a sign-in under [mail.oauth]; else write "password"')]
    if mail.oauth.flow != CLIENT_CREDENTIALS and inbox.user.casefold() != mail.mailbox.casefold():
        whose = mail.mailbox or "the address of [mail] from"
        said = f'the sign-in of [mail.oauth] is for {whose} alone; read that mailbox, or write "password"'
        return [Fault("inbox.sign_in", said)]
    return []


def _graph_faults(inbox: InboxSection, mail: MailSection) -> list[Fault]:
    if inbox.sign_in == "password":
        return [Fault("inbox.sign_in", 'route = "graph" takes no password; write "token", or leave it empty')]
    if mail.oauth.provider != "microsoft":
        said = '"graph" is Microsoft 365: write provider = "microsoft" with tenant and client_id under [mail.oauth]'
        return [Fault("inbox.route", said)]
    if mail.oauth.flow == DEVICE_CODE and inbox.user.casefold() != mail.mailbox.casefold():
        whose = mail.mailbox or "the address of [mail] from"
        reads = 'with flow = "device-code" whoever signs in reads their own mailbox alone'
        return [Fault("inbox.user", f"{reads}: write {whose}, or take a client secret")]
    return []
