"""The settings of a school that leaves: what came from its trust is written into its own ``config.toml``.

Comments and lines of the school's own stay as they are. What comes out means the same as before, which is tried.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.config import Config, parse_config
from pipeline.configuration.trust import TRUST_NAME, read_trust
from pipeline.errors import ConfigurationError
from pipeline.settings.text import TablePlace, add_table, drop_key, set_key, tables_of
from pipeline.wording import say_list

_WIDTH = 116
_REGISTER = ("register", "url")
_BY_HAND = (
    "What came from the trust cannot be written into config.toml as the file is written: {why} Write these keys into "
    "it by hand, with the values of {trust}, and do this again: {keys}. Nothing was changed."
)


def own_settings(text: str, root: Path, register: str, day: str) -> tuple[str, tuple[str, ...]]:
    """Return a school's file as it is once the school has left, and the keys whose values were the trust's.

    ``register`` is the file that its register is in from then on; empty where there is none yet.

    Raises:
        ConfigurationError: the file cannot be changed so that it means the same; what to do by hand is said.
    """
    was, tables = parse_config(text, root=root), tables_of(text)
    trust = read_trust((root / was.school.trust).resolve())
    missing = [each for each in _missing(tables, trust.every_school, ()) if (*each[0], each[1]) != _REGISTER]
    keys = tuple(".".join((*above, key)) for above, key, _ in missing)
    try:
        changed = _with_register(text, register)
        for above, key, value in missing:
            changed = _with_value(changed, above, key, value)
        changed = drop_key(changed, TablePlace("school"), "trust")
        becomes = parse_config(changed, root=root)
    except ConfigurationError as error:
        said = _BY_HAND.format(why=error, trust=trust.root / TRUST_NAME, keys=", ".join(keys) or "school.trust")
        raise ConfigurationError(said) from error
    if _meaning(becomes) != _meaning(was):
        why = "it would mean something else than before."
        raise ConfigurationError(_BY_HAND.format(why=why, trust=trust.root / TRUST_NAME, keys=", ".join(keys)))
    return _told(trust.name, keys, day) + changed, keys


def ways_out(config: Config, folder: Path) -> tuple[str, ...]:
    """Return the keys, with their values, that lead out of a school's folder or name it whole; none of the register.

    They may mean another place once the folder is somewhere else.
    """
    found = config.model_dump(mode="json", by_alias=True, exclude={"root", "trust_name", "register_"})
    return tuple(
        f"{name} = {value!r}"
        for name, value in _texts(found, "")
        if name != "school.trust" and (value.startswith(("../", "..\\")) or str(folder) in value)
    )


def _missing(
    own: Mapping[str, Any], theirs: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Yield each value of the trust's that a school's own file leaves out: its tables, its key, itself."""
    for name, value in theirs.items():
        if isinstance(value, Mapping) and isinstance(own.get(name, {}), Mapping):
            yield from _missing(own.get(name, {}), value, (*above, name))
        elif name not in own:
            yield above, name, value


def _with_value(text: str, above: Sequence[str], key: str, value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        for each in value:
            text = add_table(text, ".".join((*above, key)), each, several=True)
        return text
    return set_key(text, TablePlace(".".join(above)), key, value)


def _with_register(text: str, register: str) -> str:
    """Return the text that names where the register is from now on; no line where that is the usual file."""
    table, key = _REGISTER
    if not register or register == Config().register_.url:
        return drop_key(text, TablePlace(table), key)
    return set_key(text, TablePlace(table), key, register)


def _meaning(config: Config) -> Mapping[str, Any]:
    """Return everything that a school's settings say, but for what changes when it leaves."""
    said = config.model_dump(exclude={"root", "trust_name", "register_"})
    return {**said, "school": {**said["school"], "trust": ""}}


def _told(trust_name: str, keys: Sequence[str], day: str) -> str:
    """Return the comment at the beginning of the file."""
    taken = f" What its {TRUST_NAME} said for every school is this school's own since then: {say_list(keys)}."
    said = f"Until {day} this school belonged to {trust_name}.{taken if keys else ''}"
    return "".join(f"# {line}\n" for line in textwrap.wrap(said, _WIDTH, break_long_words=False)) + "\n"


def _texts(found: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield every text of the settings, with its key."""
    if isinstance(found, str):
        yield name, found
    elif isinstance(found, Mapping):
        for key, value in found.items():
            yield from _texts(value, f"{name}.{key}" if name else str(key))
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value, name)
