"""What is decided on contacts beside who holds a role: cover today, a number confirmed, when staff are told.

Cover is one step, and no reason of it is kept. ``policy contacts`` decides the same.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import ClassVar

from pipeline.contacts import confirmations, notices
from pipeline.contacts.cover import CoverOrder
from pipeline.contacts.lead_today import lead_notices
from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look, NotHereError
from pipeline.decisions.fields import Where, asked, asked_at_desk
from pipeline.decisions.rights import Action
from pipeline.directory import LEAD, STANDS_IN
from pipeline.named.names.likeness import SAME, name_key, same_person
from pipeline.people.absences import absent_holders
from pipeline.people.away import away_through
from pipeline.people.lists.staff_list import without_own_address
from pipeline.publish.cover import record_cover, say_cover
from pipeline.publish.site import publish_site
from pipeline.register.people.persons import list_people
from pipeline.wording import say_count, say_day, say_list, say_near_day, say_role


def _words(page: str, heading: str, does: str, button: str, explains: str, right: Action) -> DecisionWords:
    return DecisionWords("", does, right, page=page, heading=heading, button=button, explains=explains)


@dataclass(frozen=True, kw_only=True)
class StandIn(DeclaredDecision):
    """A person stands in for the safeguarding lead."""

    words: ClassVar[DecisionWords] = _words(
        "/contacts/cover",
        "Cover for the safeguarding lead",
        "Say who stands in for the safeguarding lead; as `policy contacts --cover ROLE`.",
        "They stand in from now",
        "Whoever stands in is named at once on every page, on the sites and in the mails that wait. Copies are made "
        "again only where it is for five school days or more.",
        Action.COVER,
    )
    who: str = asked("Who stands in", missing="Choose who stands in")
    instead_of: str | None = asked_at_desk("For whom", missing="Choose for whom they stand in")
    until: date | None = asked_at_desk("The last day", hint="It ends by itself after it.", is_today=True)

    @classmethod
    def look(cls, case: Case) -> Look:
        """Show who leads and who could stand in, with their numbers as they may be shown today."""
        tx, school, config, today = case.decision.tx, case.decision.school, case.config, case.today
        contacts, directory = confirmations.contacts_of_day(tx, school, config, today), config.directory(today)
        leads = {lead.name: lead.name for lead in directory.of(LEAD)}
        absent = absent_holders(list_people(tx, school, today), directory, today)
        can = {
            f"{role}/{one.name}": f"{one.name}, {say_role(role)}, {one.phone or 'no number is known'}"
            + (": away, or left, by the staff list" if name_key(one.name) in absent else "")
            # As they stand without cover: the person who stands in today may be asked to go on.
            for role in STANDS_IN
            for one in contacts.shown.of(role)
            if not any(same_person(one.name, lead, SAME) for lead in leads)
        }
        said = lead_notices(config, today, contacts.shown, contacts.covers, case.voice)
        return Look(
            said=said or (f"{say_list(list(leads))} {'leads' if len(leads) == 1 else 'lead'} today.",),
            nothing="" if can else "No deputy and no headteacher has an entry for today, so nobody could stand in.",
            choices={"who": can, "instead_of": leads if len(leads) > 1 else {}},
            links={"When the lead is back": ("say so", LeadIsBack.words.page)} if contacts.covers else {},
            shown=repr(contacts.covers),
        )

    def do(self, case: Case) -> DecisionSaid:
        """Record who stands in; lines, pages, the site and mails that wait follow at once."""
        config, today, (role, _, name) = case.config, case.today, self.who.partition("/")
        order = CoverOrder(role, self.until, name or None, self.instead_of)
        cover, standings = record_cover(case.decision, config, order, today)
        as_json = {"role": role, "cover": asdict(cover) if cover else None, "by": case.decision.actor}
        said = case.lines(say_cover(cover, config.calendar.no_school, today))
        return DecisionSaid(said, as_json, then=lambda made: publish_site(made, config, standings, today).failed or "")


@dataclass(frozen=True, kw_only=True)
class LeadIsBack(DeclaredDecision):
    """The safeguarding lead is back: nobody stands in any more."""

    words: ClassVar[DecisionWords] = _words(
        "/contacts/cover/end",
        "The safeguarding lead is back",
        "Say that the safeguarding lead is back; as `policy contacts --cover dsl`.",
        "The lead is back",
        "Every page, the sites and the mails that wait name the lead again at once.",
        Action.COVER,
    )

    @classmethod
    def look(cls, case: Case) -> Look:
        """Show who stands in."""
        contacts = confirmations.contacts_of_day(case.decision.tx, case.decision.school, case.config, case.today)
        said = lead_notices(case.config, case.today, contacts.shown, contacts.covers, case.voice)
        nothing = "" if contacts.covers else "Nobody stands in today."
        return Look(said=said, nothing=nothing, shown=repr(contacts.covers))

    def do(self, case: Case) -> DecisionSaid:
        """Record that the lead is back."""
        return StandIn(who=LEAD).do(case)


_HOW = {
    "rang": "I rang the number, and they answered",
    "wrote": "I wrote to the address, and they answered",
    "met": "They told me themselves, face to face",
}


@dataclass(frozen=True, kw_only=True)
class ConfirmNumber(DeclaredDecision):
    """A person other than the one who typed a new number or address has reached its holder."""

    words: ClassVar[DecisionWords] = _words(
        "/contacts/confirm/{waiting}",
        "",
        "Confirm a new number or address; as `policy contacts --confirm ROLE`.",
        "It is right",
        "Ring the number as it stands here, or write to the address, and make sure that they answer. Neither whoever "
        "typed it nor the holder can confirm it.",
        Action.CHANGE_CONTACTS,
    )
    waiting: str = asked(where=Where.ADDRESS)
    how: str = asked(
        "How you reached them", missing="Say how you reached them; if nobody answered, the number is not confirmed"
    )

    @classmethod
    def look(cls, case: Case, waiting: str) -> Look:
        """Show what is new of the holder of a role."""
        one = _waiting(case, waiting)
        rows = {
            "Role": f"{say_role(one.holder.role)}{f', from {say_day(one.first)}' if one.first else ''}",
            "Telephone": f"{one.holder.phone} (new)" if one.phone else "",
            "E-mail": f"{one.holder.email} (new)" if one.email else "",
        }
        how = {key: said for key, said in _HOW.items() if key != "wrote" or not one.phone}
        heading, wrong = f"Is the new number of {one.holder.name} right?", ("correct it", "/contacts/change")
        return Look(heading=heading, rows=rows, links={"If it is wrong": wrong}, choices={"how": how})

    def do(self, case: Case) -> DecisionSaid:
        """Record it."""
        holder, account = _waiting(case, self.waiting).holder, case.who.account if case.who else None
        return confirm_number(case, confirmations.Confirmation(holder.role, _HOW[self.how], holder.name, account))


def _waiting(case: Case, key: str) -> confirmations.Unconfirmed:
    unconfirmed = confirmations.list_unconfirmed(case.decision.tx, case.decision.school, case.config, case.today)
    if (one := next((one for one in unconfirmed if one.key == key), None)) is not None:
        return one
    said = "That number does not wait any more: it was changed or confirmed meanwhile. See Contacts."
    raise NotHereError("number that waits", said)


def confirm_number(case: Case, given: confirmations.Confirmation) -> DecisionSaid:
    """Record that the new holder of a role was reached. Raises UsageError."""
    names = [one.name for one in confirmations.confirm_contacts(case.decision, case.config, given, today=case.today)]
    by, role = case.decision.actor, say_role(given.role)
    said = f"Noted: {by} confirmed {say_list(names)}, {role}. The next run puts it into the copies."
    nothing = f"Nothing of the {role} waits for a confirmation."
    return DecisionSaid(said if names else nothing, {"role": given.role, "confirmed": names, "by": by})


@dataclass(frozen=True, kw_only=True)
class TellStaff(DeclaredDecision):
    """The office says when staff are told of a change of contacts."""

    words: ClassVar[DecisionWords] = _words(
        "/contacts/tell",
        "Tell staff about new contacts",
        "Say when staff are told of new contacts; as `policy contacts --tell WHEN`.",
        "Keep it",
        "The website and the copies name the new contact already; whoever was given a copy gets the renewed one. "
        "Nothing is to be read again or sent back.",
        Action.TELL_CONTACTS,
    )
    how: str = asked("When staff are told", missing="Choose when staff are told")
    day: date | None = asked_at_desk("The day", hint="Today or a later day, at most two months ahead.")

    @classmethod
    def look(cls, case: Case) -> Look:
        """Show what staff will read, how many they are, and when they are told if nothing is chosen."""
        tx, school, today = case.decision.tx, case.decision.school, case.today
        waiting = notices.look_at_waiting(tx, school, case.config, case.find_policies(), today)
        if waiting is None:
            return Look(nothing="No change of contacts waits: staff were told, or need not be.")
        if not waiting.is_todays:
            return Look(nothing=notices.CHANGED_AGAIN, shown=waiting.row.change)
        rows = [row for row in list_people(tx, school, today) if row.id in waiting.people]
        alone = len(without_own_address(rows, today))
        away = sum(away_through(row.person, today) is not None for row in rows)
        told = f"told on {say_near_day(waiting.row.goes_on, today)}."
        return Look(
            rows={
                "Staff will read": " ".join((*waiting.lines, "Please discard older copies.")),
                "By e-mail": say_count(len(rows) - alone, "person", "people"),
                "On paper": f"{say_count(alone, 'person', 'people')} without an address of their own" if alone else "",
                "Away now": f"{away} of them; they get it on return" if away else "",
            },
            said=(f"Staff are {told} You can still choose otherwise.",) if waiting.row.chosen else (),
            warns="" if waiting.row.chosen else f"Staff have not been told yet. If nothing is chosen, they are {told}",
            choices={"how": {"now": "Now", "day": "On the day below", "head": "The head tells them; nobody is mailed"}},
            shown=waiting.row.change,
        )

    def do(self, case: Case) -> DecisionSaid:
        """Record it; where that is now, the desk begins the update that tells them."""
        telling = notices.NoticeDecision(self.how, self.day if self.how == "day" else None)
        row = notices.decide_notice(case.decision, case.config, telling, today=case.today)
        on = row.goes_on if self.how in ("now", "day") else None
        as_json = {"notice": row.number, "roles": row.roles, "tell": self.how, "on": on, "by": case.decision.actor}
        told = {"head": "the head tells staff. Nobody gets an e-mail about it.", "nobody": "nobody is told."}
        mailed = f"staff are told on {say_near_day(row.goes_on, case.today)}. The run of that day sends it."
        return DecisionSaid(f"Noted: {told.get(self.how, mailed)}", as_json, begins_run=on == case.today)


DECISIONS = (StandIn, LeadIsBack, ConfirmNumber, TellStaff)
