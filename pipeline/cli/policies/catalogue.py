"""``policy catalogue``: the rules that come with the program, and when they were last held against their sources."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime

import click

from pipeline.catalogue.rule_checks import CheckedRule, list_checked_rules, say_unchecked
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.wording import say_count, say_day


@click.group("catalogue", help="The rules that come with the program: which nobody has checked for a year.")
def catalogue_command() -> None:
    """Group the commands on the packaged rules."""


@catalogue_command.command(
    "check", help="Say which rules are new, expected, not read at their source, or unchecked for a year."
)
@pass_json_session
def check_command(session: Session) -> None:
    """Say which packaged rules nobody has checked for a year, which are new, expected, or not read at their source."""
    # It needs no workspace, so no school's clock; a day more or less in a year changes nothing.
    rules, today = list_checked_rules(), session.today_given or datetime.now(UTC).date()
    if session.as_json:
        print_json([{**asdict(each), "stale": each.is_stale(today)} for each in rules])
        return
    oldest = min(each.checked_on for each in rules)
    stale = [each for each in rules if each.is_stale(today)]
    say(f"{say_count(len(rules), 'rule')}, as of {say_day(max(each.checked_on for each in rules))}; no legal advice.")
    if stale:
        _show("Nobody has checked these for a year; look for a later version of this program:", stale, _checked)
    else:
        say(f"All were checked within the last year, the longest ago on {say_day(oldest)}.")
    _show("New in the last year:", [each for each in rules if each.is_new(today)], lambda each: _since(each, today))
    _show("Expected; that they are in force was not seen, so look it up:", [e for e in rules if e.expected], _expected)
    _show("Not read at its source, so look it up before you rely on it:", [e for e in rules if e.unchecked], _unchecked)
    general = [each for each in rules if each.seen == "general"]
    _show(
        "From general knowledge, with no source named; look them up before you rely on them:", general, lambda each: ""
    )


def _show(heading: str, rules: Iterable[CheckedRule], more: Callable[[CheckedRule], str]) -> None:
    lines = [f"  {each.name}{f': {told}' if (told := more(each)) else ''}" for each in rules]
    if lines:
        say("\n".join(["", heading, *lines]))


def _checked(rule: CheckedRule) -> str:
    return f"checked on {say_day(rule.checked_on)} against {'; '.join(rule.sources)}"


def _since(rule: CheckedRule, today: date) -> str:
    if rule.since is None:
        return ""
    began = "since" if not rule.expected else "expected since" if rule.since <= today else "expected from"
    return f"{began} {say_day(rule.since)}. {rule.note}".strip()


def _expected(rule: CheckedRule) -> str:
    return " ".join(filter(None, (rule.note, rule.doubt)))


def _unchecked(rule: CheckedRule) -> str:
    return say_unchecked(rule.unchecked)
