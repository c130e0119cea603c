"""Cover today: a deputy stands in for the safeguarding lead, or the lead is back. One step, and no reason is kept."""

from dataclasses import dataclass

from pipeline.contacts.cover import CoverOrder
from pipeline.decisions.rights import Action
from pipeline.directory import LEAD, STANDS_IN
from pipeline.model.contacts import Holder
from pipeline.named.names.likeness import SAME, name_key, same_person
from pipeline.people.absences import absent_holders
from pipeline.publish.cover import say_switched, switch_cover
from pipeline.web.desk.contacts.contacts import CONTACTS
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.typed import FormError, day_fault, typed_day
from pipeline.web.desk.view import DESK, Answer, View
from pipeline.wording import say_list, say_role


@dataclass(frozen=True, slots=True)
class StandIn:
    """A person who can be chosen to stand in."""

    holder: Holder

    @property
    def key(self) -> str:
        """What the form calls them."""
        return f"{self.holder.role}/{self.holder.name}"

    def said(self, absent: frozenset[str]) -> str:
        """Return them in words, with their number as it may be shown today."""
        phone = f", {self.holder.phone}" if self.holder.phone else ", no number is known"
        away = ": away, or left, by the staff list" if name_key(self.holder.name) in absent else ""
        return f"{self.holder.name}, {say_role(self.holder.role)}{phone}{away}"


def show_cover(view: View) -> Answer:
    """Ask who stands in for the lead, and until when."""
    contacts, directory = view.picture.standing.shared.contacts, view.config.directory(view.today)
    leads = directory.of(LEAD)
    # Shown as they stand without cover: the person who stands in today may be asked to go on.
    can = [
        StandIn(one)
        for role in STANDS_IN
        for one in contacts.shown.of(role)
        if not any(same_person(one.name, lead.name, SAME) for lead in leads)
    ]
    absent = absent_holders(view.picture.people, directory, view.today)
    fields = {
        "leads": {lead.name: lead.name for lead in leads},
        "who_leads": say_list([lead.name for lead in leads]),
        "covers": contacts.covers,
        "can": {one.key: one.said(absent) for one in can},
        "chosen": contacts.covers[0] if contacts.covers else None,
    }
    return Answer("cover.html", "Cover for the safeguarding lead", fields, (DESK, CONTACTS), at="/contacts")


def act_cover(doing: Doing) -> Done:
    """Record who stands in; lines, pages, the site and mails that wait follow at once."""
    role, _, name = doing.sent.of("who").partition("/")
    faults = {}
    if role not in STANDS_IN or not name:
        faults["who"] = "Choose who stands in"
    leads = [lead.name for lead in doing.config.directory(doing.today).of(LEAD)]
    instead_of = doing.sent.of("instead_of") or None
    if len(leads) > 1 and instead_of not in leads:
        faults["instead_of"] = "Choose for whom they stand in"
    until = typed_day(doing.sent, "until")
    if fault := day_fault(doing.sent, "until", ""):
        faults["until"] = fault
    if until is not None and until < doing.today:
        faults["until"] = "The last day has passed; give today or a later day"
    if faults:
        raise FormError(faults)
    return _switch(doing, CoverOrder(role, until, name, instead_of))


def show_end(view: View) -> Answer:
    """Ask whether the lead is back."""
    fields = {"covers": view.picture.standing.shared.contacts.covers}
    return Answer("cover_end.html", "The safeguarding lead is back", fields, (DESK, CONTACTS), at="/contacts")


def act_end(doing: Doing) -> Done:
    """Record that the lead is back."""
    return _switch(doing, CoverOrder(LEAD))


def _switch(doing: Doing, order: CoverOrder) -> Done:
    register, config, today = doing.site.register, doing.config, doing.today
    cover, site = switch_cover(register, config, order, actor=doing.who.name, today=today, now=doing.now)
    return Done("/contacts", " ".join(say_switched(cover, site, config.calendar.no_school, today)))


COVER = Form(show_cover, act_cover, Action.COVER)
COVER_END = Form(show_end, act_end, Action.COVER)
