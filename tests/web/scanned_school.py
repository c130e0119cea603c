"""A school whose readers' pages are scanned: everyday surnames, and those that stand on the page itself."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.acknowledgements.links import person_token
from pipeline.pages.html import render_html
from pipeline.register.readings.reader_reports import list_reports
from pipeline.register.readings.requests import list_acknowledgements
from tests.pages.test_pdf import EVERYTHING, FRONT
from tests.school import SECRET, School

_TOML = """
[contacts.office]
name = "School office"
phone = "01632 960100"
email = "office@example.org"
[web]
base_url = "http://127.0.0.1:9"
"""
HARD = ("Marsh", "Read", "School", "Child", "Page", "Confidentiality", "Uniform", "December", "Office", "Lead", "Test")
"""The lead's own surname, and words that stand on every page."""
_EVERYDAY = ("Plumtree", "Kowalczyk", "O'Dowd", "Llewelyn-Parry", "Nguyễn", "García López", "Okafor", "Braithwell")


def scanned_school(root: Path, readers: int) -> School:
    """Return a school of so many readers, half with hard surnames, and three policies to sign; close it in the end."""
    school = School(root, _TOML)
    for title in ("Confidentiality", "Safeguarding and Child Protection", "Uniform"):
        version = school.add_policy(title)
        school.add_copy(version, html=render_html(EVERYTHING, FRONT))
    for number in range(readers):
        # Every second reader has a surname that stands on the page.
        names = _EVERYDAY if number % 2 else HARD
        name = names[number // 2 % len(names)]
        first = ("Kim", "Robin", "Sam", "Aoife")[number % 4]
        school.add_person(
            name, first_name=first, email=f"reader{number}@example.org", person_id=f"p{number}", role="Teacher"
        )
    school.plan()
    school.deliver()
    return school


def pages_of(school: School, origin: str) -> list[str]:
    """Return the addresses of everybody's page."""
    keys = sorted({request.person for request in school.requests()})
    return [f"{origin}/my/{person_token(SECRET, school.key, school.find_person(key))}" for key in keys]


def recorded(school: School) -> Mapping[str, int]:
    """Return how many readings, and reports to the school, were recorded."""
    with school.register.reading() as tx:
        return {
            "readings": len(list_acknowledgements(tx, school.key)),
            "reports": len(list_reports(tx, school.key)),
        }
