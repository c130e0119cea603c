"""The school's own website, for those who edit it by hand: what to replace there and with what, and the newsletter.

As ``policy website`` and ``policy newsletter``. To look at the website is long work; files and sheets are given to
the person who asked for them.
"""

import tempfile
from pathlib import Path

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.groups import groups_by_policy, summarise_groups
from pipeline.publish.ended import SAFETY
from pipeline.publish.folders import last_reports
from pipeline.publish.newsletter import Newsletter, prepare_newsletter, record_newsletter, word_sheet
from pipeline.publish.watching import watch
from pipeline.publish.website_list import (
    WebsiteList,
    list_website,
    record_placed,
    say_basis,
    say_item,
    website_sheet,
    write_bundle,
)
from pipeline.register.transaction import Transaction
from pipeline.web.desk.downloads import give_out
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.typed import FormError, past_day
from pipeline.web.desk.view import DESK, Answer, Crumb, View
from pipeline.web.desk.work import Finished, Progress
from pipeline.wording import say_count, say_list

_LINE = "website"
WEBSITE = Crumb("Website", "/website")


# --- the editor's list ------------------------------------------------------------------------------------------


def show_website(view: View) -> Answer:
    """Show what is to be done on the website."""
    listed = _listed(view.tx, view.school, view)
    fields = {
        "listed": listed,
        "basis": say_basis(listed),
        "lines": [(item, say_item(item)) for item in listed.items],
        "watched": view.config.publish.watch,
        "folders": last_reports(view.config),
    }
    return Answer("website.html", "Website", fields, at="/website")


def _listed(tx: Transaction, school: str, asked: View | Doing) -> WebsiteList:
    pages, (found, at) = asked.site.memo.last("website") or ((), (None, None))
    if pages != asked.config.publish.watch:
        found, at = None, None
    return list_website(tx, school, asked.config, asked.today, found, at)


def act_look(doing: Doing) -> Done:
    """Begin to look at the pages of the website."""
    site, pages = doing.site, doing.config.publish.watch
    if not pages:
        raise UsageError("No page of the website is named in the settings yet, so there is nothing to look at.")

    def look(progress: Progress) -> Finished:
        now = site.clock()
        found = watch(site.register, site.config(), pages, site.today(now), progress)
        site.memo.keep("website", pages, (found, now))
        return Finished(f"{say_count(len(found.links), 'link')} looked at.", "/website", "See what is to be done")

    return Done(doing.work.begin("Looking at the website", doing.who.name, doing.now, look, line=_LINE).page)


def act_files(doing: Doing) -> Done:
    """Give out the sheet alone, or with all the files to put there."""
    with doing.site.register.reading() as tx:
        listed = _listed(tx, doing.site.register.school, doing)
    if not listed.items:
        raise UsageError("Nothing is to be done on the website, so there is nothing to download.")
    with tempfile.TemporaryDirectory(prefix="policy-website-") as folder:
        if doing.sent.of("what") == "sheet":
            path = Path(folder) / f"website-{doing.today}.docx"
            path.write_bytes(website_sheet(listed, doing.today))
        else:
            path = Path(folder) / f"website-{doing.today}.zip"
            write_bundle(listed, doing.config.root, path, doing.today)
        return Done(give_out(doing, path))


def show_replaced(view: View) -> Answer:
    """Ask which policies were put on the website, and when."""
    listed = _listed(view.tx, view.school, view)
    titles = {item.slug: item.title for item in listed.items if item.slug is not None}
    return Answer("website_replaced.html", "What was done on the website", {"titles": titles}, (DESK, WEBSITE))


def act_replaced(doing: Doing) -> Done:
    """Record what was put on the website, or taken down."""
    # What was shown, and not what has come onto the list since.
    slugs = doing.sent.all("shown" if doing.sent.of("all") == "yes" else "slug")
    to_come = "That day is still to come; record it once it is done"
    on, fault = past_day(doing.sent, "on", "Say on which day", to_come, doing.today)
    faults = {"on": fault} if fault else {}
    if not slugs:
        faults["slug"] = "Tick what was done"
    if faults or on is None:
        raise FormError(faults)
    with doing.deciding() as decision:
        said = record_placed(decision, doing.config, slugs, on, doing.today)
    return Done("/website", said)


# --- the newsletter ---------------------------------------------------------------------------------------------


def show_newsletter(view: View) -> Answer:
    """Show the words for the next newsletter, and ask when it went out."""
    sheet = _sheet(view.tx, view.school, view)
    told = groups_by_policy(view.tx, view.school, view.config, view.picture.standings, view.today)
    fields = {
        "sheet": sheet,
        "safety_words": SAFETY,
        "groups": summarise_groups(view.config, view.picture.standings, told),
        "names": say_list([name for _, name in sheet.groups]) if sheet else "",
        "not_public": say_list(list(sheet.not_public)) if sheet else "",
    }
    return Answer("newsletter.html", "Words for the newsletter", fields, (DESK, WEBSITE))


def _sheet(tx: Transaction, school: str, asked: View | Doing) -> Newsletter | None:
    """Return the sheet, None where nobody is told by a newsletter."""
    try:
        return prepare_newsletter(tx, school, asked.config, asked.today)
    except UsageError:
        return None


def act_sheet(doing: Doing) -> Done:
    """Give out the words as a Word file or as plain text."""
    with doing.site.register.reading() as tx:
        sheet = _sheet(tx, doing.site.register.school, doing)
    if sheet is None or not sheet.items:
        raise UsageError("Nothing is new for those who are told by a newsletter, so there is no sheet.")
    with tempfile.TemporaryDirectory(prefix="policy-newsletter-") as folder:
        is_text = doing.sent.of("as") == "text"
        path = Path(folder) / f"newsletter-{doing.today}.{'txt' if is_text else 'docx'}"
        text = ("\n".join(sheet.lines) + "\n").encode("utf-8")
        path.write_bytes(text if is_text else word_sheet(sheet, doing.today))
        return Done(give_out(doing, path))


def act_newsletter(doing: Doing) -> Done:
    """Record that the newsletter went out: its groups count as told of the texts of the day the words were made."""
    sent, to_come = doing.sent, "That day is still to come; record it once it went out"
    on, fault = past_day(sent, "on", "Say on which day it went out", to_come, doing.today)
    made, second = past_day(sent, "made", "Say of which day its words are", "", doing.today)
    faults = {name: said for name, said in (("on", fault), ("made", second)) if said}
    if not faults and on is not None and made is not None and made > on:
        faults["made"] = "The words cannot be younger than the newsletter"
    if not sent.all("slug"):
        faults["slug"] = "Tick what was in it"
    if faults or on is None or made is None:
        raise FormError(faults)
    with doing.deciding() as decision:
        said = record_newsletter(
            decision, doing.config, sent_on=on, made_on=made, today=doing.today, slugs=sent.all("slug")
        )
    return Done("/newsletter", said)


WEBSITE_FORMS: dict[str, Form] = {
    "/website/look": Form(show_website, act_look, Action.RECORD_READINGS),
    "/website/files": Form(show_website, act_files, Action.RECORD_READINGS),
    "/website/replaced": Form(show_replaced, act_replaced, Action.EDIT_POLICIES),
    "/newsletter": Form(show_newsletter, act_newsletter, Action.EDIT_POLICIES),
    "/newsletter/sheet": Form(show_newsletter, act_sheet, Action.EDIT_POLICIES),
}
