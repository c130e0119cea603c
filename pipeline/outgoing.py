"""Ask web addresses that people or pages name, and never one inside the school's own network that nobody meant.

An address that a person typed on the desk, that a page links to or that an answer redirects to could lead to this very
computer, or to what only its network reaches: the pages of a router, a printer, a cloud's own credentials. So the
address that a name stands for is looked at when the connection is made, and the connection goes to just that one: a
name that means another address at a second look-up leads nowhere else. ``[web] allow_private`` names what is meant.
"""

import ipaddress
import socket
import ssl
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

WAIT_SECONDS = 30.0
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_HERE = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")
_PORTS = {"http": 80, "https": 443}


class InsideError(Exception):
    """An address leads into a network of the school's own, and nobody said that it may."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host: str = host
        """As the address names it."""


def open_outgoing(
    *,
    meant: Collection[str] = (),
    context: ssl.SSLContext | None = None,
    wait_seconds: float = WAIT_SECONDS,
    most_redirects: int = 5,
    headers: Mapping[str, str] | None = None,
) -> "httpx.Client":
    """Return a client that leads inside only where it is ``meant``; close it.

    ``meant`` are hosts, or a host with its port as ``host_and_port`` gives it. What is asked through the client raises
    InsideError for any other address that is not of the public internet, also behind a redirect. Where the environment
    names a proxy, that one makes the connection: the name is looked at here before it is asked.
    """
    import httpx

    def look(request: "httpx.Request") -> None:
        host, port = request.url.host, request.url.port or _PORTS.get(request.url.scheme, 0)
        if not _is_meant(host, port, meant) and is_inside(host):
            raise InsideError(host)

    client = httpx.Client(
        verify=context or ssl.create_default_context(),
        timeout=wait_seconds,
        follow_redirects=True,
        max_redirects=most_redirects,
        headers=headers,
        event_hooks={"request": [look]},
    )
    direct = client._transport
    assert isinstance(direct, httpx.HTTPTransport)
    # httpx has no door for it; test_outgoing tells where that changes.
    direct._pool._network_backend = _checked_connections(meant)
    return client


def _checked_connections(meant: Collection[str]) -> Any:
    """Return what makes the connections of a client: to the addresses that were looked at, and to no others."""
    import httpcore

    class CheckedBackend(httpcore.SyncBackend):
        def connect_tcp(self, host: str, port: int, *more: Any, **named: Any) -> httpcore.NetworkStream:
            try:
                found = _addresses(host, port)
            except OSError as error:
                raise httpcore.ConnectError(str(error)) from error
            if not _is_meant(host, port, meant) and not all(map(is_public, found)):
                raise InsideError(host)
            for last, address in enumerate(found, start=1 - len(found)):
                try:
                    return super().connect_tcp(address, port, *more, **named)
                except (httpcore.ConnectError, httpcore.ConnectTimeout):
                    if not last:
                        raise
            raise httpcore.ConnectError(f"{host} has no address")

    return CheckedBackend()


def _is_meant(host: str, port: int, meant: Collection[str]) -> bool:
    name = _plain(host)
    return name in meant or f"{name} {port}" in meant


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").casefold()


def _addresses(host: str, port: int | None = None) -> list[str]:
    """Return the addresses that a name stands for, however an address is written (2130706433 is 127.0.0.1)."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Return whether an address is one of the public internet, also where it stands inside another one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and (found in _NAT64 or found in _COMPATIBLE):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def is_inside(host: str) -> bool:
    """Return whether a name leads to an address that is not of the public internet; not where nobody knows it."""
    if _plain(host) in _HERE:
        return True
    try:
        return not all(map(is_public, _addresses(host)))
    except (OSError, UnicodeError):
        return False


# --- what stands in the settings ----------------------------------------------------------------------------------


def host_of(address: str) -> str:
    """Return the host that a web address names, in small letters; empty where it names none."""
    try:
        return _plain(urlsplit(address).hostname or "")
    except ValueError:
        return ""


def host_and_port(address: str) -> str:
    """Return host and port of a web address, as ``open_outgoing`` takes them."""
    try:
        parts = urlsplit(address)
        return f"{_plain(parts.hostname or '')} {parts.port or _PORTS.get(parts.scheme, 443)}"
    except ValueError:
        return ""


def is_written_inside(address: str) -> bool:
    """Return whether a web address is inside by the letters of it: an address of numbers, or this very computer.

    Nobody is asked. The desk takes no such computer or port that is new to a setting, so that it was written there by
    hand.
    """
    host = host_of(address)
    if host in _HERE:
        return True
    try:
        return not is_public(host)
    except ValueError:
        # 2130706433, 0x7f.1 and 127.1 are addresses to whatever connects, and look like names.
        return bool(host) and all(part[:1].isdigit() for part in host.split(".")) and is_inside(host)


def meant_of(addresses: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Return which hosts are meant: those ``allowed``, and what of ``addresses`` was written by hand to lead inside."""
    return (*map(_plain, allowed), *(host_and_port(each) for each in addresses if is_written_inside(each)))


def say_line(hosts: Iterable[str]) -> str:
    """Return the line of the settings by which some hosts inside are meant."""
    listed = ", ".join(f'"{host}"' for host in dict.fromkeys(hosts))
    return f"[web] allow_private = [{listed}]"
