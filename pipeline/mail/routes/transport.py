"""Hand a finished message to its route: a folder of .eml files, or a mail server through yagmail.

yagmail opens the connection and signs in; its connection is kept and given our own bytes. Every refusal comes back as a
``DeliveryError`` that says whether it is about this reader, this moment or the whole route.
"""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.config import Config
from pipeline.configuration.mail import MailSection
from pipeline.configuration.routes import GRAPH
from pipeline.errors import (
    ConfigurationError,
    DeliveryError,
    DroppedError,
    InDoubtError,
    RouteDownError,
    say_system_error,
)
from pipeline.mail.routes.conversation import CLOSING, NoAnswerError, RefusedError, Stage, hand_over, reset, say_goodbye
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.its_clock import say_difference
from pipeline.mail.routes.patience import Patience
from pipeline.mail.routes.refusals import Reply, Whose, judge
from pipeline.mail.words import one_line
from pipeline.private_files import make_folder, write_file
from pipeline.secret_sources import KEYRING_SERVICE, read_secret

if TYPE_CHECKING:
    import yagmail

    from pipeline.mail.routes.tokens import TokenSource


class Transport(Protocol):
    """One way out. A transport is used by one thread."""

    def send(self, envelope: Envelope) -> str | None:
        """Hand one message over; return what the other side said to it, if anything.

        Raises:
            DeliveryError: when it was not taken, or may not have been (``InDoubtError``).
        """
        ...

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        ...


# --- the folder ------------------------------------------------------------------------------------------------


class FolderTransport:
    """Writes each message as one .eml file, for this account alone, that appears whole and is never touched again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, envelope: Envelope) -> str | None:
        """Write the file and see it onto the drive; return its name. One that holds this very message is left as it is.

        Raises:
            RouteDownError: when the folder cannot be written.
        """
        try:
            make_folder(self._folder)
            target, written = self._place(envelope)
            if not written:
                write_file(target, envelope.content, durable=True)
        except OSError as error:
            raise RouteDownError(
                f"{self._folder} cannot be written: {say_system_error(error)}. Make room or give this account the "
                "right to write there, then run again."
            ) from error
        return target.name

    def close(self) -> None:
        """Nothing is held open."""

    def _place(self, envelope: Envelope) -> tuple[Path, bool]:
        """Return the file's path and whether it is already there; another message of that name is stepped round."""
        mark, number = f"Message-ID: {envelope.message_id}\r\n".encode("ascii"), 1
        while True:
            suffix = "" if number == 1 else f"-{number}"
            target = self._folder / f"{envelope.name}{suffix}.eml"
            if not target.exists():
                return target, False
            with target.open("rb") as file:
                if mark in file.read(8192):
                    return target, True
            number += 1


# --- the mail server ---------------------------------------------------------------------------------------------


@cache
def _client_class() -> Any:
    """Return yagmail's client whose connections keep the words with which the server greeted."""
    import yagmail

    opened = yagmail.Client.connection
    return type("Client", (yagmail.Client,), {"connection": property(lambda client: _kept(opened.__get__(client)))})


@cache
def _kept(connection: Any) -> Any:
    def connect(smtp: Any, *address: Any, **more: Any) -> tuple[int, bytes]:
        answer: tuple[int, bytes] = connection.connect(smtp, *address, **more)
        smtp.greeting = answer[1]
        return answer

    return type(connection.__name__, (connection,), {"connect": connect})


class YagmailTransport:
    """Sends over one kept connection, which yagmail opens and signs in to; opened again after it broke."""

    def __init__(
        self,
        mail: MailSection,
        password: str | None,
        *,
        context: ssl.SSLContext | None = None,
        tokens: "TokenSource | None" = None,
        patience: Patience | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``context`` verifies the server; None is the system's own trust. ``tokens`` sign in where they are given.

        ``now`` is the computer's clock, against which the server's is held.
        """
        self._mail = mail
        self._password = password
        self._tokens = tokens
        self._context = context
        self._patience, self._now = patience or Patience(), now
        self._client: yagmail.Client | None = None

    def send(self, envelope: Envelope) -> str | None:
        """Hand one message over; return the server's answer to it.

        Raises:
            RouteDownError: when no connection could be made.
            DroppedError, InDoubtError: when it broke before or after the final dot.
            DeliveryError: when the server refused; ``pauses_route`` for a refused sign-in or a used-up quota.
        """
        smtp, host = self._connection(), self._mail.host
        try:
            return one_line(hand_over(smtp, envelope, self._patience))
        except RefusedError as error:
            self._put_right(smtp, error)
            raise refusal(error.code, error.words, error.stage) from error
        except NoAnswerError as error:
            self._drop()
            raise InDoubtError(
                f"{host} did not say whether it took the message: {_said(error.__cause__ or error)}. It is sent again "
                "later under the same Message-ID."
            ) from error
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise DroppedError(f"The connection to {host} broke: {_said(error)}.") from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise DroppedError(f"{host} answered out of turn: {_said(error)}.") from error

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._client is not None:
            with suppress(smtplib.SMTPException, OSError):
                say_goodbye(self._client.smtp, self._patience)
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.is_closed = True  # or it would say QUIT to a dead line when it is collected
            if client.smtp is not None:
                client.smtp.close()

    def _connection(self) -> Any:
        if self._client is None:
            self._client = self._open()
        return self._client.smtp

    def _open(self) -> "yagmail.Client":
        mail = self._mail
        # The system's own trust takes longer to load than a mail to send.
        context = None if mail.security == "none" else self._context or ssl.create_default_context()
        tls = {"context": context} if mail.security == "tls" else {}
        client: yagmail.Client = _client_class()(
            user=mail.user or mail.from_address,
            password=self._password or "",
            host=mail.host,
            port=mail.port,
            smtp_ssl=mail.security == "tls",
            smtp_starttls={"context": context} if mail.security == "starttls" else False,
            smtp_skip_login=not mail.user or self._tokens is not None,
            soft_email_validation=False,
            timeout=self._patience.waits.connect,
            **tls,
        )
        if mail.user:
            client.user = mail.user  # yagmail puts "@gmail.com" behind a name that is no address
        self._client = client
        try:
            client.login()
            self._refuse_wrong_clock(client.smtp)
            if self._tokens is not None:
                from pipeline.mail.oauth.smtp import sign_in_by_token

                sign_in_by_token(client.smtp, mail, self._tokens)
        except DeliveryError:
            self._drop()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise _no_connection(mail, error) from error
        return client

    def _refuse_wrong_clock(self, smtp: Any) -> None:
        words = smtp.greeting.decode("utf-8", "replace")
        if said := say_difference(f"The mail server {self._mail.host}", words, self._now()):
            raise DeliveryError(said, permanent=False, pauses_route=True)

    def _put_right(self, smtp: Any, error: RefusedError) -> None:
        """Make the connection ready for the next message; let go of it where the server does (421)."""
        if error.code == CLOSING:
            self._drop()
            return
        try:
            reset(smtp, self._patience)
        except (smtplib.SMTPException, OSError):
            self._drop()


def refusal(code: int, words: str, stage: Stage) -> DeliveryError:
    """Return what a server's refusal means for the message and for the route.

    A 5xx that is the recipient's or the message's own is final; what is the route's is tried again.
    """
    reply = Reply(code, one_line(words, 300), stage)
    verdict = judge(reply)
    said = f"The mail server said: {code} {reply.words}"
    is_route = verdict.whose is Whose.ROUTE
    return DeliveryError(
        f"{said.rstrip('. ')}. {verdict.lifted}" if verdict.pauses else said,
        permanent=500 <= code < 600 and not is_route,
        pauses_route=verdict.pauses,
        is_theirs=not is_route,
        likeness=None if verdict.whose is Whose.RECIPIENT else reply.likeness,
    )


def _no_connection(mail: MailSection, error: Exception) -> DeliveryError:
    server = f"{mail.host}, port {mail.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryError(
            f"The mail server {server} refused the sign-in of {mail.user}: {_said(error)}. "
            "Check [mail] user and the password, then run `policy send --resume`.",
            permanent=False,
            pauses_route=True,
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"its certificate is not trusted ({error.verify_message})"
        return RouteDownError(f"The mail server {server} was not used: {reason}. Check [mail] host.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return RouteDownError(f"The mail server {server} does not offer what [mail] asks for: {_said(error)}.")
    return RouteDownError(f"The mail server {server} could not be reached: {_said(error)}. Check [mail] host and port.")


def _said(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return f"{error.smtp_code} {one_line(text, 300)}".rstrip(". ")
    if isinstance(error, ssl.SSLError):
        return "it does not speak the encryption that [mail] security asks for"
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return say_system_error(error)
    return one_line(str(error) or type(error).__name__, 300).rstrip(". ")


# --- the password ------------------------------------------------------------------------------------------------


def load_password(mail: MailSection, environ: Mapping[str, str]) -> str | None:
    """Return the password of ``[mail] user``; None where nobody signs in, or by token.

    It comes from POLICY_SMTP_PASSWORD, the file POLICY_SMTP_PASSWORD_FILE names, or the system keyring, in that order.

    Raises:
        ConfigurationError: when there is none, or it cannot be used; says where to put it.
    """
    if not mail.user or mail.oauth.is_used:
        return None
    password = read_secret(environ, "POLICY_SMTP_PASSWORD", mail.user)
    if not password:
        raise ConfigurationError(
            f"The password of {mail.user} on {mail.host} is not set. Put it into the environment as "
            "POLICY_SMTP_PASSWORD, into a file named by POLICY_SMTP_PASSWORD_FILE, or into the system keyring "
            f"(service {KEYRING_SERVICE}, name {mail.user})."
        )
    if not password.isascii():
        raise ConfigurationError(
            f"The password of {mail.user} holds letters that mail servers cannot take; choose another."
        )
    return password


def make_transport(
    config: Config,
    password: str | None,
    *,
    context: ssl.SSLContext | None = None,
    tokens: "TokenSource | None" = None,
    patience: Patience | None = None,
) -> Transport:
    """Return a transport of the configured route.

    ``password`` comes from ``load_password``, ``tokens`` from ``load_tokens``; one source is for all transports.
    """
    way = config.mail.way
    if way is GRAPH:
        from pipeline.mail.routes.graph import GraphTransport

        assert tokens is not None
        return GraphTransport(config.mail, tokens, context=context, patience=patience)
    if way.has_server:
        return YagmailTransport(config.mail, password, context=context, tokens=tokens, patience=patience)
    return FolderTransport(config.distribution / "outbox")
