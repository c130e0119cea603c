"""Hand one message over an open SMTP connection, answer by answer (RFC 5321, section 3.3).

``transport`` opens the connection and says what a refusal or a break means for the message. What matters here is
when something went wrong: until the final dot has gone nothing was taken, behind it nobody knows without the answer.
"""

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.patience import Patience

CLOSING = 421
"""The server closes the connection behind this answer."""
_GO_ON = 354
_BLOCK_BYTES = 65_536


class Stage(StrEnum):
    """What the server was told last."""

    SENDER = "sender"
    """MAIL"""
    RECIPIENT = "recipient"
    """RCPT"""
    DATA = "data"
    """DATA, before any of the content."""
    CONTENT = "content"
    """The whole message with its final dot."""


class RefusedError(Exception):
    """The server answered that it does not take the message."""

    def __init__(self, code: int, words: str, stage: Stage) -> None:
        super().__init__(f"{code} {words}")
        self.code, self.words, self.stage = code, words, stage


class NoAnswerError(Exception):
    """The message went whole, and no answer tells whether it was taken."""


def hand_over(smtp: Any, envelope: Envelope, patience: Patience) -> str:
    """Hand one message over; return the server's answer to it.

    Raises:
        RefusedError: when the server does not take it.
        NoAnswerError: when it went whole and no answer came, or none that can be understood.
        smtplib.SMTPException, OSError: when the connection broke before that; the message was not taken.
    """
    smtp.ehlo_or_helo_if_needed()
    size = f" size={len(envelope.content)}" if smtp.has_extn("size") else ""
    commands = (f"MAIL FROM:<{envelope.sender}>{size}", f"RCPT TO:<{envelope.recipient}>", "DATA")
    if smtp.has_extn("pipelining"):
        _ask_at_once(smtp, commands, patience)
    else:
        for command, step in zip(commands, _steps(patience), strict=True):
            _command(smtp, command)
            _expect(_answer(smtp, patience, step.seconds), step)
    _send_blocks(smtp, stuffed(envelope.content), patience.waits.block)
    return _answer_to_dot(smtp, patience)


@dataclass(frozen=True, slots=True)
class _SmtpStep:
    """One command before the content."""

    stage: Stage
    wanted: frozenset[int]
    seconds: float
    """So long its answer is waited for."""


def _steps(patience: Patience) -> tuple[_SmtpStep, _SmtpStep, _SmtpStep]:
    waits = patience.waits
    return (
        _SmtpStep(Stage.SENDER, frozenset({250}), waits.command),
        _SmtpStep(Stage.RECIPIENT, frozenset({250, 251}), waits.command),
        _SmtpStep(Stage.DATA, frozenset({_GO_ON}), waits.data),
    )


def _ask_at_once(smtp: Any, commands: Sequence[str], patience: Patience) -> None:
    """Say MAIL, RCPT and DATA in one write and read the three answers; raise what the first refusal says.

    A server may ask for the content all the same. Where it has nobody to deliver to, a lone final dot ends that;
    where it took the recipient and not the sender, the dot would send an empty mail, and the connection is closed.

    Source: RFC 2920, section 3.1.
    """
    smtp.send("".join(f"{command}\r\n" for command in commands).encode("ascii"))
    refused: RefusedError | None = None
    codes: list[int] = []
    for step in _steps(patience):
        try:
            code, words = _answer(smtp, patience, step.seconds)
            _expect((code, words), step)
        except RefusedError as error:
            code, refused = error.code, refused or error
        except (smtplib.SMTPException, OSError):
            # A server that has refused may hang up instead of answering the rest.
            raise refused or smtplib.SMTPServerDisconnected("it hung up between two answers") from None
        codes.append(code)
        if code == CLOSING:
            break
    if refused is None:
        return
    if codes[-1] == _GO_ON:
        _end_unwanted_content(smtp, patience, has_recipient=codes[1] in (250, 251))
    raise refused


def _end_unwanted_content(smtp: Any, patience: Patience, *, has_recipient: bool) -> None:
    if has_recipient:
        smtp.close()
        return
    with suppress(smtplib.SMTPException, OSError):
        smtp.send(b".\r\n")
        _answer(smtp, patience, patience.waits.command)


def reset(smtp: Any, patience: Patience) -> None:
    """Have the server forget a message that it refused. Raises as a break does."""
    _command(smtp, "RSET")
    _answer(smtp, patience, patience.waits.command)


def say_goodbye(smtp: Any, patience: Patience) -> None:
    """Say QUIT and wait a moment for the answer, as a server may count who hangs up without. Raises as a break does."""
    smtp.sock.settimeout(patience.waits.goodbye)
    _command(smtp, "QUIT")
    if patience.wait_readable(smtp.sock, patience.waits.goodbye):
        smtp.getreply()


def _command(smtp: Any, line: str) -> None:
    # Addresses were held against a pattern without spaces, line ends and angle brackets.
    smtp.send(f"{line}\r\n".encode("ascii"))


def _answer(smtp: Any, patience: Patience, seconds: float, *, handed_over: bool = False) -> tuple[int, str]:
    """Return the next answer. Raises SMTPServerDisconnected where none comes in time or the program is to stop."""
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("it hung up")
    if not _has_some(smtp) and not patience.wait_readable(smtp.sock, seconds, handed_over=handed_over):
        raise smtplib.SMTPServerDisconnected("it did not answer in time")
    # Something of the answer is there; the rest is given as long as a whole one at sign-in.
    smtp.sock.settimeout(patience.waits.connect)
    code, words = smtp.getreply()
    return int(code), words.decode("utf-8", "replace")


def _has_some(smtp: Any) -> bool:
    """Say whether something of an answer is here already: several come at once where several were asked for."""
    if smtp.file is None:
        return False
    smtp.sock.settimeout(0)
    try:
        return bool(smtp.file.peek(1))
    except OSError:
        # TLS says by an error that nothing is here; a break shows when the answer is read.
        return False


def _answer_to_dot(smtp: Any, patience: Patience) -> str:
    try:
        code, words = _answer(smtp, patience, patience.waits.dot, handed_over=True)
    except (smtplib.SMTPException, OSError) as error:
        raise NoAnswerError from error
    # The first digit alone says whether it was taken: RFC 5321, section 4.2.1.
    if 400 <= code < 600:
        raise RefusedError(code, words, Stage.CONTENT)
    if not 200 <= code < 300:
        raise NoAnswerError from smtplib.SMTPServerDisconnected("it answered something that is no answer")
    return words


def _expect(answer: tuple[int, str], step: _SmtpStep) -> None:
    code, words = answer
    if code == -1:
        raise smtplib.SMTPServerDisconnected("it answered something that is no answer")
    if code not in step.wanted:
        raise RefusedError(code, words, step.stage)


def _send_blocks(smtp: Any, content: bytes, seconds: float) -> None:
    """Send the content; each block may take as long as RFC 5321 gives it, so that a slow line has its time."""
    smtp.sock.settimeout(seconds)
    for start in range(0, len(content), _BLOCK_BYTES):
        smtp.send(content[start : start + _BLOCK_BYTES])


def stuffed(content: bytes) -> bytes:
    """Return the content as it goes after DATA: lines that begin with a dot get another, then the final dot.

    Source: RFC 5321, section 4.5.2.
    """
    doubled = content.replace(b"\r\n.", b"\r\n..")
    if doubled.startswith(b"."):
        doubled = b"." + doubled
    return doubled + (b"" if doubled.endswith(b"\r\n") else b"\r\n") + b".\r\n"
