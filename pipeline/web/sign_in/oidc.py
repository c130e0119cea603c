"""OpenID Connect with one provider: lead there, and read who came back. Authlib decides what is asked and what counts.

Authlib makes the request (state, nonce, PKCE) and proves the answer (state, issuer, audience, times, nonce, the hash of
the access token); joserfc, its own part, proves the signature. Its requests are carried by the program's own caller,
which is bounded in time and size (``mail.oauth.calls``). Nothing of it is imported where no provider is configured.

Source: OpenID Connect Core 1.0, 3.1; Discovery 1.0, 4; RFC 7636; RFC 9207.
"""

import json
import re
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.configuration.accounts import AccountsSection, GoogleSection, MicrosoftSection
from pipeline.errors import DeliveryError, PolicyPipelineError
from pipeline.mail.oauth.calls import TokenCalls
from pipeline.secret_sources import read_secret
from pipeline.web.gate import PROVIDERS

SECRETS = {"microsoft": "POLICY_MICROSOFT_SIGN_IN_SECRET", "google": "POLICY_GOOGLE_SIGN_IN_SECRET"}
"""Where the secret of each provider is: the environment, a file named by ``…_FILE``, or the keyring by client id."""
STEP_WITHIN_SECONDS = 600
"""A person who gave their password so long ago, at most, has taken the second step by that."""
_LEEWAY_SECONDS = 120
_KEPT_SECONDS = 3600
_ANSWER_SECONDS = 15
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a key pair only: never none, never one made with the shared secret."""
_GOOGLE = "https://accounts.google.com"
_MICROSOFT = "https://login.microsoftonline.com"
_TENANT_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class OidcError(PolicyPipelineError):
    """A person could not be signed in by a provider. The message is for that person."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code: str = code
        """For the log and the ledger."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser is sent to a provider for; it comes back with the same, in a cookie of its own."""

    provider: str
    state: str
    nonce: str
    verifier: str
    """PKCE's ``code_verifier``."""
    session: int
    """Of a second step; 0 of a sign-in."""
    then: str
    """Where to go on afterwards."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who came back."""

    address: str
    """A work address that the provider says it has verified."""
    signed_in_at: int | None
    """When they gave their password, in seconds since 1970; None where the provider does not say."""
    groups: tuple[str, ...] = ()
    """Of the groups and app roles that they are in, those that give rights here, as ``config.toml`` writes them."""
    has_more_groups: bool = False
    """They are in too many for the provider to name any."""


@dataclass(frozen=True, slots=True)
class _ProviderMetadata:
    """What a provider says of itself."""

    issuer: str
    authorization: str
    token: str
    keys: str


class Provider:
    """One provider. Threads share it."""

    def __init__(
        self,
        name: str,
        accounts: AccountsSection,
        environ: Mapping[str, str],
        redirect_uri: str,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """``name``: one of ``gate.PROVIDERS`` that is configured. ``context`` verifies it; None: the system's trust."""
        self._name, self._said = name, PROVIDERS[name]
        self._section: MicrosoftSection | GoogleSection = accounts.google if name == "google" else accounts.microsoft
        self._environ, self._redirect_uri, self._context = environ, redirect_uri, context
        self._lock = threading.Lock()
        self._known: _ProviderMetadata | None = None
        self._keys: dict[str, Any] | None = None
        self._known_until = 0.0

    def lead_there(self, *, session: int = 0, then: str = "/") -> tuple[str, Errand]:
        """Return the address to send a browser to, and the errand it comes back with.

        For a ``session``'s second step the provider is asked to have the password given once more. Raises OidcError.
        """
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        more: dict[str, str] = {"prompt": "select_account"}
        if session:
            essential = {"id_token": {"auth_time": {"essential": True}}}
            more = {"prompt": "login", "max_age": "0", "claims": json.dumps(essential)}
        if isinstance(self._section, GoogleSection):
            more["hd"] = self._section.domain
        address, state = self._client().create_authorization_url(
            self._discover().authorization, code_verifier=verifier, nonce=nonce, response_type="code", **more
        )
        return str(address), Errand(self._name, str(state), nonce, verifier, session, then)

    def read_who(self, came_back_to: str, errand: Errand) -> Identity:
        """Return who came back to the address ``came_back_to``, all of it with its query.

        Raises:
            OidcError: nobody, or not provably: the provider refused, or its answer is not one to this errand.
        """
        from authlib.oauth2.base import OAuth2Error
        from joserfc.errors import JoseError

        known = self._discover()
        self._refuse_refusal(came_back_to, errand, known)
        try:
            answer = self._client().fetch_token(
                known.token, authorization_response=came_back_to, state=errand.state, code_verifier=errand.verifier
            )
            claims = self._claims(answer, errand, known)
        except (OAuth2Error, JoseError, ValueError, KeyError, TypeError) as error:
            raise self._not_proved(getattr(error, "error", "") or type(error).__name__) from error
        except DeliveryError as error:
            raise self._not_reached(error) from error
        return self._identity(claims)

    # --- the provider -----------------------------------------------------------------------------------------------

    def _issuer(self) -> str:
        if self._section.issuer:
            return self._section.issuer
        if isinstance(self._section, GoogleSection):
            return _GOOGLE
        return f"{_MICROSOFT}/{self._section.tenant}/v2.0"

    def _discover(self) -> _ProviderMetadata:
        """Return what the provider says of itself, asked for once an hour."""
        with self._lock:
            if self._known is None or time.monotonic() > self._known_until:
                told = self._get(f"{self._issuer()}/.well-known/openid-configuration")
                try:
                    issuer = str(told["issuer"])
                    there, token = str(told["authorization_endpoint"]), str(told["token_endpoint"])
                    known = _ProviderMetadata(issuer, there, token, str(told["jwks_uri"]))
                except KeyError as error:
                    raise self._not_proved("no-metadata") from error
                self._refuse_another(known)
                self._known, self._keys, self._known_until = known, None, time.monotonic() + _KEPT_SECONDS
            return self._known

    def _refuse_another(self, known: _ProviderMetadata) -> None:
        """Raise OidcError where the provider calls itself by another name than was asked, or leads into the open.

        Microsoft gives the tenant's id for its name. Source: OpenID Connect Discovery 1.0, 4.3.
        """
        expected = re.escape(self._issuer())
        if isinstance(self._section, MicrosoftSection) and not self._section.issuer:
            expected = rf"{re.escape(_MICROSOFT)}/{_TENANT_ID}/v2\.0"
            if re.fullmatch(_TENANT_ID, self._section.tenant.lower()):
                expected = re.escape(self._issuer().lower())
        if not re.fullmatch(expected, known.issuer):
            raise self._not_proved("another-issuer")
        is_open = self._section.issuer.startswith("http://")
        for address in (known.authorization, known.token, known.keys):
            if urlsplit(address).scheme != "https" and not is_open:
                raise self._not_proved("unsafe-endpoint")

    def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = TokenCalls(self._said, self._context, wait_seconds=_ANSWER_SECONDS).get(address)
        except DeliveryError as error:
            raise self._not_reached(error) from error
        if answer.status_code != 200:
            raise self._not_proved(f"status-{answer.status_code}")
        told: dict[str, Any] = json.loads(answer.text)
        return told

    def _client(self) -> Any:
        from authlib.oauth2.client import OAuth2Client

        caller = TokenCalls(self._said, self._context, wait_seconds=_ANSWER_SECONDS)

        class Client(OAuth2Client):  # type: ignore[misc]
            """Authlib's client, whose requests the program's own caller carries."""

            def _fetch_token(self, url: str, *, body: str, headers: Any, auth: Any, method: str) -> Any:
                url, headers, body = auth.prepare(method, url, dict(headers), body)
                answer = caller.post(url, body, headers)
                return self.parse_response_token(_Response(answer.status_code, answer.text))

        secret = read_secret(self._environ, SECRETS[self._name], self._section.client_id)
        return Client(
            None, self._section.client_id, secret, scope="openid email", redirect_uri=self._redirect_uri,
            code_challenge_method="S256", token_endpoint_auth_method="client_secret_post" if secret else "none",
        )  # fmt: skip

    # --- what came back ---------------------------------------------------------------------------------------------

    def _refuse_refusal(self, came_back_to: str, errand: Errand, known: _ProviderMetadata) -> None:
        """Raise OidcError for an answer that is a refusal, or that another provider gave (RFC 9207)."""
        query = {name: values[-1] for name, values in parse_qs(urlsplit(came_back_to).query).items()}
        if not secrets.compare_digest(query.get("state", "").encode(), errand.state.encode()):
            raise self._not_proved("state")
        if query.get("iss", known.issuer) != known.issuer:
            raise self._not_proved("another-issuer")
        if "error" in query:
            code = re.sub(r"[^a-z_]", "", query["error"])[:40]
            raise OidcError(f"{self._said} did not sign you in. You can try again, or sign in another way.", code)

    def _claims(self, answer: Mapping[str, Any], errand: Errand, known: _ProviderMetadata) -> Mapping[str, Any]:
        """Return what the ID token says, once it is proved to be for this program and this errand."""
        from authlib.oidc.core import CodeIDToken

        token = self._decode(str(answer["id_token"]), known)
        options = {
            "iss": {"essential": True, "value": known.issuer},
            "aud": {"essential": True, "value": self._section.client_id},
        }
        expected = {"nonce": errand.nonce, "client_id": self._section.client_id}
        if errand.session:
            expected["max_age"] = "0"
        claims = CodeIDToken(
            token.claims, token.header, options, {**expected, "access_token": answer.get("access_token", "")}
        )
        claims.validate(leeway=_LEEWAY_SECONDS)
        proved: Mapping[str, Any] = claims
        return proved

    def _decode(self, id_token: str, known: _ProviderMetadata) -> Any:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
        for is_last in (False, True):
            keys = KeySet.import_key_set(self._load_keys(known, anew=is_last))
            try:
                return jwt.decode(id_token, key=keys, registry=registry)
            except InvalidKeyIdError:
                # The provider has changed its keys since they were asked for.
                if is_last:
                    raise
        raise AssertionError("the loop above returns or raises")

    def _load_keys(self, known: _ProviderMetadata, *, anew: bool) -> Any:
        with self._lock:
            if self._keys is None or anew:
                self._keys = self._get(known.keys)
            return self._keys

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        """Return who it is, if the provider vouches for their address.

        Microsoft lets an administrator write any address into an account, so ``email`` counts there only with
        ``xms_edov``, which says that the school owns its domain; Google's only within the school's own domain.
        """
        address = claims.get("email")
        if isinstance(self._section, GoogleSection):
            is_sure = claims.get("email_verified") is True and claims.get("hd") == self._section.domain
        else:
            is_sure = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")
        if not isinstance(address, str) or not is_sure:
            raise OidcError(
                f"{self._said} did not vouch for your work address, so you are not signed in. Your IT provider can "
                "mend that: README.md says how, under “Signing in”.",
                "address-not-verified",
            )
        at = claims.get("auth_time")
        signed_in_at = int(at) if isinstance(at, int | float) else None
        if isinstance(self._section, GoogleSection):
            return Identity(address, signed_in_at)
        return Identity(address, signed_in_at, _groups_in(claims, self._section), _has_overage(claims))

    # --- what went wrong --------------------------------------------------------------------------------------------

    def _not_proved(self, code: str) -> OidcError:
        words = f"The answer from {self._said} could not be proved to be for you, so you are not signed in. Try again."
        return OidcError(words, code)

    def _not_reached(self, error: DeliveryError) -> OidcError:
        words = f"{self._said} could not be reached just now. Try again in a minute, or sign in another way."
        return OidcError(words, f"unreachable: {error}")


def _groups_in(claims: Mapping[str, Any], section: MicrosoftSection) -> tuple[str, ...]:
    """Return the groups and app roles of a token that the configuration names; of no other anything is kept.

    Source: Microsoft identity platform, "Optional claims" (``groups``, by object id) and "App roles" (``roles``).
    """
    held = {
        one.casefold()
        for claim in ("roles", "groups")
        if isinstance(claims.get(claim), list)
        for one in claims[claim]
        if isinstance(one, str)
    }
    return tuple(name for name in section.groups if name.casefold() in held)


def _has_overage(claims: Mapping[str, Any]) -> bool:
    """Return whether a token leaves groups out since they are more than 200.

    Source: Microsoft identity platform, "Groups overage claim".
    """
    names = claims.get("_claim_names")
    return claims.get("hasgroups") in (True, "true") or (isinstance(names, Mapping) and "groups" in names)


@dataclass(frozen=True, slots=True)
class _Response:
    """An answer in the shape that Authlib reads."""

    status_code: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        """Nothing to raise: the caller has looked at the status."""
