"""Personal links and form tokens: made once, read only by who made them."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acknowledgements.links import (
    FormSubject,
    find_secret,
    form_token,
    make_secret,
    person_token,
    personal_link,
    read_form_token,
    resolve_token,
)
from pipeline.config import Config, parse_config
from pipeline.errors import ConfigurationError
from pipeline.model.people import Person
from pipeline.register.people.persons import PersonRow
from tests.school import MONDAY, SECRET, School

_KEYS = st.text(min_size=1, max_size=30)


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    import keyring
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield parse_config("", root=tmp_path)
    keyring.set_keyring(before)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def _row(key: str, row_id: int = 7) -> PersonRow:
    return PersonRow(row_id, Person("p1", "Ana", "Lee", None, "", None, None), "staff.csv", key)


@given(_KEYS, st.integers(1, 10**9), st.integers(1, 10**9), _KEYS)
def test_form_token_is_read_back_and_only_for_its_person(key: str, policy: int, version: int, secret: str) -> None:
    token = form_token(secret, "school", _row(key), policy_id=policy, version_id=version)
    assert read_form_token(secret, "school", _row(key), token) == FormSubject(policy, version)
    assert read_form_token(secret, "school", _row(key + "x"), token) is None
    assert read_form_token(secret, "school", _row(key, 8), token) is None
    assert read_form_token(secret, "other", _row(key), token) is None
    assert read_form_token(secret + "x", "school", _row(key), token) is None


@given(st.text(max_size=80))
def test_any_other_text_is_no_form_token(text: str) -> None:
    assert read_form_token(SECRET, "school", _row("key"), text) is None


def test_link_of_a_person_is_not_a_form_and_the_other_way_round(school: School) -> None:
    row = school.add_person("Lee")
    link = person_token(SECRET, school.key, row)
    form = form_token(SECRET, school.key, row, policy_id=1, version_id=1)
    assert read_form_token(SECRET, school.key, row, link) is None
    with school.register.reading() as tx:
        assert resolve_token(tx, school.key, SECRET, link, MONDAY) == row
        assert resolve_token(tx, school.key, SECRET, form, MONDAY) is None


def test_signed_nonsense_opens_nothing(school: School) -> None:
    from itsdangerous import URLSafeSerializer

    row = school.add_person("Lee")
    import hashlib

    signer = URLSafeSerializer(
        SECRET, salt="policy-pipeline.personal-link", signer_kwargs={"digest_method": hashlib.sha256}
    )
    with school.register.reading() as tx:
        for parts in ("words", [1], [school.key, str(row.id), row.token_key], [school.key, row.id, None], {"a": 1}):
            assert resolve_token(tx, school.key, SECRET, str(signer.dumps(parts)), MONDAY) is None
        right = str(signer.dumps([school.key, row.id, row.token_key]))
        assert resolve_token(tx, school.key, SECRET, right, MONDAY) == row


def test_link_stays_the_same_and_dies_the_day_after_leaving(school: School) -> None:
    row = school.add_person("Lee", leave_on=MONDAY)
    token = person_token(SECRET, school.key, row)
    assert token == person_token(SECRET, school.key, school.find_person(row.id))
    with school.register.reading() as tx:
        assert resolve_token(tx, school.key, SECRET, token, MONDAY) == row
        assert resolve_token(tx, school.key, SECRET, token, MONDAY + timedelta(days=1)) is None


def test_address_stands_under_the_base_url_or_is_empty_without_one(tmp_path: Path) -> None:
    served = parse_config('[web]\nbase_url = "https://policies.example.org/"\n', root=tmp_path)
    assert personal_link(served, SECRET, _row("k"), "school").startswith("https://policies.example.org/my/")
    assert personal_link(parse_config("", root=tmp_path), SECRET, _row("k"), "school") == ""


def test_secret_is_made_once_for_its_owner_alone(config: Config) -> None:
    secret = make_secret(config)
    path = config.root / ".secrets" / "secret-key"
    assert find_secret(config, {}) == make_secret(config) == secret == path.read_text(encoding="utf-8").strip()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_looking_for_the_secret_makes_none(config: Config) -> None:
    assert find_secret(config, {}) is None
    assert not (config.root / ".secrets").exists()


def test_secret_comes_from_the_environment_or_the_file_it_names(config: Config) -> None:
    named = config.root / "mounted"
    named.write_text("a mounted secret of some length\n", encoding="utf-8")
    assert find_secret(config, {"POLICY_SECRET_KEY_FILE": str(named)}) == "a mounted secret of some length"
    environ = {"POLICY_SECRET_KEY": "a set secret of some length", "POLICY_SECRET_KEY_FILE": str(named)}
    assert find_secret(config, environ) == "a set secret of some length"
    assert not (config.root / ".secrets").exists()


def test_secret_comes_from_the_keyring_where_there_is_one(tmp_path: Path) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    before = keyring.get_keyring()

    class Kept(KeyringBackend):
        # Every kind of keyring that exists may be chosen by itself; one this low never is.
        priority = -1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return f"{service} {username} kept"

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    keyring.set_keyring(Kept())
    try:
        config = parse_config("", root=tmp_path)
        assert find_secret(config, {}) == "policy-pipeline POLICY_SECRET_KEY kept"
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize("environ", [{"POLICY_SECRET_KEY": "short"}, {"POLICY_SECRET_KEY_FILE": "nowhere/at-all"}])
def test_secret_that_cannot_be_used_is_said(config: Config, environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="POLICY_SECRET_KEY"):
        find_secret(config, environ)


def test_place_that_cannot_hold_the_secret_is_said(config: Config) -> None:
    (config.root / ".secrets").write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="set POLICY_SECRET_KEY"):
        make_secret(config)
