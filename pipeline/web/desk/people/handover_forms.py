"""The keeper of the program leaves, handed over from the desk: shown first, by the function that the command calls."""

import hashlib
from pathlib import Path

from pipeline.config import Config
from pipeline.decisions.rights import Action
from pipeline.handover.carry_out import hand_over
from pipeline.handover.plan import Handover, HandoverOrder, plan_handover
from pipeline.settings.change import Deciding
from pipeline.web import own_address
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.owner_pages import OWNERS
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, POLICIES, Answer, ShowPage, View

_TITLE = "Whoever runs this program leaves"


def show_handover(view: View) -> Answer:
    """Ask who leaves and who follows."""
    accounts = {address: address for address in view.config.accounts.people}
    return Answer("handover.html", _TITLE, {"accounts": accounts}, (DESK, POLICIES, OWNERS), at="/policies")


def act_handover(doing: Doing) -> Done | ShowPage:
    """Show what a handover does; do it once that was looked at, and write the sheet."""
    sent, register, config = doing.sent, doing.site.register, doing.config
    leaver, successor = sent.of("from"), sent.of("to")
    faults = {}
    if not leaver:
        faults["from"] = "Say who leaves, by work address or name"
    if not successor:
        faults["to"] = "Say who follows, by work address or name"
    if faults:
        raise FormError(faults)
    order = HandoverOrder(leaver, successor)
    with register.reading() as tx:
        environ = doing.site.environ
        plan = plan_handover(tx, register.school, config, order, environ, today=doing.today, now=doing.now)
    if doing.who.is_at(plan.successor.address):
        raise FormError({"to": "Nobody takes over for themself: somebody else with the right to do so has to"})
    if sent.of("looked") != _mark(plan):
        return _check(plan)
    return _do(doing, order)


def _folder(config: Config) -> Path:
    return config.distribution / "handover"


def _mark(plan: Handover) -> str:
    """Return what tells what was shown from any other plan."""
    return hashlib.sha256("\n".join(plan.steps).encode()).hexdigest()[:20]


def _check(plan: Handover) -> ShowPage:
    def show(view: View) -> Answer:
        ends = view.who.account is None or view.who.is_at(plan.leaver.address)
        folder = _folder(view.config) if ends else ""
        fields = {"plan": plan, "looked": _mark(plan), "folder": folder}
        return Answer("handover_check.html", "Check what will happen", fields, (DESK, POLICIES, OWNERS), at="/policies")

    return show


def _do(doing: Doing, order: HandoverOrder) -> Done:
    config, by = doing.config, Deciding(doing.who.name, doing.now, "", doing.who.account)
    plan, written = hand_over(
        doing.site.register, config, order, doing.site.environ,
        by=by, today=doing.today, out=_folder(config), serving=own_address.find(config.distribution),
    )  # fmt: skip
    said = "Nothing was left to hand over." if plan.is_done else f"Handed over to {plan.successor.said}."
    return Done("/owners", f"{said} The sheet to print is on the computer that runs this: {written.pdf}.")


HANDOVER = Form(show_handover, act_handover, Action.HAND_OVER_PROGRAM)
