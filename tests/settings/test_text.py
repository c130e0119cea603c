"""One value of the sample's text changes and nothing else does, wherever it stands."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.errors import ConfigurationError
from pipeline.settings.text import TablePlace, Value, add_table, drop_key, drop_table, make_several, set_key

SAMPLE = (Path(__file__).resolve().parents[2] / "config.toml").read_text(encoding="utf-8")


def differs(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and came; every other line is there in its order."""
    old, new = before.split("\n"), after.split("\n")
    first = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return old[first : len(old) - last], new[first : len(new) - last]


@pytest.mark.parametrize(
    ("place", "key", "value", "came"),
    [
        (TablePlace("contacts.dsl"), "phone", "01632 960177", ['phone = "01632 960177"']),
        (TablePlace("contacts.deputy-dsl", 1), "phone", "01632 960177", ['phone = "01632 960177"']),
        (TablePlace("governors"), "meetings", [date(2026, 12, 9)], ["meetings = [2026-12-09]"]),
        (TablePlace("reading"), "escalate", True, ["escalate = true"]),
        (TablePlace("review"), "remind_days", [30, 0], ["remind_days = [30, 0]"]),
        (TablePlace("mail.oauth"), "tenant", "x.onmicrosoft.com", ['tenant = "x.onmicrosoft.com"']),
        (TablePlace("people.roles"), "Bursar", 'b"\\@example.org', ['Bursar = "b\\"\\\\@example.org"']),
        (TablePlace("accounts"), "jo@example.org", "owner", ['"jo@example.org" = "owner"']),
        (TablePlace("mail.oauth"), "secret_expires", date(2027, 1, 1), ["secret_expires = 2027-01-01"]),
    ],
)
def test_a_value_changes_and_no_other_line_does(place: TablePlace, key: str, value: Value, came: list[str]) -> None:
    changed = set_key(SAMPLE, place, key, value)
    went, new = differs(SAMPLE, changed)
    assert new == came
    assert len(went) <= 1
    assert all(not line.startswith("#") for line in went)


def test_a_new_key_stands_below_the_line_that_shows_it() -> None:
    changed = set_key(SAMPLE, TablePlace("contacts.dsl"), "until", date(2027, 3, 31))
    assert "# until = 2027-03-31\nuntil = 2027-03-31\n" in changed


def test_tables_come_where_their_kind_stands_and_go_without_their_comments() -> None:
    deputy = add_table(SAMPLE, "contacts.deputy-dsl", {"name": "Jo Hill"}, several=True)
    assert differs(SAMPLE, deputy)[0] == []
    assert '\n\n[[contacts.deputy-dsl]]\nname = "Jo Hill"\n\n[contacts.headteacher]' in deputy
    assert drop_table(deputy, TablePlace("contacts.deputy-dsl", 2)) == SAMPLE
    former = drop_table(SAMPLE, TablePlace("contacts.former", 0))
    assert "# Their last day in it." in former
    assert "former" not in tomllib.loads(former)["contacts"]
    group = add_table(SAMPLE, "groups.parents", {"name": "Parents", "policies": "all"})
    assert "groups" not in tomllib.loads(drop_table(group, TablePlace("groups.parents")))
    assert parse_config(group, root=Path()).groups["parents"].name == "Parents"


def test_one_becomes_the_first_of_several() -> None:
    text = make_several(SAMPLE, "contacts.headteacher")
    assert differs(SAMPLE, text) == (["[contacts.headteacher]"], ["[[contacts.headteacher]]"])


def test_a_file_without_a_table_and_an_empty_one_get_it() -> None:
    assert tomllib.loads(set_key("", TablePlace("mail.oauth"), "tenant", "x")) == {"mail": {"oauth": {"tenant": "x"}}}
    text = "[school]\nname = 'A'\n"
    assert set_key(text, TablePlace("review"), "escalate", True) == f"{text}\n[review]\nescalate = true\n"


@pytest.mark.parametrize("text", ["[contacts]\ndsl = {name = 'A B'}\n", "contacts.dsl.name = 'A B'\n"])
def test_tables_written_in_a_line_are_changed_there(text: str) -> None:
    changed = set_key(text, TablePlace("contacts.dsl"), "name", "Jo Hill")
    assert tomllib.loads(changed) == {"contacts": {"dsl": {"name": "Jo Hill"}}}
    assert changed.count("\n") == text.count("\n")


def test_what_only_looks_like_a_heading_is_none() -> None:
    text = "[x]\ny = '''\n[calendar]\n'''\n"
    with pytest.raises(ConfigurationError, match=r"change it in config\.toml itself"):
        set_key(text, TablePlace("calendar"), "closed", ["2026-12-22"])


def test_a_comment_inside_a_list_is_not_lost_for_a_new_list() -> None:
    text = "[calendar]\nclosed = [\n  # half term\n  '2026-12-21',\n]\n"
    with pytest.raises(ConfigurationError, match=r"change it in config\.toml itself"):
        set_key(text, TablePlace("calendar"), "closed", ["2026-12-22"])


def test_a_key_goes_and_its_comment_stays() -> None:
    went, came = differs(SAMPLE, drop_key(SAMPLE, TablePlace("people.roles"), "PSHE Lead"))
    assert (went, came) == (['"PSHE Lead" = "pshe.lead@example.org"'], [])
