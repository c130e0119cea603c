"""The ``[mail]`` and ``[mail.oauth]`` tables: which way mail goes, who sends it, and how the program signs in.

``config`` puts them into the whole. What does not fit together is told at once, a sentence each, since somebody who
sets a route up changes several keys at a time.
"""

import re
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from pipeline.configuration.values import Line, Section, WebAddress, WrongKeysError
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
_GRAPH_AT_ONCE = 4
"""Source: "Microsoft Graph service-specific throttling limits", Outlook: 4 concurrent requests for a mailbox."""


class OAuthSection(Section):
    """``[mail.oauth]``: a sign-in by token, where the mail service takes no password."""

    provider: Literal["", "microsoft", "google"] = ""
    """Whose sign-in it is; empty for none."""
    tenant: Line = ""
    """Microsoft: the school's tenant, by id or name (``school.onmicrosoft.com``)."""
    client_id: Line = ""
    """Microsoft: the application (client) id of the app registration. Google's stands in the key file."""
    flow: Literal["", "client-credentials", "device-code", "service-account"] = ""
    """How it signs in; left out, client-credentials for Microsoft and service-account for Google."""
    secret_expires: date | None = None
    """The last day of the client secret; told a month before."""
    token_url: WebAddress = ""
    """Where tokens come from, if not from the provider's usual address."""
    base_url: WebAddress = ""
    """Where Microsoft Graph is, if not at its usual address."""

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

    route: Literal["folder", "smtp", "graph"] = "folder"
    """``folder`` writes .eml files and sends nothing; ``smtp`` and ``graph`` (Microsoft 365) send."""
    profile: Literal["", "microsoft365", "google", "relay"] = ""
    """Limits of a well-known mail service; own numbers win. ``graph`` has those of ``microsoft365``."""
    from_: Line = Field(default="", alias="from")
    """The sender, as ``School office <office@school.sch.uk>``."""
    host: Line = ""
    """The mail server's name."""
    port: int = Field(default=587, ge=1, le=65535)
    """Its port."""
    security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection is made safe."""
    user: Line = ""
    """Who signs in; the password comes from POLICY_SMTP_PASSWORD or the keyring."""
    connections: int = Field(default=2, ge=1, le=20)
    """Connections kept open side by side."""
    per_minute: int = Field(default=0, ge=0)
    """Mails a minute; 0 is unlimited."""
    per_day: int = Field(default=0, ge=0)
    """Mails a day; 0 is unlimited."""
    attach_below_mb: int = Field(default=200, ge=0)
    """Above so many megabytes of one run's mails together, mails name where the copies are instead of carrying them."""
    confirm_above: int = Field(default=20, ge=0)
    """On a real route a first or larger campaign waits for ``policy send --confirm``; 0 never waits."""
    oauth: OAuthSection = OAuthSection.usual()
    """``[mail.oauth]``"""

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
    def mailbox(self) -> str:
        """Whose mailbox a sign-in by token is for: the sender's, or by SMTP ``user`` where it is set."""
        return self.from_address if self.route == "graph" else self.user or self.from_address


def _sender_faults(mail: MailSection) -> list[Fault]:
    if mail.from_ and not is_address(mail.from_address):
        return [Fault("from", f"{mail.from_!r} holds no e-mail address; write it like name@school.sch.uk")]
    if mail.route != "folder" and not mail.from_:
        return [Fault("from", f'route = "{mail.route}" needs the sender, as "School office <office@school.sch.uk>"')]
    return []


def _route_faults(mail: MailSection) -> list[Fault]:
    faults = []
    if mail.route == "smtp" and not mail.host:
        faults.append(Fault("host", 'route = "smtp" needs the name of the mail server'))
    if mail.route == "graph" and mail.oauth.provider != "microsoft":
        faults.append(
            Fault(
                "route",
                '"graph" is Microsoft 365: write provider = "microsoft" with tenant and client_id under [mail.oauth]',
            )
        )
    if mail.route == "graph" and mail.connections > _GRAPH_AT_ONCE:
        faults.append(
            Fault("connections", f"Microsoft Graph takes {_GRAPH_AT_ONCE} requests at once for a mailbox, no more")
        )
    if mail.route == "smtp" and mail.oauth.is_used and mail.security == "none" and not _is_this_machine(mail.host):
        faults.append(
            Fault(
                "security", 'a token must not be sent in the clear; write "starttls" or "tls" as the mail server offers'
            )
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
        words = 'write "microsoft" or "google", or empty the other keys of [mail.oauth]'
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
