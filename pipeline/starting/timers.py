"""The lines with which a computer's own scheduler calls the program: cron, systemd timers, Windows Task Scheduler.

For a school that keeps no ``policy serve`` running. Each line names the workspace and the Python it was printed with,
so that it needs neither a folder to stand in nor anything on the path. Two at one minute, or one beside ``serve``, do
nothing twice: a run holds the register's lock, each mail is claimed before it goes, and one letter a person a day has
one key.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time

from pipeline.errors import UsageError

_WORKER = "worker"
_EVERY_MINUTES = 5
"""So often what is due is sent, and what came back is read."""
_PATH = "/usr/local/bin:/usr/bin:/bin"
_SAYS = {
    "run": "the day's work",
    "deliver": "send what is due",
    "take-in": "read what came back",
}


@dataclass(frozen=True, slots=True)
class Timed:
    """What is to be called, and when."""

    school: str
    workspace: str
    """Its whole path."""
    python: str
    """The whole path of the Python that has the program."""
    account: str
    """Whose files they are."""
    daily_at: time
    """On the school's clock."""
    zone: str
    """As ``Europe/London``."""
    has_mailbox: bool
    """``[inbox]`` is set up, so that there is something to take in."""
    skipped_on: str = ""
    """The next day, in words, on which the clocks go forward over ``daily_at``; empty where they never do."""
    of_trust: bool = False
    """``workspace`` is a trust's folder, and each command does its work at every school."""
    has_workers: bool = False
    """Of a trust: its nights are done by workers that are always there, not by a run at a time of day."""

    def __post_init__(self) -> None:
        """Refuse what no scheduler's file can hold.

        Raises:
            UsageError: a path has a line break in it.
        """
        if not f"{self.workspace}{self.python}".isprintable():
            raise UsageError(
                "The path of the workspace has a line break or the like in it; give the folder another name."
            )

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that are called, ``take-in`` only where there is a mailbox."""
        if self.has_workers:
            return ("deliver",)
        return ("run", "deliver", "take-in") if self.has_mailbox else ("run", "deliver")

    def words(self, command: str) -> tuple[str, ...]:
        """Return one call, word by word."""
        group = ("trust",) if self.of_trust else ()
        return self.python, "-P", "-m", "pipeline", "--workspace", self.workspace, *group, command

    @property
    def units(self) -> str:
        """What the names of its units and tasks begin with."""
        return "policy-trust" if self.of_trust else "policy"


def cron_lines(timed: Timed) -> str:
    """Return the lines for ``crontab -e``: POSIX words, with ``%``, which cron takes for a line break, escaped.

    Source: crontab(5).
    """
    return "\n".join(_cron(timed)) + "\n"


def _cron(timed: Timed) -> Iterator[str]:
    yield f"# Policies of {_plain(timed.school)}. Put these lines in with: crontab -e"
    yield f"# The times are of this computer's clock; the school's is {timed.zone}."
    if timed.skipped_on:
        yield f"# On {timed.skipped_on} the clocks go forward and there is no {timed.daily_at:%H:%M}: cron may"
        yield "# leave that day's run out. Give another hour in config.toml, [schedule] daily_at, and print this again."
    yield "# Cron mails what a command prints. Take the # off the next line, and put in the address that is to have it:"
    yield "# MAILTO=office@example.org"
    yield "# A password kept in a file is named here, such as: POLICY_SMTP_PASSWORD_FILE=/path/of/the/file"
    yield f"PATH={_PATH}"
    when = {"run": f"{timed.daily_at.minute} {timed.daily_at.hour} * * *", "deliver": f"*/{_EVERY_MINUTES} * * * *"}
    for command in timed.commands:
        line = shlex.join(timed.words(command)).replace("%", r"\%")
        # Every five minutes nothing but a fault is worth a mail.
        quiet = "" if command == "run" else " >/dev/null"
        yield f"{when.get(command, f'2-59/{_EVERY_MINUTES} * * * *')} {line}{quiet}"
    if timed.has_workers:
        worker = shlex.join(timed.words(_WORKER)).replace("%", r"\%")
        yield "# A worker that ends is not begun again by cron before this computer starts anew; systemd does that."
        yield f"@reboot {worker}"


def systemd_units(timed: Timed) -> Mapping[str, str]:
    """Return the units for ``/etc/systemd/system``, by name: a service and a timer each.

    Source: systemd.service(5), "Command lines", and systemd.time(7), "Calendar events".
    """
    day = f"*-*-* {timed.daily_at:%H:%M}:00 {timed.zone}"
    when = {"run": day, "deliver": f"*:0/{_EVERY_MINUTES}", "take-in": f"*:2/{_EVERY_MINUTES}"}
    units = {}
    for command in timed.commands:
        about = f"Policies of {_unit_text(timed.school)}: {_SAYS[command]}"
        line = " ".join(_unit_word(word) for word in timed.words(command))
        units[f"{timed.units}-{command}.service"] = _SERVICE.format(
            about=about, user=_unit_text(timed.account), line=line
        )
        units[f"{timed.units}-{command}.timer"] = _TIMER.format(
            about=about, when=when[command], persistent="true" if command == "run" else "false"
        )
    if timed.has_workers:
        units[f"{timed.units}-{_WORKER}@.service"] = _KEPT_RUNNING.format(
            about=f"Policies of {_unit_text(timed.school)}: worker %i",
            user=_unit_text(timed.account),
            line=" ".join(_unit_word(word) for word in timed.words(_WORKER)),
        )
    return units


_SERVICE = """\
[Unit]
Description={about}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
ExecStart={line}
# 5: some mail was put off, and goes later.
SuccessExitStatus=5
# A password kept in a file: Environment=POLICY_SMTP_PASSWORD_FILE=/path/of/the/file
UMask=0077
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full
"""
_KEPT_RUNNING = """\
[Unit]
Description={about}
Wants=network-online.target
After=network-online.target
# However often it ends, it is begun again.
StartLimitIntervalSec=0

[Service]
User={user}
ExecStart={line}
Restart=always
RestartSec=10
# A worker told to stop lets go of its school within seconds; another takes it up.
TimeoutStopSec=20
# A password kept in a file: Environment=POLICY_REGISTER_PASSWORD_FILE=/path/of/the/file
UMask=0077
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full

[Install]
WantedBy=multi-user.target
"""
_TIMER = """\
[Unit]
Description={about}

[Timer]
OnCalendar={when}
# With true, what was missed while the computer was off is caught up once.
Persistent={persistent}

[Install]
WantedBy=timers.target
"""


def systemd_lines(timed: Timed) -> str:
    """Return the units one below the other, each under the name of its file, and how they are put in."""
    parts = [f"# Policies of {_plain(timed.school)}. Put each part into the file that is named above it."]
    units = systemd_units(timed)
    parts += [f"# --- /etc/systemd/system/{name}\n{text}" for name, text in units.items()]
    begun = [name for name in units if name.endswith(".timer")]
    # As many workers as a computer has processors; two are named.
    begun += [name.replace("@", f"@{number}") for name in units if "@" in name for number in (1, 2)]
    parts.append(f"# Then: systemctl daemon-reload && systemctl enable --now {' '.join(begun)}")
    return "\n".join(parts) + "\n"


def windows_lines(timed: Timed) -> str:
    """Return the PowerShell lines for the Task Scheduler; nobody has tried them yet, and they say so."""
    return "\n".join(_windows(timed)) + "\n"


def _windows(timed: Timed) -> Iterator[str]:
    yield f"# Policies of {_plain(timed.school)}. Nobody has tried these lines yet: look at the tasks afterwards."
    yield "# Run them in PowerShell, signed in as the account that has the workspace."
    yield "$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew"
    every = f"-RepetitionInterval (New-TimeSpan -Minutes {_EVERY_MINUTES})"
    for command in timed.commands:
        python, *rest = timed.words(command)
        arguments = " ".join(f'"{word}"' if " " in word or word == timed.workspace else word for word in rest)
        start = {"run": f"-Daily -At {timed.daily_at:%H:%M}", "deliver": f"-Once -At 00:00 {every}"}
        yield f"$action = New-ScheduledTaskAction -Execute {_quoted(python)} -Argument {_quoted(arguments)}"
        yield f"$trigger = New-ScheduledTaskTrigger {start.get(command, f'-Once -At 00:02 {every}')}"
        task = f"Policies of a trust {command}" if timed.of_trust else f"Policies {command}"
        yield f"Register-ScheduledTask -TaskName {_quoted(task)} -Action $action -Trigger $trigger -Settings $settings"


def _quoted(words: str) -> str:
    """Return words as PowerShell takes them as they are."""
    return "'" + words.replace("'", "''") + "'"


def _unit_word(word: str) -> str:
    """Return one word of a command as a unit has it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if set(escaped) & set(" \t\"';\\#") else escaped


def _unit_text(words: str) -> str:
    return _plain(words).replace("%", "%%")


def _plain(words: str) -> str:
    return " ".join(words.split())
