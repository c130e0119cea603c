"""The school's own form in a letter: a link a policy with the reader's own code, where staff reach no server."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from pipeline.acknowledgements.codes import read_code
from pipeline.acknowledgements.forms.export import FormList, import_form_export
from pipeline.model.policies import RevisionKind
from tests.school import MONDAY, SECRET, School, at

WITH_PLACE = "https://forms.example.org/r?id=a%20b&r1={code}"
LINK = re.compile(r"https://forms\.example\.org/r\?id=a%20b&r1=([0-9A-Z]{4}-[0-9A-Z]{4})")


def school_with(root: Path, form_url: str, more: str = "") -> School:
    """A school with a form, two people and two policies."""
    opened = School(root, f'[web]\nform_url = "{form_url}"\n{more}')
    for title in ("Confidentiality", "Behaviour & Rewards"):
        opened.add_policy(title)
    for name in ("Lee", "Day"):
        opened.add_person(name)
    return opened


def texts(school: School) -> dict[str, str]:
    """The text of the newest letter to each address."""
    return {message.recipient: message.text for message in school.messages()}


def test_each_reader_has_a_link_a_policy_whose_code_is_of_their_own_request(tmp_path: Path) -> None:
    with school_with(tmp_path, WITH_PLACE) as school:
        school.plan()
        asked = {request.id: request.person for request in school.requests()}
        found = {
            address: [read_code(SECRET, school.key, code) for code in LINK.findall(text)]
            for address, text in texts(school).items()
        }
        assert {len(codes) for codes in found.values()} == {2}
        assert sorted(code for codes in found.values() for code in codes if code) == sorted(asked)
        for address, codes in found.items():
            whose = {asked[code] for code in codes if code is not None}
            assert [school.find_person(person).person.work_email for person in whose] == [address]
        for message in school.messages():
            assert "{code}" not in message.text + message.html
            assert message.html.replace("&amp;", "&").count("r1=") == 4
            assert "Behaviour &amp; Rewards<br><a href=" in message.html


def test_what_is_filled_in_by_the_links_of_a_letter_is_taken_over(tmp_path: Path) -> None:
    with school_with(tmp_path, WITH_PLACE) as school:
        school.plan()
        codes = [(address, code) for address, text in texts(school).items() for code in LINK.findall(text)]
        rows = [f"2026-11-23 08:05:11,{address},{code},Yes" for address, code in codes]
        export = tmp_path / "export.csv"
        export.write_text("\n".join(["Timestamp,Email Address,Code,I have read the policy", *rows]), encoding="utf-8")
        form = FormList(export, "Jo Clerk", secret=SECRET)
        taken = import_form_export(school.register, school.config, form, today=MONDAY, now=at(MONDAY))
        assert (len(taken.recorded), taken.unmatched) == (4, ())
        assert school.requests() == ()


def test_a_reminder_and_the_letter_of_a_small_change_have_the_links_of_what_is_owed(tmp_path: Path) -> None:
    with school_with(tmp_path, WITH_PLACE) as school:
        school.plan()
        school.deliver()
        before = len(school.messages())
        school.plan(MONDAY + timedelta(days=9))
        reminders = school.messages()[before:]
        school.deliver(MONDAY + timedelta(days=9))
        assert len(reminders) == 2
        assert all(len(LINK.findall(message.text)) == 2 for message in reminders)
        school.add_version(1, RevisionKind.MINOR, title="Confidentiality")
        later = len(school.messages())
        school.plan(MONDAY + timedelta(days=10))
        notices = school.messages()[later:]
        assert len(notices) == 2
        for message in notices:
            [code] = LINK.findall(message.text)
            asked = {request.id: request.policy_id for request in school.requests()}
            assert asked[read_code(SECRET, school.key, code) or 0] == 1


def test_a_form_without_a_place_for_the_code_stands_as_it_is_with_the_codes_beside_it(tmp_path: Path) -> None:
    with school_with(tmp_path, "https://forms.example.org/r?id=a") as school:
        school.plan()
        for text in texts(school).values():
            assert "Or fill in the school’s form: https://forms.example.org/r?id=a\n" in text
            codes = re.findall(r"^\* .*: ([0-9A-Z]{4}-[0-9A-Z]{4})$", text, re.MULTILINE)
            assert len(codes) == 2
            assert None not in {read_code(SECRET, school.key, code) for code in codes}


def test_with_a_server_nobody_is_sent_to_a_form(tmp_path: Path) -> None:
    with school_with(tmp_path, WITH_PLACE, 'base_url = "https://policies.example.org"\n') as school:
        school.plan()
        for text in texts(school).values():
            assert "forms.example.org" not in text
            assert "https://policies.example.org/my/" in text


def test_a_written_letter_has_the_links_in_both_its_parts(tmp_path: Path) -> None:
    with school_with(tmp_path, WITH_PLACE) as school:
        school.plan()
        school.deliver()
        files = sorted((school.config.distribution / "outbox").glob("*.eml"))
        assert len(files) == 2
        for file in files:
            mail: EmailMessage = message_from_bytes(file.read_bytes(), policy=policy.default)  # type: ignore[assignment]
            plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
            assert plain is not None
            assert html is not None
            codes = LINK.findall(plain.get_content())
            assert len(codes) == 2
            assert codes == LINK.findall(html.get_content().replace("&amp;", "&"))[::2]
