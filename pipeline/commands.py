"""Every command with its line of ``policy --help``, and that page itself: told without the parts that run commands.

``__main__`` shows the page from here, so that asking what there is takes a third of the time; ``cli`` shows the same
page wherever a command line turns out to ask for it.
"""

import shutil
import textwrap

DECLARED = "declared"
"""Stands for the module of a command that is made of a declaration in ``decisions``."""
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("workspace", "Lay out an empty workspace in FOLDER."),
    "extract": ("policies.documents", "Read documents and print what they say of themselves."),
    "copy": ("policies.documents", "Regenerate copies of documents with the school's contacts."),
    "run": ("run", "Do the day's work: read, record, regenerate, publish, mail, remind."),
    "deliver": ("run", "Send what is due now."),
    "take-in": ("mail.inbox", "Read what came back: bounces, automatic replies and answers."),
    "status": ("run", "Show how every policy stands."),
    "issue": ("policies.decisions", "Put a changed policy in use, awaiting the governors."),
    "ready": ("policies.decisions", "Say that a policy's text may go to the clerk with the papers."),
    "approve": ("policies.approving", "Record an approval, or all of a meeting; the next review rolls."),
    "reaffirm": (DECLARED, "Checked, unchanged: the text stands, and the next review rolls."),
    "review": ("policies.review", "Settle what is unclear, one question at a time."),
    "set": (DECLARED, "Overrule what a policy says of itself, with a reason."),
    "owners": ("policies.owners", "Show who looks after what, or hand over everything of one owner."),
    "correct": (DECLARED, "Say that something, such as a reading or an approval, was recorded in error."),
    "due": (DECLARED, "Move the day a review is due, once, with a reason that governors see."),
    "calendar": ("policies.reviews", "Write reviews, meetings and days for papers as a calendar file (.ics)."),
    "summary": ("policies.reviews", "Show the governors' termly summary as it would be mailed today; send nothing."),
    "staff": ("people.people", "Who works here: take in a list, add, change, end or show one person."),
    "acknowledge": ("readings.acknowledge", "Who has read what: show, record on paper, import."),
    "form": ("readings.form", "The school's own form for 'I have read': how to make it."),
    "pack": ("readings.papers", "Print what staff without e-mail are to read, with a sheet to sign."),
    "card": ("readings.papers", "Print cards for supply staff, or list whose slips came back."),
    "told": (DECLARED, "Record that parents, pupils or others were told of policies."),
    "newsletter": (
        "policies.newsletter",
        "The words for the newsletter on new and changed policies; record that it went out.",
    ),
    "contacts": ("contacts.contacts", "Show the directory, and who is named in a role they do not hold."),
    "send": ("mail.mail", "Confirm, pause, resume, cancel or retry a mailing, or drop mail that came back."),
    "mail": ("mail.mail_route", "Prove that the mail route works; what IT and staff need before."),
    "ledger": ("evidence.ledger", "Check the ledger, or write it out."),
    "simulate": ("mail.simulate", "Show every mail that would go until a day; write and send nothing."),
    "evidence": ("evidence.evidence", "Make a pack of evidence: copies, figures, approvals, the ledger and proofs."),
    "person": ("people.person", "What is held on people, for them; holding and erasing it."),
    "register": ("register", "Carry the register into a PostgreSQL database, or back into a file."),
    "backup": ("safety_copies", "Make a safety copy: register, keys, settings, lists and documents, in one file."),
    "restore": ("safety_copies", "Put a safety copy back; what is here now is moved aside, and all mail is held."),
    "watch": ("policies.watch", "Judge each document that the school's website or VLE links to."),
    "website": (
        "policies.website",
        "List which files of the school's website to replace, and with what; record that it was.",
    ),
    "catalogue": ("policies.catalogue", "The rules that come with the program: which nobody has checked for a year."),
    "keys": ("evidence.keys", "Show whether the keys are the right ones, or make new ones."),
    "handover": (
        "people.handover",
        "Whoever runs the program leaves: hand it to somebody else, keys and accounts too.",
    ),
    "trust": (
        "trust.commands",
        "A trust of several schools: see how all stand, run every night, hand out policies.",
    ),
    "fleet": ("trust.fleet", "Several workspaces, for an IT provider: last run, mail route, safety copy, version."),
    "serve": ("serve", "Serve the dashboard and the personal pages, run daily, and send what is due."),
    "schedule": ("schedule", "Print the lines with which this computer's own scheduler calls the program."),
    "sign-in": ("sign_in", "Print a link that signs in once, or a code; list and end sessions."),
}
"""Every command in the order of ``--help``: the module of ``cli`` it lives in, and its one-line help."""

PURPOSE = "Keep a school's policies in date, their copies right and its staff informed."
OPTIONS = {
    "--workspace PATH": "The school's folder; else the nearest upwards.",
    "--today YYYY-MM-DD": "Take this day for today.",
    "--as NAME": "Who decides; else the account you use.",
    "--json": "Print JSON for other programs.",
    "--version": "Show the version and exit.",
    "-h, --help": "Show this message and exit.",
}
"""What stands before a command, with what it is for."""
_WIDEST, _NARROWEST = 78, 50


def help_page(width: int | None = None) -> str:
    """Return what ``policy --help`` shows, in lines of at most ``width`` characters; None for those of the terminal."""
    width = width or max(min(shutil.get_terminal_size().columns - 2, _WIDEST), _NARROWEST)
    lines = [
        "Usage: policy [OPTIONS] COMMAND [ARGS]...",
        "",
        *textwrap.wrap(PURPOSE, width, initial_indent="  ", subsequent_indent="  "),
        "",
        "Options:",
        *_listed(OPTIONS, width),
        "",
        "Commands:",
        *_listed({name: text for name, (_, text) in COMMANDS.items()}, width),
    ]
    return "\n".join(lines) + "\n"


def _listed(entries: dict[str, str], width: int) -> list[str]:
    """Return each entry with what is said of it beside it, all of them in one column."""
    column = max(map(len, entries)) + 4
    return [
        line
        for name, text in entries.items()
        for line in textwrap.wrap(text, width, initial_indent=f"  {name}".ljust(column), subsequent_indent=" " * column)
    ]
