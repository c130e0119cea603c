"""What a posted form may hold before anything is done with it."""

import asyncio
from collections.abc import Mapping

import pytest
from starlette.requests import Request

from pipeline.web.guard import read_form


@pytest.mark.parametrize(
    ("body", "fields"),
    [(b"reason=as+said&day=1", {"reason": "as said", "day": "1"}), (b"reason=as%00said", None)],
)
def test_a_form_with_what_no_register_keeps_is_none_of_ours(body: bytes, fields: Mapping[str, str] | None) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    assert asyncio.run(read_form(request)) == fields
