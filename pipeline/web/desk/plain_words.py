"""Messages that commands say too, as the desk says them: forms and settings have pages here."""

import re

from pipeline.settings.keys import TABLES

_COMMANDS = (
    (re.compile(r"(?:^|(?<=\. ))(?:Look: )?'policy [^']+'.*?\.(?:\s+|$)"), ""),
    (re.compile(r"\bsay 'policy [^']+'"), "say so"),
    (re.compile(r"\bwaits for 'policy [^']+'"), "waits for your word"),
    (re.compile(r" Say so in one step: policy contacts .*?\)\."), ""),
    (re.compile(r"\b(nobody|nobody’s) in config\.toml"), r"\1 among the contacts"),
    (re.compile(r"fill in \[contacts\.dsl\] in config\.toml \([^)]*\), then run again"), "name one under Contacts"),
    (re.compile(r"an entry in \[\[contacts\.next\]\] with (?:role = \"[^\"]*\" and )?from"), "say it under Contacts"),
    (re.compile(r"(holds the role now under) \[[^;]*under \[\[contacts\.former\]\]"), r"\1 Contacts"),
    (re.compile(r"their entry in config\.toml"), "their entry under Contacts"),
    (re.compile(r" with 'policy [^']+'"), ""),
    (re.compile(r"[:;] 'policy [^']+'.*?(?=\.(?:\s|$))"), ""),
)
"""Where messages name a command, in the order in which they are looked for, and what stands there without it."""
_TITLES = {table.name: table.title for table in TABLES}
_TABLE = re.compile(r"\[\[?([a-z.]+)\]\]?(?: (?:of|in) config\.toml)?")


def without_commands(message: str) -> str:
    """Return a message without the commands that it names, and tables of ``config.toml`` as their pages are called.

    Beside it the page has the forms that do the same.
    """
    for found, instead in _COMMANDS:
        message = found.sub(instead, message)
    return _TABLE.sub(_say_table, message).replace("in config.toml", "in the settings").strip()


def _say_table(found: re.Match[str]) -> str:
    title = _TITLES.get(found[1])
    return f"“{title}” in the settings" if title else found[0]
