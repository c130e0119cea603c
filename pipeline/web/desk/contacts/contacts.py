"""Who holds which role today, whose number waits for a call, and names that nobody knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.contacts.safety_lines import LinePiece
from pipeline.model.contacts import Directory
from pipeline.policies.decisions.contact_answers import list_unknowns
from pipeline.register.policies.contact_notices import find_waiting
from pipeline.web.desk.view import Answer, Crumb, View
from pipeline.wording import say_role

CONTACTS = Crumb("Contacts", "/contacts")


@dataclass(frozen=True, slots=True)
class HolderLine:
    """The holder of a role, with the number as it may be shown today."""

    role: str
    name: str
    phone: str
    email: str
    note: str

    @property
    def call(self) -> str:
        """The address that rings the number, empty without one."""
        return LinePiece(self.phone, self.phone).call


def list_holders(directory: Directory, *roles: str) -> Iterator[HolderLine]:
    """Yield who holds each role today, in the order of the settings; of some ``roles`` where given, in their order."""
    holders = [one for role in roles for one in directory.of(role)] if roles else directory.holders
    for one in holders:
        note = f"stands in for {one.covers}" if one.covers else ""
        yield HolderLine(say_role(one.role), one.name, one.phone or "", one.email or "", note)


def show_contacts(view: View) -> Answer:
    """Show the directory of today and what waits in it."""
    standing = view.picture.standing
    shown = standing.shared.contacts.shown
    fields = {
        "holders": list(list_holders(shown)),
        "office": shown.office,
        "first": view.first,
        "covers": standing.shared.contacts.covers,
        "unconfirmed": standing.unconfirmed,
        "unknown": [each.value for each in list_unknowns(standing.open_contacts)],
        "notice": find_waiting(view.tx, view.school),
        "say_role": say_role,
    }
    return Answer("contacts.html", "Contacts", fields, at="/contacts")
