"""``policy catalogue``: the rules that come with the program, and when they were last held against their sources."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime

import click

from pipeline.catalogue.rule_checks import CheckedRule, list_checked_rules
from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.wording import say_count, say_day


@click.group("catalogue", help="The rules that come with the program: which nobody has checked for a year.")
def catalogue_command() -> None:
    """Group the commands on the packaged rules."""


@catalogue_command.command("check", help="Say which rules nobody has checked for a year, and which are new.")
@json_option
@pass_session
def check_command(session: Session) -> None:
    """Say which packaged rules nobody has checked for a year, which are new, announced or rest on general knowledge."""
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
    _show("New in the last year:", [each for each in rules if each.is_new(today)], _since)
    _show("Announced; whether they are in force by now, look up:", [each for each in rules if each.expected], _note)
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


def _since(rule: CheckedRule) -> str:
    began = "announced for" if rule.expected else "since"
    return f"{began} {say_day(rule.since)}. {rule.note}".strip() if rule.since else ""


def _note(rule: CheckedRule) -> str:
    return rule.note
