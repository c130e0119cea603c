"""Take a school out of ``trust.toml``, and whom it was to ask; comments, order and other lines stay as they are."""

import tomllib

import tomlkit
from tomlkit.exceptions import TOMLKitError

from pipeline.configuration.trust import TRUST_NAME
from pipeline.errors import ConfigurationError
from pipeline.settings.text import TablePlace, drop_key, drop_table


def without_school(text: str, key: str) -> str:
    """Return the text of a ``trust.toml`` without one school and its lines of ``[home_schools]``.

    As it is where the school is not in it.

    Raises:
        ConfigurationError: its entry cannot be taken out without changing something else.
    """
    schools = tomllib.loads(text).get("schools", [])
    number = next((at for at, each in enumerate(schools) if each.get("key") == key), None)
    if number is None:
        return text
    for address, home in tomllib.loads(text).get("home_schools", {}).items():
        if home == key:
            text = drop_key(text, TablePlace("home_schools"), address)
    try:
        return drop_table(text, TablePlace("schools", number))
    except ConfigurationError:
        return _with_tomlkit(text, key, number)


def _with_tomlkit(text: str, key: str, number: int) -> str:
    """Take out an entry that is written otherwise than as lines below a heading of its own."""
    expected = tomllib.loads(text)
    expected["schools"].pop(number)
    if not expected["schools"]:
        del expected["schools"]
    try:
        document = tomlkit.parse(text)
        del document["schools"][number]
        changed = document.as_string()
        says = tomllib.loads(changed)
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise _by_hand(key) from error
    if not says.get("schools"):
        says.pop("schools", None)
    if says != expected:
        raise _by_hand(key)
    return changed


def _by_hand(key: str) -> ConfigurationError:
    return ConfigurationError(
        f"The entry of {key!r} cannot be taken out of {TRUST_NAME} as the file is written. Take it out by hand, then "
        "do this again."
    )
