"""How the import of a staff list is said: a refused row, a list of which much was refused, what waits for a yes.

Used by the run, whose report begins with the last two, and by ``policy staff import``.
"""

from pipeline.lifecycle.wording import say_count, say_list
from pipeline.people.list_notes import import_command
from pipeline.people.list_rows import Refusal
from pipeline.people.staff_import import StaffImport


def refusal_line(refusal: Refusal) -> str:
    """Return one refused row with whom it is about."""
    if not refusal.row:
        return f"Refused: {refusal.reason}"
    who = f" ({refusal.name})" if refusal.name else ""
    return f"Row {refusal.row}{who} was refused: {refusal.reason}"


def say_bad_list(taken: StaffImport, name: str = "") -> tuple[str, ...]:
    """Return the line that a report begins with when all of the list, or a fifth or more, was refused; else none.

    ``name`` is what a list beside the staff list is called.
    """
    the_list = f"the list “{name}”" if name else "the staff list"
    if whole := next((each for each in taken.refused if not each.row and each.person_id is None), None):
        return (f"Nothing was taken from {the_list}, so only what earlier lists said is known: {whole.reason}",)
    if not taken.is_mostly_bad:
        return ()
    refused = [refusal for refusal in taken.refused if refusal.row]
    rows = {refusal.row for refusal in refused}
    were = "was" if len(rows) == 1 else "were"
    return (
        f"{say_count(len(rows), 'row')} of {the_list}, a fifth of it or more, {were} refused: of these people "
        f"only what earlier lists said is known. The first: {refusal_line(refused[0])}",
    )


def waiting_line(taken: StaffImport, file: str, name: str = "") -> str:
    """Return what of a list waits for a yes, and how to give it; ``file`` is the list.

    ``name`` is what a list beside the staff list is called.
    """
    the_list = f"The list “{name}”" if name else "The staff list"
    command = import_command(name, file)
    waits = len({change.person_id for change in taken.changes if change.waits})
    parts = [say_count(waits, "change")] if waits else []
    gone = [row for row in taken.missing if row.missing_since is None]
    parts += [f"{say_count(len(gone), 'person', 'people')} missing from the list"] if gone else []
    were = "were" if taken.written else "are"
    return (
        f"{the_list} would change or remove more than a fifth of the people, so {say_list(parts)} wait for you; "
        f"starters and last days {were} taken over. Look with '{command} --preview'; if it "
        f"is right, '{command} --yes'."
    )
