"""Every page and form of the settings in a real browser: on a phone and on a desktop, for everybody, in plain words."""

import re
from pathlib import Path

import pytest

from pipeline.settings.keys import Shape, all_tables
from pipeline.web.desk.settings.settings import address_of
from tests.chromium import check_page, open_chromium
from tests.web.test_desk_browser import DESKTOP, PHONE, served, signed_in

TECHNICAL = re.compile(
    r"config\.toml|\[\[?[a-z]\w*[\].]|= \"|\b[a-z]+_[a-z_]+\b|\bpolicy [a-z-]+ --|POLICY_|``|\bTrue\b|\bNone,"
)
"""Words of the file of settings: its name, a table, a value as it is written there, a key, a command."""


def addresses() -> list[str]:
    """Return the address of each page and form of the settings."""
    found = ["/settings"]
    for table in all_tables():
        found.append(address_of(table))
        entries = {
            Shape.ONE: ["all"] if table.of_route else [key.name for key in table.keys],
            Shape.LINES: ["lines"],
        }.get(table.shape, ["new"])
        found += [address_of(table, entry) for entry in entries]
    return found


@pytest.mark.slow
def test_every_page_of_the_settings_fits_and_says_no_key_of_the_file(tmp_path: Path) -> None:
    with (
        open_chromium() as chromium,
        served(tmp_path, is_full=True) as (address, link, _),
        signed_in(chromium, address, link) as page,
    ):
        for path in addresses():
            answer = page.goto(address + path)
            assert answer is not None
            assert answer.status == 200, path
            check_page(page)
            assert TECHNICAL.findall(page.inner_text("main")) == [], path
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                assert page.evaluate(width) <= 0, path
