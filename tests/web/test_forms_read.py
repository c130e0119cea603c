"""What a posted form may hold before anything is done with it."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.requests import Request

from pipeline.web.desk.receiving import LARGEST_FIELDS_BYTES, NotTakenError, Receiving
from pipeline.web.guard import read_form

_FIELDS, _FILES = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b"


def _request(kind: bytes, body: bytes) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    return Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind)]}, receive)


@pytest.mark.parametrize(
    ("body", "fields"),
    [(b"reason=as+said&day=1", {"reason": "as said", "day": "1"}), (b"reason=as%00said", None)],
)
def test_a_form_with_what_no_register_keeps_is_none_of_ours(body: bytes, fields: Mapping[str, str] | None) -> None:
    assert asyncio.run(read_form(_request(_FIELDS, body))) == fields


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (_FIELDS, b"reason=" + b"x" * LARGEST_FIELDS_BYTES, "more text than this form takes"),
        (_FIELDS, b"a=1&" * 7000, "did not come whole"),
        (_FIELDS, "name=Zoë".encode(), "did not come whole"),
        (_FILES, b"a.txt and no boundary", "did not come whole"),
        (b"text/plain", b"name=Zoe", "not sent from a form"),
    ],
)
def test_a_form_of_the_desk_that_is_none_is_told_and_leaves_no_file(kind: bytes, body: bytes, said: str) -> None:
    before = sorted(Path(tempfile.gettempdir()).glob("policy-upload-*"))
    with pytest.raises(NotTakenError, match=said), Receiving() as receiving:
        asyncio.run(receiving.read(_request(kind, body)))
    assert sorted(Path(tempfile.gettempdir()).glob("policy-upload-*")) == before


def test_every_value_of_a_field_comes_as_it_was_typed() -> None:
    with Receiving() as receiving:
        sent = asyncio.run(receiving.read(_request(_FIELDS, b"name=Zo%C3%AB+Lowe&team=a&team=&team=b%26c")))
    assert (sent.of("name"), sent.all("team")) == ("Zoë Lowe", ("a", "", "b&c"))
