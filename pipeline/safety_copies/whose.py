"""Whether a safety copy is of the school that is in the folder it is to be put back in."""

from pathlib import Path

from pipeline.config import Config, load_config
from pipeline.errors import PolicyPipelineError, SafetyCopyError
from pipeline.register.store.snapshots import known_registers, read_register_id
from pipeline.safety_copies.archive import REGISTER
from pipeline.workspace import CONFIG_NAME

_KEYS = (".secrets/ledger-key", ".secrets/secret-key")


def refuse_another_school(copy: Path, config: Config) -> None:
    """Raise SafetyCopyError where the unpacked ``copy``, with its settings, is of another school than its folder's.

    The same school is told by its register's number, by a key, or by its name: a school that was renamed, or began
    afresh after a loss, is still the same one.
    """
    here = _settings(config.root)
    known = known_registers(here.register_.url if here else config.register_.url, config.root)
    if read_register_id(copy / REGISTER) in known or _have_one_key(copy, config.root):
        return
    if here is not None and here.school.name and not _is_called_alike(here, config):
        is_other = (
            f"{here.school.name} is in {config.root}, and the copy is of {config.school.name or 'another school'}"
        )
    elif known and here is None:
        is_other = f"The copy is of another school than the one in {config.root}"
    else:
        return
    raise SafetyCopyError(
        f"{is_other}: putting it back here would make this folder a second one of that school. Name that school's own "
        "folder with --workspace, or with --into an empty one. Is it the same school under another name? Then write "
        "the name that the copy has into config.toml first. Nothing was changed."
    )


def _settings(root: Path) -> Config | None:
    """Return what is set in a folder; None where nothing is, or nobody can read it: it may be what is put right."""
    try:
        return load_config(root / CONFIG_NAME) if (root / CONFIG_NAME).is_file() else None
    except PolicyPipelineError:
        return None


def _have_one_key(copy: Path, root: Path) -> bool:
    for name in _KEYS:
        try:
            one, other = ((folder / name).read_bytes().strip() for folder in (copy, root))
        except OSError:
            continue
        if one and one == other:
            return True
    return False


def _is_called_alike(here: Config, copy: Config) -> bool:
    """Tell whether two settings name one school; two keys that differ are of two schools with one name."""
    one, other = here.school, copy.school
    keys_differ = bool(one.key and other.key) and one.key != other.key
    return one.name.casefold() == other.name.casefold() and not keys_differ
