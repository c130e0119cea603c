"""Settings from the desk: every key has its field, the file keeps its comments, and nobody takes what is not theirs."""

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from pipeline.config import load_config
from pipeline.register.ledger.ledger import load_or_make_key
from pipeline.register.states import config_at
from pipeline.settings.keys import Shape, all_tables
from tests.school import MONDAY, at
from tests.test_repository import config_keys
from tests.web.desk import ACCOUNTS, Desk, open_desk

OWNER, IT = "jo.marsh@example.org", "it@example.org"
SETTINGS = f"""
[review]
# Days before a review on which its owner is told.
remind_days = [90, 30]   # said by the head
escalate = false
[people.roles]
# Who they are.
"Business Manager" = "bm@example.org"
[[reading.rules]]
policies = ["child-protection"]
ask = "sign"
roles = ["teacher"]
[register]
url = "distribution/register.sqlite3"
{ACCOUNTS}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, SETTINGS) as one:
        one.sign_in(OWNER)
        yield one


def hidden(page: httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'name="(form|once|seen)" value="([\w-]*)"', page.text))


def send(desk: Desk, path: str, **fields: str | list[str]) -> httpx.Response:
    page = desk.browser.get(path)
    assert page.status_code == 200, page.status_code
    return desk.browser.post(path, data={**hidden(page), **fields})


def text(desk: Desk) -> str:
    return (desk.school.root / "config.toml").read_text(encoding="utf-8")


def test_every_key_of_the_settings_is_on_a_page_with_what_explains_it(desk: Desk) -> None:
    desk.sign_in()
    written = {
        "groups": "groups.GROUP",
        "declarations": "declarations.KEY",
        "governors.bodies": "governors.bodies.BODY",
    }
    written |= {one.name: f"[{one.name}]" for one in all_tables() if one.shape is Shape.SEVERAL}
    there = {(written.get(one.name, one.name), key.name) for one in all_tables() for key in one.keys}
    tables = {table.name for table in all_tables()}
    for table, key in config_keys():
        if not table.strip("[]").startswith("contacts") and key != "teams":
            assert (table, key) in there or f"{table}.{key}" in tables, (table, key)
    for one in all_tables():
        page = desk.page(f"/settings/{one.name}")
        if one.shape is Shape.ONE:
            assert all(key.label in page for key in one.keys)
    assert "Days before a review is due on which its owner is told" in desk.page("/settings/review")


def test_whether_staff_are_told_of_new_contacts_is_settled_on_a_page_of_the_settings(desk: Desk) -> None:
    page = desk.page("/settings/contacts")
    assert "Whether staff are written to about new contacts" in page
    assert "or their number" in page
    assert "--tell" not in page
    form = desk.page("/settings/contacts/tell")
    for words in ("Once somebody says when; after two school days by itself", "At once, with the next update"):
        assert words in form
    assert "Once somebody says when; after two school days by itself" in page
    assert send(desk, "/settings/contacts/tell", **{"v-tell": "nobody"}).status_code == 303
    assert desk.site.config().tell_contacts == "nobody"
    assert "Pat Marsh" in text(desk)
    assert send(desk, "/settings/contacts/tell", **{"v-tell": "everybody"}).status_code == 422
    assert send(desk, "/settings/contacts/tell", **{"v-tell": "ask"}).status_code == 303
    assert desk.site.config().tell_contacts == "ask"
    assert "When staff hear of new contacts" in desk.page("/settings")


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:8000/x.ics", "https://2130706433/x.ics", "webcal://169.254.169.254/x.ics", "https://[::1]/x.ics",
    "https://[::ffff:10.0.0.1]/x.ics", "https://localhost/x.ics", "http://0x7f.1/x.ics",
])  # fmt: skip
def test_an_address_typed_on_the_desk_never_leads_into_the_schools_own_network(desk: Desk, address: str) -> None:
    before = text(desk)
    for path, field, typed in (("calendar/ics", "v-ics", address), ("publish/watch", "v-watch", f"{address}\n")):
        if typed.startswith("webcal") and field == "v-watch":
            continue
        refused = send(desk, f"/settings/{path}", **{field: typed})
        assert refused.status_code == 422
        assert "an address typed here may not lead there" in html.unescape(refused.text)
        (said,) = re.findall(r"[^<>]*an address typed here[^<>]*", html.unescape(refused.text))
        assert "ask your IT provider to allow that computer" in said
        assert "config.toml" not in said
        assert "[web]" not in said
    assert text(desk) == before


def test_which_computers_inside_are_meant_is_written_by_hand_and_holds_on_the_desk(desk: Desk) -> None:
    desk.sign_in()
    before = text(desk)
    refused = send(
        desk, "/settings/route/web/all", **{"v-base_url": "", "v-form_url": "", "v-allow_private": "127.0.0.1"}
    )
    assert "cannot be changed on this page: ask your IT provider" in html.unescape(refused.text)
    assert text(desk) == before
    path = desk.school.root / "config.toml"
    path.write_text(f'{before}\n[web]\nallow_private = ["127.0.0.1"]\n', encoding="utf-8")
    assert send(desk, "/settings/calendar/ics", **{"v-ics": "http://127.0.0.1:9/x.ics"}).status_code == 303


def test_a_key_is_kept_with_its_comments_recorded_and_at_once_in_use(desk: Desk) -> None:
    before, path = text(desk), desk.school.root / "config.toml"
    path.chmod(0o640)
    answer = send(desk, "/settings/review/remind_days", **{"v-remind_days": "60\n14"})
    assert answer.status_code == 303
    assert text(desk) == before.replace("[90, 30]", "[60, 14]")
    assert path.stat().st_mode & 0o777 == 0o640
    assert desk.site.config().review.remind_days == (60, 14)
    assert desk.records()[-1] == "settings-changed"
    with desk.school.register.reading() as tx:
        then = config_at(tx, desk.school.key, desk.site.config(), at(MONDAY, 11))
    assert then.review.remind_days == (60, 14)
    assert "60, 14" in desk.page("/settings/review")
    assert send(desk, "/settings/review/escalate", **{"v-escalate": "yes"}).status_code == 303
    assert send(desk, "/settings/governors/meetings", **{"v-meetings": "2027-03-17\n2026-12-09"}).status_code == 303
    assert "meetings = [2026-12-09, 2027-03-17]" in text(desk)
    assert send(desk, "/settings/calendar/closed", **{"v-closed": "2026-12-21..2027-01-04"}).status_code == 303
    assert send(desk, "/settings/reading/default", **{"v-default": "sign"}).status_code == 303
    lines = {
        "left": ["Business Manager", "Bursar", ""],
        "right": ["bm@example.org", "a@example.org, b@example.org", ""],
    }
    assert send(desk, "/settings/people.roles/lines", **lines).status_code == 303
    assert 'Bursar = ["a@example.org", "b@example.org"]' in text(desk)
    assert "# Who they are." in text(desk)
    rule = {"v-policies": "behaviour", "v-ask": "read", "v-kinds": ["supply"], "v-repeat": "-"}
    assert send(desk, "/settings/reading.rules/new", **rule).status_code == 303
    assert send(desk, "/settings/reading.rules/0", take_out="yes").status_code == 303
    (left,) = load_config(path).reading.rules
    assert (left.policies, left.ask, left.repeat) == (("behaviour",), "read", None)
    group = {"key": "parents", "v-name": "Parents", "v-policies": "behaviour"}
    asked = re.sub(r"<[^>]+>|\s+", " ", desk.browser.get("/settings/declarations/new").text)
    assert "Roles (if you like)" in re.sub(r" +", " ", asked)
    assert "Policy (if you like)" not in re.sub(r" +", " ", asked)
    assert send(desk, "/settings/groups/new", **group).status_code == 303
    assert desk.site.config().groups["parents"].name == "Parents"
    body = {"key": "finance", "v-name": "Finance Committee", "v-meetings": "2027-02-24", "v-any_day": "no"}
    assert send(desk, "/settings/governors.bodies/new", **body).status_code == 303
    assert desk.site.config().governors.bodies["finance"].meetings == (date(2027, 2, 24),)


def test_days_and_terms_are_edited_row_by_row(desk: Desk) -> None:
    """Before, one typed each day as 2026-12-09, and a term as 2026-09-01..2026-12-18."""
    meetings = ["2026-12-09", "2027-03-17", ""]
    assert send(desk, "/settings/governors/meetings", **{"v-meetings": meetings}).status_code == 303
    form = desk.browser.get("/settings/governors/meetings").text
    assert re.findall(r'type="date" id="[\w-]+" name="v-meetings" value="([\d-]*)"', form)[:3] == meetings
    changed = ["2026-12-10", "", "2027-07-07"]
    assert send(desk, "/settings/governors/meetings", **{"v-meetings": changed}).status_code == 303
    assert "meetings = [2026-12-10, 2027-07-07]" in text(desk)
    terms = {"v-terms": ["2026-09-01", "2027-01-05", ""], "v-terms-last": ["2026-12-18", "", ""]}
    assert send(desk, "/settings/calendar/terms", **terms).status_code == 303
    assert 'terms = ["2026-09-01..2026-12-18", "2027-01-05"]' in text(desk)
    form = desk.browser.get("/settings/calendar/terms").text
    assert ".." not in re.sub(r"<style>.*?</style>", "", form, flags=re.DOTALL).partition("<main")[2]
    wrong = {"v-terms": ["2026-09-01"], "v-terms-last": ["2026-08-01"]}
    assert send(desk, "/settings/calendar/terms", **wrong).status_code == 422


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("review/remind_days", {"v-remind_days": "90\nsoon"}, "Write a whole number, not “soon”"),
        ("review/remind_days", {"v-remind_days": "9000"}, "must be from 0 to 730"),
        ("review/escalate", {"v-escalate": "perhaps"}, "Choose yes or no"),
        ("governors/meetings", {"v-meetings": "9.12.2026"}, "is no day"),
        ("calendar/closed", {"v-closed": "2027-01-04..2026-12-21"}, "ends before it begins"),
        ("school/time_zone", {"v-time_zone": "Europe/Derby"}, "is not a time zone"),
        ("school/name", {"v-name": "Test Primary School"}, "That is what it is already"),
        ("people.roles/lines", {"left": "Bursar", "right": "nobody"}, "is not an e-mail address"),
        ("people.roles/lines", {"left": "Bursar", "right": ""}, "Fill in both fields"),
        ("reading.rules/new", {"v-policies": "", "v-ask": "sign", "v-repeat": "-"}, "policies"),
    ],
)
def test_what_the_file_would_not_take_is_said_and_stays_typed(
    desk: Desk, path: str, fields: dict[str, str | list[str]], said: str
) -> None:
    before = text(desk)
    answer = send(desk, f"/settings/{path}", **fields)
    assert answer.status_code == 422
    assert said in re.sub(r"<[^>]+>", " ", answer.text)
    assert text(desk) == before
    for value in fields.values():
        assert all(line in answer.text for line in str(value).split("\n") if line != "perhaps")


def test_edited_by_hand_meanwhile_shows_both_and_loses_nothing(desk: Desk) -> None:
    path = "/settings/review/remind_days"
    page = desk.browser.get(path)
    by_hand = text(desk).replace("[90, 30]", "[45, 30]")
    (desk.school.root / "config.toml").write_text(by_hand, encoding="utf-8")
    moved = desk.browser.post(path, data={**hidden(page), "v-remind_days": "10"})
    assert moved.status_code == 409
    assert "now: <strong>45, 30</strong>" in moved.text
    assert 'name="v-remind_days" value="10"' in moved.text
    assert text(desk) == by_hand
    again = desk.browser.post(path, data={**hidden(moved), "v-remind_days": "10"})
    assert again.status_code == 303
    assert "remind_days = [10]   # said by the head" in text(desk)
    kept = sorted((desk.school.config.distribution / "safety-copies" / "settings").glob("config *.toml"))
    assert kept[-1].read_text(encoding="utf-8") == by_hand
    broken = text(desk).replace("[review]", "[review")
    (desk.school.root / "config.toml").write_text(broken, encoding="utf-8")
    assert "cannot be read as they are" in desk.page("/settings")
    answer = desk.browser.post(path, data={**hidden(moved), "once": "", "v-remind_days": "77"})
    assert answer.status_code == 422
    assert 'name="v-remind_days" value="77"' in answer.text
    assert text(desk) == broken


def test_mail_web_and_sign_in_are_the_it_providers_alone_by_the_second_step(desk: Desk) -> None:
    assert "Change these" not in desk.page("/settings/mail")
    assert desk.browser.get("/settings/route/mail/all").status_code == 403
    assert desk.browser.get("/settings/mail/route").status_code == 404
    desk.sign_in(IT)
    assert "Reviews" not in desk.page("/settings")
    assert desk.browser.get("/settings/people.roles").status_code == 404
    assert desk.browser.get("/settings/review/remind_days").status_code == 403
    fields = {"v-base_url": "https://policies.example.org", "v-form_url": ""}
    assert send(desk, "/settings/route/web/all", **fields).status_code == 303
    assert desk.site.config().web.base_url == "https://policies.example.org"


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        (
            "mail",
            {"v-route": "graph", "v-from": "a@example.org"},
            "Microsoft 365 needs its sign-in to the mail service",
        ),
        ("mail", {"v-route": "smtp", "v-from": "a@example.org"}, "sending by a mail server needs its name"),
        ("mail", {"v-route": "smtp", "v-host": "mail.example.org"}, "emails that are sent need a sender"),
        (
            "inbox",
            {"v-route": "imap", "v-host": "mail.example.org"},
            "reading by a mail server needs whose mailbox it is",
        ),
        ("accounts.google", {"v-client_id": "1", "v-domain": "example.org"}, "needs the web address of these pages"),
    ],
)
def test_what_does_not_fit_together_is_said_without_a_word_of_the_file(
    desk: Desk, path: str, fields: dict[str, str], said: str
) -> None:
    desk.sign_in(IT)
    form = desk.browser.get(f"/settings/route/{path}/all").text
    there = dict(re.findall(r'<input type="text" id="[^"]+" name="(v-\w+)" value="([^"]*)"', form))
    there |= dict(re.findall(r'<input type="radio" id="[^"]+" name="(v-\w+)" value="([^"]*)" checked', form))
    answer = send(desk, f"/settings/route/{path}/all", **{**there, "v-own": "no"} | fields)
    assert answer.status_code == 422
    (errors,) = re.findall(r'<div class="errors".*?</div>', html.unescape(answer.text), re.DOTALL)
    assert said in errors
    assert re.findall(r'= "|\[[a-z]|[a-z]_[a-z]', re.sub(r"<[^>]+>", "", errors)) == []


def test_it_by_mail_needs_the_second_step(desk: Desk) -> None:
    desk.browser.cookies.clear()
    desk.sign_in_by_mail(IT)
    answer = desk.browser.get("/settings/route/web/all")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/second-step")


def test_nobody_gives_themself_a_right_and_an_owner_always_stays(desk: Desk) -> None:
    desk.sign_in(IT)
    accounts = list(load_config(desk.school.root / "config.toml").accounts.people)
    own, owner = (f"/settings/route/accounts/{accounts.index(one)}" for one in (IT, OWNER))
    before = text(desk)
    for path, fields, said in (
        (own, {"v-rights": ["it", "owner"], "v-teams": ""}, "Nobody gives themself a right"),
        (own, {"v-rights": ["it", "head-of-team"], "v-teams": "Mathematics"}, "Nobody gives themself a right"),
        ("/settings/route/accounts/new", {"v-address": "IT@example.org", "v-rights": ["owner"]}, "may sign in already"),
        (owner, {"take_out": "yes"}, "nobody would be the policy owner"),
        (owner, {"v-rights": ["head"], "v-teams": ""}, "nobody would be the policy owner"),
        (owner, {"v-rights": [], "v-teams": ""}, "Choose what they may do"),
        (owner, {"v-rights": ["owner", "head-of-team"], "v-teams": ""}, "Write which team"),
    ):
        answer = send(desk, path, **fields)
        assert answer.status_code == 422, said
        assert said in answer.text
        assert text(desk) == before
    new = {"v-address": "second@example.org", "v-rights": ["owner", "head-of-team"], "v-teams": "Science\nArt"}
    assert send(desk, "/settings/route/accounts/new", **new).status_code == 303
    assert send(desk, owner, take_out="yes").status_code == 303
    assert desk.site.config().accounts.teams["second@example.org"] == ("Science", "Art")
    assert desk.browser.get("/settings").status_code == 200
    desk.sign_in()
    assert OWNER not in desk.page("/settings/accounts")


def test_a_password_in_an_address_is_never_shown(desk: Desk) -> None:
    path = desk.school.root / "config.toml"
    path.write_text(
        text(desk).replace("distribution/register.sqlite3", "postgresql://jo:s3cret@db/x"), encoding="utf-8"
    )
    desk.sign_in()
    for page in ("/settings/register", "/settings/route/register/all"):
        shown = desk.browser.get(page).text
        assert "s3cret" not in shown
        assert "postgresql://jo:…@db/x" in shown
    assert send(desk, "/settings/route/register/all", **{"v-url": "postgresql://jo:…@other/x"}).status_code == 422
    assert "s3cret" in text(desk)


def test_a_change_that_cannot_be_recorded_leaves_the_file_as_it_was(desk: Desk) -> None:
    assert send(desk, "/settings/review/escalate", **{"v-escalate": "yes"}).status_code == 303
    before, key = text(desk), desk.school.root / ".secrets" / "ledger-key"
    right = key.read_bytes()
    key.unlink()
    load_or_make_key(key)
    assert key.read_bytes() != right
    answer = send(desk, "/settings/review/escalate", **{"v-escalate": "no"})
    assert answer.status_code == 503
    assert text(desk) == before
    key.write_bytes(right)
    assert send(desk, "/settings/review/escalate", **{"v-escalate": "no"}).status_code == 303
    assert "escalate = false" in text(desk)
