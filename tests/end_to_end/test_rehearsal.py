"""A dry run lists every mail with its files, and a run sends those very files."""

import hashlib

from tests.end_to_end.conftest import School


def test_what_a_dry_run_lists_is_what_a_run_writes(west_park: School) -> None:
    listed = west_park.policy("run", "--dry-run", "--json").json["mail"]["mails"]
    assert listed
    assert all(one["goes_at"] and one["waits_for"] is None for one in listed)
    assert west_park.policy("run", "--json").json["mail"]["mails"] == []
    written = {
        (
            str(mail["To"]),
            str(mail["Subject"]).rpartition(" [Ref ")[0],
            tuple(hashlib.sha256(part.get_content()).hexdigest() for part in mail.iter_attachments()),
        )
        for mail in west_park.mails()
    }
    assert written == {
        (one["to"], one["subject"].rpartition(" [Ref ")[0], tuple(each["sha256"] for each in one["attachments"]))
        for one in listed
    }
    said = " ".join(west_park.policy("run", "--dry-run").out.split())
    assert "When each mail would go" not in said
