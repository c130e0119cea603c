"""Tokens from Microsoft by ``msal``: with a client secret, or for a person who has signed in once with a device code.

``msal`` knows Microsoft's own addresses. Its requests are carried to ``[mail.oauth] token_url`` where that is set, so
that tests, and a national cloud, are spoken to in the same words.
"""

import json
import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.configuration.mail import MailSection, OAuthSection
from pipeline.errors import say_system_error
from pipeline.mail.oauth.calls import NONSENSE, TokenCalls, TokenResponse, is_token
from pipeline.mail.oauth.refusals import say_microsoft
from pipeline.mail.routes.tokens import Fetched, Purpose, TokenError
from pipeline.mail.words import one_line
from pipeline.private_files import make_folder, write_file

_USUAL_SECONDS = 3599
_FILE_LOCK = Lock()
"""Sending and reading may sign in at once, each with a source of its own; the file they keep is one."""
_LOGIN = "https://login.microsoftonline.com"
_OWN_SCOPES = {
    Purpose.SMTP: "https://outlook.office365.com/.default",
    Purpose.IMAP: "https://outlook.office365.com/.default",
    Purpose.GRAPH_SEND: "https://graph.microsoft.com/.default",
    Purpose.GRAPH_READ: "https://graph.microsoft.com/.default",
    Purpose.GROUP_READ: "https://graph.microsoft.com/.default",
}
"""What a program asks for in its own name.

Source: "Authenticate an IMAP, POP or SMTP connection using OAuth", client credentials grant flow; "Get access without a
user" (Graph).
"""
_SOMEBODYS_SCOPES = {
    Purpose.SMTP: "https://outlook.office.com/SMTP.Send",
    Purpose.IMAP: "https://outlook.office.com/IMAP.AccessAsUser.All",
    Purpose.GRAPH_SEND: "https://graph.microsoft.com/Mail.Send",
    Purpose.GRAPH_READ: "https://graph.microsoft.com/Mail.Read",
}
"""What it asks for in the name of the person who signed in. Source: the same pages, device authorization grant flow."""
_SIGN_IN_FIRST = "Nobody has signed in to {mailbox} yet: 'policy mail check' does that, with a code that it shows you."


class ClientCredentials:
    """A program that signs in by itself with a client secret."""

    def __init__(
        self,
        oauth: OAuthSection,
        called: str,
        purpose: Purpose,
        secret: str,
        context: ssl.SSLContext | None,
        *,
        table: str = "mail.oauth",
    ) -> None:
        """``called``: what is signed in to, as sentences call it, such as the mailbox; ``table``: which says how."""
        self._oauth, self._called, self._scope, self._secret = oauth, called, _OWN_SCOPES[purpose], secret
        self._table = table
        self._calls = _CallsOfMsal(oauth, context)

    def fetch(self, refused: bool) -> Fetched:
        """Fetch a token. Raises TokenError. ``refused`` makes no difference: none is kept here."""
        _quiet()
        import msal

        with _sound():
            application = msal.ConfidentialClientApplication(
                self._oauth.client_id,
                client_credential=self._secret,
                authority=f"{_LOGIN}/{self._oauth.tenant}",
                http_client=self._calls,
                instance_discovery=False,
            )
            return _fetched(application.acquire_token_for_client(scopes=[self._scope]), self._called, self._table)


class SignedInOnce:
    """A person who signed in once with a code; what lets them stay signed in is kept in a private file."""

    def __init__(
        self,
        mail: MailSection,
        purpose: Purpose,
        root: Path,
        context: ssl.SSLContext | None,
        *,
        also: Purpose | None = None,
    ) -> None:
        """``also``: what else the person who signs in agrees to, so that it is asked once."""
        self._mail, self._scope = mail, _SOMEBODYS_SCOPES[purpose]
        self._agreed = [self._scope] if also is None else [self._scope, _SOMEBODYS_SCOPES[also]]
        self._file = root / ".secrets" / "mail-sign-in.json"
        self._calls = _CallsOfMsal(mail.oauth, context)

    def fetch(self, refused: bool) -> Fetched:
        """Fetch a token for the person who signed in; anew from Microsoft where the last one was ``refused``.

        Raises:
            TokenError: when nobody has signed in, or their sign-in has ended.
        """
        with _FILE_LOCK:
            return self._fetch(refused)

    def _fetch(self, refused: bool) -> Fetched:
        cache = self._open_cache()
        application = self._application(cache)
        accounts = application.get_accounts()
        if not accounts:
            raise TokenError(_SIGN_IN_FIRST.format(mailbox=self._mail.mailbox))
        with _sound():
            result = application.acquire_token_silent_with_error([self._scope], accounts[0], force_refresh=refused)
            self._keep(cache)
            return _fetched(result or {"error": "interaction_required"}, self._mail.mailbox)

    def sign_in(self, say: Callable[[str], None]) -> None:
        """Have a person sign in: ``say`` is given Microsoft's words with the page and the code. Waits for them.

        Raises:
            TokenError: when nobody did in time, or another account than the mailbox did; nothing is kept then.
        """
        import msal

        cache = msal.SerializableTokenCache()
        application = self._application(cache)
        with _sound():
            flow = application.initiate_device_flow(scopes=self._agreed)
            if not isinstance(flow.get("user_code"), str) or not isinstance(flow.get("message"), str):
                raise TokenError(say_microsoft(flow, self._mail.mailbox))
            say(one_line(flow["message"], 500))
            result = application.acquire_token_by_device_flow(flow)
            _fetched(result, self._mail.mailbox)
            who = str(result.get("id_token_claims", {}).get("preferred_username", self._mail.mailbox))
        if who.casefold() != self._mail.mailbox.casefold():
            raise TokenError(
                f"{one_line(who, 100)} has signed in, and mail goes from {self._mail.mailbox}. Sign in as "
                "that mailbox: run 'policy mail check' again."
            )
        self._keep(cache)

    def _application(self, cache: Any) -> Any:
        _quiet()
        import msal

        oauth = self._mail.oauth
        return msal.PublicClientApplication(
            oauth.client_id,
            authority=f"{_LOGIN}/{oauth.tenant}",
            http_client=self._calls,
            token_cache=cache,
            instance_discovery=False,
        )

    def _open_cache(self) -> Any:
        import msal

        cache = msal.SerializableTokenCache()
        try:
            cache.deserialize(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cache
        except (OSError, ValueError) as error:
            why = say_system_error(error) if isinstance(error, OSError | UnicodeError) else "it is damaged"
            raise TokenError(
                f"{self._file}, which keeps the sign-in to {self._mail.mailbox}, cannot be read: {why}. "
                "Delete it and sign in again with 'policy mail check'."
            ) from error
        return cache

    def _keep(self, cache: Any) -> None:
        if not cache.has_state_changed:
            return
        try:
            make_folder(self._file.parent)
            write_file(self._file, cache.serialize().encode("utf-8"))
        except OSError as error:
            raise TokenError(f"{self._file} cannot be written: {say_system_error(error)}.") from error


class _CallsOfMsal:
    """What ``msal`` calls the network by: Microsoft's own addresses, or those of ``token_url`` in their place."""

    def __init__(self, oauth: OAuthSection, context: ssl.SSLContext | None) -> None:
        own = f"{_LOGIN}/{oauth.tenant}/oauth2/v2.0"
        token_url = oauth.token_url or f"{own}/token"
        self._places = {
            f"{own}/token": token_url,
            f"{own}/devicecode": f"{token_url.removesuffix('/token')}/devicecode",
        }
        self._own = own
        self._calls = TokenCalls("Microsoft", context)

    def get(self, url: str, **_: Any) -> TokenResponse:
        """Answer what ``msal`` asks first, where the addresses are: they are documented and need not be fetched."""
        known = {
            "issuer": self._own,
            "authorization_endpoint": f"{self._own}/authorize",
            "token_endpoint": f"{self._own}/token",
            "device_authorization_endpoint": f"{self._own}/devicecode",
        }
        return TokenResponse(200, json.dumps(known), {})

    def post(
        self, url: str, data: Any = None, headers: Mapping[str, str] | None = None, params: Any = None, **_: Any
    ) -> TokenResponse:
        """Carry one request to its place."""
        return self._calls.post(self._places.get(url, url), data, headers or {})

    def close(self) -> None:
        """Nothing is held open."""


def _fetched(result: Mapping[str, Any], called: str, table: str = "mail.oauth") -> Fetched:
    """Return the token of an answer.

    Raises:
        TokenError: when it has none; says who can lift that.
    """
    token, lasts = result.get("access_token"), result.get("expires_in", _USUAL_SECONDS)
    if isinstance(token, str) and is_token(token):
        return Fetched(token, max(0, int(lasts)))
    raise TokenError(say_microsoft(result, called, table))


@contextmanager
def _sound() -> Iterator[None]:
    """Let ``msal`` trip over an answer that is JSON and yet none. Raises TokenError then."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TokenError(NONSENSE) from error


def _quiet() -> None:
    # It writes tracebacks, with what the endpoint said in them, where a program keeps no log.
    logging.getLogger("msal").setLevel(logging.CRITICAL + 1)
