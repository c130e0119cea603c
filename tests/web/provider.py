"""A provider of OpenID Connect on this machine, as strict as the specification lets one be; it keeps why it refused.

Source: OpenID Connect Core 1.0, 3.1.2 and 3.1.3; RFC 6749, 4.1; RFC 7636, 4.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.loopback import served

CLIENT, SECRET = "the-app", "the secret of the app"
Claims = dict[str, Any]


@dataclass(frozen=True)
class _Asked:
    """A code that was handed out, and for what."""

    redirect_uri: str
    challenge: str
    nonce: str
    max_age: str | None
    at: float


@dataclass
class Provider:
    """What it says, and what a test lets it say wrongly."""

    redirect_uri: str
    issuer: str = ""
    email: str = "head@example.org"
    change: Callable[[Claims], Claims] = lambda claims: claims
    """Changes the claims before they are signed."""
    sign: Callable[["Provider", Claims], str] = lambda provider, claims: provider.signed(claims)
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Instead of what it says of itself."""
    answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda answer: answer
    """Changes the token answer."""
    signed_in_ago: float | None = 5.0
    """Seconds since the password was given; None where it does not say."""
    refusals: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    """Every authorisation request."""
    codes: dict[str, _Asked] = field(default_factory=dict)
    keys: list[rsa.RSAPrivateKey] = field(default_factory=lambda: [_new_key()])

    def signed(self, claims: Claims, key: rsa.RSAPrivateKey | None = None) -> str:
        """Sign with the newest key, or another."""
        return jwt.encode(claims, key or self.keys[-1], algorithm="RS256", headers={"kid": f"k{len(self.keys)}"})

    def authorize(self, query: dict[str, str]) -> tuple[int, str]:
        """Return status and address to go to; the person says yes at once."""
        self.asked.append(query)
        if query.get("client_id") != CLIENT or query.get("redirect_uri") != self.redirect_uri:
            return self._refuse("client or redirect_uri unknown"), ""
        wrong = [
            words
            for words, is_wrong in (
                ("response_type", query.get("response_type") != "code"),
                ("scope", "openid" not in query.get("scope", "").split()),
                ("PKCE", query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43),
                ("state", len(query.get("state", "")) < 16),
                ("nonce", len(query.get("nonce", "")) < 16),
            )
            if is_wrong
        ]
        if wrong:
            return self._refuse(f"missing or weak: {wrong}"), ""
        code = secrets.token_urlsafe(16)
        self.codes[code] = _Asked(
            query["redirect_uri"], query["code_challenge"], query["nonce"], query.get("max_age"), time.time()
        )
        back = urlencode({"code": code, "state": query["state"], "iss": self.issuer})
        return 302, f"{self.redirect_uri}?{back}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Return status and answer of the token endpoint; a code works once."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return self._refuse("client", 401), {"error": "invalid_client"}
        if form.get("grant_type") != "authorization_code":
            return self._refuse("grant_type"), {"error": "unsupported_grant_type"}
        if (
            asked is None
            or asked.redirect_uri != form.get("redirect_uri")
            or asked.challenge != challenge.decode().rstrip("=")
            or time.time() - asked.at > 60
        ):
            return self._refuse("code, redirect_uri or verifier"), {"error": "invalid_grant"}
        access, now = secrets.token_urlsafe(16), time.time()
        half = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()[:16]).decode().rstrip("=")
        claims: Claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1234", "iat": int(now), "exp": int(now) + 600,
            "nonce": asked.nonce, "at_hash": half, "email": self.email, "email_verified": True, "hd": "example.org",
        }  # fmt: skip
        if self.signed_in_ago is not None:
            claims["auth_time"] = int(now - self.signed_in_ago)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 600}
        return 200, self.answer({**answer, "id_token": self.sign(self, self.change(claims))})

    def discovery(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            **self.metadata,
        }

    def key_set(self) -> dict[str, Any]:
        """Return the newest public key; those before it are gone."""
        return {
            "keys": [{**RSAAlgorithm.to_jwk(self.keys[-1].public_key(), as_dict=True), "kid": f"k{len(self.keys)}"}]
        }

    def change_keys(self) -> None:
        """Sign with a new key from now on."""
        self.keys.append(_new_key())

    def _refuse(self, why: str, status: int = 400) -> int:
        self.refusals.append(why)
        return status


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def open_provider(redirect_uri: str) -> Iterator[Provider]:
    """Serve a provider that knows one app and the one address it may send people back to."""
    provider = Provider(redirect_uri)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
            if path == "/authorize":
                status, location = provider.authorize(query)
                self._send(status, {}, location)
            elif path in ("/.well-known/openid-configuration", "/keys"):
                self._send(200, provider.key_set() if path == "/keys" else provider.discovery())
            else:
                self._send(404, {})

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            status, answer = provider.token(form)
            self._send(status, answer)

        def _send(self, status: int, answer: dict[str, Any], location: str = "") -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with served(Handler) as port:
        provider.issuer = f"http://127.0.0.1:{port}"
        yield provider
