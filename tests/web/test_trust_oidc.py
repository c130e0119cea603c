"""People of a trust who sign in by Microsoft: their groups give rights by school, and no more than those."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.trust.world import World
from tests.web.provider import CLIENT, SECRET, Claims, Provider, open_provider
from tests.web.trust_desk import SCHOOLS, ServedTrust, Visitor, serving

GROUPS = """
[accounts.microsoft.groups]
"Trust.Officer" = { schools = "all", rights = "owner" }
"Oakfield.Reader" = { schools = ["oakfield"] }
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def way(two_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServedTrust, Provider]]:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch, open_provider(f"{base}/sign-in/from/microsoft") as provider:
        patch.setenv("POLICY_MICROSOFT_SIGN_IN_SECRET", SECRET)
        world = World(shutil.copytree(two_schools, tmp_path_factory.mktemp("trust") / "vale"))
        path = world.root / "trust.toml"
        text = path.read_text(encoding="utf-8").replace('base_url = ""', f'base_url = "{base}"')
        sign_in = f'[accounts.microsoft]\ntenant = "vale.onmicrosoft.com"\nclient_id = "{CLIENT}"\n'
        path.write_text(f'{text}\n{sign_in}issuer = "{provider.issuer}"\n{GROUPS}', encoding="utf-8")
        with serving(world, "--port", str(port)) as served:
            yield served, provider


def sign_in(
    served: ServedTrust, provider: Provider, *groups: str, email: str = "new@vale.example.org"
) -> tuple[Visitor, httpx.Response]:
    """Go to the provider and come back as somebody in these groups; return the browser, and what it was answered."""

    def claim(claims: Claims) -> Claims:
        return {**claims, "roles": list(groups), "xms_edov": True}

    provider.email, provider.change = email, claim
    browser = served.browser()
    led = browser.get("/sign-in/with/microsoft")
    back = urlsplit(httpx.get(led.headers["location"]).headers["location"])
    return browser, browser.get(f"{back.path}?{back.query}")


def test_groups_give_rights_at_the_schools_they_name(way: tuple[ServedTrust, Provider]) -> None:
    served, provider = way
    officer, answer = sign_in(served, provider, "Trust.Officer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert SCHOOLS["beech-hill"] in officer.get("/").text
    assert "Readera" in officer.get("/schools/beech-hill/people").text
    reader, _ = sign_in(served, provider, "Oakfield.Reader", "Another.Group")
    page = reader.get("/").text
    assert SCHOOLS["oakfield"] in page
    assert SCHOOLS["beech-hill"] not in page
    assert reader.get("/schools/oakfield/").status_code == 200
    assert reader.get("/schools/oakfield/people").status_code == 403
    assert reader.get("/schools/beech-hill/").status_code == 401
    # The password was given just now: that is the second step, at every school.
    assert officer.get("/schools/oakfield/evidence").status_code == 200
    assert provider.refusals == []


def test_whoever_is_in_no_group_and_has_no_line_is_not_let_in(way: tuple[ServedTrust, Provider]) -> None:
    served, provider = way
    for groups in ((), ("Another.Group",)):
        nobody, answer = sign_in(served, provider, *groups, email="nobody@vale.example.org")
        assert answer.status_code == 403
        assert nobody.get("/").status_code == 401
    # A school's own account is none of the trust's.
    owner, answer = sign_in(served, provider, email="owner@oakfield.example.org")
    assert answer.status_code == 403
    assert owner.get("/schools/oakfield/").status_code == 401
