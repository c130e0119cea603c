"""A scanner that presses every button and fills in the page's own words records nothing and locks nobody out."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.web.scanned_school import pages_of, recorded, scanned_school
from tests.web.scanner import scan
from tests.web.served import serve

pytestmark = pytest.mark.needs("chromium")


@pytest.mark.slow
def test_scanner_that_fills_in_the_pages_own_words_records_nothing_and_locks_nobody_out(tmp_path: Path) -> None:
    school = scanned_school(tmp_path, 20)
    with school, serve(school) as served:
        pages = pages_of(school, served.address)
        done = asyncio.run(scan(pages, visits=40))
        assert done.visits == 40
        assert done.answers.total() > 20
        assert len(done.typed) > 20
        assert recorded(school) == {"readings": 0, "reports": 0}
        answer = httpx.post(pages[0], data=served.form_of(pages[0]) | {"surname": "Marsh"})
        assert answer.status_code == 303
        assert recorded(school) == {"readings": 1, "reports": 0}
