"""The configuration: every fault told at once, every key documented, the sample loads."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from pipeline.config import Config, load_config, parse_config
from pipeline.configuration.faults import KNOWN_ROLES
from pipeline.errors import ConfigurationError, Fault, UsageError
from pipeline.model.contacts import Holder, Pronoun
from pipeline.named.roles.rules import role_rules
from pipeline.settings.field_words import words_below_fields
from pipeline.wording import ROLE_NAMES
from pipeline.workspace import empty_config

HERE = Path()


def told(text: str) -> tuple[Fault, ...]:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(text, root=HERE)
    return caught.value.faults


def faults(text: str) -> list[str]:
    return [str(fault) for fault in told(text)]


def test_an_empty_file_is_a_working_configuration() -> None:
    config = parse_config("", root=HERE)
    assert config.mail.route == "folder"
    assert config.people.read_within_days == 14
    assert config.schedule.at == time(6, 30)
    assert config.directory(date(2026, 11, 24)).holders == ()


def test_four_mistakes_are_told_at_once_by_their_keys() -> None:
    told = faults(
        '[school]\nnam = "Westhaven"\n[mail]\nroute = "post"\n[contacts.dsl]\nname = "Jo Field"\nemail = "jo"\n'
        '[schedule]\ndaily_at = "25:00"\n'
    )
    assert len(told) == 4
    for key in ("school.nam", "mail.route", "contacts.dsl.email", "schedule.daily_at"):
        assert any(key in fault for fault in told)
    assert all(fault.startswith("config.toml: ") for fault in told)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[school]\nname = \n", "line 2, 'name =': nothing stands after the ="),
        ("[contacts.dsl]\nname = “Jo Hill”\n", "line 2, 'name = “Jo Hill”': write straight quotation marks"),
        ('[contacts.dsl]\nname = "Jo Hill\n', "the quotation mark at the end is missing"),
        ("[contacts.dsl]\nname = Jo Hill\n", "put words into quotation marks"),
        ("[contacts.dsl]\nphone = 01632 960123\n", "put a telephone number into quotation marks"),
        ("[contacts.dsl]\nfrom = 01/09/2026\n", "write each day as 2026-09-01"),
        ('[contacts.dsl]\nfrom = "1 September 2026"\n', "write the day as 2026-09-01, without quotation marks"),
        ('[school]\nname: "Jo"\n', "write = instead of :"),
        ("[school\nname = 'Jo'\n", "the bracket ] at the end is missing"),
        ("[contacts.dsl]\nname = 'Jo'\n[contacts.dsl]\nname = 'Al'\n", "[contacts.dsl] stands in it twice. People who"),
        ("[mail]\nport = 25\n[mail]\nport = 26\n", "[mail] stands in it twice; put everything of it under one heading"),
        ("[contacts.dsl]\nname = 'Jo'\n[[contacts.dsl]]\nname = 'Al'\n", "write it in two brackets there as well"),
        ("[governors]\nmeetings = [09.12.2026]\n", "write each day as 2026-09-01"),
        ("[governors]\nmeetings = [2026-12-09, 24/3/27]\n", "write each day as 2026-09-01"),
        ("[contacts.dsl]\nfrom = 2026-9-1\n", "write each day as 2026-09-01"),
        ("[governors]\nmeetings = [2026-12-09 2027-03-24]\n", "put a comma between two values"),
        ("[reading]\nescalate = True\n", "write true or false, in small letters"),
        ("[reading]\nescalate = yes\n", "write true or false, in small letters"),
        ('[reading]\nsign = ["behaviour" "attendance"]\n', "put a comma between two values"),
        ("[contacts.dsl]\nname = 'Al O'Hare'\n", "between double quotation marks"),
        ("[contacts.dsl]\nname\N{NO-BREAK SPACE}= 'Al'\n", "type them anew"),
        ('[people]\nsource = "C:\\staff\\new.csv"\n', "write / instead of \\ in a path"),
        ("[school]\nname = 'A'\nname = 'B'\n", "line 3, \"name = 'B'\": this key stands there already"),
        ('[school]\ntime_zone = "Mars"\n', "is not a time zone"),
        ("[contacts.dsl]\nphone = '01632 960101'\n", "contacts.dsl.name is missing"),
        ("[contacts.dsl]\nname = 'Jo'\nphone = 'ask me'\n", "is not a telephone number"),
        (
            "[contacts.dsl]\nname = 'Jo'\npronoun = 'it'\n",
            "contacts.dsl.pronoun: 'it' is none of she, he and they",
        ),
        ('[[reading.rules]]\nask = "sign"\n', "rule 1 of [[reading.rules]], policies is missing"),
        ('[[reading.rules]]\npolicies = []\nask = "sign"\n', "names no policy; write short names"),
        (
            '[[reading.rules]]\npolicies = "a"\nask = "read"\n[[reading.rules]]\npolicies = "all"\nask = "sing"\n',
            "rule 2 of [[reading.rules]], ask: input should be 'sign', 'read', 'find' or 'nothing', not 'sing'",
        ),
        (
            '[[reading.rules]]\npolicies = "a"\nask = "sign"\nkinds = ["teacher"]\n',
            "'teacher' is none of staff, supply",
        ),
        ('[[reading.rules]]\npolicies = "a"\nask = "sign"\nroles = [""]\n', "roles: must not be empty"),
        ('[[reading.rules]]\npolicies = 7\nask = "sign"\n', 'policies: write a list in brackets, like ["one", "two"]'),
        (
            '[reading.rules]\npolicies = "a"\nask = "sign"\n',
            "reading.rules: write each under a heading of its own in two",
        ),
        ('[groups.parents]\npolicies = "all"\n', "groups.parents.name is missing"),
        ('[groups.Parents]\nname = "P"\npolicies = "all"\n', "groups.Parents: 'Parents': a group is written"),
        ('[groups]\nparents = "all"\n', "groups.parents: write it once, under the heading [groups.parents]"),
        ("[mail]\nroute = 'post'\n", "'folder', 'smtp' or 'graph', not 'post'"),
        ("[contacts.dsl]\nname = ''\n", "must not be empty"),
        ("[contacts.dsl]\nname = 'Mrs Jo Hill'\n", "write the name alone, and Mrs as the title"),
        ("[contacts.dsl]\nname = 'Jo Hill (DSL)'\n", "holds more than a name"),
        ("[contacts.dsl]\nname = 'TBC'\n", "'TBC' names nobody; take the entry out"),
        ("[contacts.dsl]\nname = 'Vacant'\n", "names nobody"),
        ("[contacts.dsl]\nname = '-'\n", "names nobody"),
        ("[contacts.dsl]\nname = 'Mrs'\n", "names nobody"),
        ("[contacts.dsl]\nname = '/ Jo'\n", "names nobody"),
        ("[[contacts.former]]\nrole = 'dsl'\nname = 'Dr. Al Field'\n", "Dr as the title"),
        ('[contacts.dsl]\nname = "Jo\\nField"\n', "one line of ordinary characters"),
        ("[contacts.Site]\nname = 'Jo'\n", "a role is written in small letters"),
        ("[[contacts.former]]\nname = 'Jo'\n", "contacts.former.role is missing"),
        ("[[contacts.next]]\nname = 'Jo'\nrole = 'dsl'\n", "contacts.next.from is missing"),
        ("contacts = 1\n", "contacts"),
        ("root = '/'\n", "root is not a key of this file"),
        ("[calendar]\nclosed = ['Christmas']\n", "is not a day or a range"),
        ("[calendar]\nclosed = ['2027-01-04..2026-12-21']\n", "ends before it begins"),
        ("[calendar]\nclosed = [12]\n", "is not a day or a range"),
        ("[review]\nremind_days = [-1]\n", "from 0 to 730"),
        ("[review]\ndefault_owner = 'the office'\n", "review.default_owner: 'the office' is nobody in this file"),
        (
            "[review]\ndefault_owner = 'Hed'\n[contacts.headteacher]\nname = 'Jo Hill'\n[people.roles]\n"
            "'Site Manager' = 'site@example.org'\n",
            'write an address like name@school.sch.uk, or one of "headteacher", "Site Manager"',
        ),
        ("[mail]\nroute = 'smtp'\nfrom = 'a@example.org'\n", "mail.host"),
        ("[mail]\nroute = 'smtp'\nhost = 'localhost'\n", "mail.from"),
        ("[mail]\nroute = 'graph'\nfrom = 'a@example.org'\n", "mail.route: Microsoft 365 needs its sign-in"),
        ("[mail.oauth]\ntenant = 'x'\n", "mail.oauth.provider: choose Microsoft 365 or Google"),
        ("[mail.oauth]\nprovider = 'yahoo'\n", "mail.oauth.provider: input should be"),
        ("[mail.oauth]\nprovider = 'microsoft'\nclient_id = 'a'\n", "mail.oauth.tenant: write the school's tenant"),
        (
            "[mail.oauth]\nprovider = 'microsoft'\nclient_id = 'a'\ntenant = 'common'\n",
            "'common' is no school's tenant",
        ),
        ("[mail.oauth]\nprovider = 'microsoft'\nclient_id = 'a'\ntenant = 'a/b'\n", "'a/b' is no school's tenant"),
        ("[mail.oauth]\nprovider = 'microsoft'\ntenant = 'a'\n", "mail.oauth.client_id: write the application"),
        ("[mail.oauth]\nprovider = 'microsoft'\nclient_id = 'Q~8'\n", "a secret never stands in this file"),
        ("[mail.oauth]\nclient_secret = 'x'\n", "environment as POLICY_MAIL_CLIENT_SECRET"),
        ("[mail]\npassword = 'x'\n", "environment as POLICY_SMTP_PASSWORD"),
        ("[mail.oauth]\nprovider = 'google'\nflow = 'device-code'\n", 'write "service-account"'),
        ("[mail.oauth]\nprovider = 'google'\ntenant = 'a'\n", "mail.oauth.tenant: Google has none"),
        ("[mail.oauth]\nprovider = 'google'\ntoken_url = 'http://example.org'\n", "must begin with https://"),
        ("[mail.oauth]\nprovider = 'microsoft'\nflow = 'device-code'\ntoken_url = 'https://a'\n", "must end in /token"),
        ("[mail]\nuser = 'office'\n[mail.oauth]\nprovider = 'google'\n", "no mailbox to sign in to"),
        (
            "[mail]\nroute = 'smtp'\nhost = 'h'\nsecurity = 'none'\n[mail.oauth]\nprovider = 'google'\n",
            "mail.security: a token must not be sent in the clear",
        ),
        ("[mail]\nroute = 'graph'\nconnections = 9\n", "mail.connections: Microsoft Graph takes 4"),
        ("[mail]\nfrom = 'The office'\n", "holds no e-mail address"),
        ("[mail]\nfrom = '=?utf-8?q?=22x=22?=@example.org'\n", "holds no e-mail address"),
        ("[mail]\nfrom = 'Office <=?utf-8?q?=22x=22?=@example.org>'\n", "holds no e-mail address"),
        ("[people.roles]\nOffice = '=?utf-8?q?=22x=22?=@example.org'\n", "is not an e-mail address"),
        ("[people.roles]\nOffice = 'a..b@example.org'\n", "is not an e-mail address"),
        ("[contacts.dsl]\nname = 'Jo Bell'\nemail = 'jö@example.org'\n", "is not an e-mail address"),
        ("[web]\nbase_url = 'policies.example.org'\n", "is not a web address"),
        ("[people.roles]\nOffice = 'nobody'\n", "people.roles.Office"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_that_names_its_key(text: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(text))


@pytest.mark.parametrize("owner", ["office@example.org", "head", "Head", "Jo Hill", "site manager", ""])
def test_the_default_owner_is_an_address_a_role_or_a_name_of_the_file(owner: str) -> None:
    people = "[contacts.head]\nname = 'Jo Hill'\n[people.roles]\n'Site Manager' = 'site@example.org'\n"
    assert parse_config(f"[review]\ndefault_owner = '{owner}'\n{people}", root=HERE).review.default_owner == owner


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[contacts.dls]\nname = 'Jo Hill'\n", "contacts.dls: this role is written dsl"),
        ("[contacts.ddsl]\nname = 'Jo Hill'\n", "contacts.ddsl: this role is written deputy-dsl"),
        ("[contacts.deputy-dsl-2]\nname = 'Jo Hill'\n", "written deputy-dsl, once for each person"),
        ("[contacts.head-teacher]\nname = 'Jo Hill'\n", "contacts.head-teacher: this role is written headteacher"),
        ("[contacts.DSL]\nname = 'Jo Hill'\n", "contacts.DSL: this role is written dsl"),
        (
            "[[contacts.next]]\nrole = 'DSL'\nname = 'Jo Hill'\nfrom = 2027-01-04\n",
            "contacts.next.role 'DSL': this role is written dsl",
        ),
        (
            "[[contacts.former]]\nrole = 'Safeguarding Lead'\nname = 'Jo Hill'\n",
            "contacts.former.role 'Safeguarding Lead': this role is written dsl",
        ),
        (
            "[[contacts.former]]\nrole = 'Site team!'\nname = 'Jo Hill'\n",
            "'Site team!': a role is written in small letters and hyphens",
        ),
    ],
)
def test_a_misspelt_role_is_refused_with_the_one_that_was_meant(text: str, expected: str) -> None:
    assert expected in " ".join(faults(text))


@pytest.mark.parametrize(
    "role", ["prevent-lead", "dpo", "deputy-head", "lead", "site", "attendance-governor", "principal"]
)
def test_a_school_may_have_roles_of_its_own(role: str) -> None:
    config = parse_config(f"[contacts.{role}]\nname = 'Jo Hill'\n", root=HERE)
    assert [holder.role for holder in config.directory(date(2026, 11, 24)).holders] == [role]


def test_the_configuration_knows_every_role_that_documents_are_read_for() -> None:
    assert set(KNOWN_ROLES) == {rule.kind for rule in role_rules().rules} - {"other"} | {"office"}
    assert ROLE_NAMES.keys() <= set(KNOWN_ROLES)


def test_two_deputies_cannot_both_be_followed_by_one_person() -> None:
    deputies = "[[contacts.deputy-dsl]]\nname = 'Jo'\n[[contacts.deputy-dsl]]\nname = 'Sam'\n"
    told = faults(deputies + "[[contacts.next]]\nname = 'Kim'\nrole = 'deputy-dsl'\nfrom = 2027-01-04\n")
    assert "it cannot be told whom Kim follows" in told[0]


def test_the_day_decides_who_holds_a_role() -> None:
    config = parse_config(
        "[contacts.dsl]\nname = 'Jo Field'\npronoun = 'she'\nphone = '01632 960101'\n"
        "[[contacts.former]]\nrole = 'dsl'\nname = 'Al Past'\n"
        "[[contacts.next]]\nrole = 'dsl'\nname = 'Sam Hill'\ntitle = 'Dr'\nfrom = 2027-01-04\n",
        root=HERE,
    )
    before, after = config.directory(date(2027, 1, 3)), config.directory(date(2027, 1, 4))
    assert before.of("dsl") == (Holder("dsl", "Jo Field", "Ms", "01632 960101", None, Pronoun.SHE),)
    assert [holder.name for holder in before.former] == ["Al Past"]
    assert [(holder.name, holder.title) for holder in after.of("dsl")] == [("Sam Hill", "Dr")]
    assert [holder.name for holder in after.former] == ["Al Past", "Jo Field"]


def test_whatever_is_wrong_with_a_route_is_told_at_once() -> None:
    found = told(
        "[mail]\nroute = 'graph'\nconnections = 9\n[mail.oauth]\nprovider = 'microsoft'\nflow = 'service-account'\n"
    )
    keys = ("from", "connections", "oauth.tenant", "oauth.client_id", "oauth.flow")
    assert [fault.key for fault in found] == [f"mail.{key}" for key in keys]


def test_a_table_with_two_spellings_of_an_address_is_at_fault_itself() -> None:
    text = "[accounts]\n'a@example.org' = 'owner'\n'A@example.org' = 'it'\n"
    (fault,) = told(text)
    assert (fault.key, fault.words) == ("accounts", "A@example.org stands in it twice; write it once")


def test_the_usual_flow_of_a_provider_holds_where_none_is_named() -> None:
    named = '[mail.oauth]\nprovider = "microsoft"\ntenant = "t"\nclient_id = "c"\nflow = ""\n'
    assert parse_config(named, root=HERE).mail.oauth.flow == "client-credentials"
    assert parse_config('[mail.oauth]\nprovider = "google"\n', root=HERE).mail.oauth.flow == "service-account"
    assert not parse_config("", root=HERE).mail.oauth.is_used


def test_a_sender_may_carry_a_name() -> None:
    config = parse_config("[mail]\nfrom = 'School office <office@example.org>'\n", root=HERE)
    assert config.mail.from_address == "office@example.org"


def test_days_and_addresses_may_be_one_or_several() -> None:
    config = parse_config(
        "[calendar]\nclosed = [2026-12-01, '2026-12-21..2027-01-04']\n"
        "[people.roles]\nOffice = 'a@example.org'\nHeads = ['b@example.org', 'c@example.org']\n",
        root=HERE,
    )
    assert config.calendar.closed[0] == (date(2026, 12, 1), date(2026, 12, 1))
    assert config.people.roles == {"Office": ("a@example.org",), "Heads": ("b@example.org", "c@example.org")}


def test_a_missing_or_unreadable_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="policy init"):
        load_config(tmp_path / "config.toml")
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="plain text"):
        load_config(tmp_path / "config.toml")


def test_paths_resolve_against_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("\ufeff", encoding="utf-8")
    config = load_config(tmp_path / "config.toml")
    assert config.policies == tmp_path / "policies"
    assert config.templates == tmp_path / "templates"
    assert config.staff_list == tmp_path / "staff.csv"
    assert config.distribution == tmp_path / "distribution"


# --- the commented sample --------------------------------------------------------------------------------------


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str | None]]:
    words = words_below_fields(model)
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        kinds = [field.annotation, *get_args(field.annotation)]
        section = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if section is not None:
            yield from _keys(section, f"{key}.")
        else:
            yield key, words.get(name)


def test_every_key_is_documented() -> None:
    undocumented = [key for key, description in _keys(Config) if not description]
    assert undocumented == []


def test_the_sample_loads_and_shows_every_key(repository: Path) -> None:
    sample = (repository / "config.toml").read_text(encoding="utf-8")
    load_config(repository / "config.toml")
    shown = set(re.findall(r'^#? *"?([\w]+)"? = ', sample, re.MULTILINE))
    shown |= {table.split(".")[-1] for table in re.findall(r"^\[([\w.]+\.[\w.]+)\]$", sample, re.MULTILINE)}
    missing = [
        key
        for key, _ in _keys(Config)
        if key.split(".")[-1] not in shown | {"root", "trust_name", "contacts", "tell_contacts", "roles", "columns"}
    ]
    # In the file these are addresses, the keys of the table itself.
    assert missing == ["accounts.people"]


def test_every_key_of_the_sample_has_a_comment_above_it(repository: Path) -> None:
    lines = (repository / "config.toml").read_text(encoding="utf-8").splitlines()
    seen: set[str] = set()
    for number, line in enumerate(lines):
        match = re.match(r"([a-z_]+) = ", line)
        if match and match.group(1) not in seen and match.group(1) not in ("email", "title"):
            seen.add(match.group(1))
            assert lines[number - 1].startswith("#"), line
    assert {"name", "time_zone", "phone", "cycle_months", "route", "base_url", "daily_at"} <= seen


def test_tables_are_bare_lines_that_scripts_can_find(repository: Path) -> None:
    lines = (repository / "config.toml").read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("[")]
    assert {"[school]", "[contacts.dsl]", "[[contacts.deputy-dsl]]", "[mail]"} <= set(tables)
    assert [line for line in tables if not re.fullmatch(r"\[\[?[\w.-]+\]\]?", line)] == []


def test_the_sample_without_its_school_names_nobody(repository: Path) -> None:
    sample = (repository / "config.toml").read_text(encoding="utf-8")
    own = tomllib.loads(sample)
    text = empty_config(sample, "Westhaven School")
    config = parse_config(text, root=HERE)
    assert config.school.name == "Westhaven School"
    assert config.contacts == {}
    assert config.former_contacts == ()
    assert config.people.roles == {}
    assert config.calendar.closed == ()
    for name in _names(own["contacts"]):
        assert name not in text


def _names(contacts: dict[str, Any]) -> Iterator[str]:
    for entry in (found for found in contacts.values() if not isinstance(found, str)):
        for each in entry if isinstance(entry, list) else [entry]:
            yield each["name"]
            yield each["email"]


@pytest.mark.parametrize("name", ["", "  ", "gover\tnors", "a\nb", "a\x00b"])
def test_a_list_of_people_without_a_name_that_can_be_read_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="is no name of a list; write one line of ordinary characters"):
        parse_config("", root=HERE).people_list(name)


def test_blanks_around_the_name_of_a_list_of_people_make_no_other_list() -> None:
    config = parse_config('[[people.lists]]\nname = "clubs"\nsource = "c.csv"\nkind = "volunteer"\n', root=HERE)
    assert config.people_list(" Clubs ") == config.people_lists[1]


@pytest.mark.parametrize(
    "text",
    [
        "[governors]\nmeetings = [9999-12-31]\n",
        '[governors.bodies.finance]\nname = "Finance"\nmeetings = [0001-01-01]\n',
        '[calendar]\nclosed = ["2026-12-21..9999-01-04"]\n',
        '[calendar]\nterms = ["0026-09-01..2026-12-18"]\n',
    ],
)
def test_a_year_that_nobody_means_is_a_slip(text: str) -> None:
    assert "look at the year" in faults(text)[0]


def test_a_table_left_out_is_as_one_that_says_nothing() -> None:
    """Tables left out are made without a check (``usual``): an empty one, which is checked, must give the same."""
    names = [field.alias or name for name, field in Config.model_fields.items() if _is_table(field.annotation)]
    assert len(names) > 10
    said = parse_config("\n".join(f"[{name}]" for name in names), root=HERE)
    assert said == parse_config("", root=HERE)


def _is_table(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
