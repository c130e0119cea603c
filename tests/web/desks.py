"""A school and its owner's browser, for tests of the desk."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx

from pipeline.acknowledgements.reports import ReportedPolicy, tell_school
from pipeline.config import load_config
from pipeline.contacts.confirmations import Unconfirmed, note_contacts
from pipeline.model.contacts import Holder, Pronoun
from pipeline.model.people import EngagementKind
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions.contact_answers import UnknownContact, list_open_contacts
from pipeline.register.decision import Decision
from pipeline.register.policies.decisions import add_approval
from pipeline.register.policies.policies import set_version_status
from pipeline.register.readings.reader_reports import ReportKind
from pipeline.web.app import build_app
from pipeline.web.sessions import Sessions
from pipeline.web.site import LiveConfig, Site
from tests.declaring import asked as asked_declarations
from tests.school import MONDAY, SECRET, School, at
from tests.web.browser import Browser

UNKNOWN = {
    "role": "dsl",
    "kind": "name",
    "value": "Ngozi House",
    "where": "paragraph 9",
    "words": "The lead is Ngozi House.",
    "holds": True,
}
"""A name in a copy that is nobody's in the school's contacts."""


class Desk:
    """The pages of a school, asked for by its owner. Use it in a ``with`` statement."""

    def __init__(self, school: School, base_url: str = "http://127.0.0.1:8000") -> None:
        self.school = school
        self.now = at(MONDAY, 10)
        self.ran_at: datetime | None = None
        config = LiveConfig(school.config)
        self.site = Site(
            school.register, config, SECRET, lambda: self.now, lambda: self.ran_at, schedules=True, began_at=self.now
        )
        self.sessions = Sessions(self.site)
        self.browser = Browser(build_app(self.site, self.sessions), base_url)

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def sign_in(self) -> None:
        """Use a sign-in link."""
        assert self.browser.post(f"/sign-in/{self.sessions.make_link_token()}").status_code == 303

    def get(self, path: str) -> httpx.Response:
        """Ask for a page."""
        return self.browser.get(path)

    def page(self, path: str) -> str:
        """Return the words of a page."""
        answer = self.get(path)
        assert answer.status_code == 200, path
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def fill(school: School) -> dict[str, object]:
    """Give a school something of everything; return what stands in the addresses of pages that have one."""
    with school.register.transaction() as tx:
        note_contacts(tx, school.key, school.config, MONDAY, at(MONDAY))
    new = Holder("deputy-dsl", "Jo Hill", "Ms", "01632 960155", None, Pronoun.SHE)
    settings = school.root / "config.toml"
    added = '[[contacts.deputy-dsl]]\nname = "Jo Hill"\npronoun = "she"\nphone = "01632 960155"\n'
    added += '[declarations.gifts]\nname = "Gifts"\npolicy = "confidentiality"\nstatement = "I took none"\n'
    added += f"[governors]\nmeetings = [{MONDAY - timedelta(days=28)}]\n"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}{added}", encoding="utf-8")
    school.config = load_config(settings)
    before = MONDAY - timedelta(days=28)
    first = school.add_policy("Confidentiality", unknown=[UNKNOWN])
    for title in (
        "Safeguarding and Child Protection",
        "Attendance",
        "Behaviour and a Title that is Long Enough to Wrap",
    ):
        school.add_policy(title, None if title != "Attendance" else "attendance")
    lee = school.add_person("Lee", team="Science & Technology")
    kinds = (EngagementKind.GOVERNOR, EngagementKind.VOLUNTEER, EngagementKind.SUPPLY, EngagementKind.STAFF)
    for number, kind in enumerate(kinds):
        school.add_person(f"Day{number}", kind=kind, email=None if number == 1 else "")
    school.plan(before)
    school.deliver(before)
    school.record(lee, first)
    late = school.add_policy("Lettings", None)
    school.add_version(late.policy_id, RevisionKind.MAJOR, title="Lettings", due="2025-08")
    school.hold_copy(school.add_policy("Complaints", "complaints"))
    draft = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    with school.register.transaction() as tx:
        set_version_status(tx, first.id, VersionStatus.APPROVED)
        set_version_status(tx, draft.id, VersionStatus.DRAFT)
        decision = Decision(tx, school.key, "Jo Marsh", at(MONDAY))
        add_approval(decision, first, body="Full Governing Body", approved_on=before, minute="7.2")
        named = list_open_contacts(tx, school.key, school.config.directory(MONDAY))[0]
    [asked] = [one for one in asked_declarations(school) if one.person == lee.id]
    about = ReportedPolicy(first.policy_id, "confidentiality")
    report = tell_school(
        school.register, school.config, lee, ReportKind.NOT_MY_JOB, about, today=MONDAY, now=at(MONDAY)
    )
    message = school.messages()[0]
    return {
        "slug": "confidentiality",
        "person": lee.id,
        "report": report.id,
        "asked": asked.id,
        "declaration": asked.declaration,
        "mailing": message.campaign or "other",
        "mail": message.id,
        "code": f"C{first.policy_id}V1",
        "name": "draft-waiting",
        "question": "next_review",
        "body": "governing-body",
        "day": before.isoformat(),
        "named": named.key,
        "who": UnknownContact((named,)).key,
        "group": "parents",
        "role": "dsl",
        "number": 0,
        "step": "details",
        "looked": "x",
        "table": "review",
        "entry": "remind_days",
        "route": "web",
        "part": "all",
        "account": "new",
        "waiting": Unconfirmed(new, phone=True, email=False, first=None).key,
    }


def address_of(path: str, places: Mapping[str, object], **others: object) -> str:
    """Return the address of a page, filled in; settings of routes are other tables than those of the office."""
    route = {"table": "mail", "entry": "host"} if path.startswith("/settings/route/") else {}
    return path.format(**{**places, **route, **others})
