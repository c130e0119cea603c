"""Contacts of a day come through one door, so that no page, mail or copy can hold a number that nobody rang."""

import ast
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from pipeline.cli import policy as policy_group
from pipeline.config import load_config
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day, contacts_without_register
from pipeline.contacts.safety_lines import safety_lines
from pipeline.model.contacts import Directory, ShownDirectory
from tests.copies.workspace import HILL, MONDAY, OFFICE, Workspace, later
from tests.policies.folders import policy_text

PACKAGE = Path(__file__).resolve().parents[2] / "pipeline"
DOOR = "contacts/confirmations.py"
WRITERS = (
    "web", "decisions", "mail", "letters", "publish", "papers", "acknowledgements", "copies", "word", "last_look",
    "pages", "contacts", "plan",
)  # fmt: skip
ASKS = {
    DOOR: "knows who was confirmed",
    "copies/change_preview.py": "says what a confirmation or a day to come would change; nothing is written",
    "contacts/cover.py": "holds who is to stand in against who is there; no numbers",
    "contacts/lead_today.py": "who leads on days to come, by name; today's are handed to it",
    "contacts/doubts.py": "holds a change of contact against who is there; shown to whoever makes it",
    "decisions/contacts.py": "names those who lead, to whoever says who stands in for them; no numbers",
    "web/desk/contacts/unknown_forms.py": "asks whose a name is, as the command does; nothing goes to others",
    "copies/answered.py": "says what an answer about a name would change; shown to whoever gives it",
    "contacts/notices.py": "finds since which day somebody leads; nobody is named by it",
    "contacts/ghosts.py": "looks for whom documents name besides; shown to the owner alone",
}
"""Which of those who write for others may ask the configuration for its directory, and why."""
EMPTY = {
    "contacts/safety_lines.py": "the lines of a school of which nothing is known",
    "acknowledgements/changed.py": "differences of texts for whom no contacts are at hand",
}
"""Who may make a directory of nobody."""
ASKED = ("directory", "known_directory")
"""By attribute the configuration's own, by name what the register adds to it."""
OLD, NEW = "01632 960101", "01632 960155"
CONFIG = f"""[school]
name = "Westhaven School"
[contacts.dsl]
name = "Sam Hillcrest"
phone = "{OLD}"
[contacts.office]
name = "School office"
phone = "01632 960100"
[reading]
default = "sign"
"""


def calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_nobody_who_writes_for_others_asks_the_configuration_for_its_directory() -> None:
    asking = {
        path.relative_to(PACKAGE).as_posix()
        for place in WRITERS
        for path in ([PACKAGE / place] if place.endswith(".py") else (PACKAGE / place).rglob("*.py"))
        if path.exists()
        and any(name_of(call) == ASKED[not isinstance(call.func, ast.Attribute)] for call in calls(path))
    }
    assert asking == set(ASKS)


def test_nobody_else_makes_contacts_of_a_day_or_a_directory_that_may_be_shown() -> None:
    made = {
        (path.relative_to(PACKAGE).as_posix(), bool(call.args or call.keywords))
        for path in PACKAGE.rglob("*.py")
        for call in calls(path)
        if name_of(call) in ("ContactsOfDay", "ShownDirectory")
    }
    assert {path for path, has_holders in made if has_holders} == {DOOR}
    assert {path for path, has_holders in made if not has_holders} == set(EMPTY)


def test_contacts_of_a_day_cannot_be_made_or_mended_elsewhere(tmp_path: Path) -> None:
    nobody = ShownDirectory()
    with pytest.raises(TypeError, match="come from contacts_of_day"):
        ContactsOfDay(nobody, safety_lines(nobody), (), nobody, nobody)
    with Workspace(tmp_path) as workspace:
        workspace.note()
        workspace.configure(HILL, OFFICE)
        with workspace.register.reading() as tx:
            contacts = contacts_of_day(tx, workspace.school, workspace.config, later(1))
        with pytest.raises(TypeError, match="come from contacts_of_day"):
            replace(contacts, shown=nobody)
        for directory in (contacts.shown, contacts.for_copies, contacts.planned):
            assert isinstance(directory, ShownDirectory)
            assert "960155" not in repr(directory)


def test_where_the_register_cannot_be_asked_only_names_and_the_office_are_said(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    shown = contacts_without_register(load_config(tmp_path / "config.toml"), MONDAY)
    said = safety_lines(shown).child_text
    assert "Sam Hillcrest" in said
    assert "01632 960100" in said
    assert OLD not in repr(shown)
    assert isinstance(shown, Directory)


def words_of(path: Path) -> str:
    """All that can be read in a file, whatever it is."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return "".join(page.get_textpage().get_text_bounded() for page in document)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as document:
            return document.read("word/document.xml").decode("utf-8")
    if path.suffix == ".eml":
        parts = message_from_bytes(path.read_bytes(), policy=policy.default).walk()
        return "".join(part.get_content() for part in parts if part.get_content_maintype() == "text")
    return path.read_text(encoding="utf-8") if path.suffix == ".html" else ""


@pytest.mark.slow
def test_no_page_mail_site_or_copy_of_the_day_has_a_number_that_nobody_rang(tmp_path: Path) -> None:
    def run(today: str) -> None:
        ran = CliRunner().invoke(
            policy_group, ["--workspace", str(tmp_path), "--today", today, "run"], catch_exceptions=False
        )
        assert ran.exit_code == 0, ran.output

    (tmp_path / "policies").mkdir()
    text = policy_text("Lettings Policy", lead="Sam Hillcrest") + f"\nTelephone: {OLD}\n"
    (tmp_path / "policies" / "lettings.txt").write_text(text, encoding="utf-8")
    staff = (
        "person_id,first_name,last_name,work_email,role,start_date,leave_date\nP1,Ann,Lee,lee@example.org,Teacher,,\n"
    )
    (tmp_path / "staff.csv").write_text(staff, encoding="utf-8")
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    run("2026-11-24")
    (tmp_path / "config.toml").write_text(CONFIG.replace(OLD, NEW), encoding="utf-8")
    (tmp_path / "staff.csv").write_text(f"{staff}P2,Kim,Day,day@example.org,Teacher,,\n", encoding="utf-8")
    run("2026-11-25")
    read = {path: words_of(path) for path in (tmp_path / "distribution").rglob("*") if path.is_file()}
    mailed = [path for path in read if path.suffix == ".eml"]
    assert len(mailed) == 2
    assert {".pdf", ".html", ".eml"} <= {path.suffix for path, words in read.items() if "Hillcrest" in words}
    assert [path.name for path, words in read.items() if NEW in words or NEW.replace(" ", "") in words] == []
    assert any("01632 960100" in words for words in read.values()), "the office stands in"
