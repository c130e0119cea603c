"""Whether a register that is not there has been there: what earlier runs left beside it.

``run`` asks before it makes one. A register that was deleted or moved takes with it who has read what; beginning afresh
without a word would hide that and ask everybody again.
"""

from collections.abc import Sequence
from pathlib import Path

from pipeline.config import Config
from pipeline.register.policies.policies import list_policies
from pipeline.register.store.database import Register
from pipeline.register.store.location import register_name
from pipeline.wording import say_list


def find_lost(register: Register, config: Config) -> str | None:
    """Return what to say of a register that knows no policy although earlier runs left their work; None of others."""
    with register.reading() as tx:
        if list_policies(tx, register.school):
            return None
    remains = list_remains(config.distribution, config.root / ".secrets", was_there=not register.is_new)
    return say_lost_register(register_name(config.register_.url, root=config.root), remains)


def list_remains(distribution: Path, secrets: Path, *, was_there: bool) -> tuple[str, ...]:
    """Return, in words, what only a register that knew of it can have left; call it while the register is empty.

    ``distribution`` is what comes out of runs, ``secrets`` the folder of the keys. Where the register ``was_there``
    already, empty as it is, a key of the ledger tells nothing: a run without policies makes one.
    """
    found = (
        ("copies", any((distribution / "copies").glob("*"))),
        ("mails", any((distribution / "outbox").glob("*.eml"))),
        ("the key of the ledger", not was_there and (secrets / "ledger-key").is_file()),
    )
    return tuple(what for what, there in found if there)


def say_lost_register(register: Path | str, remains: Sequence[str]) -> str | None:
    """Return what to tell of a register that knows nothing of what remains; None where nothing does."""
    if not remains:
        return None
    return (
        f"The register {register} is gone or empty, although {say_list(remains)} of earlier runs are here. With it "
        "went who has read what, approvals, your answers and the numbers that were rung. If you have a safety copy, "
        "put it back in that place and run again before you do anything else (if the register was moved, "
        "[register] url says where it is). Without one this begins afresh: every policy counts as met for the first "
        "time, the contacts in config.toml as confirmed, so ring those that were waiting; everybody is asked again, "
        "and no mail leaves until you say 'policy send --confirm'."
    )
