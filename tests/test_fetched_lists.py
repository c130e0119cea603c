"""The staff list from Microsoft 365, against an endpoint that refuses what Microsoft's pages do not say."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import run_command
from pipeline.config import Config, parse_config
from pipeline.errors import ConfigurationError, ExitCode
from pipeline.fetched_lists import SECRET, ListNotFetchedError, fetch_or_say, fetch_staff_list
from pipeline.people.lists.staff_list import read_staff_list
from pipeline.register.people.persons import list_people
from pipeline.register.store.database import open_register
from pipeline.run import run_pipeline
from tests.mail.providers import CLIENT, TENANT, Provider, Reply, provider
from tests.mail.providers import SECRET as RIGHT
from tests.school import MONDAY, at

GROUP = "5f2d0c1e-0000-4000-8000-000000000001"
ENVIRON = {SECRET: RIGHT}


def user(number: int, first: str | None, last: str | None, **more: Any) -> dict[str, Any]:
    """Return somebody as Graph tells them."""
    whole = " ".join(filter(None, (first, last)))
    told = {"givenName": first, "surname": last, "displayName": whole or None, "accountEnabled": True}
    mail = f"{first}.{last}@example.org".lower() if first and last else None
    return {"id": f"id-{number}", "mail": mail, **told, **more}


ANA, BO = user(1, "Ana", "Lee", jobTitle="Teacher", department="Science"), user(2, "Bo", "Marsh", jobTitle="Cook")


@dataclass
class Tenant:
    """A school whose staff list comes from a provider."""

    root: Path
    provider: Provider

    @property
    def toml(self) -> str:
        """Its settings as they stand in the file."""
        return (
            '[school]\nname = "Test Primary School"\n[people]\nsource = "staff.json"\n[people.microsoft]\n'
            f'tenant = "{TENANT}"\nclient_id = "{CLIENT}"\ngroup = "{GROUP}"\n'
            f'token_url = "{self.provider.url}/{TENANT}/oauth2/v2.0/token"\nbase_url = "{self.provider.url}/v1.0"\n'
        )

    @property
    def config(self) -> Config:
        """Its configuration."""
        return parse_config(self.toml, root=self.root)

    def fetch(self, today: date = MONDAY) -> int:
        """Fetch the list; return how many people it holds."""
        return fetch_staff_list(self.config, ENVIRON, today, sleep=lambda _: None).people

    def listed(self) -> dict[str, Any]:
        """Return who stands in the list that is kept, as the run reads it, by key."""
        return {one.person_id: one for one in read_staff_list(self.config.staff_list, self.config.people).people}


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    with provider(groups={GROUP: [ANA, BO]}) as endpoint:
        yield Tenant(tmp_path, endpoint)


def test_whoever_is_in_the_group_is_the_staff_list(tenant: Tenant) -> None:
    assert tenant.fetch() == 2
    ana = tenant.listed()["id-1"]
    assert (ana.name, ana.work_email, ana.team) == ("Ana Lee", "ana.lee@example.org", "Science")
    assert tenant.config.staff_list.stat().st_mode & 0o077 == 0, "nobody else reads who works here"


def test_a_run_fetches_the_list_and_takes_it_in(tenant: Tenant) -> None:
    report = run_pipeline(tenant.config, today=MONDAY, now=at(MONDAY), environ=ENVIRON)
    assert len(report.staff.new) == 2
    tenant.provider.groups[GROUP].append(user(3, "Cy", "Noor"))
    report = run_pipeline(tenant.config, today=MONDAY, now=at(MONDAY, 12), environ=ENVIRON)
    assert len(report.staff.new) == 1
    url = tenant.config.register_.url
    with (
        open_register(url, root=tenant.root, school_name="Test Primary School", time_zone="Europe/London") as register,
        register.reading() as tx,
    ):
        names = {row.person.name for row in list_people(tx, register.school, MONDAY)}
    assert names == {"Ana Lee", "Bo Marsh", "Cy Noor"}


def test_a_large_group_comes_whole_page_by_page(tenant: Tenant) -> None:
    surnames = [f"Lee{chr(97 + number % 26) * (1 + number // 26)}" for number in range(57)]
    tenant.provider.groups[GROUP] = [user(number, "Ana", surname) for number, surname in enumerate(surnames)]
    tenant.provider.most_a_page = 10
    assert tenant.fetch() == 57
    assert len(tenant.listed()) == 57


def test_an_account_that_is_switched_off_has_left(tenant: Tenant) -> None:
    tenant.provider.groups[GROUP] = [ANA, {**BO, "accountEnabled": False}]
    tenant.fetch()
    listed = read_staff_list(tenant.config.staff_list, tenant.config.people)
    assert listed.undated_leavers == {"id-2"}


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ({"givenName": None, "surname": None, "displayName": "Ana de Souza Lee"}, "Ana", "de Souza Lee"),
        ({"givenName": "Ana", "surname": None, "displayName": "Ana Lee"}, "Ana", "Lee"),
        ({"givenName": "Ana", "surname": "de Souza", "displayName": "Ms A"}, "Ana", "de Souza"),
    ],
)
def test_a_name_in_one_piece_is_taken_apart(tenant: Tenant, told: dict[str, Any], first: str, last: str) -> None:
    tenant.provider.groups[GROUP] = [{**ANA, **told}]
    tenant.fetch()
    person = tenant.listed()["id-1"]
    assert (person.first_name, person.last_name) == (first, last)


@pytest.mark.parametrize(
    ("hired", "day"),
    [("2026-09-01T00:00:00Z", date(2026, 9, 1)), ("0001-01-01T00:00:00Z", None), ("soon", None), (None, None)],
)
def test_the_hire_date_is_the_first_day_where_there_is_one(tenant: Tenant, hired: str | None, day: date | None) -> None:
    tenant.provider.groups[GROUP] = [{**ANA, "employeeHireDate": hired}, {**BO, "employeeHireDate": hired}]
    tenant.fetch()
    assert tenant.listed()["id-1"].start_on == day


def _secret_runs_out(tenant: Tenant) -> None:
    words = "AADSTS7000222: The provided client secret keys are expired."
    refusal = Reply(401, {"error": "invalid_client", "error_description": words})
    tenant.provider.script = [refusal]


def _another_app(tenant: Tenant) -> None:
    words = "AADSTS700016: Application was not found in the directory."
    tenant.provider.script = [Reply(400, {"error": "unauthorized_client", "error_description": words})]


def _no_right(tenant: Tenant) -> None:
    error = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
    tenant.provider.script = [None, Reply(403, error)]


def _no_names(tenant: Tenant) -> None:
    tenant.provider.groups[GROUP] = [{"id": "id-1", "displayName": None}]


def _nobody(tenant: Tenant) -> None:
    tenant.provider.groups[GROUP] = []


def _another_group(tenant: Tenant) -> None:
    tenant.provider.groups = {"other": [ANA]}


def _busy(tenant: Tenant) -> None:
    busy = Reply(503, {"error": {"code": "serviceNotAvailable", "message": "busy"}})
    tenant.provider.script = [None, busy]


def _a_filter(tenant: Tenant) -> None:
    tenant.provider.script = [None, Reply(200, b"<html>Blocked by the school's filter</html>")]


def _leads_elsewhere(tenant: Tenant) -> None:
    page = {"value": [ANA], "@odata.nextLink": "https://elsewhere.example.org/v1.0/groups"}
    tenant.provider.script = [None, Reply(200, page)]


def _leads_in_circles(tenant: Tenant) -> None:
    tenant.provider.most_a_page = 1
    tenant.provider.script = [None, lambda it: Reply(200, {"value": [ANA], "@odata.nextLink": _first(it)})]


def _first(endpoint: Provider) -> str:
    return f"{endpoint.url}{endpoint.calls[-1].removeprefix('GET ')}"


@pytest.mark.parametrize(
    ("goes_wrong", "said"),
    [
        (_secret_runs_out, "The client secret has run out"),
        (_another_app, "[people.microsoft] client_id"),
        (_no_right, "GroupMember.Read.All and User.Read.All"),
        (_no_names, "User.Read.All as well"),
        (_nobody, "The group holds nobody"),
        (_another_group, "no group of that id"),
        (_busy, "cannot answer just now"),
        (_a_filter, "no answer of Microsoft Graph"),
        (_leads_elsewhere, "no answer of Microsoft Graph"),
        (_leads_in_circles, "no answer of Microsoft Graph"),
    ],
)
def test_what_goes_wrong_is_said_and_the_list_that_came_last_counts(
    tenant: Tenant, goes_wrong: Callable[[Tenant], None], said: str
) -> None:
    tenant.fetch(date(2026, 11, 20))
    before = tenant.config.staff_list.read_bytes()
    goes_wrong(tenant)
    (notice,) = fetch_or_say(tenant.config, ENVIRON, MONDAY, dry_run=False)
    assert said in notice
    assert "The list of 20 November 2026 counts until it comes." in notice
    assert tenant.config.staff_list.read_bytes() == before
    assert "token-" not in notice
    assert RIGHT not in notice


def test_where_microsoft_is_not_reached_a_run_goes_on_and_says_so(tenant: Tenant) -> None:
    config = tenant.config
    section = config.people.microsoft.model_copy(update={"base_url": "http://127.0.0.1:9/v1.0"})
    gone = config.model_copy(update={"people": config.people.model_copy(update={"microsoft": section})})
    report = run_pipeline(gone, today=MONDAY, now=at(MONDAY), environ=ENVIRON)
    assert report.staff.new == ()
    (notice,) = [one for one in report.notices if "was not fetched" in one]
    assert "There is none from before, so nobody was added or changed." in notice


def test_the_command_says_how_many_there_are_and_its_exit_code_where_none_came(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tenant.root / "config.toml").write_text(tenant.toml, encoding="utf-8")
    monkeypatch.setenv(SECRET, RIGHT)
    words = ["--workspace", str(tenant.root), "staff", "fetch"]
    assert run_command(words) == 0
    assert "The group holds 2 people" in capsys.readouterr().out
    _no_right(tenant)
    assert run_command(words) == ExitCode.UNREADABLE
    assert "GroupMember.Read.All" in capsys.readouterr().err


def test_without_a_secret_it_is_said_where_to_put_it(tenant: Tenant) -> None:
    with pytest.raises(ListNotFetchedError, match=SECRET):
        fetch_staff_list(tenant.config, {}, MONDAY)
    assert tenant.provider.calls == []


def test_a_dry_run_fetches_nothing(tenant: Tenant) -> None:
    run_pipeline(tenant.config, today=MONDAY, now=at(MONDAY), environ=ENVIRON, dry_run=True)
    assert tenant.provider.calls == []
    assert not tenant.config.staff_list.exists()


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        (
            'client_id = "1"\ntenant = "s.example"\ngroup = "staff"',
            "all of a school's Microsoft 365 would ask its pupils",
        ),
        (f'client_id = "1"\ntenant = "common"\ngroup = "{GROUP}"', "write the school's own tenant"),
        (f'tenant = "s.example"\ngroup = "{GROUP}"', "people.microsoft.client_id: write the application"),
        (f'client_id = "1"\ntenant = "s"\ngroup = "{GROUP}"\ntoken_url = "https://example.org"', "must end in /token"),
    ],
)
def test_settings_that_do_not_fit_together_are_told(tmp_path: Path, toml: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(fault)):
        parse_config(f'[people]\nsource = "staff.json"\n[people.microsoft]\n{toml}\n', root=tmp_path)


def test_a_list_that_somebody_exported_is_never_written_over(tmp_path: Path) -> None:
    toml = f'[people.microsoft]\nclient_id = "1"\ntenant = "s.example"\ngroup = "{GROUP}"\n'
    with pytest.raises(ConfigurationError, match=r"'staff.csv' would be written over"):
        parse_config(toml, root=tmp_path)


def test_the_kept_list_holds_what_was_asked_for_and_nothing_else(tenant: Tenant) -> None:
    tenant.provider.groups[GROUP] = [{**ANA, "mobilePhone": "07700 900123", "streetAddress": "1 High Street"}]
    tenant.fetch()
    kept = json.loads(tenant.config.staff_list.read_text(encoding="utf-8"))
    assert kept["fetched_on"] == MONDAY.isoformat()
    assert "07700" not in json.dumps(kept)


def test_a_directory_that_calls_every_account_switched_off_empties_no_school(tmp_path: Path) -> None:
    staff = [user(number, "Ana", name) for number, name in enumerate(("Lee", "Marsh", "Fox", "Day", "Holt"))]
    days = [MONDAY + timedelta(days=number) for number in range(3)]
    reports = []
    for on, enabled in zip(days, (True, False, True), strict=True):
        with provider(groups={GROUP: [{**one, "accountEnabled": enabled} for one in staff]}) as endpoint:
            config = Tenant(tmp_path, endpoint).config
            reports.append(run_pipeline(config, today=on, now=at(on), environ=ENVIRON))
    fault, right = reports[1:]
    assert (len(fault.staff.doubted), fault.staff.left) == (5, ())
    (said,) = [line for line in fault.notices if "5 people who left by a status wait for you" in line]
    assert "Ana Lee, Ana Marsh" in said
    assert (right.staff.waiting, right.staff.changes, right.staff.left) == (False, (), ())
