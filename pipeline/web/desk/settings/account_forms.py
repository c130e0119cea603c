"""Who may sign in, changed from the desk: one person a form, with their rights and the teams they are head of."""

from collections.abc import Callable
from functools import partial

from pipeline.decisions.rights import SAID, Action
from pipeline.errors import UsageError
from pipeline.model import Right
from pipeline.settings.accounts import put_account, take_out_account
from pipeline.settings.change import current, settings_change
from pipeline.settings.keys import table_of
from pipeline.settings.text import tables_of
from pipeline.text.addresses import is_address
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.settings.settings import SETTINGS, Shown, address_of, may_change, read_shown
from pipeline.web.desk.settings.settings_forms import NEW, keep
from pipeline.web.desk.view import DESK, Answer, Crumb, ShowPage, View, not_here

_TABLE = table_of("accounts")


def _address_at(shown: Shown, entry: str) -> str | None:
    """Return the address of an entry, empty for a new one, None where there is no such."""
    if entry == NEW:
        return ""
    addresses = list(shown.config.accounts.people)
    number = int(entry) if entry.isascii() and entry.isdigit() and len(entry) < 5 else len(addresses)
    return addresses[number] if number < len(addresses) else None


def _shows(*, moved: bool = False) -> ShowPage:
    def show(view: View) -> Answer:
        shown, entry = read_shown(view), str(view.request.path_params["account"])
        address = _address_at(shown, entry)
        if address is None or _TABLE is None or not may_change(view, _TABLE):
            return not_here("account", (SETTINGS,))
        accounts = shown.config.accounts
        rights = accounts.find(address) if address else ()
        fields = {
            "address": address,
            "options": {right.value: words for right, words in SAID.items()},
            "chosen": view.sent.all("rights") if view.sent else tuple(right.value for right in rights),
            "teams": "\n".join(accounts.teams_of(address)) if address else "",
            "now": ", ".join(SAID[right] for right in rights),
            "seen": shown.digest if moved or not view.sent else view.sent.of("seen"),
            "moved": moved,
            "broken": shown.broken,
        }
        crumbs = (DESK, SETTINGS, Crumb(_TABLE.title, address_of(_TABLE)))
        title = f"What {address} may do" if address else "Somebody else may sign in"
        return Answer("account.html", title, fields, crumbs, status=409 if moved else 200, at="/settings")

    return show


def act_account(doing: Doing) -> Done | ShowPage:
    """Keep what somebody may do, or that they may not sign in any more."""
    file, config = current(doing.config.root)
    shown = Shown(file.text, file.digest, tables_of(file.text), config, ())
    before = _address_at(shown, doing.part("account"))
    if before is None or _TABLE is None:
        raise UsageError("That account is not there any more. Look at the settings and begin again.")

    def change(edit: Callable[[str], str], after: str) -> Done | ShowPage:
        return keep(doing, _TABLE, settings_change("accounts", (), edit, before, after), _shows(moved=True))

    if before and doing.sent.of("take_out"):
        return change(partial(take_out_account, address=before), "")
    address, rights, teams = _read(doing, before, shown)
    put = partial(put_account, address=address, rights=rights, teams=teams)
    return change(put, f"{address}: {', '.join(rights)}; {', '.join(teams)}")


def _read(doing: Doing, before: str, shown: Shown) -> tuple[str, list[str], list[str]]:
    sent = doing.sent
    address = before or sent.of("address")
    rights = [str(right.value) for right in Right if right.value in sent.all("rights")]
    teams = [line.strip() for line in sent.of("teams").split("\n") if line.strip()]
    faults = {}
    if not is_address(address):
        faults["address"] = "Write their work address, like name@school.sch.uk"
    elif not before and shown.config.accounts.find(address):
        faults["address"] = f"{address} may sign in already; change what they may do there"
    if not rights:
        faults["rights"] = "Choose what they may do, or take the account out"
    if (Right.HEAD_OF_TEAM in rights) is not bool(teams):
        faults["teams"] = (
            "Write which team they are head of, as the staff list calls it"
            if not teams
            else "Teams are for the head of a team: choose that right too, or empty this"
        )
    if faults:
        raise FormError(faults)
    return address, rights, teams


ACCOUNT = Form(_shows(), act_account, Action.CHANGE_ROUTE)
