"""The workspace's two keys: are they those that the links and the ledger's heads were made with? And making new ones.

A new key ends something: with another key no personal link sent so far opens, and nobody can tell who signs the ledger.
So a key is made by itself only in a workspace where nothing was made with one before; else mail is held until the right
key is back or its owner has renewed it by name.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.acknowledgements.links import find_secret, make_secret, opens_link, secret_path
from pipeline.config import Config
from pipeline.errors import ConfigurationError
from pipeline.private_files import write_file
from pipeline.register.deciding import deciding
from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import forget_old_key, ledger_key_path, load_or_make_key
from pipeline.register.ledger.keyed_rows import ended_field, settle_people
from pipeline.register.mail.outbox import cancel_messages, list_with_page, newest_page
from pipeline.register.sign_ins import end_everything
from pipeline.register.store.counter import MailHold, hold_mail, lift_holds, list_holds, note_link_key, noted_link_key
from pipeline.register.store.database import Register
from pipeline.register.store.marks import HoldReason
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count

_LINK = re.compile(r"/my/([A-Za-z0-9_.-]{20,})")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one run, and which of them is not the one that it should be."""

    secret: str
    """Signs personal links; where ``other_links``, one of chance that nothing is to be made with."""
    has_secret: bool
    """A secret is there, right or not."""
    other_links: bool
    """Links were sent that this secret does not open."""
    other_ledger: bool
    """The ledger was signed with a key that is not there."""


def find_keys(register: Register, config: Config, environ: Mapping[str, str], *, make: bool) -> Keys:
    """Return the keys of the workspace. With ``make`` a secret is made where there is none and no link was sent.

    Raises ConfigurationError where a secret is set that cannot be used, LedgerError where the ledger's key cannot.
    """
    found = find_secret(config, environ)
    with register.reading() as tx:
        other_links = not _is_right(tx, register.school, found)
        other_ledger = not ledger.is_key_right(tx, register.school, ledger_key_path(config.root))
    secret = found
    if secret is None:
        secret = make_secret(config) if make and not other_links else secrets.token_urlsafe(32)
    return Keys(secret, found is not None, other_links, other_ledger)


def secret_of_codes(tx: Transaction, school: str, config: Config, environ: Mapping[str, str]) -> str:
    """Return the secret that the codes on papers are made with; it is made where there is none. Raises as below."""
    return secret_for_reading_codes(tx, school, config, environ) or make_secret(config)


def secret_for_reading_codes(tx: Transaction, school: str, config: Config, environ: Mapping[str, str]) -> str | None:
    """Return the secret that the codes on papers are read by; None where there is none, and so no code either.

    Raises:
        ConfigurationError: the one at hand is not the one that personal links were sent with.
    """
    found = find_secret(config, environ)
    if not _is_right(tx, school, found):
        raise ConfigurationError(
            "The key that codes are made with is not the one used so far, so no code would be known again. `policy "
            "keys` says which one to put back."
        )
    return found


def hold_for_keys(tx: Transaction, school: str, keys: Keys, config: Config, now: datetime) -> tuple[MailHold, ...]:
    """Hold all mail while a key is not the right one, and no longer; return every hold that stands.

    Where personal links are sent, which key they are signed with is noted.
    """
    forget_old_key(ledger_key_path(config.root), ledger.signed_by(tx, school))
    for wrong, reason in ((keys.other_links, HoldReason.LINK_KEY), (keys.other_ledger, HoldReason.LEDGER_KEY)):
        if wrong:
            hold_mail(tx, school, reason, now)
        else:
            lift_holds(tx, school, [reason], now, actor=THE_RUN)
    if config.web.base_url and not keys.other_links:
        note_link_key(tx, school, _print_of(keys.secret))
    return list_holds(tx, school)


def mend_links(tx: Transaction, school: str, keys: Keys) -> str:
    """Let the links of people open whose row was written while the secret was gone; return what to say of others."""
    return "" if keys.other_links else say_dead_links(settle_people(tx, school))


def say_dead_links(people: int) -> str:
    """Return what to say of people whose personal link opens nothing, since something else wrote who they are."""
    if not people:
        return ""
    return (
        f"The personal {'link' if people == 1 else 'links'} of {say_count(people, 'person', 'people')} no longer "
        f"{'opens' if people == 1 else 'open'}: something other than this program has changed who they are in the "
        "register. Put its last safety copy back, or ask your IT provider to look into it."
    )


def _is_right(tx: Transaction, school: str, secret: str | None) -> bool:
    """Tell whether the links sent so far open with ``secret``; true where none was sent."""
    noted = noted_link_key(tx, school)
    if noted is not None:
        return secret is not None and _print_of(secret) == noted
    # A register of an edition that did not note the key: its newest mail tells.
    token = _newest_token(tx, school)
    return token is None or (secret is not None and opens_link(secret, token))


def _newest_token(tx: Transaction, school: str) -> str | None:
    found = _LINK.search(newest_page(tx, school) or "")
    return found[1] if found else None


def _print_of(secret: str) -> str:
    """Return what tells one key from another and does not give it away."""
    return hashlib.sha256(f"policy-pipeline link key\n{secret}".encode()).hexdigest()[:32]


def renew_link_key(register: Register, config: Config, environ: Mapping[str, str], *, by: str, now: datetime) -> int:
    """Make a new key for personal links: those sent so far open no more. Return how many mails are to be made anew.

    A secret that is set in the environment or the keyring is taken as it stands; a file is written anew. Mail to staff
    that has not gone is dropped, so that the next run makes it with a link that opens. Everybody signs in again: a
    session is believed only with the key that it was opened with.
    """
    secret = find_secret(config, environ, skip_file=True)
    if secret is None:
        secret = secrets.token_urlsafe(32)
        write_file(secret_path(config), f"{secret}\n".encode("ascii"))
    with deciding(register, config.root, by, now, even_unsigned=True) as decision:
        tx, school = decision.tx, decision.school
        note_link_key(tx, school, _print_of(secret))
        with_link = list_with_page(tx, school)
        dropped = cancel_messages(tx, school, with_link, "its link has ended; it is planned afresh", now)
        lift_holds(tx, school, [HoldReason.LINK_KEY], now, actor=by)
        ended = end_everything(tx, school, now)
        register.keys.forget()
        settle_people(tx, school)
        fields = {"mails_dropped": dropped, "sessions": ended.sessions, **ended_field(ended.prints)}
        decision.record("link-key-renewed", fields)
    return dropped


def renew_ledger_key(register: Register, config: Config, *, by: str, now: datetime) -> None:
    """Make a new key for the ledger, announced in a record that the old one signs; where it is lost, one says that."""
    with register.transaction() as tx:
        decision = Decision(tx, register.school, by, now)
        renew_ledger_key_in(decision, config)
        lift_holds(tx, register.school, [HoldReason.LEDGER_KEY], now, actor=by)
    drop_old_ledger_key(register, config)


def renew_ledger_key_in(decision: Decision, config: Config) -> None:
    """Make the new key in a decision that says more; ``drop_old_ledger_key`` belongs behind it.

    Where the decision is not kept, the old key is put back by the process that writes next.
    """
    path, tx, school, now = ledger_key_path(config.root), decision.tx, decision.school, decision.now
    right = ledger.is_key_right(tx, school, path)
    decision.record("ledger-key-renewed", {})
    old = load_or_make_key(path) if right and path.exists() else None
    if old is not None:
        ledger.sign_head(tx, school, old, now)
    new = ledger.replace_key(path)
    ledger.sign_head(tx, school, new, now, renewed=True, old_key=old)


def drop_old_ledger_key(register: Register, config: Config) -> None:
    """Let go of the key before, once the register has it for good that another one signs."""
    with register.transaction() as tx:
        forget_old_key(ledger_key_path(config.root), ledger.signed_by(tx, register.school))
