"""The run's report: decisions first, equal findings once, how files were read only when asked or where one failed."""

from pathlib import Path

import pytest

from tests.cli.test_review import HEADINGS, policy
from tests.mail.providers import MAILBOX, SECRET, provider
from tests.policies.folders import policy_text

CONFIG = '[school]\nname = "Westhaven School"\n[contacts.dsl]\nname = "Sam Hillcrest"\nemail = "sam@example.org"\n'


def lay_out(root: Path, *titles: str, without: str = "", more: str = "") -> Path:
    """Make a workspace with a policy a title, each without the words given."""
    (root / "policies").mkdir(parents=True)
    (root / "config.toml").write_text(CONFIG + more, encoding="utf-8")
    (root / "staff.csv").write_text(HEADINGS, encoding="utf-8")
    for title in titles:
        text = policy_text(title, body=f"The {title} is followed by everybody who works here. {title * 3}")
        (root / "policies" / f"{title}.txt").write_text(text.replace(without, ""), encoding="utf-8")
    return root


def test_a_changed_policy_stands_before_the_summary_and_not_among_the_findings(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy")
    policy(school, "run")
    changed = policy_text("Lettings Policy", body="Nobody may use the hall after eight in the evening any more.")
    (school / "policies" / "Lettings Policy.txt").write_text(changed, encoding="utf-8")
    told = policy(school, "run").stdout
    assert told.startswith("Waiting for your decision\n  Lettings Policy: Lettings Policy.txt was changed")
    assert told.index("'policy issue lettings --show'") < told.index("1 read")
    assert told.count("was changed") == 1


def test_what_is_unclear_is_counted_at_the_top_with_its_command(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy", "Music Policy", without="Policy Owner: Business Manager\n")
    told = policy(school, "run").stdout
    assert told.splitlines()[:2] == [
        "Waiting for your decision",
        "  1 thing is unclear in 2 policies: 'policy review' asks about it.",
    ]


def test_a_run_with_nothing_to_decide_begins_with_its_summary(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy")
    assert policy(school, "run").stdout.startswith("1 read, ")


def test_papers_to_the_clerk_are_counted_apart_and_a_dry_run_shows_them_and_writes_none(tmp_path: Path) -> None:
    governors = '[governors]\nmeetings = [2026-12-03, 2027-12-08]\nclerk_email = "clerk@example.org"\n'
    school = lay_out(tmp_path, "Lettings Policy", more=governors)
    policy(school, "run")
    assert "is ready for the clerk" in policy(school, "ready", "lettings").stdout
    told = policy(school, "--today", "2026-11-25", "run", "--dry-run").stdout
    assert "1 to the clerk" in told
    assert "clerk@example.org: the papers for the Full Governing Body on 3 December 2026" in told
    assert not (school / "distribution" / "papers").exists()


def test_nine_policies_without_an_owner_are_one_line(tmp_path: Path) -> None:
    names = ("Art", "Chess", "Dance", "Drama", "Lettings", "Music", "Poetry", "Sport", "Swimming")
    titles = [f"{name} Policy" for name in names]
    school = lay_out(tmp_path, *titles, without="Policy Owner: Business Manager\n")
    told = policy(school, "run").stdout
    assert "  9 policies name no owner: 'policy review owner'\n" in told
    assert "who looks after it" not in told


def test_late_reviews_are_one_line_with_how_late_each_is(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy", "Music Policy")
    for title, review in (("Lettings Policy", "May 2020"), ("Music Policy", "August 2026")):
        path = school / "policies" / f"{title}.txt"
        path.write_text(path.read_text(encoding="utf-8").replace("August 2027", review), encoding="utf-8")
    told = policy(school, "run").stdout
    assert "2 policies are late for review and stay in force: Lettings Policy (6 years late) and Music Policy (" in told
    assert told.count("stay in force") == 1


def test_how_files_were_read_is_told_when_asked_or_where_one_could_not_be(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy")
    assert "How files were read" not in policy(school, "run", "--dry-run").stdout
    asked = policy(school, "run", "--dry-run", "--verbose").stdout
    assert "How files were read\n  Files are read in a separate process" in asked
    (school / "policies" / "broken.docx").write_bytes(b"no Word file at all")
    told = policy(school, "run").stdout
    assert told.rstrip().splitlines()[-2] == "How files were read"


def test_reviews_that_nobody_is_told_of_stand_at_the_top_until_a_default_owner_is_set(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy")
    path = school / "policies" / "Lettings Policy.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("August 2027", "May 2026"), encoding="utf-8")
    told = policy(school, "run", "--dry-run").stdout
    assert "Nobody is told of 1 review that is late or near" in told
    assert "set default_owner under [review] in config.toml" in told
    assert "nobody would be mailed" in told
    config = school / "config.toml"
    config.write_text(CONFIG + '[review]\ndefault_owner = "dsl"\n', encoding="utf-8")
    told = policy(school, "run", "--dry-run").stdout
    assert "Nobody is told of" not in told
    assert "1 mail would be written" in told
    assert "Sam Hillcrest ([review] default_owner) is told of it" in told


def test_a_terminal_gets_lists_broken_between_words(tmp_path: Path) -> None:
    from io import StringIO

    from pipeline.cli.screen import Screen, show_lines

    told, piped = StringIO(), StringIO()
    line = "Deborah Sheffield is not in the staff list, which has everybody else who holds such a role."
    for file in (told, piped):
        show_lines(Screen(file, width=40, is_terminal=file is told), "Staff list", [line])
    assert all(len(row) <= 40 for row in told.getvalue().splitlines()[2:])
    assert f"  {line}\n" in piped.getvalue()


def test_what_microsoft_took_is_called_accepted_and_its_secret_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_MAIL_CLIENT_SECRET", SECRET)
    with provider() as place:
        graph = (
            f'[review]\ndefault_owner = "office@example.org"\n[mail]\nroute = "graph"\nfrom = "{MAILBOX}"\n'
            f"confirm_above = 0\n[mail.oauth]\n{place.microsoft}secret_expires = 2026-12-10\n"
        )
        school = lay_out(tmp_path, more=graph)
        late = policy_text("Lettings Policy", last="August 2024", review="August 2025")
        (school / "policies" / "Lettings Policy.txt").write_text(late, encoding="utf-8")
        told = policy(school, "run").stdout
        assert "The client secret that mail is sent with" in told
        assert "The client secret that mail is sent with" in policy(school, "status").stdout
        assert len(place.accepted) == 1
        assert "1 mail accepted by Microsoft." in told
