"""Open a workspace's register for one run: the register itself, or for a dry run what is thrown away afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pipeline.config import Config
from pipeline.register.store.database import (
    Register,
    copy_to_memory,
    has_register,
    open_memory_register,
    open_register,
)


def open_workspace_register(
    config: Config, *, create: bool = True, url: str = "", environ: Mapping[str, str] | None = None
) -> Register:
    """Open the register that a workspace's settings name, or that of another ``url``.

    ``environ`` may hold the workspace's secret; None: this process's. Raises as ``open_register``.
    """
    school = config.school
    return open_register(
        url or config.register_.url,
        root=config.root,
        school_name=school.name,
        time_zone=school.time_zone,
        create=create,
        school_key=school.key,
        environ=environ,
    )


@contextmanager
def open_for_run(config: Config, *, dry_run: bool, environ: Mapping[str, str] | None = None) -> Iterator[Register]:
    """Open the register; for a dry run a copy of it in memory, so that every stage runs and nothing is kept.

    Raises:
        RegisterError: when it cannot be used, or is damaged.
    """
    school, url = config.school, config.register_.url
    there = has_register(url, root=config.root, school_name=school.name, school_key=school.key)
    if dry_run and not there:
        opened = open_memory_register(school_name=school.name, time_zone=school.time_zone)
    else:
        opened = open_workspace_register(config, create=not dry_run, environ=environ)
    try:
        opened.refuse_damage()
        if dry_run and there:
            with copy_to_memory(opened) as memory:
                yield memory
        else:
            yield opened
    finally:
        opened.close()
