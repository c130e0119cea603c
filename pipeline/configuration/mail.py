"""The ``[mail]`` and ``[mail.oauth]`` tables: which way mail goes, who sends it, and how the program signs in.

``config`` puts them into the whole. What does not fit together is told at once, a sentence each, since somebody who
sets a route up changes several keys at a time.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from pipeline.configuration.routes import ROUTES, Route, RouteKey
from pipeline.configuration.values import Line, Section, WebAddress, WrongKeysError
from pipeline.configuration.words import SettingsPage, Words
from pipeline.errors import Fault
from pipeline.text.addresses import is_address

CLIENT_CREDENTIALS = "client-credentials"
DEVICE_CODE = "device-code"
SERVICE_ACCOUNT = "service-account"
_FLOWS = {"microsoft": (CLIENT_CREDENTIALS, DEVICE_CODE), "google": (SERVICE_ACCOUNT,)}
"""How a program may sign in with each provider; the first where the file does not say.

Source: Google's sign-in for devices offers no mail scope ("OAuth 2.0 for TV and Limited-Input Device Applications").
"""
_NO_TENANT = ("common", "organizations", "consumers")

PROVIDERS = {"": "None", "microsoft": "Microsoft 365", "google": "Google"}
FLOWS = {
    "": "As is usual for the provider",
    CLIENT_CREDENTIALS: "Microsoft: by a client secret; nobody signs in",
    DEVICE_CODE: "Microsoft: by a code; somebody signs in once",
    SERVICE_ACCOUNT: "Google: by a key file, which is the secret",
}
_ROUTE_WORDS = {key: route.words for key, route in ROUTES.items()}
ROUTES_IN_FILE = "Files go into distribution/outbox; `policy mail letter` writes what your IT provider has to do."
PROFILES = {"": "None", "microsoft365": "Microsoft 365", "google": "Google", "relay": "A relay"}
SECURITY = {"none": "Not at all", "starttls": "STARTTLS", "tls": "TLS from the beginning"}
SECRET = (
    "It is POLICY_MAIL_CLIENT_SECRET in the environment, the file that POLICY_MAIL_CLIENT_SECRET_FILE names, or in the "
    "system keyring. `policy mail check` says whether it works."
)
NEEDS_SIGN_IN = "needs its sign-in to the mail service: provider, tenant and application (client) id"
TOKEN_URL = '"https://login.microsoftonline.com/TENANT/oauth2/v2.0/token"'
GRAPH_URL = '"https://graph.microsoft.com/v1.0"'


class OAuthSection(Section):
    """``[mail.oauth]``: a sign-in by token, where the mail service takes no password."""

    provider: Annotated[Literal["", "microsoft", "google"], Words("Provider", PROVIDERS)] = ""
    """Whose sign-in it is."""
    tenant: Annotated[Line, Words("Tenant")] = ""
    """Microsoft: the school's tenant, its id or a name like school.onmicrosoft.com."""
    client_id: Annotated[Line, Words("Application (client) id")] = ""
    """Microsoft: of the app registration. Google's is in its key file."""
    flow: Annotated[
        Literal["", "client-credentials", "device-code", "service-account"], Words("How the program signs in", FLOWS)
    ] = ""
    """Microsoft and Google each have ways of their own."""
    secret_expires: Annotated[date | None, Words("Last day of the secret", example="2027-11-30")] = None
    """As Microsoft showed it; you are told a month before."""
    token_url: Annotated[WebAddress, Words("Web address of the token", example=TOKEN_URL)] = ""
    """Where tokens come from, if not from the provider's usual address."""
    base_url: Annotated[WebAddress, Words("Web address of Microsoft Graph", example=GRAPH_URL)] = ""
    """If it is not the usual one."""

    @model_validator(mode="before")
    @classmethod
    def _usual_way(cls, values: Any) -> Any:
        """Fill in the provider's usual flow where the file says none."""
        provider = values.get("provider") if isinstance(values, dict) else None
        usual = _FLOWS.get(provider) if isinstance(provider, str) else None
        return {**values, "flow": values.get("flow") or usual[0]} if usual else values

    @property
    def is_used(self) -> bool:
        """Whether the program signs in by token."""
        return bool(self.provider)


class MailSection(Section):
    """``[mail]``"""

    route: Annotated[RouteKey, Words("How email is sent", _ROUTE_WORDS, in_file=ROUTES_IN_FILE)] = "folder"
    """While files are written, nothing is sent to anybody."""
    profile: Annotated[Literal["", "microsoft365", "google", "relay"], Words("Limits of a mail service", PROFILES)] = ""
    """Keep within what that service lets through. Sending by Microsoft 365 keeps to its limits by itself."""
    from_: Annotated[Line, Words("Sender")] = Field(default="", alias="from")
    """Of every email, like Policies <policies@school.sch.uk>."""
    host: Annotated[Line, Words("Mail server")] = ""
    """Its name, such as smtp.example.org."""
    port: Annotated[int, Words("Port")] = Field(default=587, ge=1, le=65535)
    """Of the mail server."""
    security: Annotated[Literal["none", "starttls", "tls"], Words("How the connection is made safe", SECURITY)] = (
        "starttls"
    )
    """As the mail server offers."""
    user: Annotated[Line, Words("Who signs in")] = ""
    """The password is never written here. With a sign-in by token: the mailbox's address, if it is not the sender's."""
    connections: Annotated[int, Words("Connections")] = Field(default=2, ge=1, le=20)
    """Kept open side by side."""
    per_minute: Annotated[int, Words("Most emails a minute")] = Field(default=0, ge=0)
    """0 for no limit."""
    per_day: Annotated[int, Words("Most emails a day")] = Field(default=0, ge=0)
    """0 for no limit."""
    attach_below_mb: Annotated[int, Words("Attach copies below so many MB")] = Field(default=200, ge=0)
    """Where one update's emails would be larger together, they name the reader's own page, or the folder of the copies,
    instead of carrying the copies. By Microsoft 365 so does each email with more than 2 MB of them."""
    confirm_above: Annotated[
        int, Words("Ask before a mailing to more people than", in_file="`policy send --confirm` lets it go.")
    ] = Field(default=20, ge=0)
    """A first or larger mailing waits until somebody confirms it; 0 never waits."""
    oauth: Annotated[OAuthSection, SettingsPage("Sign-in to the mail service", of_route=True, in_file=SECRET)] = (
        OAuthSection.usual()
    )
    """By token, where the mail service takes no password: Microsoft 365 and Google. The secret is never kept here."""

    @model_validator(mode="after")
    def _fits_together(self) -> "MailSection":
        faults = [*_sender_faults(self), *_route_faults(self), *_oauth_faults(self)]
        if faults:
            raise WrongKeysError(*faults)
        return self

    @property
    def from_address(self) -> str:
        """The bare address of the sender; empty where none is set."""
        match = re.search(r"<([^<>]*)>\s*$", self.from_)
        return match.group(1).strip() if match else self.from_

    @property
    def way(self) -> Route:
        """The route, with all that differs from one to another."""
        return ROUTES[self.route]

    @property
    def mailbox(self) -> str:
        """Whose mailbox a sign-in by token is for: the sender's, or by SMTP ``user`` where it is set."""
        return self.from_address if self.way.provider else self.user or self.from_address


def _sender_faults(mail: MailSection) -> list[Fault]:
    if mail.from_ and not is_address(mail.from_address):
        return [Fault("from", f"{mail.from_!r} holds no e-mail address; write it like name@school.sch.uk")]
    if mail.way.sends and not mail.from_:
        return [Fault("from", "emails that are sent need a sender, like School office <office@school.sch.uk>")]
    return []


def _route_faults(mail: MailSection) -> list[Fault]:
    faults, way = [], mail.way
    if way.has_server and not mail.host:
        faults.append(Fault("host", "sending by a mail server needs its name"))
    if way.provider not in ("", mail.oauth.provider):
        faults.append(Fault("route", f"{PROVIDERS[way.provider]} {NEEDS_SIGN_IN}"))
    if way.most_connections is not None and mail.connections > way.most_connections:
        said = f"{way.service} takes {way.most_connections} requests at once for a mailbox, no more"
        faults.append(Fault("connections", said))
    if way.has_server and mail.oauth.is_used and mail.security == "none" and not _is_this_machine(mail.host):
        faults.append(
            Fault("security", "a token must not be sent in the clear; choose STARTTLS or TLS as the mail server offers")
        )
    if mail.oauth.is_used and mail.user and not is_address(mail.user):
        faults.append(
            Fault("user", f"{mail.user!r} is no mailbox to sign in to by token; write its address, or leave it empty")
        )
    return faults


def _oauth_faults(mail: MailSection) -> list[Fault]:
    oauth = mail.oauth
    if not oauth.is_used:
        given = sorted(oauth.model_fields_set - {"provider"})
        told = [key for key in given if getattr(oauth, key)]
        words = "choose Microsoft 365 or Google, or empty the rest of the sign-in to the mail service"
        return [Fault("oauth.provider", words)] if told else []
    faults = [
        *(_microsoft_faults(oauth) if oauth.provider == "microsoft" else _google_faults(oauth)),
        *_address_faults(oauth),
    ]
    if oauth.flow and oauth.flow not in _FLOWS[oauth.provider]:
        ways = " or ".join(f'"{flow}"' for flow in _FLOWS[oauth.provider])
        faults.append(
            Fault("oauth.flow", f'"{oauth.flow}" is not how {oauth.provider.title()} signs a program in; write {ways}')
        )
    return faults


def _microsoft_faults(oauth: OAuthSection) -> list[Fault]:
    faults = []
    if not oauth.tenant:
        faults.append(Fault("oauth.tenant", "write the school's tenant, its id or a name like school.onmicrosoft.com"))
    elif oauth.tenant in _NO_TENANT or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", oauth.tenant):
        faults.append(
            Fault("oauth.tenant", f"{oauth.tenant!r} is no school's tenant; write its id, or its name with dots")
        )
    if not oauth.client_id:
        faults.append(Fault("oauth.client_id", "write the application (client) id of the app registration"))
    elif not re.fullmatch(r"[A-Za-z0-9._-]+", oauth.client_id):
        faults.append(
            Fault(
                "oauth.client_id",
                f"{oauth.client_id!r} is no application id, which looks like 00000000-0000-0000-0000-000000000000; "
                "a secret never stands in this file",
            )
        )
    return faults


def _google_faults(oauth: OAuthSection) -> list[Fault]:
    surplus = [key for key in ("tenant", "base_url") if getattr(oauth, key)]
    return [Fault(f"oauth.{key}", "Google has none; empty it") for key in surplus]


def _address_faults(oauth: OAuthSection) -> list[Fault]:
    faults = []
    for key in ("token_url", "base_url"):
        parts = urlsplit(getattr(oauth, key))
        if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
            faults.append(Fault(f"oauth.{key}", "secrets and tokens go there, so it must begin with https://"))
    if oauth.token_url and oauth.flow == DEVICE_CODE and not oauth.token_url.endswith("/token"):
        faults.append(
            Fault("oauth.token_url", "it must end in /token, so that the address for device codes is known from it")
        )
    return faults


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "::1", "[::1]") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None
