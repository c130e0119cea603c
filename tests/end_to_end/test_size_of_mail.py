"""How large the day's mails are: told before they go, and they do not carry what would fill a disk."""

import re
from email.message import EmailMessage

from tests.end_to_end.conftest import School

SAID = "With every copy attached the mails to readers come to"


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return " ".join(re.sub(r"</?span[^>]*>", "", str(part.get_content())).split())


def test_a_dry_run_says_how_large_the_mails_are(west_park: School) -> None:
    said = " ".join(west_park.policy("run", "--dry-run").out.split())
    assert SAID in said
    assert "attach_below_mb" not in said


def test_mails_that_carry_their_copies_say_nothing_of_it(stocked: School) -> None:
    assert SAID not in stocked.policy("run").out
    carried = [each for mail in stocked.mails() for each in mail.iter_attachments()]
    assert carried != []


def test_above_the_limit_mails_name_the_folder_of_the_copies(stocked: School) -> None:
    stocked.configure("attach_below_mb = 200", "attach_below_mb = 0")
    said = " ".join(stocked.policy("run").out.split())
    assert "more than the 0 MB of [mail] attach_below_mb in config.toml: they name the folder of the copies" in said
    copies = stocked.root / "distribution" / "copies"
    asked = [mail for mail in stocked.mails() if "please read" in str(mail["Subject"])]
    assert asked != []
    for mail in asked:
        assert list(mail.iter_attachments()) == []
        assert f"in the folder {copies}, not attached" in words(mail, "plain")
        assert f"in the folder {copies}, not attached" in words(mail, "html")
        plain = mail.get_body(("plain",))
        assert plain is not None
        named = [line.partition("Copy: ")[2] for line in plain.get_content().splitlines() if "Copy: " in line]
        assert named != []
        assert all((copies / name).is_file() for name in named)


def test_what_is_only_to_be_found_is_on_the_staff_site(stocked: School) -> None:
    stocked.configure('staff_address = ""', 'staff_address = "https://vle.example.sch.uk/policies"')
    stocked.policy("run")
    found = [mail for mail in stocked.mails() if "GOOD TO KNOW WHERE TO FIND" in words(mail, "plain")]
    assert found != []
    for mail in found:
        assert "at https://vle.example.sch.uk/policies" in words(mail, "plain")
        assert 'href="https://vle.example.sch.uk/policies"' in words(mail, "html")


def test_above_the_limit_mails_name_the_readers_own_page_where_there_is_one(west_park: School) -> None:
    west_park.configure("attach_below_mb = 200", "attach_below_mb = 0")
    west_park.configure('base_url = ""', 'base_url = "https://policies.example.org"')
    assert "they name each reader’s own page instead" in " ".join(west_park.policy("run").out.split())
    for mail in west_park.mails():
        assert list(mail.iter_attachments()) == []
        assert "in the folder" not in words(mail, "plain")
