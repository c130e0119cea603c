"""OpenID Connect against a provider of our own: who is let in, and every answer that is not one."""

import ast
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from pipeline.web.app import build_app
from pipeline.web.sign_in.mailed import LinkMailer
from tests.web.browser import Browser
from tests.web.desk import ACCOUNTS, Desk, open_desk
from tests.web.provider import CLIENT, SECRET, Claims, Provider, _new_key, open_provider

_BASE = "http://127.0.0.1:8000"
_ENVIRON = {"POLICY_GOOGLE_SIGN_IN_SECRET": SECRET, "POLICY_MICROSOFT_SIGN_IN_SECRET": SECRET}


class _Way:
    """A desk where one provider is configured."""

    def __init__(self, desk: Desk, provider: Provider, name: str) -> None:
        self.desk, self.provider, self.name = desk, provider, name
        # One client, since making one reads all certificates of the system.
        self.client = httpx.Client()

    def afresh(self) -> "_Way":
        """Let some hours go by, which end every session, and the provider behave."""
        self.desk.now += timedelta(hours=2)
        self.desk.browser.cookies.clear()
        plain = Provider(self.provider.redirect_uri, keys=[])
        for name in ("email", "change", "sign", "metadata", "answer", "signed_in_ago", "refusals", "asked", "codes"):
            setattr(self.provider, name, getattr(plain, name))
        return self

    def go(self, path: str = "", browser: Browser | None = None) -> httpx.Response:
        """Go there and come back."""
        browser = browser or self.desk.browser
        return browser.get(self.come_back_path(browser.get(path or f"/sign-in/with/{self.name}")))

    def come_back_path(self, led: httpx.Response) -> str:
        assert led.status_code == 303, led.text
        back = self.client.get(led.headers["location"])
        assert back.status_code == 302, back.text
        parts = urlsplit(back.headers["location"])
        return f"{parts.path}?{parts.query}"


def _open(root: Path, name: str, more: str) -> Iterator[_Way]:
    with open_provider(f"{_BASE}/sign-in/from/{name}") as provider:
        section = f'[accounts.{name}]\nclient_id = "{CLIENT}"\nissuer = "{provider.issuer}"\n{more}\n'
        with open_desk(root, f'{ACCOUNTS}{section}[web]\nbase_url = "{_BASE}"\n', environ=_ENVIRON) as desk:
            way = _Way(desk, provider, name)
            with way.client:
                yield way


@pytest.fixture(scope="module")
def opened_google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Way]:
    yield from _open(tmp_path_factory.mktemp("google"), "google", 'domain = "example.org"')


@pytest.fixture(scope="module")
def opened_microsoft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Way]:
    groups = '[accounts.microsoft.groups]\n"Policies.Owner" = "owner"\n"group-7" = ["governor", "it"]'
    more = f'tenant = "school.onmicrosoft.com"\n{groups}'
    yield from _open(tmp_path_factory.mktemp("microsoft"), "microsoft", more)


@pytest.fixture
def google(opened_google: _Way) -> _Way:
    return opened_google.afresh()


@pytest.fixture
def microsoft(opened_microsoft: _Way) -> _Way:
    return opened_microsoft.afresh()


def test_whoever_the_provider_vouches_for_is_signed_in(google: _Way) -> None:
    assert "Sign in with Google" in google.desk.browser.get("/sign-in").text
    answer = google.go()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "head@example.org" in google.desk.page("/sessions")
    assert "by Google" in google.desk.page("/sessions")
    assert google.provider.refusals == []
    (asked,) = google.provider.asked
    assert asked["scope"] == "openid email"
    assert asked["hd"] == "example.org"
    assert google.desk.records()[-1] == "signed-in"
    assert google.desk.browser.get("/second-step").status_code == 303


def test_a_changed_key_is_fetched_and_what_the_provider_says_of_itself_is_kept(google: _Way) -> None:
    assert google.go().status_code == 303
    google.provider.change_keys()
    assert google.go().status_code == 303


def _sign_otherwise(provider: Provider, claims: Claims) -> str:
    return provider.signed(claims, _new_key())


def _without_signature(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, None, algorithm="none")


def _by_the_shared_secret(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, SECRET.ljust(32), algorithm="HS256", headers={"kid": "k1"})


@pytest.mark.parametrize(
    "sign", [_sign_otherwise, _without_signature, _by_the_shared_secret, lambda provider, claims: "no token"]
)
def test_asvs_6_8_2_a_signature_that_is_not_the_providers_signs_nobody_in(
    google: _Way, sign: Callable[[Provider, Claims], str]
) -> None:
    google.provider.sign = sign
    _is_refused(google, google.go(), "could not be proved")


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://accounts.example.org"},
        {"azp": "another-app"},
        {"exp": int(time.time()) - 600},
        {"iat": int(time.time()) + 6000},
        {"sub": None},
        {"at_hash": "another"},
    ],
    ids=["iss", "azp", "exp", "iat", "sub", "at_hash"],
)
def test_an_answer_that_is_for_another_or_over_signs_nobody_in(google: _Way, wrong: Claims) -> None:
    google.provider.change = lambda claims: {k: v for k, v in {**claims, **wrong}.items() if v is not None}
    _is_refused(google, google.go(), "could not be proved")


@pytest.mark.parametrize(
    "unsure",
    [{"email_verified": False}, {"email_verified": "true"}, {"hd": "other.example"}, {"hd": None}, {"email": 1}],
)
def test_an_address_that_nobody_vouches_for_is_no_account(google: _Way, unsure: Claims) -> None:
    google.provider.change = lambda claims: {**claims, **unsure}
    _is_refused(google, google.go(), "did not vouch for your work address")


@pytest.mark.parametrize(("claims", "is_in"), [({"xms_edov": "1"}, True), ({"xms_edov": "0"}, False), ({}, False)])
def test_microsofts_address_counts_where_the_school_owns_its_domain(
    microsoft: _Way, claims: Claims, is_in: bool
) -> None:
    microsoft.provider.change = lambda told: {**told, "email_verified": None, **claims}
    answer = microsoft.go()
    assert answer.status_code == (303 if is_in else 403)


@pytest.mark.parametrize("nonce", ["another", None])
def test_asvs_10_5_1_an_id_token_of_another_errand_signs_nobody_in(google: _Way, nonce: str | None) -> None:
    google.provider.change = lambda claims: {k: v for k, v in {**claims, "nonce": nonce}.items() if v is not None}
    _is_refused(google, google.go(), "could not be proved")


@pytest.mark.parametrize("audience", ["another-app", [CLIENT, "another-app"], []])
def test_asvs_10_5_4_an_id_token_for_another_app_signs_nobody_in(google: _Way, audience: Any) -> None:
    google.provider.change = lambda claims: {**claims, "aud": audience}
    _is_refused(google, google.go(), "could not be proved")


def test_whoever_has_no_account_is_told_whom_to_ask(google: _Way) -> None:
    google.provider.email = "nobody@example.org"
    _is_refused(google, google.go(), "has no account here")


def _is_refused(way: _Way, answer: httpx.Response, words: str) -> None:
    assert answer.status_code == 403
    assert words in answer.text
    assert "Choose another way to sign in" in answer.text
    assert way.desk.browser.get("/").status_code == 401


def test_asvs_10_1_2_and_10_2_1_what_comes_back_counts_for_the_browser_and_errand_that_went(google: _Way) -> None:
    browser = google.desk.browser
    path = google.come_back_path(browser.get("/sign-in/with/google"))
    other = Browser(google.desk.app, _BASE)
    assert other.get(path).status_code == 403
    other.close()
    _is_refused(google, browser.get(path.replace("state=", "state=x")), "could not be proved")
    path = google.come_back_path(browser.get("/sign-in/with/google"))
    browser.get("/sign-in/with/google")
    _is_refused(google, browser.get(path), "could not be proved")
    path = google.come_back_path(browser.get("/sign-in/with/google"))
    assert browser.get(path).status_code == 303
    browser.post("/sign-out")
    _is_refused(google, browser.get(path), "Begin again")


def test_asvs_10_2_2_another_issuer_in_the_address_that_comes_back_is_refused(google: _Way) -> None:
    path = google.come_back_path(google.desk.browser.get("/sign-in/with/google"))
    mixed = path.partition("&iss=")[0] + "&iss=https%3A%2F%2Fother.example"
    _is_refused(google, google.desk.browser.get(mixed), "could not be proved")


def test_a_refusal_of_the_provider_is_said(google: _Way) -> None:
    browser = google.desk.browser
    led = browser.get("/sign-in/with/google")
    state = httpx.URL(led.headers["location"]).params["state"]
    answer = browser.get(f"/sign-in/from/google?error=access_denied&state={state}")
    _is_refused(google, answer, "did not sign you in")


@pytest.mark.parametrize(
    "answer",
    [{"error": "invalid_client"}, {"access_token": "x", "token_type": "Bearer"}, {}, {"id_token": 5}],
)
def test_a_token_answer_that_is_none_signs_nobody_in(google: _Way, answer: dict[str, Any]) -> None:
    google.provider.answer = lambda whole: answer
    _is_refused(google, google.go(), "could not be proved")


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://other.example"}, {"issuer": ""}],
)
def test_asvs_10_5_3_a_provider_that_calls_itself_otherwise_is_not_gone_to(
    google: _Way, metadata: dict[str, str]
) -> None:
    google.provider.metadata = metadata
    # What a provider said of itself is kept by the pages that asked.
    with Browser(build_app(google.desk.site), _BASE) as afresh:
        answer = afresh.get("/sign-in/with/google")
    assert answer.status_code == 503
    assert "could not be proved" in answer.text


def test_a_provider_that_is_not_there_is_said_and_the_other_ways_stay(tmp_path: Path) -> None:
    section = f'[accounts.google]\nclient_id = "{CLIENT}"\nissuer = "http://127.0.0.1:9"\ndomain = "example.org"\n'
    with open_desk(tmp_path, f'{ACCOUNTS}{section}[web]\nbase_url = "{_BASE}"\n', environ=_ENVIRON) as desk:
        answer = desk.browser.get("/sign-in/with/google")
        assert answer.status_code == 503
        assert "Google could not be reached just now" in answer.text
        for path in ("/sign-in/with/microsoft", "/sign-in/with/other"):
            assert desk.browser.get(path).status_code == 404


def test_asvs_7_6_2_a_link_on_another_site_signs_nobody_in_by_itself(google: _Way) -> None:
    led = google.desk.browser.get("/sign-in/with/google", headers={"Sec-Fetch-Site": "cross-site"})
    assert led.headers["location"] == "/sign-in"
    assert google.provider.asked == []


# --- the second step --------------------------------------------------------------------------------------------------


def test_a_password_given_just_now_is_the_second_step_of_the_same_account(google: _Way) -> None:
    google.desk.sign_in_by_mail("head@example.org")
    assert "Sign in once more with Google" in google.desk.browser.get("/second-step?then=/sessions").text
    answer = google.go("/second-step/with/google?then=/sessions")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions")
    assert google.provider.asked[-1]["prompt"] == "login"
    assert google.provider.asked[-1]["max_age"] == "0"
    assert google.desk.browser.get("/second-step").status_code == 303
    assert google.desk.records()[-1] == "second-step"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signed_in_ago": 3600.0}, "did not say that you have just given your password"),
        ({"signed_in_ago": None}, "could not be proved"),
        ({"email": "jo.marsh@example.org"}, "came back as somebody else"),
    ],
)
def test_asvs_6_8_4_another_account_or_an_old_password_is_no_second_step(
    google: _Way, change: dict[str, Any], words: str
) -> None:
    google.desk.sign_in_by_mail("head@example.org")
    for name, value in change.items():
        setattr(google.provider, name, value)
    answer = google.go("/second-step/with/google?then=/sessions")
    assert answer.status_code == 403
    assert words in answer.text
    assert google.desk.browser.get("/second-step").status_code == 200


def test_an_old_sign_in_at_the_provider_signs_in_without_the_second_step(google: _Way) -> None:
    google.provider.signed_in_ago = 3600.0
    assert google.go().status_code == 303
    assert google.desk.browser.get("/second-step").status_code == 200


def test_nothing_of_it_is_loaded_where_it_is_not_configured() -> None:
    folder = Path(__file__).resolve().parents[2] / "pipeline" / "web"
    at_once = {
        name
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
    }
    assert not {name for name in at_once if name.startswith(("authlib", "joserfc"))}


_STRANGER = "no.line@example.org"


def _in_groups(way: _Way, **claims: Any) -> None:
    way.provider.email = _STRANGER
    way.provider.change = lambda made: {**made, **claims}


def test_an_app_role_gives_an_account_and_its_right_without_a_line_in_the_file(microsoft: _Way) -> None:
    _in_groups(microsoft, roles=["policies.owner", "Something.Else"])
    assert microsoft.go().status_code == 303
    assert _STRANGER in microsoft.desk.page("/sessions")
    assert microsoft.desk.browser.get("/settings").status_code == 200
    record = microsoft.desk.newest_record("signed-in")
    assert record["groups"] == "Policies.Owner", "of a group that is not named here nothing is kept"


def test_a_group_gives_its_rights_and_no_others(microsoft: _Way) -> None:
    _in_groups(microsoft, groups=["group-7"])
    assert microsoft.go().status_code == 303
    assert microsoft.desk.browser.get("/people").status_code == 403, "a governor and IT provider sees nobody's name"
    assert microsoft.desk.browser.get("/settings").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [{}, {"roles": ["Policies.Other"]}, {"groups": "group-7"}, {"groups": [7, None]}, {"roles": {"Policies.Owner": 1}}],
)
def test_whoever_is_in_no_group_that_is_named_is_not_signed_in(microsoft: _Way, claims: Claims) -> None:
    _in_groups(microsoft, **claims)
    _is_refused(microsoft, microsoft.go(), "has no account here")


@pytest.mark.parametrize("claims", [{"hasgroups": True}, {"_claim_names": {"groups": "src1"}}])
def test_somebody_in_too_many_groups_is_told_what_the_it_provider_can_do(microsoft: _Way, claims: Claims) -> None:
    _in_groups(microsoft, **claims)
    _is_refused(microsoft, microsoft.go(), "by an app role instead")


def test_a_group_taken_out_of_the_file_ends_a_session_at_once(microsoft: _Way) -> None:
    _in_groups(microsoft, groups=["group-7"])
    assert microsoft.go().status_code == 303
    file = microsoft.desk.school.root / "config.toml"
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(before.replace('"group-7"', '"group-8"'), encoding="utf-8")
        assert microsoft.desk.browser.get("/").status_code in (303, 401, 403)
        assert "Sign in" in microsoft.desk.browser.get("/sign-in").text
    finally:
        file.write_text(before, encoding="utf-8")


def test_nobody_gets_a_link_by_mail_for_a_group(microsoft: _Way) -> None:
    _in_groups(microsoft, roles=["Policies.Owner"])
    assert microsoft.go().status_code == 303
    before = microsoft.desk.records().count("sign-in-link")
    microsoft.desk.browser.cookies.clear()
    microsoft.desk.browser.post("/sign-in", data={"address": _STRANGER})
    assert microsoft.desk.asked == [_STRANGER], "the page answers strangers and others alike"
    assert LinkMailer({}).send(microsoft.desk.site, _STRANGER) is False
    assert microsoft.desk.records().count("sign-in-link") == before


def test_google_says_nothing_of_groups_that_counts(google: _Way) -> None:
    _in_groups(google, roles=["Policies.Owner"], groups=["group-7"])
    _is_refused(google, google.go(), "has no account here")
