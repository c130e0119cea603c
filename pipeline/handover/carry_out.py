"""Do what a handover says: settings, policies, sessions and the ledger's key in one decision, all of it or nothing.

Killed in the middle it leaves settings that are changed and a register that is not, at worst; done again, it finds what
is left and does that. Links and the sign-in to the mail service are ended behind it, each so that doing it again ends
what was not ended.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from pathlib import Path

from pipeline.acknowledgements.keys import drop_old_ledger_key, renew_ledger_key_in, renew_link_key
from pipeline.config import Config
from pipeline.errors import LedgerError, UsageError, say_system_error
from pipeline.handover.paper import WrittenSheet, write_sheet
from pipeline.handover.plan import KIND, Handover, HandoverOrder, plan_handover
from pipeline.handover.secrets import mail_sign_in_path
from pipeline.handover.sheet import gather_sheet
from pipeline.papers.files import open_folder
from pipeline.policies.decisions.decide import set_facts
from pipeline.register import sign_ins
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.ledger.keyed_rows import ended_field
from pipeline.register.states import keep_everything
from pipeline.register.store.database import Register
from pipeline.settings.change import Deciding, change_settings, settings_change


def hand_over(
    register: Register,
    config: Config,
    order: HandoverOrder,
    environ: Mapping[str, str],
    *,
    by: Deciding,
    today: date,
    out: Path,
    serving: tuple[str, bool],
) -> tuple[Handover, WrittenSheet]:
    """Do it, and write the sheet into the folder ``out``; ``serving`` is as ``gather_sheet`` takes it.

    Raises as ``carry_out``; UsageError: the folder cannot be opened; nothing was done then.
    """
    open_folder(out)
    plan, after = carry_out(register, config, order, environ, by=by, today=today)
    with register.reading() as tx:
        sheet = gather_sheet(
            tx, register.school, after, plan, environ, today=today, now=by.now, serving=serving
        )  # fmt: skip
    return plan, write_sheet(sheet, after, out, today)


def carry_out(
    register: Register,
    config: Config,
    order: HandoverOrder,
    environ: Mapping[str, str],
    *,
    by: Deciding,
    today: date,
) -> tuple[Handover, Config]:
    """Do it, as it stands at this moment; return what was done and the settings from now on.

    Raises:
        UsageError: as ``find_parties``; the person who follows cannot decide it on the desk.
        LedgerError: the ledger's key is not the one that signed last, or the ledger does not agree with itself.
        ConfigurationError: the settings cannot be changed, with every fault. Nothing was done then.
    """
    with register.reading() as tx:
        plan = plan_handover(tx, register.school, config, order, environ, today=today, now=by.now)
        if not ledger.is_key_right(tx, register.school, ledger_key_path(config.root)):
            raise LedgerError(ledger.ANOTHER_KEY)
    if plan.successor.is_at(by.account):
        raise UsageError("Nobody takes over for themself: somebody else with the right to do so has to.")
    after = config
    if plan.edits or plan.policies or plan.renews_ledger:
        after = _decide(register, config, plan, by, today)
        drop_old_ledger_key(register, config)
    if plan.renews_links:
        renew_link_key(register, after, environ, by=by.actor, now=by.now)
    if plan.forgets_sign_in:
        _forget_sign_in(config)
    return plan, after


def _decide(register: Register, config: Config, plan: Handover, by: Deciding, today: date) -> Config:
    def also(decision: Decision, before: Config, after: Config) -> None:
        _record(decision, after, plan, today)

    if not plan.edits:
        with deciding(register, config.root, by.actor, by.now) as decision:
            also(decision, config, config)
        return config
    change = settings_change(
        "several",
        dict.fromkeys(edit.key for edit in plan.edits),
        lambda text: reduce(lambda so_far, edit: edit.do(so_far), plan.edits, text),
        plan.leaver.said,
        plan.successor.said,
        also,
    )
    return change_settings(register, config, change, by)


def _record(decision: Decision, config: Config, plan: Handover, today: date) -> None:
    """Keep what a handover decides in the register, and sign it with the old key before the new one."""
    tx, school, now = decision.tx, decision.school, decision.now
    reason = f"{plan.leaver.said} hands over to {plan.successor.said}"
    for policy in plan.policies:
        set_facts(decision, policy.slug, [f"owner={plan.owner}"], reason=reason, today=today, known=(plan.owner,))
    ended = sign_ins.end_accounts(tx, school, (None, plan.leaver.address), now)
    decision.record(
        KIND,
        {
            "policies": len(plan.policies),
            "settings": len(plan.edits),
            "sessions": ended.sessions,
            **ended_field(ended.prints),
        },
        words={"from": plan.leaver.said, "from_address": plan.leaver.address, "to": plan.successor.said},
    )
    keep_everything(tx, school, config, actor=decision.actor, now=now)
    if plan.renews_ledger:
        renew_ledger_key_in(decision, config)


def _forget_sign_in(config: Config) -> None:
    try:
        mail_sign_in_path(config).unlink(missing_ok=True)
    except OSError as error:
        said = f"{mail_sign_in_path(config)} cannot be deleted ({say_system_error(error)})"
        raise UsageError(f"{said}. Everything else is done; delete it yourself.") from error
