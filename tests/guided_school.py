"""A sample school, set up on the desk just as the guide for the office says, and lived for three weeks.

Its people are invented, its numbers are Ofcom's for drama, its addresses are examples. The pictures of the guides are
made of it, and the tests hold the guides against it.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx

from pipeline.acknowledgements.links import person_token
from pipeline.acknowledgements.record import GivenWord, record_acknowledgement
from pipeline.config import Config, load_config
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.people.persons import list_people
from pipeline.register.readings.requests import list_requests
from pipeline.register.store.database import Register, open_register
from pipeline.run import run_pipeline
from pipeline.web.desk.work import WorkState
from pipeline.workspace import init_workspace
from tests.school import SECRET, at
from tests.web.desk import Desk, hidden_fields

NAME = "Ashgrove Primary School"
FIRST_DAY, TODAY = date(2026, 11, 2), date(2026, 11, 24)
STAFF = """person_id,first_name,last_name,work_email,role,team,start_date,leave_date
A01,Helen,Marchbanks,helen.marchbanks@example.org,Headteacher,Leadership,2017-09-01,
A02,Ruth,Penhale,ruth.penhale@example.org,Deputy Headteacher,Leadership,2019-09-01,
A03,Tom,Okafor,tom.okafor@example.org,Teacher,Key Stage 2,2018-09-01,
A04,Priya,Nandakumar,priya.nandakumar@example.org,Teacher,Key Stage 1,2015-09-01,
A05,Marcus,Adeyinka,marcus.adeyinka@example.org,Teacher,Key Stage 2,2021-09-01,
A06,Beata,Kowalczyk,beata.kowalczyk@example.org,Teaching Assistant,Key Stage 1,2022-04-25,
A07,Gareth,Llewelyn,gareth.llewelyn@example.org,Business Manager,Office,2020-01-06,
A08,Derek,Plumtree,,Site Manager,Office,2011-06-13,
A09,Rowan,Pike,rowan.pike@example.org,Teacher,Key Stage 1,2026-12-07,
"""
CONTACTS = tuple(
    {"role": role, "name": name, "pronoun": pronoun, "phone": f"01632 {phone}", "email": email}
    for role, name, pronoun, phone, email in (
        ("dsl", "Ruth Penhale", "she", "960141", "ruth.penhale@example.org"),
        ("deputy-dsl", "Tom Okafor", "he", "960142", "tom.okafor@example.org"),
        ("headteacher", "Helen Marchbanks", "she", "960140", ""),
        ("office", "School office", "they", "960110", "office@example.org"),
    )
)
LEAD = "The Designated Safeguarding Lead is Ruth Penhale, telephone 01632 960141."
POLICIES = {
    "Safeguarding and Child Protection Policy": ("September 2026", "September 2027", LEAD),
    "Behaviour Policy": ("December 2025", "December 2026", "We praise what goes well, and say plainly what does not."),
    "Staff Code of Conduct": ("July 2026", "July 2027", "Staff write to pupils by the school’s own channels alone."),
    "Attendance Policy": ("May 2025", "May 2026", "Parents ring the school office before nine o’clock."),
}  # fmt: skip
CHANGED = (
    "We praise what goes well, and say plainly what does not. A pupil who is sent out of a lesson is met by one of "
    "the leadership team within ten minutes."
)


@dataclass
class Workspace:
    """A school's folder with its register, as ``Desk`` takes it."""

    root: Path
    register: Register

    @property
    def config(self) -> Config:
        return load_config(self.root / "config.toml")

    @property
    def key(self) -> int:
        return self.register.school


def text_of(title: str, last: str, review: str, body: str) -> bytes:
    """Return one of the school's policies."""
    head = f"{NAME}\n\n{title}\n\nDate approved by Governors: {last}\nPolicy Owner: Headteacher\n"
    dates = f"Date of last Review: {last}\nDate of next Review: {review}\n\nAims\n\n"
    words = f"This policy is for everybody who works at {NAME}. {body}\n\nHow we work\n\n"
    return f"{head}{dates}{words}Staff ask the headteacher where anything here is not clear to them.\n".encode()


def upload(desk: Desk, path: str, field: str, name: str, content: bytes) -> str:
    """Choose a file in a form, look at what it would do, and say yes; return what the next page says."""
    fields = {name: values[-1] for name, values in hidden_fields(desk.browser.get(path)).items()}
    looked = desk.browser.post(path, data=fields, files={field: (name, content)})
    assert looked.status_code == 200, words(looked)
    done = desk.browser.post(path, data=hidden_fields(looked))
    assert done.status_code == 303, words(done)
    return desk.page(done.headers["location"])


def words(answer: httpx.Response) -> str:
    """Return the words of an answer."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def name_contact(desk: Desk, **fields: str) -> str:
    """Name somebody in a role: typed, looked at, kept."""
    sent = desk.send("/contacts/add", title="", other="", day="", **fields)
    assert sent.status_code == 303, words(sent)
    check = desk.browser.get(sent.headers["location"])
    kept = desk.browser.post(sent.headers["location"], data={**hidden_fields(check), "looked": "yes"})
    assert kept.status_code == 303, words(kept)
    return desk.page(kept.headers["location"])


def first_hour(desk: Desk) -> None:
    """Do what the guide for the office says of the first hour, on the desk."""
    for contact in CONTACTS:
        name_contact(desk, **contact)
    for title, (last, review, body) in POLICIES.items():
        upload(desk, "/upload", "file", f"{title}.txt", text_of(title, last, review, body))
    upload(desk, "/people/import", "list", "staff.csv", STAFF.encode())
    desk.done("/settings/governors/meetings", **{"v-meetings": "2026-12-09\n2027-03-17\n2027-07-07"})
    desk.done("/run")
    assert desk.finished().state is WorkState.DONE


@contextmanager
def guided_school(root: Path) -> Iterator[Desk]:
    """Lay out the school, do the first hour, and live until ``TODAY``; its desk is signed in on the computer itself."""
    init_workspace(root, NAME, "office@example.org")
    with signed_in(root, FIRST_DAY) as desk:
        first_hour(desk)
        _live(desk)
        yield desk


@contextmanager
def signed_in(root: Path, day: date = TODAY) -> Iterator[Desk]:
    """Open the desk of a workspace, or of a copy of one, on a day; signed in on the computer itself."""
    config = load_config(root / "config.toml")
    url, zone = config.register_.url, config.school.time_zone
    with closing(open_register(url, root=root, school_name=NAME, time_zone=zone)) as register:
        school = Workspace(root, register)
        with closing(Desk(school, "http://127.0.0.1:8000", at(day, 10))) as desk:  # type: ignore[arg-type]
            desk.sign_in()
            yield desk


def _live(desk: Desk) -> None:
    """Let some read, a policy change and the day of the pictures come."""
    school = desk.school
    with school.register.reading() as tx:
        asked = list_requests(tx, school.key)
        people = {row.id: row.person.last_name for row in list_people(tx, school.key, FIRST_DAY)}
    for request in asked:
        if people[request.person] in ("Marchbanks", "Penhale", "Nandakumar", "Kowalczyk"):
            given = GivenWord(
                request.person, request.policy_id, request.version_id, AcknowledgementMethod.PAGE, at(FIRST_DAY, 15)
            )
            record_acknowledgement(school.register, school.config, given, today=FIRST_DAY, now=at(FIRST_DAY, 15))
    desk.now = at(TODAY, 10)
    desk.browser.cookies.clear()
    desk.sign_in()
    last, review, _ = POLICIES["Behaviour Policy"]
    path = "/policies/behaviour/upload"
    upload(desk, path, "file", "Behaviour Policy.txt", text_of("Behaviour Policy", last, review, CHANGED))
    run_pipeline(school.config, today=TODAY, now=at(TODAY, 10), environ={})


def own_page(desk: Desk, last_name: str) -> str:
    """Return the address of somebody's own page."""
    with desk.school.register.reading() as tx:
        (row,) = (row for row in list_people(tx, desk.school.key, TODAY) if row.person.last_name == last_name)
    return f"/my/{person_token(SECRET, desk.school.key, row)}"
