"""Open a school's register only to look into it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.config import Config
from pipeline.register.store.database import has_register, open_unwritable
from pipeline.register.store.for_run import open_workspace_register
from pipeline.register.transaction import Transaction


@contextmanager
def reading_register(config: Config) -> Iterator[tuple[Transaction, str] | None]:
    """Read what stands in a school's register: the transaction and the school's key; None where it has none yet.

    Raises:
        RegisterError: it cannot be used.
    """
    url, school = config.register_.url, config.school
    if not has_register(url, root=config.root, school_name=school.name, school_key=school.key):
        yield None
        return
    opened = open_unwritable(url, root=config.root)
    if opened is None:
        opened = open_workspace_register(config, create=False)
    with opened as register, register.reading() as tx:
        yield tx, register.school
