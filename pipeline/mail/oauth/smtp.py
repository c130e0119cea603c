"""Sign in to a mail server by token, on the connection that yagmail opened: SASL XOAUTH2."""

import base64
import binascii
import json
import smtplib

from pipeline.configuration.mail import MailSection
from pipeline.configuration.routes import GRAPH
from pipeline.errors import DeliveryError
from pipeline.mail.routes.tokens import TokenSource, xoauth2_string
from pipeline.mail.words import one_line

_TAKEN = 235
_GO_ON = 334
_FOR_NOW = frozenset({421, 454})
_UNKNOWN = frozenset({500, 502, 503, 504})


def sign_in_by_token(smtp: smtplib.SMTP, mail: MailSection, tokens: TokenSource) -> None:
    """Sign in; a refused token is fetched anew once.

    Raises:
        TokenError: when no token could be had.
        DeliveryError: when the server refuses it: the route rests, and it is said who can lift that.
        OSError, smtplib.SMTPException: when the connection broke.

    Source: Google, "OAuth 2.0 Mechanism", SMTP protocol exchange; Microsoft, "Authenticate an IMAP, POP or SMTP
    connection using OAuth"; RFC 4954, section 4.
    """
    smtp.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise _refused(
            f"The mail server {mail.host} offers no sign-in by token. Check [mail] host and security; "
            "your IT provider may have switched it off."
        )
    token = tokens.token()
    code, words = _ask(smtp, mail.mailbox, token)
    if code not in {_TAKEN, *_FOR_NOW, *_UNKNOWN}:
        code, words = _ask(smtp, mail.mailbox, tokens.renew(token))
    if code != _TAKEN:
        raise _refused(_say(mail, code, words))


def _ask(smtp: smtplib.SMTP, mailbox: str, token: str) -> tuple[int, str]:
    """Say the one line and return the server's answer: its code and words.

    A server may tell what is wrong first (334 and JSON in base64); it refuses once it has had an empty line.
    """
    code, words = smtp.docmd("AUTH", f"XOAUTH2 {xoauth2_string(mailbox, token)}")
    if code != _GO_ON:
        return code, _text(words)
    told = _challenge(words)
    code, words = smtp.docmd("")
    return code, f"{_text(words)} {told}".strip()


def _challenge(words: bytes) -> str:
    """Return what a 334 tells, such as ``(status 401, scope https://mail.google.com/)``; empty where nothing."""
    try:
        told = json.loads(base64.b64decode(words, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    said = [f"{key} {one_line(str(told[key]), 80)}" for key in ("status", "scope") if told.get(key)]
    return f"({', '.join(said)})" if said else ""


def _text(words: bytes) -> str:
    return one_line(words.decode("utf-8", "replace"), 300)


def _refused(words: str) -> DeliveryError:
    return DeliveryError(words, permanent=False, pauses_route=True)


def _say(mail: MailSection, code: int, words: str) -> str:
    """Return what a refusal means and who can lift it."""
    said = f"It said: {code} {words}".rstrip(". ") + "."
    if code in _FOR_NOW:
        return f"The mail server {mail.host} takes no sign-in just now. It is tried again by itself. {said}"
    if "5.7.139" in words or "SmtpClientAuthentication" in words:
        return (
            f"Microsoft 365 has sign-in to the mail server switched off for {mail.mailbox} or the whole school. Your "
            f'IT provider can switch it on for this one mailbox; [mail] route = "{GRAPH.key}" needs none. {said}'
        )
    if code in _UNKNOWN:
        return f"The mail server {mail.host} does not know sign-in by token. Check [mail] host. {said}"
    return (
        f"The mail server {mail.host} refused the sign-in of {mail.mailbox} by token. Your IT provider can see whether "
        f"the app may send as this mailbox; 'policy mail letter' has the steps. {said}"
    )
