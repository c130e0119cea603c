"""Every command that writes: a record names who decided, free text stands nowhere in the clear, a head covers it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from pipeline.cli import policy as policy_group
from pipeline.commands import COMMANDS
from pipeline.register.decision import ACTOR, THE_RUN
from pipeline.register.ledger import ledger
from pipeline.register.store.database import Register
from pipeline.register.tables import schema
from tests.decisions.rows import ROWS
from tests.policies.folders import policy_text
from tests.registers import open_register, settings_of

ROOT = Path(__file__).resolve().parents[2]
ACTING = "Jo Marsh"
MARKER = "Zyxwvut"
CONFIG = """[school]
name = "Westhaven School"
[contacts.dsl]
name = "Sam Hillcrest"
phone = "01632 960101"
[[contacts.deputy-dsl]]
name = "Tom Ash"
phone = "01632 960142"
[contacts.office]
name = "School office"
phone = "01632 960100"
[reading]
default = "sign"
[groups.parents]
name = "Parents"
policies = ["lettings"]
[publish]
also = ["lettings"]
[declarations.gifts]
name = "Gifts"
policy = "lettings"
statement = "I have taken none"
[calendar]
terms = ["2026-09-01..2026-12-18"]
[mail]
route = "smtp"
host = "127.0.0.1"
port = 9
security = "none"
from = "office@example.org"
"""
STAFF = (
    "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
    "P1,Ann,Lee,lee@example.org,Teacher,,\nP2,Kim,Day,day@example.org,Teacher,,\nP3,Ali,Noor,noor@example.org,Teacher,,\n"
)
READS = {
    "init": "lays out files; there is no register yet",
    "extract": "touches nothing",
    "copy": "writes copies beside, nothing into the register",
    "status": "shows",
    "catalogue check": "shows",
    "watch": "looks at web pages, and nothing of it stands in the register",
    "simulate": "looks ahead in memory; that nothing in the workspace changes is tested in simulation/test_ahead",
    "summary": "shows",
    "calendar": "writes a file and nothing into the register",
    "staff list": "shows",
    "acknowledge list": "shows",
    "form recipe": "writes steps to follow, and nothing into the register",
    "mail check": "sends one test mail, and nothing of it stands in the register",
    "mail letter": "writes a page to pass on, and nothing into the register",
    "ledger verify": "checks",
    "ledger export": "writes a file and nothing into the register",
    "ledger head": "writes a file and nothing into the register",
    "ledger proof": "writes a file and nothing into the register",
    "ledger consistency": "writes a file and nothing into the register",
    "person export": "writes files and nothing into the register",
    "person held": "prints what is held, and nothing into the register",
    "schedule": "prints lines for another program",
    "trust init": "lays out files; there is no register yet",
    "trust add": "lays out files, or names the trust in settings, which the school's next run keeps",
    "trust status": "shows",
    "trust distribute": "writes files into schools' folders and decides nothing: their runs take them for drafts",
    "trust differences": "shows",
    "fleet status": "shows, and opens nothing for writing",
    "trust report": "writes a file and nothing into a register",
    "trust schedule": "prints lines for another program",
    "backup": "writes a safety copy beside, nothing into the register",
}
NO_DECISION = {
    "deliver": "sends what was decided; what it repeats stands in the ledger and is signed by it",
    "pack": "prints; that it was handed out is kept as told",
    "register move": "carries every row as it is, and none is added; tested in register/test_moving",
    "restore": "puts an earlier register back, which says so; tested in end_to_end/test_safety_copies",
    "person retention": "asks for many what person erase asks for one; tested in privacy/test_retention",
    "staff fetch": "writes the file that a run takes in as any list; tested in test_fetched_lists",
    "trust leave": "is recorded at the school that leaves, and signed there; tested in trust/test_leaving",
    "trust worker": "does what trust run does, with others; tested in trust/test_worker",
    "take-in": "readers decide by their replies; signed by it, tested in end_to_end/test_take_in",
    "evidence": "writes files; that it did is signed by it, tested in evidence/test_pack",
    "trust sign-in": "is sign-in in the trust's own register; tested in web/test_trust_desk",
    "trust serve": "its pages decide at each school as that school's desk does; tested in web/test_trust_desk",
    "trust evidence": "is each school's own pack, which is signed there; tested in trust/test_evidence",
    "trust run": "is each school's own run, which signs it",
    "trust deliver": "sends what was decided at each school, and signs it there",
    "serve": "its pages' readings are signed by web.signing, tested there",
}


class Desk:
    """The workspace and whoever sits at it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.covered: set[str] = set()

    def policy(self, *arguments: str, typed: str | None = None, today: str = "2026-11-24") -> Result:
        """Call a command as Jo Marsh; it must go well."""
        called = CliRunner().invoke(
            policy_group,
            ["--workspace", str(self.root), "--today", today, "--as", ACTING, *arguments],
            input=typed,
            catch_exceptions=False,
        )
        assert called.exit_code in (0, 5), called.output
        return called

    def register(self) -> Register:
        return open_register(
            "distribution/register.sqlite3", root=self.root, school_name="Westhaven School", time_zone="Europe/London"
        )

    def look(self) -> tuple[list[Mapping[str, Any]], dict[str, str], int]:
        """The records, what opens their commitments, and how many the newest head covers."""
        with self.register() as register, register.reading() as tx:
            records = [
                json.loads(words)
                for words in tx.execute(
                    select(schema.ledger_record.c.record).order_by(schema.ledger_record.c.position)
                ).scalars()
            ]
            opened = select(schema.ledger_opening.c.commitment, schema.ledger_opening.c.value)
            openings = {row.commitment: row.value for row in tx.execute(opened)}
            heads = ledger.list_heads(tx, register.school)
        return records, openings, heads[-1].size if heads else 0

    def decide(self, name: str, *arguments: str, typed: str | None = None, actor: str = ACTING) -> None:
        """Call a command that writes, and hold what it left against the rule."""
        before = len(self.look()[0]) if self.covered else 0
        called = self.policy(*name.split(), *arguments, typed=typed)
        records, openings, covered = self.look()
        new = records[before:]
        assert new, f"{name} {arguments} left no record: {called.output}"
        assert covered == len(records), f"{name}: the newest head covers {covered} of {len(records)} records"
        for record in new:
            if record["kind"] not in (ledger.KEY_CHANGED,):
                assert openings[record["personal"][ACTOR]] == actor, (name, record["kind"])
            assert MARKER not in json.dumps(record), f"{name}: free text stands in the clear in {record['kind']}"
        self.covered.add(name)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_desk(tmp_path_factory.mktemp("school"))


def make_desk(root: Path) -> Desk:
    """Lay out a workspace in ``root``."""
    (root / "config.toml").write_text(CONFIG + settings_of(root), encoding="utf-8")
    (root / "staff.csv").write_text(STAFF, encoding="utf-8")
    (root / "policies").mkdir()
    for slug in ("lettings", "visitors"):
        text = policy_text(f"{slug.title()} Policy").replace("Governors: 10 September 2026", "Governors:")
        (root / "policies" / f"{slug}.txt").write_text(text, encoding="utf-8")
    told = "Whom to tell\n\nInfants site DSL: Sam Hillcrest\n\nJuniors site DSL: Ngozi House\n"
    (root / "policies" / "parking.txt").write_text(policy_text("Parking Policy") + told, encoding="utf-8")
    return Desk(root)


def walk_everything(desk: Desk) -> None:
    """Decide everything there is to decide, once each, with free text that can be found again."""
    root = desk.root
    desk.decide("run", actor=THE_RUN)
    desk.decide("review", typed=f"10 September 2026\n{MARKER} minute\nstop\n")
    desk.decide("set", "lettings", f"owner={MARKER} Manager", "--reason", f"{MARKER} reason")
    desk.decide("owners", f"{MARKER} Manager", "--to", "Business Manager", "--reason", f"{MARKER} leaves")
    desk.decide("set", "visitors", "withdrawn=yes", "--reason", f"{MARKER} reason")
    desk.decide("set", "visitors", "withdrawn=no", "--reason", f"{MARKER} reason")
    text = (root / "policies" / "lettings.txt").read_text(encoding="utf-8")
    (root / "policies" / "lettings.txt").write_text(text + "\nThe hall is closed on Sundays.\n", encoding="utf-8")
    desk.decide("run", actor=THE_RUN)
    desk.decide("ready", "lettings")
    desk.decide("ready", "lettings", "--not-yet")
    desk.decide("issue", "lettings", "--kind", "minor", "--reason", f"{MARKER} reason", "--yes")
    desk.decide("approve", "lettings", "--on", "2026-11-20", "--by", f"{MARKER} Board", "--minute", f"{MARKER} 7.2")
    desk.decide("reaffirm", "lettings", "--on", "2026-11-24", "--reason", f"{MARKER} read it")
    desk.decide("correct review", "lettings", "--reason", f"{MARKER} another policy")
    desk.decide("due", "lettings", "--to", "2027-10-15", "--reason", f"{MARKER} new guidance")
    desk.decide("correct due", "lettings", "--reason", f"{MARKER} another policy")
    desk.decide("contacts", "--cover", "deputy-dsl")
    desk.decide("contacts", "--cover", "dsl")
    desk.decide(
        "contacts",
        "--settle",
        "parking",
        "--name",
        "Ngozi House",
        "--as",
        "former",
        "--reason",
        f"{MARKER} told me",
    )
    changed = CONFIG.replace("01632 960101", "01632 960155")
    (root / "config.toml").write_text(changed + settings_of(root), encoding="utf-8")
    desk.decide("contacts", "--confirm", "dsl", "--how", f"{MARKER} rang")
    assert desk.policy("run").exit_code == 0
    desk.decide("mail announce", "--confirm", "--people", "3")
    waiting = json.loads(desk.policy("send", "--json").output)["people"]
    desk.decide("send", "--confirm", "--people", str(waiting))
    desk.decide("send", "--retry")
    desk.decide("send", "--pause")
    desk.decide("send", "--resume")
    desk.decide("send", "--retry")
    desk.decide("send", "--cancel")
    desk.decide("acknowledge record", "P1", "lettings")
    desk.decide("correct acknowledgement", "P1", "lettings", "--reason", f"{MARKER} other sheet")
    desk.decide("correct approval", "lettings", "--reason", f"{MARKER} only proposed")
    export = root / "export.csv"
    export.write_text(
        "Email,Which policies have you read?,Date\nday@example.org,Lettings Policy,2026-11-24\n", encoding="utf-8"
    )
    desk.decide("acknowledge import", str(export), "--baseline")
    assert desk.policy("pack", "P3", "--out", str(root / "packs")).exit_code == 0
    desk.decide("acknowledge handed", "P3")
    attendance = root / "attendance.csv"
    attendance.write_text("Name\nAli Noor\n", encoding="utf-8")
    desk.decide("acknowledge session", "lettings", "--present", str(attendance), "--trainer", f"{MARKER} Hill")
    desk.decide("acknowledge declared", "P3", "gifts")
    desk.decide("correct declaration", "P3", "gifts", "--reason", f"{MARKER} another person")
    listed = root / "more.csv"
    listed.write_text(f"{STAFF}P4,{MARKER},New,new@example.org,Teacher,,\n", encoding="utf-8")
    desk.decide("staff import", str(listed), "--yes")
    desk.decide("staff add", f"{MARKER} Newman", "role=Cook")
    desk.decide("staff leaves", f"{MARKER} Newman", "--on", "2026-11-20")
    desk.decide("person hold", f"{MARKER} Newman", "--reason", f"{MARKER} complaint")
    desk.decide("person hold", f"{MARKER} Newman", "--release")
    desk.decide("person erase", f"{MARKER} Newman", "--reason", "entered twice")
    desk.decide("staff set", "P3", f"role={MARKER} Teacher")
    desk.decide("staff link", "P3", "--revoke")
    desk.decide("staff leaves", "P2", "--on", "2026-11-20")
    desk.decide("correct leaving", "P2", "--reason", f"{MARKER} another of the name")
    desk.decide("card", "--out", str(root / "cards.pdf"), "--number", "2")
    desk.decide("told", "parents", "--on", "2026-11-23", "--by-means", f"{MARKER} letter")
    (root / "staff.csv").unlink()
    assert "The staff list is not there" in desk.policy("run").output
    desk.decide("staff no-list")
    desk.decide("correct telling", "parents", "lettings", "--reason", f"{MARKER} other letter")
    desk.decide("newsletter", "parents", "--sent-on", "2026-11-24")
    desk.decide("website", "lettings", "--replaced-on", "2026-11-24")
    desk.decide("keys", "--renew", "links", "--yes")
    desk.decide("sign-in")
    desk.decide("handover", "--from", "lee@example.org", "--to", f"{MARKER} New <new@example.org>", "--yes")
    desk.decide("ledger accept", "--reason", f"{MARKER} looked at it")
    desk.decide("keys", "--renew", "ledger", "--yes")


def test_every_command_that_writes_names_its_actor_signs_and_keeps_free_text_out_of_the_clear(desk: Desk) -> None:
    walk_everything(desk)
    tried = {row.declared.words.command for row in ROWS} - {""}
    assert {*desk.covered, *READS, *NO_DECISION, *tried} == set(every_command()), "walked here, or by its row"
    _, openings, _ = desk.look()
    assert sum(MARKER in value for value in openings.values()) >= 15, "each text that was typed can be opened"
    export = desk.root / "ledger.jsonl"
    desk.policy("ledger", "verify")
    desk.policy("ledger", "export", str(export))
    assert MARKER not in export.read_text(encoding="utf-8")
    verifier = ROOT / "pipeline" / "register" / "ledger" / "verify_ledger.py"
    checked = subprocess.run(
        [sys.executable, "-I", str(verifier), str(export)], capture_output=True, text=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def every_command() -> Iterator[str]:
    """Every command, those of a group each by both names."""
    context = click.Context(policy_group)
    for name in COMMANDS:
        command = policy_group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from (f"{name} {under}" for under in command.list_commands(context))
        else:
            yield name


def test_nothing_is_added_to_the_ledger_but_through_a_decision() -> None:
    package = ROOT / "pipeline"
    adding = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\bledger\.append\(", path.read_text(encoding="utf-8"))
    }
    assert adding == {"register/decision.py"}, "a record of its own would name no actor"
