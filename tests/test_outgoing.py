"""What addresses lead to: never inside the school's own network but where it is meant; real servers on this machine."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pipeline.outgoing import (
    InsideError,
    host_and_port,
    is_inside,
    is_public,
    is_written_inside,
    meant_of,
    open_outgoing,
)
from tests.publish.website import Website, serve_website

NAME = "calendar.example.org"


@pytest.fixture
def inside() -> Iterator[Website]:
    """A server on this very computer."""
    with serve_website() as made:
        made.put("/secret", b"secret", "text/plain")
        yield made


def fetch(address: str, *meant: str) -> bytes:
    with open_outgoing(meant=meant, wait_seconds=5) as client:
        return client.get(address).content


def named(patch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let the name stand for one address after the other, the last for ever; return what was asked for."""
    left, asked, before = list(addresses), [], socket.getaddrinfo

    def look_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if host != NAME:
            return before(host, port, *more, **named)
        asked.append(left[0])
        return before(left.pop(0) if len(left) > 1 else left[0], port, *more, **named)

    patch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.9",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "localhost", "localhost.",
        "LOCALHOST",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_way_of_writing_an_address_leads_inside(host: str, scheme: str) -> None:
    address = f"{scheme}://{host}:9/secret"
    assert is_inside(host)
    assert is_written_inside(address)
    with pytest.raises((InsideError, httpx.InvalidURL)):
        fetch(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_public_internet_is_no_such_place(address: str) -> None:
    assert is_public(address)
    assert not is_written_inside(f"https://[{address}]/" if ":" in address else f"https://{address}/")


def test_a_name_that_nobody_knows_and_one_of_words_are_asked_of_nobody() -> None:
    assert not is_inside("nowhere.invalid")
    for address in ("https://calendar.example.org/x.ics", "https://3com.example.org", "https://[broken", "", "x"):
        assert not is_written_inside(address)


def test_a_redirect_never_leads_inside(inside: Website) -> None:
    with serve_website() as outside:
        own = host_and_port(outside.address)
        port = inside.address.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "127.1"):
            outside.put("/away", f"http://{host}:{port}/secret".encode(), status=302)
            with pytest.raises(InsideError):
                fetch(f"{outside.address}/away", own)
        outside.put("/here", f"{outside.address}/there".encode(), status=302)
        outside.put("/there", b"a calendar", "text/calendar")
        assert fetch(f"{outside.address}/here", own) == b"a calendar", "within the one that is meant it does"
        outside.put("/away", f"{inside.address}/secret".encode(), status=302)
        assert fetch(f"{outside.address}/away", own, "127.0.0.1") == b"secret", "the whole computer is meant"


@pytest.mark.parametrize("second", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1"])
def test_a_name_that_means_another_address_at_the_second_look_up_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, inside: Website, second: str
) -> None:
    asked = named(monkeypatch, "8.8.8.8", second)
    with pytest.raises(InsideError):
        fetch(f"http://{NAME}:{inside.address.rpartition(':')[2]}/secret")
    assert asked == ["8.8.8.8", second]


def test_a_name_that_leads_inside_is_followed_where_it_is_meant_and_goes_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch, inside: Website
) -> None:
    named(monkeypatch, "127.0.0.1")
    address = f"http://{NAME}:{inside.address.rpartition(':')[2]}/secret"
    with pytest.raises(InsideError) as refused:
        fetch(address)
    assert refused.value.host == NAME
    assert fetch(address, NAME) == b"secret"
    assert meant_of([address, inside.address], ["Intranet.example.org"]) == (
        "intranet.example.org", host_and_port(inside.address),
    )  # fmt: skip


def test_where_nothing_answers_it_is_a_fault_of_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(httpx.ConnectError):
        fetch("http://127.0.0.1:9/", "127.0.0.1")
    with pytest.raises(httpx.ConnectError):
        fetch("http://nowhere.invalid/")
