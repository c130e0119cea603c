"""Change who may sign in, in the text of ``config.toml``: one work address at a time."""

from collections.abc import Sequence

from pipeline.settings.text import TablePlace, drop_key, set_key, table_in, tables_of

_PEOPLE, _TEAMS = TablePlace("accounts"), TablePlace("accounts.teams")


def put_account(text: str, address: str, rights: Sequence[str], teams: Sequence[str]) -> str:
    """Return the text in which ``address`` has these rights, and is head of these teams.

    Raises ConfigurationError where the file is written so that it cannot be changed from here.
    """
    text = set_key(text, _PEOPLE, _written(text, _PEOPLE, address), rights[0] if len(rights) == 1 else list(rights))
    written = _written(text, _TEAMS, address)
    return (
        set_key(text, _TEAMS, written, teams[0] if len(teams) == 1 else list(teams))
        if teams
        else drop_key(text, _TEAMS, written)
    )


def take_out_account(text: str, address: str) -> str:
    """Return the text in which ``address`` may not sign in. Raises as ``put_account``."""
    for place in (_TEAMS, _PEOPLE):
        text = drop_key(text, place, _written(text, place, address))
    return text


def _written(text: str, place: TablePlace, address: str) -> str:
    """Return an address as a table writes it, whose capitals do not count."""
    keys = table_in(tables_of(text), place)
    return next((key for key in keys if key.casefold() == address.casefold()), address)
