"""The trust's own workspace: what ``config`` reads of a school, made of ``trust.toml`` for the trust's own desk.

The trust asks nobody to read and has no lead. Its register keeps who is signed in at its desk, and a ledger of it.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.config import Config
from pipeline.configuration.faults import say_faults, sign_in_faults
from pipeline.configuration.trust import TRUST_NAME, Trust
from pipeline.errors import ConfigurationError, Fault
from pipeline.trust.identity import trust_id


def own_settings(trust: Trust) -> Config:
    """Return the settings of the trust's own workspace, which lies in the trust's folder.

    Raises:
        ConfigurationError: with every fault of ``[mail]``, ``[accounts]`` and ``[web]``, or without the trust's number.
    """
    tables: dict[str, Any] = {
        # In one database with its schools, which are called after their names, it has a name that none of them has.
        "school": {"name": trust.name, "time_zone": trust.section.time_zone, "key": f"trust-{trust_id(trust)}"},
        "accounts": trust.accounts.on_the_trust(),
        "web": trust.web.model_dump(),
        "mail": {**trust.every_school.get("mail", {}), **trust.mail},
        "register": trust.every_school.get("register", {}),
        "root": trust.root,
        "trust_name": trust.name,
    }
    try:
        config = Config.model_validate(tables, strict=False)
    except ValidationError as error:
        faults = [fault for item in error.errors(include_url=False) for fault in say_faults(item)]
        raise ConfigurationError(*(replace(fault, file=TRUST_NAME) for fault in faults)) from error
    accounts = trust.accounts
    missing = sign_in_faults(accounts.microsoft.is_used, accounts.google.is_used, trust.web.base_url)
    if missing:
        raise ConfigurationError(*(replace(fault, file=TRUST_NAME) for fault in missing))
    return config


def unknown_schools(trust: Trust) -> tuple[Fault, ...]:
    """Return what ``[accounts]`` says of schools that the trust does not have: they give no right, and harm nobody."""
    known = {one.key for one in trust.schools}
    return tuple(
        Fault("accounts", f"names {key!r}, which is no school of the trust", file=TRUST_NAME)
        for key in sorted(trust.accounts.named_schools() - known)
    )


def own_distribution(trust: Trust) -> Path:
    """Return where the trust's own register lies, where it is a file."""
    return trust.root / "distribution"
