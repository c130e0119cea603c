"""Addresses typed on the desk never lead into the school's own network; those written by hand are told of."""

from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.settings.addresses import own_network_notices, refuse_inside

SMTP = '[mail]\nroute = "smtp"\nfrom = "office@example.org"\nhost = "{}"\n'
IMAP = '[inbox]\nroute = "imap"\nhost = "{}"\nuser = "office@example.org"\n'
OTHERS = [
    '[calendar]\nics = "https://{}/x.ics"\n',
    '[publish]\nwatch = ["https://policies.example.org", "https://{}/x"]\n',
]


@pytest.mark.parametrize("table", [SMTP, IMAP, *OTHERS])
@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "2130706433", "localhost", "192.168.4.4"])
def test_no_address_and_no_mail_server_inside_is_taken_from_a_page(tmp_path: Path, table: str, host: str) -> None:
    before, after = parse_config("", root=tmp_path), parse_config(table.format(host), root=tmp_path)
    with pytest.raises(UsageError, match="an address typed here may not lead there") as refused:
        refuse_inside(before, after)
    assert "ask your IT provider" in str(refused.value)
    assert "config.toml" not in str(refused.value)
    assert "[web]" not in str(refused.value)
    refuse_inside(after, after)
    allowed = f'[web]\nallow_private = ["{host}"]\n'
    refuse_inside(parse_config(allowed, root=tmp_path), parse_config(table.format(host) + allowed, root=tmp_path))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SMTP.format("127.0.0.1"), OTHERS[0].format("127.0.0.1:5000")),
        (IMAP.format("127.0.0.1"), OTHERS[1].format("127.0.0.1:5000")),
        (OTHERS[0].format("192.168.1.5"), OTHERS[0].format("192.168.1.5:8443")),
        (OTHERS[0].format("192.168.1.5"), OTHERS[1].format("192.168.1.5")),
        (OTHERS[0].format("192.168.1.5"), SMTP.format("192.168.1.5")),
        (SMTP.format("192.168.1.5"), IMAP.format("192.168.1.5")),
        (SMTP.format("192.168.1.5"), SMTP.format("192.168.1.5") + "port = 8080\n"),
    ],
)
def test_what_is_there_already_excuses_no_other_setting_and_no_other_port(
    tmp_path: Path, before: str, after: str
) -> None:
    is_same_table = before.splitlines()[0] == after.splitlines()[0]
    was, becomes = (parse_config(text, root=tmp_path) for text in (before, after if is_same_table else before + after))
    with pytest.raises(UsageError, match="an address typed here may not lead there"):
        refuse_inside(was, becomes)


def test_another_page_of_the_same_computer_and_another_setting_are_taken(tmp_path: Path) -> None:
    was = parse_config(SMTP.format("127.0.0.1") + OTHERS[0].format("192.168.1.5"), root=tmp_path)
    text = SMTP.format("127.0.0.1") + OTHERS[0].format("192.168.1.5").replace("x.ics", "y.ics")
    refuse_inside(was, parse_config(text + '[school]\nname = "Vale School"\n', root=tmp_path))


def test_a_mail_server_inside_that_was_written_by_hand_is_nothing_to_tell_of(tmp_path: Path) -> None:
    assert own_network_notices(parse_config(SMTP.format("127.0.0.1"), root=tmp_path)) == ()


def test_the_line_to_add_names_what_is_allowed_already(tmp_path: Path) -> None:
    text = OTHERS[0].format("10.0.0.5") + '[web]\nallow_private = ["intranet.example.org"]\n'
    (told,) = own_network_notices(parse_config(text, root=tmp_path))
    assert told.endswith('[web] allow_private = ["intranet.example.org", "10.0.0.5"]')
