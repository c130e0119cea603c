"""Tokens from Google by ``google-auth``: a service account that acts for one mailbox."""

import json
import ssl
from collections.abc import Mapping
from typing import Any

from pipeline.configuration.mail import MailSection
from pipeline.errors import ConfigurationError
from pipeline.mail.oauth.calls import NONSENSE, TokenCalls, TokenResponse, is_token
from pipeline.mail.oauth.refusals import say_google
from pipeline.mail.routes.tokens import Fetched, TokenError

_SCOPE = "https://mail.google.com/"
"""For SMTP and IMAP alike. Source: "OAuth 2.0 Mechanism", OAuth 2.0 scopes."""
_LASTS_SECONDS = 3600


class ServiceAccount:
    """A service account with domain-wide delegation."""

    def __init__(self, mail: MailSection, key: str, context: ssl.SSLContext | None) -> None:
        """``key``: the text of the key file that Google gave.

        Raises:
            ConfigurationError: when it is none.
        """
        from google.auth.exceptions import GoogleAuthError
        from google.oauth2 import service_account

        try:
            facts = json.loads(key)
            read: Any = service_account.Credentials.from_service_account_info
            account = read(facts, scopes=[_SCOPE])
        except (ValueError, TypeError, AttributeError, KeyError, GoogleAuthError) as error:
            raise ConfigurationError(
                "The key of Google's service account cannot be read: it is the whole of the file that Google gave "
                "when the key was made, which begins with { and ends with }."
            ) from error
        account = account.with_subject(mail.mailbox)
        self._account = account.with_token_uri(mail.oauth.token_url) if mail.oauth.token_url else account
        self._mailbox = mail.mailbox
        self._calls = TokenCalls("Google", context)

    def fetch(self, refused: bool) -> Fetched:
        """Fetch a token. Raises TokenError. ``refused`` makes no difference: none is kept here."""
        from google.auth.exceptions import GoogleAuthError, RefreshError

        try:
            self._account.refresh(self._call)
        except RefreshError as error:
            answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
            raise TokenError(say_google(answer, self._mailbox)) from error
        except (GoogleAuthError, ValueError, TypeError, OverflowError) as error:
            raise TokenError(NONSENSE) from error
        token = self._account.token
        if not isinstance(token, str) or not is_token(token):
            raise TokenError(NONSENSE)
        return Fetched(token, _LASTS_SECONDS if self._lasts is None else self._lasts)

    def _call(self, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, **_: Any) -> TokenResponse:
        """Carry one request of google-auth's; note how long the token in it lasts."""
        answer = self._calls.post(url, body, headers or {})
        lasts = json.loads(answer.text).get("expires_in")
        self._lasts = int(lasts) if isinstance(lasts, int) or (isinstance(lasts, str) and lasts.isdigit()) else None
        return answer

    _lasts: int | None = None
