"""The settings of the mailbox in which what comes back arrives; ``config`` has the others."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.configuration.mail import CLIENT_CREDENTIALS, DEVICE_CODE, NEEDS_SIGN_IN, PROVIDERS, SECURITY, MailSection
from pipeline.configuration.routes import GRAPH, READING_ROUTES, ReadingKey
from pipeline.configuration.values import Line, Section, WrongKeysError
from pipeline.configuration.words import Words
from pipeline.errors import Fault
from pipeline.text.addresses import is_address

_SIGN_INS = {"": "By itself", "password": "By password", "token": "By token, as for sending"}


class InboxSection(Section):
    """``[inbox]``: the mailbox in which bounces and replies arrive."""

    route: Annotated[ReadingKey, Words("How the mailbox is read", READING_ROUTES)] = ""
    """Microsoft 365 is signed in to as for sending."""
    host: Annotated[Line, Words("Mail server")] = ""
    """Such as imap.example.org or outlook.office365.com; Microsoft 365 by itself needs none."""
    port: Annotated[int, Words("Port")] = Field(default=993, ge=1, le=65535)
    """993, or 143 with STARTTLS."""
    security: Annotated[Literal["none", "starttls", "tls"], Words("How the connection is made safe", SECURITY)] = "tls"
    """Not at all only for a server on this very machine."""
    user: Annotated[
        Line, Words("Whose mailbox it is", in_file="The password: POLICY_INBOX_PASSWORD, or the keyring.")
    ] = ""
    """As the mail server knows them; for Microsoft 365 its address. The password is never written here."""
    sign_in: Annotated[Literal["", "password", "token"], Words("Sign-in of a mail server", _SIGN_INS)] = ""
    """By itself: by password where one is given for this mailbox, else by token where that signs in to the same one."""
    folder: Line = "INBOX"
    """The folder that is read; nothing in it is moved or marked."""
    own: Annotated[bool, Words("The mailbox is for these emails alone")] = False
    """Then whatever a person writes to it is told to the office and answered once, strangers' emails too. Else only
    answers to these emails are looked at."""

    @model_validator(mode="after")
    def _is_complete(self) -> "InboxSection":
        if self.route == "imap" and not self.host:
            raise WrongKeysError(Fault("host", "reading by a mail server needs its name"))
        if self.route == "imap" and not self.user:
            raise WrongKeysError(
                Fault("user", "reading by a mail server needs whose mailbox it is, as the server knows them")
            )
        if self.is_by_graph and not is_address(self.user):
            raise WrongKeysError(
                Fault("user", "reading by Microsoft 365 needs the address of the mailbox, like name@school.sch.uk")
            )
        return self

    @property
    def is_by_graph(self) -> bool:
        """Whether it is read by Microsoft Graph, signed in to as for sending."""
        return self.route == GRAPH.key

    @property
    def mailbox(self) -> str:
        """What the place in it is kept under."""
        if self.is_by_graph:
            return f"{self.route}:{self.user.casefold()}/{self.folder}"
        return f"{self.user}@{self.host}/{self.folder}"


def inbox_faults(inbox: InboxSection, mail: MailSection) -> list[Fault]:
    """Return what of ``[inbox]`` does not fit the sign-in of ``[mail.oauth]``, a sentence each, the key first.

    Whoever signs in with a code, and Google's account for one mailbox, read that mailbox and no other.
    """
    if inbox.is_by_graph:
        return _graph_faults(inbox, mail)
    if inbox.route != "imap" or inbox.sign_in != "token":
        return []
    if not mail.oauth.is_used:
        return [Fault("inbox.sign_in", "a token needs the sign-in to the mail service; else choose the password")]
    if mail.oauth.flow != CLIENT_CREDENTIALS and inbox.user.casefold() != mail.mailbox.casefold():
        whose = mail.mailbox or "the sender's address"
        said = f"the sign-in to the mail service is for {whose} alone; read that mailbox, or choose the password"
        return [Fault("inbox.sign_in", said)]
    return []


def _graph_faults(inbox: InboxSection, mail: MailSection) -> list[Fault]:
    if inbox.sign_in == "password":
        return [Fault("inbox.sign_in", "Microsoft 365 takes no password; choose the token, or neither")]
    if mail.oauth.provider != GRAPH.provider:
        return [Fault("inbox.route", f"{PROVIDERS[GRAPH.provider]} {NEEDS_SIGN_IN}")]
    if mail.oauth.flow == DEVICE_CODE and inbox.user.casefold() != mail.mailbox.casefold():
        whose = mail.mailbox or "the sender's address"
        reads = "by a code the account that signs in reads its own mailbox alone"
        return [Fault("inbox.user", f"{reads}: write {whose}, or take a client secret")]
    return []
