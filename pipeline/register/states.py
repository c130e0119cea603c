"""Keep the settings, the policies and their versions as they change, and give them as they were known at a moment.

A run, every command that decides and ``serve``, when it takes up a changed ``config.toml``, keep what differs from the
last state. People, approvals, corrections and whatever else is only ever added to carry their own moments and need no
states here. What changed before states were kept is known only as it was first kept.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from pipeline.config import Config
from pipeline.errors import RegisterError
from pipeline.register.policies.policies import VERSIONS, PolicyRow, VersionRow, list_policies
from pipeline.register.state_history import SETTINGS, first_states, keep_states, states_at
from pipeline.register.tables import schema
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

KEPT_SETTINGS = (
    "school",
    "contacts",
    "former_contacts",
    "next_contacts",
    "reading",
    "review",
    "governors",
    "calendar",
    "people",
    "groups",
    "declarations",
)
"""The tables of ``config.toml`` that say who is named, who is asked what, and when."""
_POLICY, _VERSION = "policy", "version"
_LEFT_OUT = ("text", "row_sha256", "school", "actor")
_DAYS, _MOMENTS = ("issued_on", "next_review_on"), ("recorded_at",)


def keep_everything(tx: Transaction, school: str, config: Config, *, actor: str, now: datetime) -> int:
    """Write down what of settings, policies and versions differs from its last state; return how many states."""
    return keep_settings(tx, school, config, actor=actor, now=now) + keep_policies(tx, school, actor=actor, now=now)


def keep_policies(tx: Transaction, school: str, *, actor: str, now: datetime) -> int:
    """Write down what of policies and versions differs from its last state; return how many states."""
    kept = keep_states(tx, school, _POLICY, _policy_states(tx, school), actor=actor, now=now)
    return kept + keep_states(tx, school, _VERSION, _version_states(tx, school), actor=actor, now=now)


def keep_settings(tx: Transaction, school: str, config: Config, *, actor: str, now: datetime) -> int:
    """Write down what of the settings differs from its last state; return how many tables of ``config.toml``."""
    return sum(
        keep_states(tx, school, name, {SETTINGS: {"value": value}}, actor=actor, now=now)
        for name, value in settings_of(config).items()
    )


def settings_of(config: Config) -> dict[str, Any]:
    """Return the kept settings as JSON values, by the name of their table."""
    whole = config.model_dump(mode="json", by_alias=True, include=set(KEPT_SETTINGS))
    return {name: whole[name] for name in KEPT_SETTINGS}


def config_at(tx: Transaction, school: str, config: Config, moment: datetime) -> Config:
    """Return ``config`` with the settings that were kept last by ``moment``; before the first, with the first.

    Raises RegisterError where they were kept by a version of the program whose settings this one does not know.
    """
    known = {name: found["value"] for name in KEPT_SETTINGS if (found := _setting_at(tx, school, name, moment))}
    try:
        then = Config.model_validate(
            {**settings_of(config), **known, "root": config.root, "trust_name": config.trust_name}, strict=False
        )
    except ValidationError as error:
        raise RegisterError(
            f"The settings of {say_day(moment.astimezone(config.zone).date())} were kept by another version of the "
            "program and cannot be read by this one: open the register with the version that was used on that day."
        ) from error
    return config.model_copy(update={name: getattr(then, name) for name in KEPT_SETTINGS})


def _setting_at(tx: Transaction, school: str, name: str, moment: datetime) -> Mapping[str, Any] | None:
    at = states_at(tx, school, name, moment) or first_states(tx, school, name)
    return at.get(SETTINGS)


# --- policies ----------------------------------------------------------------------------------------------------


def list_policies_at(tx: Transaction, school: str, moment: datetime) -> list[PolicyRow]:
    """Return the policies that were known by ``moment``, as they were then, by slug."""
    states = _known_by(tx, school, _POLICY, moment, "created_at")
    return sorted((_policy(key, state) for key, state in states.items()), key=lambda row: row.slug)


def list_versions_at(tx: Transaction, school: str, moment: datetime) -> list[VersionRow]:
    """Return the versions that were known by ``moment``, as they stood then, by policy and number."""
    states = _known_by(tx, school, _VERSION, moment, "recorded_at")
    known = map(_read, states.values())
    rows = [VERSIONS.read([one.get(str(column.key)) for column in VERSIONS.columns]) for one in known]
    return sorted(rows, key=lambda row: (row.policy_id, row.number))


def _known_by(tx: Transaction, school: str, kind: str, moment: datetime, since: str) -> dict[int, Mapping[str, Any]]:
    """Return the last state by ``moment`` of each row; of one that is older than its first state, that one."""
    first = first_states(tx, school, kind)
    earlier = {key: state for key, state in first.items() if datetime.fromisoformat(state[since]) <= moment}
    return {**earlier, **states_at(tx, school, kind, moment)}


def _policy_states(tx: Transaction, school: str) -> dict[int, Mapping[str, Any]]:
    made = {row.id: row.created_at for row in tx.execute(select(schema.policy.c.id, schema.policy.c.created_at))}
    return {
        row.id: {
            "slug": row.slug,
            "title": row.title,
            "catalogue_slug": row.catalogue_slug,
            "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
            "created_at": made[row.id].isoformat(),
        }
        for row in list_policies(tx, school)
    }


def _policy(key: int, state: Mapping[str, Any]) -> PolicyRow:
    withdrawn = state["withdrawn_on"]
    return PolicyRow(
        id=key,
        slug=state["slug"],
        title=state["title"],
        catalogue_slug=state["catalogue_slug"],
        withdrawn_on=date.fromisoformat(withdrawn) if withdrawn else None,
    )


def _version_states(tx: Transaction, school: str) -> dict[int, Mapping[str, Any]]:
    table = schema.policy_version
    columns = [column for column in table.c if column.name not in _LEFT_OUT]
    rows = tx.execute(select(*columns).where(table.c.school == school))
    names = [column.name for column in columns]
    return {row.id: dict(zip(names, map(_written, row), strict=True)) for row in rows.all()}


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _read(state: Mapping[str, Any]) -> dict[str, Any]:
    read = dict(state)
    for names, kind in ((_DAYS, date), (_MOMENTS, datetime)):
        read |= {name: kind.fromisoformat(read[name]) for name in names if read.get(name) is not None}
    return read
