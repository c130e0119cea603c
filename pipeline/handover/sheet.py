"""What the sheet of a handover says: all that the person who follows has to know, from settings, register and computer.

No secret's value stands in it. What nobody told the program, such as a passphrase or a service it did not find, is left
to be filled in by the person who hands over, and says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.handover.machine import find_machine
from pipeline.handover.plan import Handover
from pipeline.handover.secrets import list_secrets
from pipeline.model.contacts import Directory
from pipeline.model.people import Right
from pipeline.model.policies import PolicyStanding
from pipeline.policies.decisions.drafts import DRAFT_WAITING
from pipeline.policies.decisions.handing_over import list_owners
from pipeline.policies.editions import EDITION_WAITING
from pipeline.policies.meetings import board_of
from pipeline.policies.questions import list_asked, list_questions
from pipeline.policies.standing import list_standings
from pipeline.register.jobs import last_run_at
from pipeline.register.mail.campaigns import CampaignState, count_mails
from pipeline.register.policies.copies import held_copies
from pipeline.register.store.counter import list_holds
from pipeline.register.store.location import register_name
from pipeline.register.transaction import Transaction
from pipeline.safety_copies.keeping import list_nightly, nightly_folder
from pipeline.wording import say_count, say_day, say_list, say_moment, say_role

_SOON = 31
_CALLED = ("headteacher", "chair-of-governors", "dsl", "deputy-dsl", "office", "clerk")
_TO_FILL_IN = "____________________"


@dataclass(frozen=True, slots=True)
class SheetSection:
    """One part of the sheet."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What, and what there is to know of it; an empty first half is a sentence by itself."""
    is_steps: bool = False
    """The rows are to be done in their order."""


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """The sheet, before it is set."""

    school: str
    title: str
    safety: SafetyLines
    intro: str
    sections: tuple[SheetSection, ...]


def gather_sheet(
    tx: Transaction,
    school: str,
    config: Config,
    plan: Handover,
    environ: Mapping[str, str],
    *,
    today: date,
    now: datetime,
    serving: tuple[str, bool],
) -> HandoverSheet:
    """Return the sheet as everything stands now. ``serving``: where pages are served, and whether they are."""
    contacts = contacts_of_day(tx, school, config, today)
    standings = list_standings(tx, school, config, today)
    sections = (
        _first_steps(),
        _place(tx, school, config, serving),
        _mail(tx, school, config),
        _open_now(tx, school, config, standings, today),
        _copies(config, today),
        _people(config, contacts.shown),
        _accounts(config),
        _owners(tx, school, config, today),
        _secrets(config, environ),
        _not_moved(plan),
    )
    return HandoverSheet(
        config.school.name or school,
        "Handover of the policy program",
        contacts.safety,
        f"{plan.leaver.said} handed the program that looks after the school’s policies over to {plan.successor.said}, "
        f"on {say_day(today)}. This sheet holds no password and no key. Keep it where only you and the headteacher can "
        "read it.",
        tuple(one for one in sections if one.rows),
    )


def _first_steps() -> SheetSection:
    rows = (
        "Sit down at the computer with whoever leaves and start the program once: policy status shows every policy.",
        "Have the passphrase of the safety copies told to you in person. Try it: policy restore FILE says what "
        "a copy holds, and changes nothing without --yes.",
        "Make a safety copy with a passphrase of your own and take it to where the computer is not: policy backup FILE",
        "Sign in to the desk (policy sign-in --account ADDRESS), and look at what waits there.",
        "Change what is listed under “To be changed by you”, at the end of this sheet.",
    )
    return SheetSection("The first five things to do", tuple(("", one) for one in rows), is_steps=True)


def _place(tx: Transaction, school: str, config: Config, serving: tuple[str, bool]) -> SheetSection:
    machine = find_machine(config.root)
    address, answers = serving
    last = last_run_at(tx, school)
    pages = config.web.base_url or "no address of the school’s: only on this computer"
    rows = [
        ("Computer", machine.computer),
        ("Account on it", machine.account),
        ("Folder", str(config.root)),
        (
            "Settings",
            f"config.toml in that folder; on the desk under Settings. The daily run: {config.schedule.daily_at}",
        ),
        ("Register", register_name(config.register_.url, root=config.root)),
        ("Program", machine.python),
        (
            "Desk and pages",
            f"{pages}. Here: {address}, {'running now' if answers else 'not running now (policy serve starts it)'}",
        ),
        ("Last run", say_moment(last.astimezone(config.zone)) if last else "never"),
    ]
    starts = machine.starts or (
        f"Nothing was found that starts it by itself (service, task, cron). If something does: {_TO_FILL_IN}",
    )
    return SheetSection("Where it is, and what starts it", (*rows, *(("What starts it", one) for one in starts)))


def _mail(tx: Transaction, school: str, config: Config) -> SheetSection:
    mail, inbox = config.mail, config.inbox
    rows = [("Route", mail.way.on_sheet.format(host=mail.host, port=mail.port))]
    if mail.way.sends:
        how = (
            f"by {mail.oauth.provider.title()}, as {mail.mailbox}"
            if mail.oauth.is_used
            else mail.user or "without signing in"
        )
        rows += [("From", mail.from_), ("Signs in", how)]
    if inbox.route:
        rows.append(("Answers", f"the mailbox {inbox.user}, folder {inbox.folder}"))
    if list_holds(tx, school):
        rows.append(("Held", "All mail is held at the moment: policy status says why, and what lifts it."))
    rows.append(("To try it", "policy mail check sends one test mail."))
    return SheetSection("How mail goes", tuple(rows))


def _open_now(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> SheetSection:
    until = today + timedelta(days=_SOON)
    due = sorted((one for one in standings if one.due_on and one.due_on <= until and (one.days or 0) >= 0), key=_day)
    late = sorted((one for one in standings if one.days is not None and one.days < 0), key=_day)
    drafts = [
        one.title for one in standings if any(each.code in (DRAFT_WAITING, EDITION_WAITING) for each in one.problems)
    ]
    ids = held_copies(tx, school)
    held = [one.title for one in standings if one.policy_id in ids]
    counts = count_mails(tx, school)
    waiting, paused = counts[CampaignState.WAITING], counts[CampaignState.PAUSED]
    asked = len(list_asked(list_questions(tx, school, config, today)))
    known = {*board_of(config).meetings, *(day for body in config.governors.bodies.values() for day in body.meetings)}
    meetings = [day for day in sorted(known) if today <= day <= until]
    rows = [
        ("Reviews late", _some([f"{one.title} ({say_day(one.due_on)})" for one in late if one.due_on])),
        (
            "Reviews due by " + say_day(until),
            _some([f"{one.title} ({say_day(one.due_on)})" for one in due if one.due_on]),
        ),
        ("Governors meet", say_list([say_day(day) for day in meetings])),
        ("Changed policies that wait", _some(drafts) and f"{_some(drafts)}: policy status"),
        ("Copies that are held back", _some(held) and f"{_some(held)}: policy status"),
        ("Mail that waits", f"{say_count(waiting.mails, 'mail')}: policy send says to whom" if waiting.mails else ""),
        (
            "Mail that is paused",
            f"{say_count(paused.mails, 'mail')}: policy send --resume lets it go" if paused.mails else "",
        ),
        ("Unclear", f"{say_count(asked, 'question')}: policy review asks them" if asked else ""),
    ]
    open_ = tuple((what, words) for what, words in rows if words)
    return SheetSection("Open now", open_ or (("", f"Nothing waits, and no review is due by {say_day(until)}."),))


def _day(one: PolicyStanding) -> tuple[date, str]:
    return one.due_on or date.max, one.title


def _some(titles: Sequence[str], most: int = 12) -> str:
    more = len(titles) - most
    return say_list(list(titles)) if more <= 0 else f"{', '.join(titles[:most])} and {more} more"


def _copies(config: Config, today: date) -> SheetSection:
    kept = list_nightly(config)
    days = (today - kept[-1][0]).days if kept else 0
    newest = f"{say_day(kept[-1][0])}, {say_count(days, 'day')} ago" if kept else "none yet: policy backup"
    each = (
        f"the newest {config.backup.keep} of each day’s run"
        if config.backup.keep
        else "none are made by themselves ([backup] keep)"
    )
    rows = (
        ("On this computer", f"{nightly_folder(config)}: {each}. They go with the computer when it does."),
        ("The newest", newest),
        ("Elsewhere", f"Whoever hands over says where: {_TO_FILL_IN}"),
        ("Their passphrase", "Is told in person, never on paper or by mail. Without it nobody can open those copies."),
    )
    return SheetSection("Safety copies", rows)


def _people(config: Config, directory: Directory) -> SheetSection:
    rows = [
        (say_role(role)[:1].upper() + say_role(role)[1:], ", ".join(filter(None, (one.name, one.phone, one.email))))
        for role in _CALLED
        for one in directory.of(role)
    ]
    it = [address for address, rights in config.accounts.people.items() if Right.IT in rights]
    rows += [("IT provider", address) for address in it]
    if not it:
        rows.append(("IT provider", _TO_FILL_IN))
    if config.governors.clerk_email:
        rows.append(("Clerk to the governors", config.governors.clerk_email))
    return SheetSection("Whom to call", tuple(rows))


def _accounts(config: Config) -> SheetSection:
    rows = []
    for address, rights in config.accounts.people.items():
        teams = config.accounts.teams_of(address)
        rows.append(
            (address, ", ".join(right.value for right in rights) + (f" ({say_list(list(teams))})" if teams else ""))
        )
    return SheetSection(
        "Who may sign in to the desk", tuple(rows) or (("", "Nobody but whoever sits at this computer."),)
    )


def _owners(tx: Transaction, school: str, config: Config, today: date) -> SheetSection:
    rows = [
        (one.name or "Nobody named", f"{_some([each.title for each in one.policies], 30)}. {_told(one.reached)}")
        for one in list_owners(tx, school, config, today)
    ]
    return SheetSection("Who looks after which policies", tuple(rows))


def _told(reached: str) -> str:
    return f"Told of reviews: {reached}." if reached else "Nobody is told of their reviews."


def _secrets(config: Config, environ: Mapping[str, str]) -> SheetSection:
    return SheetSection(
        "Secrets, and where each is",
        tuple((one.what[:1].upper() + one.what[1:], one.where) for one in list_secrets(config, environ)),
    )


def _not_moved(plan: Handover) -> SheetSection:
    return SheetSection("To be changed by you", tuple(_changes(plan)))


def _changes(plan: Handover) -> Iterator[tuple[str, str]]:
    yield "Personal links", plan.links
    yield from (("", f"{one.words} {one.how}") for one in plan.left)
    yield from (("Outside the program", one) for one in plan.provider)
