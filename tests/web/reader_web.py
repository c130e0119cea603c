"""A school with one policy asked of one person, its pages, and a browser without cookies or scripts."""

import re

import httpx

from pipeline.acknowledgements.links import person_token
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.policies import VersionRow, list_versions
from pipeline.register.readings.requests import AcknowledgementRow, list_acknowledgements
from pipeline.web.app import build_app
from pipeline.web.attempts import Attempts
from pipeline.web.site import LiveConfig, Site
from tests.school import MONDAY, SECRET, School, at
from tests.web.browser import Browser

BASE = "https://policies.example.org"


def ask_reader(school: School) -> School:
    """Ask one person for one of two policies."""
    school.add_policy("Confidentiality")
    school.add_policy("Uniform", None)
    school.add_person("O'Neill-Núñez")
    school.plan()
    return school


class ReaderWeb:
    """A school with one policy asked of one person (``ask_reader``), and a browser without cookies or scripts."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.seconds = 1000.0
        with school.register.reading() as tx:
            self.version: VersionRow = list_versions(tx, school.key)[0]
            self.reader: PersonRow = list_people(tx, school.key, MONDAY)[0]
        self.now = at(MONDAY, 10)
        site = Site(school.register, LiveConfig(school.config), SECRET, lambda: self.now, lambda: None, schedules=True)
        self.slept: list[float] = []
        attempts = Attempts(lambda: self.seconds, sleep=self._sleep)
        self.client = Browser(build_app(site, attempts=attempts), BASE)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def path(self, row: PersonRow | None = None) -> str:
        return f"/my/{person_token(SECRET, self.school.key, row or self.reader)}"

    def token(self) -> str:
        page = self.client.get(self.path()).text
        found = re.search(r'name="form" value="([^"]+)"', page)
        assert found
        return found[1]

    def post(self, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        form = {"form": self.token(), "read": "yes", "surname": "oneill nunez"} | fields
        return self.client.post(
            self.path(), data={name: value for name, value in form.items() if value}, headers=headers
        )

    def held(self) -> tuple[AcknowledgementRow, ...]:
        with self.school.register.reading() as tx:
            return list_acknowledgements(tx, self.school.key)
