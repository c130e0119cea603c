"""Microsoft's and Google's sign-in and Microsoft Graph on 127.0.0.1, as far as their pages say what they take.

They refuse whatever the pages do not document. The pages, by their titles:

- MS-CC: "Microsoft identity platform and the OAuth 2.0 client credentials flow" (shared secret)
- MS-DC: "Microsoft identity platform and the OAuth 2.0 device authorization grant flow"
- MS-SMTP: "Authenticate an IMAP, POP or SMTP connection using OAuth"
- MS-SEND: "user: sendMail", example 4, and "Send messages with MIME content"
- MS-429: "Microsoft Graph throttling guidance"; MS-ERR: "Microsoft Graph error responses and resource types"
- MS-GROUP: "List group transitive members" (OData cast, ``$count`` with ``ConsistencyLevel``, ``$top`` up to 999)
- G-SA: "Using OAuth 2.0 for Server to Server Applications"
"""

import base64
import binascii
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.loopback import served
from tests.mail.graph_mailbox import GraphFolders

TENANT, CLIENT, SECRET = "school.example.org", "11111111-2222-3333-4444-555555555555", "right~secret"
MAILBOX = "policies@example.org"
_OWN = ("https://outlook.office365.com/.default", "https://graph.microsoft.com/.default")
_SOMEBODYS = ("SMTP.Send", "IMAP.AccessAsUser.All", "Mail.Send", "Mail.Read")
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_MOST_BYTES = 4 * 1024 * 1024


@dataclass
class Reply:
    """One answer."""

    status: int
    body: bytes | dict[str, Any] = b""
    headers: dict[str, str] = field(default_factory=dict)


Step = Reply | Callable[["Provider"], Reply | None]


@dataclass
class Provider:
    """All of it in one server. ``script`` answers first, a step a request; None leaves the request to what follows."""

    script: list[Step | None] = field(default_factory=list)
    lasts: Any = 3599
    """What a new token says of its life."""
    calls: list[str] = field(default_factory=list)
    """Method and path of every request."""
    accepted: list[bytes] = field(default_factory=list)
    """The MIME content of every mail taken."""
    good: dict[str, str] = field(default_factory=dict)
    """Each token that is good, with its scope."""
    signed_in_as: str = MAILBOX
    refresh_is_good: bool = True
    agreed: frozenset[str] = frozenset()
    """What whoever signed in with a code was asked to agree to."""
    needs_consent: bool = False
    """They have agreed to nothing else, nor has anybody for them."""
    pending: int = 0
    """So often a device code is still waiting."""
    google_key: rsa.RSAPrivateKey | None = None
    mailboxes: dict[str, GraphFolders] = field(default_factory=dict)
    """What can be read by Graph, by address."""
    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Who is in a group, by its id, as Graph tells users."""
    most_a_page: int = 999
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def microsoft(self) -> str:
        """The lines of ``[mail.oauth]`` that lead here."""
        return (
            f'provider = "microsoft"\ntenant = "{TENANT}"\nclient_id = "{CLIENT}"\n'
            f'token_url = "{self.url}/{TENANT}/oauth2/v2.0/token"\nbase_url = "{self.url}/v1.0"\n'
        )

    def issue(self, scope: str) -> str:
        token = f"token-{len(self.good) + 1}"
        self.good[token] = scope
        return token

    def revoke_all(self) -> None:
        self.good = dict.fromkeys(self.good, "revoked")

    # --- what is asked ---

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.calls.append(f"{method} {path}")
        step = self.script.pop(0) if self.script else None
        reply = step(self) if callable(step) else step
        if reply is not None:
            return reply
        if path == f"/{TENANT}/oauth2/v2.0/token":
            return self._form(method, headers, body, self._microsoft_token)
        if path == f"/{TENANT}/oauth2/v2.0/devicecode":
            return self._form(method, headers, body, self._device_code)
        if path == "/google/token":
            return self._form(method, headers, body, self._google_token)
        if path.startswith("/v1.0/users/") and path.endswith("/sendMail"):
            return self._send_mail(method, unquote(path.split("/")[3]), headers, body)
        if path.startswith("/v1.0/users/"):
            return self._read_mailbox(method, path, headers, body)
        if path.startswith("/v1.0/groups/"):
            return self._list_group(method, path, headers, body)
        return Reply(404, {"error": {"code": "ResourceNotFound", "message": "not here"}})

    def _form(
        self, method: str, headers: dict[str, str], body: bytes, take: Callable[[dict[str, str]], Reply]
    ) -> Reply:
        if method != "POST" or headers.get("content-type") != "application/x-www-form-urlencoded":
            return _refused("invalid_request", "AADSTS900144: the body must be a form")
        return take({key: values[0] for key, values in parse_qs(body.decode(), strict_parsing=True).items()})

    def _microsoft_token(self, form: dict[str, str]) -> Reply:
        if form.get("client_id") != CLIENT:
            return _refused("unauthorized_client", f"AADSTS700016: no application {form.get('client_id')}")
        grants = {
            "client_credentials": self._client_credentials,
            _DEVICE: self._device_token,
            "refresh_token": self._refresh,
        }
        grant = grants.get(form.get("grant_type", ""))
        return grant(form) if grant else _refused("unsupported_grant_type", "AADSTS70003: no such grant")

    def _client_credentials(self, form: dict[str, str]) -> Reply:
        # MS-CC, first case: tenant, client_id, scope (a resource and .default), client_secret, grant_type.
        if form.get("client_secret") != SECRET:
            return _refused("invalid_client", "AADSTS7000215: Invalid client secret provided. Trace ID: x", 401)
        if form.get("scope") not in _OWN:
            return _refused("invalid_scope", "AADSTS70011: The scope is not valid.")
        return Reply(200, {"token_type": "Bearer", "expires_in": self.lasts, "access_token": self.issue(form["scope"])})

    def _device_code(self, form: dict[str, str]) -> Reply:
        # MS-DC, device authorization request: client_id and scope.
        if form.get("client_id") != CLIENT or not _is_somebodys(form.get("scope", "")):
            return _refused("invalid_scope", "AADSTS70011: The scope is not valid.")
        words = "To sign in, open https://example.org/devicelogin and enter the code ABC123."
        self.agreed = frozenset(form["scope"].split())
        return Reply(
            200,
            {
                "device_code": "device-1",
                "user_code": "ABC123",
                "verification_uri": "https://example.org/devicelogin",
                "expires_in": 900,
                "interval": 1,
                "message": words,
            },
        )

    def _device_token(self, form: dict[str, str]) -> Reply:
        # MS-DC, authenticating the user: grant_type, client_id, device_code.
        if form.get("device_code") != "device-1":
            return _refused("bad_verification_code", "AADSTS501481: no such code")
        if self.pending:
            self.pending -= 1
            return _refused("authorization_pending", "AADSTS70016: not yet")
        return self._somebodys(" ".join(sorted(self.agreed - {"openid", "profile", "offline_access"})))

    def _refresh(self, form: dict[str, str]) -> Reply:
        if form.get("refresh_token") != "refresh-1" or not self.refresh_is_good:
            return _refused("invalid_grant", "AADSTS50173: the grant was revoked")
        if not _is_somebodys(form.get("scope", "")):
            return _refused("invalid_scope", "AADSTS70011: The scope is not valid.")
        if self.needs_consent and not set(form["scope"].split()) <= self.agreed:
            return _refused("invalid_grant", "AADSTS65001: nobody has consented to use the application")
        return self._somebodys(form["scope"])

    def _somebodys(self, scope: str) -> Reply:
        claims = {
            "aud": CLIENT,
            "iss": "x",
            "sub": "s",
            "oid": "o",
            "tid": "t",
            "preferred_username": self.signed_in_as,
            "exp": int(time.time()) + 3600,
            "iat": int(time.time()),
        }
        return Reply(
            200,
            {
                "token_type": "Bearer",
                "scope": scope,
                "expires_in": self.lasts,
                "access_token": self.issue(scope),
                "refresh_token": "refresh-1",
                "id_token": f"{_encoded({'alg': 'none'})}.{_encoded(claims)}.",
                "client_info": _encoded({"uid": "o", "utid": "t"}),
            },
        )

    def _google_token(self, form: dict[str, str]) -> Reply:
        # G-SA, making the access token request: a JWT, RS256, with iss, scope, aud, exp of at most an hour, iat, sub.
        import jwt

        assert self.google_key is not None
        if form.get("grant_type") != _JWT_BEARER:
            return _refused("unsupported_grant_type", "Invalid grant_type")
        try:
            claims = jwt.decode(
                form.get("assertion", ""),
                self.google_key.public_key(),
                algorithms=["RS256"],
                audience="https://oauth2.googleapis.com/token",
                options={"require": ["iss", "scope", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            return _refused("invalid_grant", f"Invalid JWT: {error}")
        if claims["exp"] - claims["iat"] > 3600 or claims["iss"] != "robot@example.org":
            return _refused("invalid_grant", "Invalid JWT")
        if claims.get("sub") != MAILBOX or claims["scope"] != "https://mail.google.com/":
            return _refused("unauthorized_client", "Client is unauthorized", 401)
        return Reply(
            200, {"access_token": self.issue(claims["scope"]), "token_type": "Bearer", "expires_in": self.lasts}
        )

    def _read_mailbox(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        # GET alone, with a token to read; a right to send is none to read.
        user, _, rest = path.removeprefix("/v1.0/users/").partition("/")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        scope = self.good.get(token, "")
        if scheme != "Bearer" or not scope.startswith("https://graph.microsoft.com/"):
            return _error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        if not {"Mail.Read", ".default"} & {one.rpartition("/")[2] for one in scope.split()}:
            return _error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if method != "GET" or body:
            return _error(405, "Request_BadRequest", "only GET")
        mailbox = self.mailboxes.get(unquote(user))
        if mailbox is None:
            return _error(404, "ErrorInvalidUser", f"The requested user '{unquote(user)}' is invalid.")
        status, content = mailbox.answer(f"{self.url}/v1.0/users/{user}/", rest, headers)
        return Reply(status, content)

    def _list_group(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        # MS-GROUP: a token of the app's own; users alone need $count=true and the header.
        parts = urlsplit(path)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or self.good.get(token) != _OWN[1]:
            return _error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        group, _, rest = unquote(parts.path.removeprefix("/v1.0/groups/")).partition("/")
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        if method != "GET" or body or rest != "transitiveMembers/microsoft.graph.user":
            return _error(400, "Request_BadRequest", "not asked so")
        if headers.get("consistencylevel") != "eventual" or asked.get("$count") != "true":
            return _error(400, "Request_UnsupportedQuery", "The specified object class is not supported.")
        if not 1 <= int(asked.get("$top", "100")) <= 999 or set(asked) - {"$count", "$select", "$top", "$skiptoken"}:
            return _error(400, "Request_BadRequest", "Invalid page size specified.")
        members = self.groups.get(group)
        if members is None:
            return _error(404, "Request_ResourceNotFound", f"Resource '{group}' does not exist.")
        begin = int(asked.get("$skiptoken", "0"))
        end = begin + min(int(asked.get("$top", "100")), self.most_a_page)
        names = asked["$select"].split(",")
        told: dict[str, Any] = {"value": [{key: one.get(key) for key in names} for one in members[begin:end]]}
        if end < len(members):
            query = urlencode({**asked, "$skiptoken": end})
            told["@odata.nextLink"] = f"{self.url}{parts.path}?{query}"
        return Reply(200, told)

    def _send_mail(self, method: str, user: str, headers: dict[str, str], body: bytes) -> Reply:
        # MS-SEND: POST, a bearer token, text/plain, all of the MIME content in base64; 202 and nothing in the answer.
        scheme, _, token = headers.get("authorization", "").partition(" ")
        scope = self.good.get(token, "")
        if scheme != "Bearer" or not scope.startswith("https://graph.microsoft.com/"):
            return _error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        if method != "POST":
            return _error(405, "Request_BadRequest", "only POST")
        if user != MAILBOX:
            return _error(404, "ErrorInvalidUser", f"The requested user '{user}' is invalid.")
        if len(body) > _MOST_BYTES:
            return _error(413, "RequestEntityTooLarge", "The request is too large.")
        if headers.get("content-type") != "text/plain":
            return _error(400, "BadRequest", "Content-Type must be text/plain for MIME content.")
        try:
            content = base64.b64decode(body, validate=True)
        except binascii.Error:
            return _error(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.")
        if not message_from_bytes(content)["To"]:
            return _error(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        self.accepted.append(content)
        if to := self.mailboxes.get(message_from_bytes(content)["To"]):
            to.put(content)
        return Reply(202)


def _is_somebodys(scope: str) -> bool:
    named = [one for one in scope.split() if one not in ("openid", "profile", "offline_access")]
    # Several rights of one service may be asked at once, never those of two services.
    services = {one.rpartition("/")[0] for one in named}
    return len(services) == 1 and {one.rpartition("/")[2] for one in named} <= set(_SOMEBODYS)


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _refused(error: str, words: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error, "error_description": words})


def _error(status: int, code: str, words: str) -> Reply:
    return Reply(status, {"error": {"code": code, "message": words}})


def graph_error(status: int, code: str, words: str = "no", **headers: str) -> Reply:
    """A refusal as Graph words it (MS-ERR)."""
    return Reply(
        status, _error(status, code, words).body, {key.replace("_", "-"): value for key, value in headers.items()}
    )


def drop(provider: Provider) -> Reply:
    """Hang up without an answer."""
    raise ConnectionAbortedError


@contextmanager
def provider(context: ssl.SSLContext | None = None, **facts: Any) -> Iterator[Provider]:
    """The provider on a free port, with TLS where a server's ``context`` is given."""
    state = Provider(**facts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {key.lower(): value for key, value in self.headers.items()}
            try:
                reply = state.answer(self.command, self.path, headers, body)
            except ConnectionAbortedError:
                self.close_connection = True
                return
            content = json.dumps(reply.body).encode() if isinstance(reply.body, dict) else reply.body
            self.send_response(reply.status)
            for key, value in {"Content-Length": str(len(content)), "request-id": "r-1", **reply.headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET = _do  # noqa: N815

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with served(Handler, context=context) as state.port:
        state.scheme = "http" if context is None else "https"
        yield state


def google_key_file(key: rsa.RSAPrivateKey) -> str:
    """The key file of a service account, as Google gives it (G-SA)."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    facts = {"type": "service_account", "private_key": pem, "client_email": "robot@example.org"}
    return json.dumps({**facts, "private_key_id": "1", "token_uri": "https://oauth2.googleapis.com/token"})
