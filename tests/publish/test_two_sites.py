"""Two sites: the public one with what must or may be online, the staff's with all that is in force."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from pipeline.documents import read_document
from pipeline.publish.mobile_numbers import INSTEAD, gives_mobile, is_mobile, without_mobiles
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.policies.policies import withdraw_policy
from tests.builders import lines_down, pdf_file
from tests.chromium import check_page, open_chromium
from tests.copies.workspace import OFFICE, SHEFFIELD, Workspace, policy_file
from tests.school import MONDAY

MOBILE = SHEFFIELD.replace('phone = "01632 960101"', 'phone = "07700 900101"')
NUMBER = "07700 900101"


def publish(workspace: Workspace) -> SiteReport:
    return publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)


def listed(workspace: Workspace, site: str) -> set[str]:
    """The titles on a site, every one with a file that is there."""
    folder = workspace.config.distribution / site
    policies = json.loads((folder / "policies.json").read_text(encoding="utf-8"))["policies"]
    for policy in policies:
        assert all((folder / address).is_file() for address in (policy["file"], policy["page"]) if address)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert all(policy["title"] in page for policy in policies)
    return {policy["title"] for policy in policies}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as made:
        for name, title in (
            ("behaviour", "Behaviour Policy"),
            ("pay-appeals", "Staff Pay Appeals Policy"),
            ("lockdown", "Lockdown Plan"),
            ("lettings", "Lettings Policy"),
            ("bees", "Bee-keeping Policy"),
        ):
            made.put(f"{name}.docx", policy_file(title, "Be kind."))
        made.configure(SHEFFIELD, OFFICE + "[publish]\n")
        made.day()
        yield made


def rules(workspace: Workspace, text: str) -> SiteReport:
    workspace.configure(SHEFFIELD, f"{OFFICE}[publish]\n{text}")
    return publish(workspace)


def test_a_policy_no_catalogue_knows_is_for_staff_alone(workspace: Workspace) -> None:
    report = publish(workspace)
    assert listed(workspace, "site") == {"Behaviour Policy"}
    assert len(listed(workspace, "staff-site")) == report.staff == 5
    assert "Staff Pay Appeals Policy" in report.kept_off
    names = {path.name for path in (workspace.config.distribution / "site" / "policies").iterdir()}
    assert names == {"behaviour.html", "behaviour.pdf"}


def test_staff_take_reviews_and_meetings_into_their_own_calendar(workspace: Workspace) -> None:
    assert publish(workspace).written
    public, staff = (workspace.config.distribution / name for name in ("site", "staff-site"))
    assert 'href="reviews.ics"' in (staff / "index.html").read_text(encoding="utf-8")
    events = Calendar.from_ical((staff / "reviews.ics").read_bytes()).walk("VEVENT")
    assert any("Behaviour Policy" in str(event["SUMMARY"]) for event in events)
    assert not (public / "reviews.ics").exists()
    assert "reviews.ics" not in (public / "index.html").read_text(encoding="utf-8")
    assert publish(workspace).written == 0


def test_their_calendar_is_written_again_only_where_it_says_something_else(workspace: Workspace) -> None:
    publish(workspace)
    file = workspace.config.distribution / "staff-site" / "reviews.ics"
    written = file.read_bytes()
    assert b"Bee-keeping Policy" in written
    publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY + timedelta(days=1))
    assert file.read_bytes() == written
    file.write_bytes(b"changed by somebody")
    assert publish(workspace).written == 1
    assert file.read_bytes() == written
    withdraw(workspace, "Bee-keeping Policy")
    publish(workspace)
    assert b"Bee-keeping Policy" not in file.read_bytes()


def test_what_the_school_adds_is_public_too_and_goes_again(workspace: Workspace) -> None:
    slugs = {each.title: each.slug for each in workspace.standings()}
    rules(workspace, f'also = ["{slugs["Bee-keeping Policy"]}"]\n')
    assert listed(workspace, "site") == {"Behaviour Policy", "Bee-keeping Policy"}
    rules(workspace, "")
    assert listed(workspace, "site") == {"Behaviour Policy"}
    assert not list((workspace.config.distribution / "site" / "policies").glob("bee*"))


def test_a_lockdown_plan_is_public_only_after_a_second_yes(workspace: Workspace) -> None:
    slug = next(each.slug for each in workspace.standings() if each.title == "Lockdown Plan")
    report = rules(workspace, f'also = ["{slug}"]\n')
    assert report.second_yes == ("Lockdown Plan",)
    assert "Lockdown Plan" not in listed(workspace, "site")
    assert rules(workspace, f'also_sensitive = ["{slug}"]\n').second_yes == ()
    assert "Lockdown Plan" not in listed(workspace, "site")
    assert rules(workspace, f'also = ["{slug}"]\nalso_sensitive = ["{slug}"]\n').second_yes == ()
    assert "Lockdown Plan" in listed(workspace, "site")


def test_never_is_never_on_either_site_and_unknown_names_are_told(workspace: Workspace) -> None:
    report = rules(workspace, 'never = ["behaviour"]\nalso = ["lokdown"]\n')
    assert report.nobody == ("Behaviour Policy",)
    assert report.unknown == ("lokdown",)
    assert listed(workspace, "site") == set()
    assert "Behaviour Policy" not in listed(workspace, "staff-site")


def test_no_mobile_number_stands_on_the_public_site(tmp_path: Path) -> None:
    lines = ("The Designated Safeguarding Lead is Deborah Field.", f"Telephone: {NUMBER}", "Be kind.")
    with Workspace(tmp_path, MOBILE, OFFICE) as workspace:
        workspace.put("behaviour.docx", policy_file("Behaviour Policy", *lines))
        workspace.put("complaints.pdf", pdf_file(lines_down("Westhaven School", "Complaints Procedure", *lines)))
        workspace.day()
        report = publish(workspace)
        public, staff = workspace.config.distribution / "site", workspace.config.distribution / "staff-site"
        assert set(report.without_pdf) == {"Behaviour Policy", "Complaints Procedure"}
        texts = [path.read_text(encoding="utf-8") for path in public.rglob("*.html")]
        assert not any(gives_mobile(text) or "7700900101" in "".join(text.split()) for text in texts)
        assert not list(public.rglob("*.pdf"))
        page = (public / "policies" / "behaviour.html").read_text(encoding="utf-8")
        assert "01632 960110 (school office)" in page
        assert "Be kind." in page
        assert ".pdf" not in page
        assert "as a PDF" not in page
        assert NUMBER in (staff / "policies" / "behaviour.html").read_text(encoding="utf-8")
        assert (staff / "policies" / "behaviour.pdf").is_file()
        assert publish(workspace).written == 0


def test_the_schools_own_mobile_number_may_stand_there(tmp_path: Path) -> None:
    office = '[contacts.office]\nphone = "07700 900110"\n'
    with Workspace(tmp_path, "", office) as workspace:
        workspace.put("behaviour.docx", policy_file("Behaviour Policy", "Ring 07700 900110.", "Be kind."))
        workspace.day()
        assert publish(workspace).without_pdf == ()
        public = workspace.config.distribution / "site" / "policies"
        assert (public / "behaviour.pdf").is_file()
        assert "07700 900110" in (public / "behaviour.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "number",
    ["07700 900123", "07700900123", "+44 7700 900123", "+44 (0)7700 900 123", "0044 7700 900123", "(07700) 900-123"],
)
def test_a_mobile_number_is_known_however_it_is_written(number: str) -> None:
    assert is_mobile(number)
    page = f'<p>Ring <a class="x" href="tel:{number}">{number}</a> or {number.replace(" ", chr(160))}.</p>'
    assert without_mobiles(page) == f"<p>Ring {INSTEAD} or {INSTEAD}.</p>"
    assert (
        without_mobiles(page, ["01632 960110"])
        == "<p>Ring 01632 960110 (school office) or 01632 960110 (school office).</p>"
    )
    assert without_mobiles(page, [number]) == page


@pytest.mark.parametrize(
    "text",
    [
        "Page 3 - {}",
        "In 2024 {}",
        "01632 960123 ext 12 {}",
        "01632 960123 {}",
        "{} 01632 960123",
        "{} 12",
        "Mob.{}",
        "T01632 960123 M{}",
        "020 7946 0123 {}",
    ],
)
@pytest.mark.parametrize("number", ["07700 900123", "+44 7700 900123", "7700 900123"])
def test_a_mobile_number_is_found_among_other_figures(text: str, number: str) -> None:
    assert gives_mobile(text.format(number))
    assert without_mobiles(f"<p>{text.format(number)}</p>") == f"<p>{text.format(INSTEAD)}</p>"


@pytest.mark.parametrize(
    "text",
    ["020 7946 0123 12 pupils", "01632 960123", "0800 1111", "2026-11-26 to 2027-11-26", "URN 100000", "£7,700,900"],
)
def test_other_numbers_stay(text: str) -> None:
    assert not gives_mobile(text)
    assert without_mobiles(f"<p>{text}</p>") == f"<p>{text}</p>"


def test_a_number_that_marks_part_is_not_let_through() -> None:
    assert without_mobiles("<p>07700 <b>900123</b></p>") is None


@given(st.lists(st.sampled_from(["07700 900123", "+447700900456", "01632 960123", " and ", "<b>x</b>", ", ", "2026"])))
def test_what_is_let_through_gives_no_mobile(pieces: list[str]) -> None:
    cleaned = without_mobiles("<p>" + " ".join(pieces) + "</p>")
    assert cleaned is None or not gives_mobile(cleaned)


def withdraw(workspace: Workspace, title: str) -> str:
    standing = next(each for each in workspace.standings() if each.title == title)
    with workspace.register.transaction() as tx:
        withdraw_policy(tx, standing.policy_id, MONDAY)
    return standing.slug


def test_the_address_of_a_withdrawn_policy_says_so(workspace: Workspace) -> None:
    publish(workspace)
    public, staff = (workspace.config.distribution / site / "policies" for site in ("site", "staff-site"))
    bees, behaviour = (withdraw(workspace, title) for title in ("Bee-keeping Policy", "Behaviour Policy"))
    publish(workspace)
    assert {path.name for path in public.iterdir()} == {f"{behaviour}.html", f"{behaviour}.pdf"}, "never there: no word"
    assert listed(workspace, "site") == set()
    for folder, slug in ((public, behaviour), (staff, behaviour), (staff, bees)):
        page = (folder / f"{slug}.html").read_text(encoding="utf-8")
        assert "This policy is no longer in use. It was withdrawn on 23 November 2026." in page
        said = read_document(folder / f"{slug}.pdf").text
        assert "It was withdrawn on 23 November 2026." in said
        assert "safeguarding lead now, in person or by telephone" in said
        assert "Be kind." not in said + page
    assert publish(workspace).written == 0


def test_what_every_school_must_have_comes_first_and_says_what_must_be_online(workspace: Workspace) -> None:
    workspace.put("attendance.docx", policy_file("Attendance Policy", "Be there."))
    workspace.put("uniform.docx", policy_file("School Uniform Policy", "Be warm."))
    workspace.day()
    publish(workspace)
    page = (workspace.config.distribution / "site" / "index.html").read_text(encoding="utf-8")
    required, others = page.partition("Other policies")[::2]
    assert "Policies every school must have" in required
    assert required.index("Behaviour Policy") < required.index("Attendance Policy"), "in the order of the list"
    assert required.count("required online") == 2
    assert "School Uniform Policy" in others
    listing = json.loads((workspace.config.distribution / "site" / "policies.json").read_text(encoding="utf-8"))
    told = {each["slug"]: (each["every_school"], each["must_be_online"]) for each in listing["policies"]}
    assert told["behaviour"] == (True, True)
    assert told["uniform"] == (False, True)
    staff = (workspace.config.distribution / "staff-site" / "index.html").read_text(encoding="utf-8")
    assert "required online" not in staff


@pytest.mark.needs("chromium")
def test_a_policy_is_found_without_a_server_and_listed_without_scripts(workspace: Workspace) -> None:
    publish(workspace)
    address = (workspace.config.distribution / "staff-site" / "index.html").as_uri()
    with open_chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        page.get_by_label("Find a policy").fill("behav")
        assert page.locator("tbody tr:visible").count() == 1
        assert page.get_by_role("status").inner_text() == "1 of 5 policies"
        page.get_by_label("Find a policy").fill("promoting positive")  # Another name of it.
        assert page.locator("tbody tr:visible").all_inner_texts()[0].startswith("Behaviour Policy")
        page.get_by_label("Find a policy").fill("trampoline")
        assert page.locator("tbody tr:visible").count() == 0
        assert "No policy here goes by that name" in page.get_by_role("status").inner_text()
        check_page(page)
        page.get_by_label("Find a policy").fill("")
        assert page.locator("tbody tr:visible").count() == 5
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(address)
        assert not plain.get_by_label("Find a policy").is_visible()
        assert plain.locator("tbody tr:visible").count() == 5


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_every_kind_of_page_of_both_sites_is_accessible(workspace: Workspace) -> None:
    workspace.put("attendance.docx", policy_file("Attendance Policy", "Be there. See the School Uniform Policy."))
    workspace.put("complaints.docx", policy_file("Complaints Procedure", f"Ring {NUMBER}. See the Attendance Policy."))
    workspace.put("uniform.docx", policy_file("School Uniform Policy", "Be warm."))
    workspace.day()
    ended = withdraw(workspace, "Behaviour Policy")
    (workspace.copies / "uniform.pdf").write_bytes(b"damaged")
    (workspace.copies / "uniform.html").write_bytes(b"damaged")
    report = publish(workspace)
    assert report.without_pdf == ("Complaints Procedure",)
    sites = [workspace.config.distribution / name for name in ("site", "staff-site")]
    code = workspace.current()["attendance"].code
    names = {
        "index.html": "Policies",
        "policies/attendance.html": "Named in:",
        "policies/complaints.html": "All policies of",
        "policies/uniform.html": "its copy is being renewed",
        f"policies/{ended}.html": "no longer in use",
        "c/index.html": "Is it current?",
        f"c/{code}/index.html": "this copy is the current one",
    }
    with open_chromium() as browser:
        page = browser.new_page()
        for site in sites:
            for name, words in names.items():
                page.goto((site / name).as_uri())
                assert words in page.content(), name
                for width, height in ((1200, 900), (390, 844)):
                    page.set_viewport_size({"width": width, "height": height})
                    check_page(page)
            page.goto((site / "index.html").as_uri())
            for typed in ("attendance", "trampoline"):
                page.get_by_label("Find a policy").fill(typed)
                check_page(page)
