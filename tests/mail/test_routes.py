"""The ways mail goes, each declared once: the settings offer what is declared, and what really sends counts as one."""

from pathlib import Path
from typing import get_args

import pytest

from pipeline.config import parse_config
from pipeline.configuration.routes import READING_ROUTES, ROUTES, ReadingKey, RouteKey
from pipeline.errors import ConfigurationError
from pipeline.register.mail.told import routes_like


def test_the_settings_offer_every_route_that_is_declared_and_no_other() -> None:
    assert get_args(RouteKey) == tuple(ROUTES)
    assert get_args(ReadingKey) == tuple(READING_ROUTES)
    assert all(ROUTES[key].key == key for key in ROUTES)


def test_whoever_was_told_by_one_route_that_sends_was_told_by_each() -> None:
    sending = tuple(key for key, route in ROUTES.items() if route.sends)
    assert {routes_like(key) for key in sending} == {sending}
    assert routes_like("folder") == ("folder",)


def test_a_route_with_a_sign_in_of_its_own_says_whose(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Microsoft 365 needs its sign-in to the mail service"):
        parse_config('[mail]\nroute = "graph"\nfrom = "office@example.org"\n', root=tmp_path)
    sign_in = '[mail.oauth]\nprovider = "microsoft"\ntenant = "example.org"\nclient_id = "1"\n'
    with pytest.raises(ConfigurationError, match="Microsoft Graph takes 4 requests at once for a mailbox, no more"):
        parse_config(f'[mail]\nroute = "graph"\nfrom = "office@example.org"\nconnections = 9\n{sign_in}', root=tmp_path)
