"""Signing in: links by mail, what each right shows, sessions, and the second step."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from pipeline.config import parse_config
from pipeline.decisions.rights import NEEDS_SECOND_STEP, Action, rights_of
from pipeline.errors import ConfigurationError, UsageError
from pipeline.mail.outbox import deliver
from pipeline.model.mail import DeliveryState
from pipeline.register.sign_ins import end_everything
from pipeline.web.desk.opening import needed
from pipeline.web.desk.routes import PAGES
from pipeline.web.gate import Gate, own_path
from pipeline.web.sessions import WRONG_CODES, make_code, make_machine_link
from pipeline.web.sign_in.mailed import LinkMailer
from pipeline.web.sign_in.pages import ASKED_AN_HOUR, LINKS_AN_HOUR
from tests.mail.servers import scripted
from tests.school import MONDAY, at
from tests.web.browser import Browser
from tests.web.desk import ACCOUNTS, Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_every_fault_of_the_accounts_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        parse_config(
            '[accounts]\nowner = "jo@example.org"\n"jo at example" = "owner"\n"a@b@example.org" = "boss"\n'
            '"x@example.org" = []\n[accounts.microsoft]\nclient_id = "1"\n[accounts.google]\nclient_id = "1"\n'
            'client_secret = "s"\nissuer = "http://accounts.example.org"\n',
            root=tmp_path,
        )
    told = str(error.value)
    for words in (
        'accounts.owner: a key here is a work address, like "jo.marsh@example.org" = "owner"',
        "accounts.jo at example: a key here is a work address",
        "'a@b@example.org' is not an e-mail address",
        "'boss' is no right; write one of owner,",
        "accounts.x@example.org: gives no right",
        "accounts.microsoft.tenant: write the school's own tenant",
        "POLICY_GOOGLE_SIGN_IN_SECRET",
    ):
        assert words in told


_GROUPS = '[accounts.microsoft]\nclient_id = "1"\ntenant = "s.example"\n[accounts.microsoft.groups]\n'


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ('"m@example.org" = "head-of-team"', "say which team m@example.org is head of"),
        (
            '"m@example.org" = "it"\n[accounts.teams]\n"m@example.org" = "Art"',
            "m@example.org is no head of a team",
        ),
        ('"m@example.org" = "it"\n"M@example.org" = "owner"', "M@example.org stands in it twice"),
        ("[accounts.people]", "write each address as a key of its own"),
        (
            '[accounts.microsoft]\nclient_id = "1"\ntenant = "s.example"',
            "accounts.microsoft needs the web address of these pages",
        ),
        (
            '[accounts.microsoft.groups]\n"Policies.Owner" = "owner"',
            "accounts.microsoft.groups: nobody signs in with Microsoft yet",
        ),
        (
            f'{_GROUPS}Maths = "head-of-team"',
            "a group has no team",
        ),
        (
            f'{_GROUPS}A = "it"\na = "owner"',
            "a: stands in it twice",
        ),
        (
            f'{_GROUPS}A = "chief"',
            "'chief' is no right",
        ),
        ('[accounts.google]\nclient_id = "1"\ndomain = "school"', "domain: write the school's domain"),
        ('[accounts.google]\nissuer = "http://example.org"', "issuer: who signs in is told there"),
    ],
)
def test_accounts_that_do_not_fit_together_are_told(tmp_path: Path, toml: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(fault)):
        parse_config(f"[accounts]\n{toml}\n", root=tmp_path)


def test_the_computer_itself_has_every_right_and_a_stranger_none(tmp_path: Path) -> None:
    accounts = parse_config(ACCOUNTS, root=tmp_path).accounts
    assert all(action in Action for action in NEEDS_SECOND_STEP)
    assert len(rights_of(accounts, None)) == 7
    assert rights_of(accounts, "nobody@example.org") == frozenset()
    assert rights_of(accounts, "JO.Marsh@example.org") == {"owner"}


# --- links by mail ----------------------------------------------------------------------------------------------------


def test_a_mailed_link_shows_a_button_and_the_button_signs_in_once(desk: Desk) -> None:
    desk.school.add_person("Marsh", first_name="Jo", email="jo.marsh@example.org")
    assert desk.browser.post("/sign-in", data={"address": " Jo.Marsh@example.org "}).status_code == 200
    assert desk.asked == ["Jo.Marsh@example.org"]
    assert LinkMailer({}).send(desk.site, desk.asked[0])
    (mail,) = desk.mails()
    assert mail["To"] == "jo.marsh@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "your link to sign in" in str(mail["Subject"])
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Pat Marsh" in text.get_content()[:300]
    link = desk.link_of(mail)
    for _ in range(3):
        assert f'action="{link}"' in desk.browser.get(link).text
    assert desk.browser.get("/").status_code == 401
    assert desk.browser.post(link).status_code == 303
    assert desk.browser.get("/").status_code == 200
    assert "Jo Marsh (jo.marsh@example.org)" in desk.page("/sessions")
    for again in (desk.browser.post(link), desk.browser.get(link)):
        assert again.status_code == 404
        assert "Ask for a new link" in again.text
    kinds = desk.records()
    assert kinds[-3:] == ["sign-in-link", "signed-in", "sign-in-refused"]


def test_a_link_by_mail_ends_after_a_quarter_of_an_hour(desk: Desk) -> None:
    LinkMailer({}).send(desk.site, "head@example.org")
    link = desk.link_of(desk.mails()[-1])
    desk.now += timedelta(minutes=15)
    assert desk.browser.get(link).status_code == 404
    assert desk.browser.post(link).status_code == 404


def test_strangers_get_no_mail_and_the_same_answer(desk: Desk) -> None:
    known, stranger = (
        desk.browser.post("/sign-in", data={"address": address})
        for address in ("head@example.org", "nobody@example.org")
    )
    assert known.text == stranger.text
    assert (known.status_code, known.headers) == (stranger.status_code, stranger.headers)
    assert not LinkMailer({}).send(desk.site, "nobody@example.org")
    assert desk.mails() == []
    assert desk.records() == []


@pytest.mark.parametrize("typed", ["", "head", "head@", "a b@example.org", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_said_and_stays_in_the_field(desk: Desk, typed: str) -> None:
    answer = desk.browser.post("/sign-in", data={"address": typed})
    assert answer.status_code == 422
    assert "Type your" in answer.text
    assert f'value="{typed[:254]}"' in answer.text
    assert desk.asked == []


def ask_from(desk: Desk, client: str, address: str = "head@example.org", times: int = 1) -> httpx.Response:
    """Ask for links on the sign-in page from a client of its own, and have the mailer send what it is handed."""
    with Browser(desk.app, desk.base_url, client) as browser:
        for _ in range(times):
            answer = browser.post("/sign-in", data={"address": address})
            for asked in desk.asked:
                LinkMailer({}).send(desk.site, asked)
            desk.asked.clear()
    return answer


def test_a_stranger_who_types_an_address_uses_up_none_of_its_owners_links(desk: Desk) -> None:
    ask_from(desk, "198.51.100.7")
    own = desk.link_of(desk.mails()[0])
    answer = ask_from(desk, "203.0.113.9", times=20)
    assert answer.status_code == 200
    assert len(desk.mails()) == 1 + LINKS_AN_HOUR, "so many a client"
    assert ask_from(desk, "198.51.100.7").text == answer.text
    assert len(desk.mails()) == 2 + LINKS_AN_HOUR, "the owner's own still goes"
    assert desk.browser.post(own).status_code == 303, "one that was mailed before works on"
    assert len({str(mail["Subject"]) for mail in desk.mails()}) == LINKS_AN_HOUR + 2


@pytest.mark.parametrize(("first", "second", "is_one"), [
    ("2001:db8:0:1::5", "2001:db8:0:1:9:9:9:9", True),
    ("2001:db8:0:1::5", "2001:db8:0:2::5", False),
    ("::ffff:203.0.113.9", "203.0.113.9", True),
])  # fmt: skip
def test_of_ipv6_one_customers_addresses_are_one_client(desk: Desk, first: str, second: str, is_one: bool) -> None:
    ask_from(desk, first, times=LINKS_AN_HOUR)
    ask_from(desk, second)
    assert len(desk.mails()) == LINKS_AN_HOUR + (0 if is_one else 1)


def test_a_whole_school_behind_one_address_asks_for_its_links_and_one_program_does_not_ask_without_end(
    desk: Desk,
) -> None:
    with Browser(desk.app, desk.base_url, "203.0.113.9") as browser:
        asked = [
            browser.post("/sign-in", data={"address": f"t{n}@example.org"}).status_code for n in range(ASKED_AN_HOUR)
        ]
        refused = browser.post("/sign-in", data={"address": "head@example.org"})
    assert set(asked) == {200}
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 3000) == (429, True)
    assert "prints a link at any time" in refused.text
    assert len(desk.asked) == ASKED_AN_HOUR
    assert ask_from(desk, "198.51.100.7").status_code == 200


def test_a_sign_in_mail_goes_at_once_on_a_sunday_while_a_mailing_waits(tmp_path: Path) -> None:
    with scripted(lambda *_: None) as server:
        mail = f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        with open_desk(tmp_path, mail + 'from = "School <o@example.org>"\n' + ACCOUNTS) as desk:
            desk.school.add_policy("Confidentiality")
            desk.school.add_person("Lee")
            desk.school.plan()
            desk.now = at(MONDAY - timedelta(days=1), 10)
            assert LinkMailer({}).send(desk.site, "head@example.org")
            states = {row.recipient: row.state for row in desk.school.messages()}
    assert states == {"lee@example.org": DeliveryState.PENDING, "head@example.org": DeliveryState.SENT}


def test_a_sign_in_mail_that_could_not_go_is_dropped_once_its_link_has_ended(tmp_path: Path) -> None:
    down = 'host = "127.0.0.1"\nport = 9\nsecurity = "none"\nfrom = "o@example.org"\n'
    with open_desk(tmp_path, f'[mail]\nroute = "smtp"\n{down}{ACCOUNTS}') as desk:
        assert LinkMailer({}).send(desk.site, "head@example.org")
        (row,) = desk.school.messages()
        assert row.state is DeliveryState.DEFERRED
        later = desk.now + timedelta(days=1)
        deliver(desk.school.register, desk.school.config, today=MONDAY + timedelta(days=1), now=later, environ={})
        (row,) = desk.school.messages()
    assert (row.state, row.detail) == (DeliveryState.CANCELLED, "its link has ended")


def test_the_mailer_works_behind_the_answer_and_one_fault_does_not_end_it(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    mailer = LinkMailer({})
    own = desk.school.config.templates / "mail" / "sign-in.txt"
    own.parent.mkdir(parents=True)
    own.write_text("{{ nobody.knows }}", encoding="utf-8")
    with mailer.working_for(desk.site):
        mailer.ask("head@example.org")
        _wait_for(lambda: "could not be mailed" in caplog.text)
        own.unlink()
        mailer.ask("jo.marsh@example.org")
        _wait_for(lambda: bool(desk.mails()))
    assert [mail["To"] for mail in desk.mails()] == ["jo.marsh@example.org"]


def _wait_for(happened: Callable[[], bool]) -> None:
    for _ in range(400):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_whoever_has_left_or_lost_the_account_is_out_at_once(desk: Desk) -> None:
    head = desk.school.add_person("Cole", first_name="Ada", email="head@example.org")
    desk.sign_in("head@example.org")
    assert desk.browser.get("/").status_code == 200
    desk.school.change_person(head, leave_on=MONDAY - timedelta(days=1))
    assert desk.browser.get("/").status_code == 401
    assert not LinkMailer({}).send(desk.site, "head@example.org")
    with pytest.raises(UsageError, match="has no account, or has left"):
        make_machine_link(desk.sessions.keeper, by="the office", account="head@example.org")
    desk.sign_in("gov@example.org")
    path = desk.school.root / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"gov@example.org" = "governor"\n', ""), encoding="utf-8")
    assert desk.browser.get("/").status_code == 401


# --- what each right shows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "sees"),
    [
        (None, True),
        ("jo.marsh@example.org", True),
        ("maths@example.org", False),
        ("gov@example.org", False),
        ("it@example.org", False),
    ],
)
def test_names_are_for_those_who_may_see_them_and_counts_for_everybody(
    desk: Desk, account: str | None, sees: bool
) -> None:
    desk.school.add_policy("Confidentiality")
    desk.school.add_person("Lee", team="  mathematics ")
    desk.school.add_person("Day", team="English")
    desk.school.plan(MONDAY - timedelta(days=28))
    desk.school.deliver(MONDAY - timedelta(days=28))
    desk.sign_in(account)
    page = desk.page()
    assert "of 2 readings recorded" in page
    assert ("Waiting for you" in page) == sees
    for path in PAGES:
        answer = desk.browser.get(path.replace("{slug}", "confidentiality").replace("{person}", "1"))
        assert answer.status_code != 401
        assert sees or needed(path) is not Action.SEE_NAMES or answer.status_code == 403, path
        assert sees or account == "maths@example.org" or "Kim Lee" not in answer.text, path
        assert sees or "Kim Day" not in answer.text, path


def test_somebody_elses_sessions_are_seen_and_ended_by_the_owner_alone(desk: Desk) -> None:
    others = Browser(desk.app, desk.base_url)
    desk.sign_in("gov@example.org", others)
    desk.sign_in("maths@example.org")
    assert "gov@example.org" not in desk.page("/sessions")
    number = desk.number_of("gov@example.org")
    answer = desk.browser.post("/sessions/end", data={"form": desk.form("/sessions"), "session": number})
    assert answer.status_code == 303
    assert others.get("/").status_code == 200
    desk.sign_in("jo.marsh@example.org")
    assert "gov@example.org" in desk.page("/sessions")
    desk.browser.post("/sessions/end", data={"form": desk.form("/sessions"), "session": number})
    assert others.get("/").status_code == 401
    assert desk.records()[-1] == "session-ended"
    others.close()


def test_all_other_sessions_of_mine_end_with_one_button(desk: Desk) -> None:
    phone = Browser(desk.app, desk.base_url)
    desk.sign_in("head@example.org", phone)
    desk.sign_in("head@example.org")
    desk.browser.post("/sessions/end", data={"form": desk.form("/sessions"), "session": "others"})
    assert (phone.get("/").status_code, desk.browser.get("/").status_code) == (401, 200)
    phone.close()


def test_of_too_many_sessions_the_one_used_longest_ago_gives_way(desk: Desk) -> None:
    browsers = [Browser(desk.app, desk.base_url) for _ in range(11)]
    for browser in browsers:
        desk.now += timedelta(seconds=1)
        desk.sign_in("head@example.org", browser)
    assert [one.get("/").status_code for one in browsers] == [401] + [200] * 10
    for browser in browsers:
        browser.close()


def test_putting_a_safety_copy_back_signs_everybody_out(desk: Desk) -> None:
    desk.sign_in("head@example.org")
    link = desk.sessions.make_link_token()
    with desk.school.register.transaction() as tx:
        end_everything(tx, desk.school.key, desk.now)
    assert desk.browser.get("/").status_code == 401
    assert desk.browser.post(f"/sign-in/{link}").status_code == 404


# --- the second step --------------------------------------------------------------------------------------------------


def _request(desk: Desk, path: str = "/", method: str = "GET", **headers: str) -> Request:
    cookie = f"{desk.sessions.cookie_name}={desk.browser.cookies[desk.sessions.cookie_name]}"
    said = {"host": "127.0.0.1:8000", "cookie": cookie, **headers}
    raw = [(name.encode(), value.encode()) for name, value in said.items()]
    return Request({"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw})


def test_an_approval_asks_a_mailed_session_for_its_own_second_step(desk: Desk) -> None:
    desk.sign_in_by_mail("head@example.org")
    gate = Gate(desk.site, desk.sessions)
    fields = {"form": desk.form("/sessions")}
    request = _request(desk, "/approve/x", "POST", referer="http://127.0.0.1:8000/policies/x?y=1")
    refused = gate.act(request, fields, Action.APPROVE)
    assert isinstance(refused, Response)
    assert refused.headers["location"] == "/second-step?then=%2Fpolicies%2Fx"
    number = desk.number_of("head@example.org")
    asked = desk.browser.get("/second-step?then=/policies/x").text
    assert f"policy sign-in --code {number}" in asked
    assert "double-click <b>serve</b> again" in asked
    code = make_code(desk.sessions.keeper, number, by="the office").code
    before = desk.browser.cookies[desk.sessions.cookie_name]
    answer = desk.browser.post("/second-step", data={**fields, "then": "/policies/x", "code": f" {code} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/policies/x")
    assert desk.browser.cookies[desk.sessions.cookie_name] != before
    passed = gate.act(_request(desk, "/approve/x", "POST"), {"form": desk.form("/sessions")}, Action.APPROVE)
    assert not isinstance(passed, Response)
    assert passed.name == "head@example.org"
    assert desk.records()[-2:] == ["second-step-code", "second-step"]
    desk.now += timedelta(minutes=30)
    assert isinstance(gate.act(_request(desk, "/", "POST"), {"form": desk.form("/sessions")}, Action.APPROVE), Response)


def test_what_needs_no_second_step_and_what_is_not_theirs(desk: Desk) -> None:
    desk.sign_in_by_mail("head@example.org")
    gate, form = Gate(desk.site, desk.sessions), {"form": desk.form("/sessions")}
    assert not isinstance(gate.act(_request(desk, method="POST"), form, Action.STOP_MAILING), Response)
    for action in (Action.CHANGE_ROUTE, Action.EDIT_POLICIES):
        refused = gate.act(_request(desk, method="POST"), form, action)
        assert isinstance(refused, Response)
        assert refused.status_code == 403
        assert b"headteacher" in refused.body
    desk.browser.cookies.clear()
    assert [desk.browser.get(path).status_code for path in ("/second-step", "/sessions")] == [401, 401]


def test_a_link_from_the_computer_itself_is_a_second_step(desk: Desk) -> None:
    desk.sign_in("head@example.org")
    assert desk.browser.get("/second-step?then=/sessions").headers["location"] == "/sessions"


def test_wrong_codes_end_the_code_and_then_make_wait(desk: Desk) -> None:
    desk.sign_in_by_mail("head@example.org")
    number = desk.number_of("head@example.org")
    code = make_code(desk.sessions.keeper, number, by="the office").code
    form = desk.form("/second-step")
    wrong = "0000 0000" if code != "0000 0000" else "1111 1111"
    for _ in range(WRONG_CODES):
        answer = desk.browser.post("/second-step", data={"form": form, "code": wrong, "then": "/"})
        assert answer.status_code == 422
        assert "That is not the code" in answer.text
    assert desk.browser.post("/second-step", data={"form": form, "code": code}).status_code == 422
    waiting = desk.browser.post("/second-step", data={"form": form, "code": code})
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) > 0
    assert desk.records().count("second-step-refused") == WRONG_CODES
    assert desk.browser.post("/second-step", data={"form": form, "code": ""}).status_code == 429


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "", "evil", "/a\r\nX: y"],
)
def test_no_address_leads_away_from_here(path: str) -> None:
    assert own_path(path) == "/"
    assert own_path("/policies/x") == "/policies/x"
