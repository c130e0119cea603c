"""Mailings and mails: what waits, goes, is paused or came back, and what became of each mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.letters.contributors.undelivered import list_standing_undelivered
from pipeline.letters.registry import PARTS
from pipeline.mail.holds import list_held_in, say_hold
from pipeline.mail.mailings import summary_of
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.reasons.reason import Voice
from pipeline.register.mail.campaigns import CampaignState, count_mails
from pipeline.register.mail.deliveries import find_pause, list_deliveries
from pipeline.register.mail.lists import (
    MailingLine,
    MailsWanted,
    count_mail_lines,
    find_mail_line,
    list_mail_lines,
    list_mailing_lines,
)
from pipeline.register.mail.outbox import count_messages
from pipeline.register.mail.told import list_told
from pipeline.web.desk.listing import Choice, Filters, fetch_page, page_of, read_filters
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.wording import say_count

MAILINGS = Crumb("Mail", "/mailings")
STATES: Mapping[DeliveryState, str] = {
    DeliveryState.WRITTEN: "written to the outbox folder",
    DeliveryState.SENT: "sent",
    DeliveryState.PENDING: "waiting to go",
    DeliveryState.SENDING: "on their way",
    DeliveryState.DEFERRED: "to be tried again",
    DeliveryState.BOUNCED: "refused by the receiving side",
    DeliveryState.CANCELLED: "dropped, no longer needed",
}
_CAMPAIGN_WORDS = {
    CampaignState.PLANNING: "being planned",
    CampaignState.WAITING: "waits for your word",
    CampaignState.OPEN: "let go",
    CampaignState.PAUSED: "paused",
    CampaignState.CANCELLED: "cancelled",
}
_TAGS = {CampaignState.WAITING: "blue", CampaignState.PAUSED: "yellow", CampaignState.PLANNING: "grey"}
_KINDS = {
    MailKind.READING: "policies to read",
    MailKind.STARTER: "pack on joining",
    MailKind.NOTICE: "small change",
    MailKind.CONTACTS: "new safeguarding contacts",
    MailKind.DECLARATION: "what to declare",
    MailKind.REMINDER: "reminder",
    **{part.kind: part.on_desk for part in PARTS},
    MailKind.ANSWER: "answer to a mail",
    MailKind.ANNOUNCEMENT: "the head’s words before the first mail",
    MailKind.SIGN_IN: "link to sign in with",
    MailKind.LINK: "link to their own page",
}


@dataclass(frozen=True, slots=True)
class MailingView:
    """One mailing in the list."""

    line: MailingLine
    href: str
    name: str
    words: str
    """How it stands."""
    tag: str
    """The colour of its state, empty for plain black."""
    counted: tuple[str, ...]
    """How many of its mails stand how, in words."""


def show_mailings(view: View) -> Answer:
    """Show the mailings, what waits first, then the newest."""
    filters = read_filters(
        "/mailings",
        view.request.query_params,
        Choice("state", "State", {state.value: words.capitalize() for state, words in _CAMPAIGN_WORDS.items()}),
        takes_search=False,
    )
    state = filters.of("state")
    lines = [_mailing(view, line) for line in list_mailing_lines(view.tx, view.school)]
    shown = [one for one in lines if not state or (one.line.row is not None and one.line.row.state == state)]
    shown.sort(key=lambda one: one.tag not in ("blue", "yellow"))
    counts = count_messages(view.tx, view.school)
    pause = find_pause(view.tx, view.school, view.config.mail.route)
    return Answer(
        "mailings.html",
        "Mail",
        {
            "filters": filters,
            "page": page_of(shown, filters, per_page=10),
            "counts": [(words, counts[state], state.value) for state, words in STATES.items() if counts[state]],
            "holds": say_holds(view),
            "is_copy": view.site.register.copied_from is not None,
            "pause": pause if pause and pause.holds(view.now) else None,
            "route": view.config.mail.route,
            "going": count_mails(view.tx, view.school)[CampaignState.OPEN],
        },
        at="/mailings",
    )


def say_holds(view: View) -> list[str]:
    """Return why all mail is held, a sentence each; empty where it is not."""
    register = view.site.register
    return [say_hold(reason, register, Voice.DESK) for reason in list_held_in(view.tx, register).reasons]


def _mailing(view: View, line: MailingLine) -> MailingView:
    counted = tuple(f"{number:,} {STATES[state]}" for state, number in line.counts.items())
    if line.row is None:
        return MailingView(line, "/mailings/other", "Single mails", "outside a mailing", "", counted)
    words, tag = _CAMPAIGN_WORDS[line.row.state], _TAGS.get(line.row.state, "")
    unfinished = any(state in line.counts for state in (DeliveryState.PENDING, DeliveryState.DEFERRED))
    if line.row.state is CampaignState.OPEN and unfinished:
        words, tag = "going out", "blue"
    name = f"Mailing of {view.moment(line.row.created_at)}"
    return MailingView(line, f"/mailings/{line.row.id}", name, words, tag, counted)


def show_mailing(view: View) -> Answer:
    """Show one mailing with its mails, or the mails of none."""
    key = str(view.request.path_params["mailing"])
    lines = list_mailing_lines(view.tx, view.school)
    line = next((one for one in lines if key == ("other" if one.row is None else str(one.row.id))), None)
    if line is None:
        return not_here("mailing", (MAILINGS,))
    mailing = _mailing(view, line)
    wanted = MailsWanted(campaign=line.row.id if line.row else None, outside=line.row is None)
    fields = _mails(view, f"/mailings/{key}", wanted)
    is_open = line.row is not None and line.row.state in (CampaignState.WAITING, CampaignState.PAUSED)
    summary = summary_of(view.tx, view.school, line.row.id) if line.row and is_open else None
    fields |= {"mailing": mailing, "summary": summary, "is_copy": view.site.register.copied_from is not None}
    return Answer("mailing.html", mailing.name, fields, (DESK, MAILINGS), at="/mailings")


def show_mails(view: View) -> Answer:
    """Show mails of all mailings, the newest first."""
    fields = _mails(view, "/mailings/mails", MailsWanted())
    return Answer("mails.html", "All mails", fields, (DESK, MAILINGS), at="/mailings")


def _mails(view: View, path: str, of: MailsWanted) -> dict[str, object]:
    filters = mail_filters(view, path)
    state = DeliveryState(filters.of("state")) if filters.of("state") else None
    wanted = MailsWanted(of.campaign, of.outside, state, filters.search.split())
    total = count_mail_lines(view.tx, view.school, wanted)
    page = fetch_page(
        total, lambda first, most: list_mail_lines(view.tx, view.school, wanted, first=first, most=most), filters, 8
    )
    return {"filters": filters, "page": page, "states": STATES, "kinds": _KINDS}


def mail_filters(view: View, path: str) -> Filters:
    """Return what of a list of mails is wanted."""
    states = {state.value: words.capitalize() for state, words in STATES.items()}
    return read_filters(path, view.request.query_params, Choice("state", "State", states))


def show_returned(view: View) -> Answer:
    """Show whose mail came back and what ends it."""
    returned = list_standing_undelivered(view.tx, view.school, view.config, view.picture.people, view.today)
    filters = read_filters("/mailings/returned", view.request.query_params, takes_search=False)
    numbers = {row.id: row.person.person_id for row in view.picture.people}
    fields = {"page": page_of(returned, filters, per_page=8), "filters": filters, "numbers": numbers}
    return Answer("returned.html", "Mail that came back", fields, (DESK, MAILINGS), at="/mailings")


def show_mail(view: View) -> Answer:
    """Show one mail: how it stands, every try, and what it tells; not its words, in which its reader's link stands."""
    key = view.key("mail")
    line = None if key is None else find_mail_line(view.tx, view.school, key)
    if line is None:
        return not_here("mail", (MAILINGS,))
    titles = {one.policy_id: one for one in view.picture.standings}
    told = list_told(view.tx, view.school, by_message=line.id)
    named = dict.fromkeys(row.policy_id for row in told if row.policy_id in titles)
    above = Crumb("Single mails", "/mailings/other")
    if line.campaign is not None:
        above = Crumb("Mailing", f"/mailings/{line.campaign}")
    fields = {
        "line": line,
        "states": STATES,
        "kind": _KINDS[line.kind],
        "tries": list_deliveries(view.tx, view.school, line.id),
        "policies": [titles[policy_id] for policy_id in named if policy_id is not None],
        "tried": say_count(line.attempts, "time"),
    }
    return Answer(
        "mail.html", f"Mail to {line.name or line.recipient}", fields, (DESK, MAILINGS, above), at="/mailings"
    )
