"""``policy ledger verify`` and ``policy ledger export``."""

from pathlib import Path

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.errors import ExitCode, UsageError, say_system_error
from pipeline.lifecycle.wording import say_count


@click.group("ledger", help="Check the ledger, or write it out.")
def ledger_command() -> None:
    """Check the ledger, or write it out."""


@ledger_command.command("verify", help="Check every record, every signed head and every acknowledgement.")
@json_option
@pass_session
def verify_command(session: Session) -> int:
    """Check every record, every signed head and every acknowledgement."""
    from pipeline.register.contents import list_damaged_documents
    from pipeline.register.damage import say_damage
    from pipeline.register.ledger_check import verify
    from pipeline.register.ledger_key import ledger_key_path, load_or_make_key

    path = ledger_key_path(session.config.root)
    public_key = load_or_make_key(path).public_key if path.exists() else None
    with session.open_register(create=False) as register:
        damage = register.find_damage()
        with register.reading() as tx:
            check = verify(tx, register.school, signed=True, public_key=public_key)
            documents = list_damaged_documents(tx, register.school)
    faults = [f"The register is damaged: {say_damage(each)}." for each in damage]
    faults += [
        f"{each.path}, version {each.version}: the document that the register keeps of it is damaged."
        for each in documents
    ]
    if session.as_json:
        print_json({"records": check.records, "heads": check.heads, "faults": [*check.faults, *faults]})
    else:
        counts = f"{say_count(check.records, 'record')}, {say_count(check.heads, 'signed head')}"
        say(f"The ledger is whole: {counts}." if not check.faults else f"The ledger is broken ({counts}):")
        for fault in check.faults:
            say(f"  {fault}")
        for fault in faults:
            say(fault)
    return ExitCode.REGISTER if check.faults or faults else ExitCode.DONE


@ledger_command.command("export", help="Write the ledger to FILE for the stand-alone verifier.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_session
def export_command(session: Session, file: Path) -> None:
    """Write the ledger to FILE for the stand-alone verifier."""
    from pipeline.private_files import write_file
    from pipeline.register.ledger import export, signing_key
    from pipeline.register.ledger_key import ledger_key_path

    with session.open_register(create=False) as register, register.reading() as tx:
        key = signing_key(tx, register.school, ledger_key_path(session.config.root))
        lines = list(export(tx, register.school, key, session.now))
    try:
        content = b"".join(line.encode("utf-8") for line in lines)
        if file.exists() and not file.is_file():
            # A pipe or a device is written to as it is, and keeps its rights.
            file.write_bytes(content)
        else:
            write_file(file, content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({say_system_error(error)}). Choose another place.") from error
    if session.as_json:
        print_json({"file": str(file), "lines": len(lines)})
    else:
        say(f"The ledger was written to {file} ({say_count(len(lines), 'line')}).")
        say(f"Anybody can check it: python3 -I verify_ledger.py {file}")
