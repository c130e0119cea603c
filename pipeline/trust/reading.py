"""Open a school's register only to look into it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.config import Config
from pipeline.register.store.database import Transaction, open_register, open_unwritable
from pipeline.register.store.location import has_register


@contextmanager
def reading_register(config: Config) -> Iterator[tuple[Transaction, str] | None]:
    """Read what stands in a school's register: the transaction and the school's key; None where it has none yet.

    Raises:
        RegisterError: it cannot be used.
    """
    url = config.register_.url
    if not has_register(url, root=config.root):
        yield None
        return
    opened = open_unwritable(url, root=config.root)
    if opened is None:
        name, zone = config.school.name, config.school.time_zone
        opened = open_register(url, root=config.root, school_name=name, time_zone=zone, create=False)
    with opened as register, register.reading() as tx:
        yield tx, register.school
