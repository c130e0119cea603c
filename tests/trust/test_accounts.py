"""Who of a trust may sign in to its desk, at which schools and with which rights: the least where nothing is said."""

from pathlib import Path

import pytest

from pipeline.configuration.trust import Trust, parse_trust
from pipeline.errors import ConfigurationError
from pipeline.model.people import Right
from pipeline.trust.own_settings import own_settings, unknown_schools

TRUST = '[trust]\nname = "Vale"\n[[schools]]\nkey = "oakfield"\n[[schools]]\nkey = "beech-hill"\n'
EVERYTHING = frozenset(Right)


def trust_with(root: Path, accounts: str) -> Trust:
    return parse_trust(f"{TRUST}[accounts]\n{accounts}\n", root=root)


def test_rights_hold_at_the_schools_named_and_are_counts_where_none_is_said(tmp_path: Path) -> None:
    trust = trust_with(
        tmp_path,
        '"pat@example.org" = { schools = "all", rights = "owner" }\n'
        '"jo@example.org" = [{ schools = "all" }, { schools = ["oakfield"], rights = ["head", "it"] }]\n'
        '"sam@example.org" = { schools = ["beech-hill"] }\n',
    )
    accounts = trust.accounts
    assert accounts.rights_at("new-school", "PAT@example.org") == {Right.OWNER}
    assert accounts.rights_at("oakfield", "jo@example.org") == {Right.GOVERNOR, Right.HEAD, Right.IT}
    assert accounts.rights_at("beech-hill", "jo@example.org") == {Right.GOVERNOR}
    assert accounts.rights_at("beech-hill", "sam@example.org") == {Right.GOVERNOR}
    assert accounts.rights_at("oakfield", "sam@example.org") == frozenset()
    assert accounts.rights_at("oakfield", "nobody@example.org") == frozenset()
    assert accounts.rights_at("oakfield", None) == EVERYTHING


def test_rights_at_one_school_are_none_on_the_trusts_own_pages(tmp_path: Path) -> None:
    trust = trust_with(
        tmp_path,
        '"pat@example.org" = { schools = "all", rights = "owner" }\n'
        '"jo@example.org" = { schools = ["oakfield"], rights = "owner" }\n',
    )
    people = own_settings(trust).accounts.people
    assert set(people["pat@example.org"]) == {Right.GOVERNOR, Right.OWNER}
    assert people["jo@example.org"] == (Right.GOVERNOR,)


def test_groups_of_microsoft_give_rights_by_school(tmp_path: Path) -> None:
    trust = parse_trust(
        f'{TRUST}[web]\nbase_url = "https://policies.example.org"\n[accounts.microsoft]\ntenant = "vale.example.org"\n'
        'client_id = "app"\n[accounts.microsoft.groups]\n"Trust.Head" = { schools = ["oakfield"], rights = "head" }\n',
        root=tmp_path,
    )
    assert trust.accounts.rights_at("oakfield", "new@example.org", ["trust.head"]) == {Right.HEAD}
    assert trust.accounts.rights_at("beech-hill", "new@example.org", ["trust.head"]) == frozenset()
    assert own_settings(trust).accounts.find("new@example.org", ["Trust.Head"]) == (Right.GOVERNOR,)


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ('"pat@example.org" = "owner"', "says not where it holds"),
        ('"pat@example.org" = []', "says not where it holds"),
        ('"pat@example.org" = { rights = "owner" }', "schools is missing"),
        ('"pat@example.org" = { schools = [] }', "names no school"),
        ('"pat@example.org" = { schools = "oakfield" }', "'oakfield' names no school; write \"all\""),
        ('"pat@example.org" = { schools = ["Oak Field"] }', "a school's key is written in small letters"),
        ('"pat@example.org" = { schools = "all", rights = "boss" }', "'boss' is no right"),
        ('"pat@example.org" = { schools = "all", rights = "head-of-team" }', "a team is one school's"),
        ('"pat@example.org" = { schools = "all" }\n"PAT@example.org" = { schools = "all" }', "stands in it twice"),
        ('pat = { schools = "all" }', "a key here is a work address"),
        ('[accounts.microsoft]\ntenant = "common"\nclient_id = "x"', "write the school's own tenant"),
        ('[accounts.microsoft.groups]\nx = { schools = "all" }', "nobody signs in with Microsoft yet"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, accounts: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=r"trust\.toml: accounts") as error:
        trust_with(tmp_path, accounts)
    assert said in str(error.value)


def test_a_school_that_is_not_there_stops_nothing_and_is_told(tmp_path: Path) -> None:
    trust = trust_with(tmp_path, '"pat@example.org" = { schools = ["oakfield", "elm"] }')
    assert [str(one) for one in unknown_schools(trust)] == [
        "trust.toml: accounts: names 'elm', which is no school of the trust"
    ]


def test_the_trusts_own_mail_goes_as_its_schools_does_where_nothing_else_is_said(tmp_path: Path) -> None:
    every = '[every_school.mail]\nroute = "smtp"\nhost = "mail.example.org"\n'
    mail = '[mail]\nfrom = "policies@vale.example.org"\n'
    config = own_settings(parse_trust(f"{TRUST}{every}{mail}", root=tmp_path))
    assert (config.mail.route, config.mail.host, config.mail.from_) == (
        "smtp", "mail.example.org", "policies@vale.example.org",
    )  # fmt: skip
    with pytest.raises(ConfigurationError, match=r"trust\.toml: mail\.rute is not a key"):
        own_settings(parse_trust(f'{TRUST}[mail]\nrute = "smtp"\n', root=tmp_path))
    google = '[accounts.google]\ndomain = "vale.example.org"\nclient_id = "x"\n'
    with pytest.raises(ConfigurationError, match=r"accounts\.google needs the web address"):
        own_settings(parse_trust(TRUST + google, root=tmp_path))
