"""The lead changes at West Park School: seen before, confirmed once, hunted afterwards."""

from tests.copies.workspace import policy_file
from tests.end_to_end.conftest import School

NEXT = """
[[contacts.next]]
role = "dsl"
name = "Jo Hill"
phone = "01632 960155"
email = "jo.hill@example.org"
pronoun = "he"
from = 2026-12-01
"""
SHEFFIELD = 'name = "Deborah Sheffield"'


def add(school: School, text: str) -> None:
    school.configure("# --- What staff are asked to read", f"{text}\n# --- What staff are asked to read")


def test_contacts_in_words_show_what_is_to_come_and_who_lives_on(ran: School) -> None:
    add(ran, NEXT)
    answer = ran.policy("contacts")
    assert answer.code == 0
    for words in (
        "Designated Safeguarding Lead: Deborah Sheffield (01332 662337, Deborah.Sheffield@westpark.derby.sch.uk)",
        "Before:\n  Margaret Oakenshaw, Designated Safeguarding Lead",
        "Not confirmed yet:\n  Designated Safeguarding Lead from 1 December 2026: Jo Hill, 01632 960155",
        "To come. Designated Safeguarding Lead: from 1 December 2026 Jo Hill in place of Deborah Sheffield.",
        "  6 policies, ",
        "Confidentiality Policy: front page and ",
        ": Deborah Sheffield → Jo Hill",
        "copies/confidentiality.docx, copies/confidentiality.pdf, copies/confidentiality.html, staff-site/policies/",
        "Ghosts in documents and drafts:",
        "Margaret Oakenshaw is named as Designated Safeguarding Lead; that is Deborah Sheffield.",
        "Policies that disagree:\n  Policies disagree about who is Designated Safeguarding Lead:",
    ):
        assert words in answer.out
    assert "Jo Hill (Designated Safeguarding Lead from 1 December 2026): " in ran.policy("run").out


def test_cover_with_a_number_nobody_rang_is_told_with_the_number_of_the_office(ran: School) -> None:
    add(ran, NEXT.replace("2026-12-01", "2026-11-24\nuntil = 2026-12-04"))
    told = "Jo Hill (01632 960110) is covering for Deborah Sheffield as Designated Safeguarding Lead until"
    for command in ("run", "status", "contacts"):
        answer = ran.policy("--today", "2026-11-25", command)
        assert told in " ".join(answer.out.split()), command


def test_the_json_keeps_its_keys_and_says_the_same(ran: School) -> None:
    add(ran, NEXT)
    told = ran.policy("contacts", "--json").json
    assert {"directory", "former", "documents", "ghosts", "contradictions", "coming", "unconfirmed"} <= told.keys()
    (change,) = told["coming"]
    assert (change["on"], change["role"], change["before"], change["after"]) == (
        "2026-12-01",
        "dsl",
        ["Deborah Sheffield"],
        ["Jo Hill"],
    )
    policies = {policy["slug"]: policy for policy in change["policies"]}
    assert len(policies) == 6
    place = policies["confidentiality"]["places"][0]
    assert set(place) == {"where", "role", "kind", "before", "after"}
    assert place["where"] == "paragraph 36", "in words, as everywhere"
    (waiting,) = told["unconfirmed"]
    assert (waiting["name"], waiting["new"], waiting["from"]) == ("Jo Hill", ["phone", "email"], "2026-12-01")
    assert "Margaret Oakenshaw" in [ghost["value"] for ghost in told["ghosts"]]
    (contradiction,) = told["contradictions"]
    assert contradiction["role"] == "dsl"


def test_a_new_number_goes_into_the_copies_once_somebody_has_rung_it(ran: School) -> None:
    ran.configure(SHEFFIELD, 'name = "Jo Hill"')
    ran.configure('phone = "01332 662337"', 'phone = "01632 960155"')
    ran.configure('email = "Deborah.Sheffield@westpark.derby.sch.uk"', 'email = "jo.hill@example.org"')
    report = ran.policy("run", "--json").json
    assert any("policy" in notice or "policies" in notice or "--confirm dsl" in notice for notice in report["notices"])
    assert len(report["copies"]["made"]) == 6
    assert report["copies"]["held"] == []
    refused = ran.policy("contacts", "--confirm", "dsl", "--by", "Jo Hill")
    assert refused.code == 2
    assert "somebody else rings it" in refused.err
    answer = ran.policy("contacts", "--confirm", "dsl", "--by", "Pat Clerk", "--how", "I have rung it")
    assert answer.code == 0
    assert answer.out.startswith("Noted: Pat Clerk confirmed Jo Hill")
    again = ran.policy("contacts", "--confirm", "dsl", "--by", "Pat Clerk")
    assert again.out == "Nothing of the Designated Safeguarding Lead waits for a confirmation.\n"
    report = ran.policy("run", "--json").json
    (told,) = report["notices"]
    assert "Ms Jo Hill, telephone 01632 960155. Staff have not been told." in told
    assert len(report["copies"]["made"]) == 6
    assert ran.policy("ledger", "verify").code == 0
    told = ran.policy("contacts", "--json").json
    assert told["unconfirmed"] == []
    assert {ghost["source"] for ghost in told["ghosts"]} == {"document", "copy"}
    listed = ran.policy("contacts").out
    assert "Copies that may still hang somewhere:" in listed
    confirmed = ran.policy(
        "contacts", "--confirm", "headteacher", "--name", "Tom Ashgrove", "--by", "Pat Clerk", "--json"
    ).json
    assert confirmed == {"role": "headteacher", "confirmed": [], "by": "Pat Clerk"}


def test_a_confirmation_needs_a_role_and_a_name(ran: School) -> None:
    assert ran.policy("contacts", "--confirm", "dsl").code == 2
    assert ran.policy("contacts", "--by", "Pat Clerk").code == 2
    unknown = ran.policy("contacts", "--confirm", "nurse", "--by", "Pat Clerk")
    assert unknown.code == 2
    assert "no entry for nurse" in unknown.err


def test_every_report_begins_with_a_day_without_a_lead(west_park: School) -> None:
    west_park.configure("# from = 2024-08-01", "from = 2024-08-01")
    west_park.configure("# until = 2027-03-31", "until = 2026-11-20")
    first = "Nobody is Designated Safeguarding Lead today. A worry about a child goes to the deputies: Tom Ashgrove"
    for command in ("run", "status", "contacts"):
        assert west_park.policy(command).out.startswith(first), command
    assert west_park.policy("run", "--json").json["notices"][0].startswith(first)
    assert west_park.policy("contacts", "--json").json["first"][0].startswith(first)


def test_a_head_who_has_left_by_the_staff_list_is_said_first_everywhere(west_park: School) -> None:
    people = west_park.root / "staff.csv"
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace("Headteacher,2017-09-01,", "Headteacher,2017-09-01,2026-10-31"), encoding="utf-8")
    run = west_park.policy("run")
    assert run.code == 0
    assert run.out.startswith(
        "Helen Marchbanks is Headteacher in config.toml, but they have left: 31 October 2026 is recorded as their"
    )
    assert "Deborah Sheffield, Designated Safeguarding Lead in config.toml, is not in the staff list" in run.out
    for command in ("status", "contacts"):
        assert west_park.policy(command).out.startswith("Helen Marchbanks is Headteacher in config.toml, but")


def test_the_screen_stays_short_and_says_what_it_leaves_out(empty_school: School) -> None:
    """Many places in one policy, many old copies, and a policy that could not be changed."""
    places = [f"For room {number} ask the Designated Safeguarding Lead, Deborah Field." for number in range(20)]
    for name in ("Parking Policy", "Lettings Policy"):
        content = policy_file(name, "The Designated Safeguarding Lead is Deborah Field.", *places)
        (empty_school.root / "policies" / f"{name}.docx").write_bytes(content)
    config = empty_school.root / "config.toml"
    settings = config.read_text(encoding="utf-8")
    people = [f"Wen L{'abcdefghijklm'[number]}ng" for number in range(12)]
    for number, person in enumerate(["Deborah Field", *people]):
        config.write_text(f"{settings}\n[contacts.dsl]\nname = '{person}'\n", encoding="utf-8")
        assert empty_school.policy("run", today=f"2026-11-{number + 2:02}").code == 0
    later = "until = 2026-11-30\n[[contacts.next]]\nrole = 'dsl'\nname = 'Jo Hill'\nfrom = 2027-01-04\n"
    config.write_text(f"{settings}\n[contacts.dsl]\nname = 'Kim Day'\n{later}", encoding="utf-8")
    listed = empty_school.policy("contacts").out
    assert "in older copies (--json has them all)" in listed
    assert "no new copy could be made: it names somebody as Designated Safeguarding Lead" in listed
    assert "paragraph 5: Kim Day → Jo Hill\n" in listed
    assert "    and 9 more\n" in listed
    config.write_text(f"{settings}\n[contacts.dsl]\nname = 'Deborah Field'\n", encoding="utf-8")
    assert "Every document in use names the people above" in empty_school.policy("contacts").out


def test_mail_gives_the_office_until_a_new_number_is_confirmed(ran: School) -> None:
    before = len(ran.mails())
    ran.configure('phone = "01332 662337"', 'phone = "01632 960155"')
    ran.policy("run", today="2026-12-01")
    mails = ran.mails()[before:]
    texts = [mail.get_body(("plain",)).get_content() for mail in mails if list(mail.iter_attachments())]  # type: ignore[union-attr]
    assert texts
    assert all("01632 960110" in text and "01632 960155" not in text for text in texts)


DEPUTY = """
[[contacts.deputy-dsl]]
name = "Tom Ash"
phone = "01632 960142"
"""


def test_the_lead_is_off_on_a_monday(west_park: School) -> None:
    add(west_park, DEPUTY)
    west_park.policy("run")
    site = west_park.root / "distribution" / "site" / "index.html"
    assert "Deborah Sheffield" in site.read_text(encoding="utf-8")
    said = west_park.policy("contacts", "--cover", "deputy-dsl", "--name", "Tom Ash")
    assert said.code == 0
    assert "Tom Ash stands in for Deborah Sheffield as Designated Safeguarding Lead today." in said.out
    assert "no copy is made again" in said.out
    assert "Tom Ash" in site.read_text(encoding="utf-8")
    assert "Deborah Sheffield" not in site.read_text(encoding="utf-8")
    assert "Tom Ash (01632 960142) is covering for Deborah Sheffield" in west_park.policy("status").out
    back = west_park.policy("contacts", "--cover", "dsl", "--json")
    assert back.json == {"role": "dsl", "cover": None, "by": back.json["by"]}
    assert "Deborah Sheffield" in site.read_text(encoding="utf-8")
    for wrong in (("--until", "2026-12-01"), ("--cover", "dsl", "--confirm", "dsl"), ("--cover", "dsl", "--how", "x")):
        assert west_park.policy("contacts", *wrong).code == 2


def test_cover_can_be_said_before_the_first_run(west_park: School) -> None:
    answer = west_park.policy(
        "contacts", "--cover", "deputy-dsl", "--name", "Tom Ashgrove", "--by", "Pat Clerk", "--json"
    )
    assert (answer.code, answer.json["role"]) == (0, "deputy-dsl"), answer.err
    name = answer.json["cover"]["name"]
    assert west_park.policy("run").code in (0, 1)
    assert any(name in body for mail in west_park.mails() if (body := mail.get_body(("plain",)).get_content()))  # type: ignore[union-attr]
    assert f"{name} (" in west_park.policy("contacts").out
