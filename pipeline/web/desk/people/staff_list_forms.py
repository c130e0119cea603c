"""A list of people taken in from the desk: uploaded, looked at, and taken once the office has said that it is right.

As ``policy staff import``. Between the look and the yes the file lies in the desk's own folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.configuration.people import PeopleListSection
from pipeline.decisions.rights import Action, Who
from pipeline.errors import UsageError
from pipeline.model.people import BY_HAND
from pipeline.people.lists.identity import Asks
from pipeline.people.lists.one_list import place_of, print_of, put_in_place, take_list
from pipeline.people.lists.staff_import import StaffImport
from pipeline.people.lists.staff_list import StaffList, read_staff_list
from pipeline.people.lists.staff_wording import (
    change_lines,
    column_lines,
    refusal_lines,
    say_bad_list,
    say_question,
    say_waiting,
)
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow, list_at_address
from pipeline.settings.change import Deciding, change_settings, settings_change
from pipeline.settings.text import TablePlace, set_key
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.people.lists_now import choices_of, field_of, read_answers
from pipeline.web.desk.receiving import Upload
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, PEOPLE, Answer, ShowPage, View
from pipeline.wording import say_count

_FIRST = 10
_EXCUSES = frozenset({"start_date", "leave_date", "away_until", "kind", "role", "department", "work_email"})
"""What decides whether, and what, a person is asked to read; by their address it is known what is their own."""
_BY_HAND = ("start_on", "leave_on", "away_until", "kind", "role", "team")
"""The same of a person, where a list takes over whom the office added by hand."""
_TOO_LATE = "The list has waited too long, or the program was started anew meanwhile. Choose the file again"
_CHANGED = "What the list would do has changed since it was shown: somebody else changed people meanwhile. Look again."
_ABOVE = (DESK, PEOPLE)


@dataclass(frozen=True, slots=True)
class _Group:
    """People to whom a list does the same."""

    words: str
    rows: Sequence[PersonRow]
    lines: Sequence[str] = ()
    """What is otherwise of them, a line each; else they are named with their posts."""


def show_import(view: View) -> Answer:
    """Ask for the file, and which list it is."""
    lists = {one.name: f"{one.name} ({one.kind.value})" for one in view.config.people_lists}
    return Answer("staff_import.html", "Take in a list of people", {"lists": lists}, _ABOVE, at="/people")


def act_import(doing: Doing) -> Done | ShowPage:
    """Show what a list would do; once that was looked at, take it in."""
    sent, session = doing.sent, doing.who.session
    listed = _list(doing)
    uploaded = sent.file("list")
    key = doing.kept.keep_file(session, uploaded, doing.now) if uploaded is not None else sent.of("file")
    upload = doing.kept.file(session, key, doing.now) if key else None
    if upload is None:
        raise FormError({"list": _TOO_LATE if key else "Choose the list: a CSV file or an .xlsx workbook"})
    try:
        staff_list = read_staff_list(upload.path, doing.config.people, listed.kind)
    except UsageError as error:
        doing.kept.drop_file(session, key)
        raise FormError({"list": str(error)}) from error
    if uploaded is not None or sent.of("take") != "yes" or staff_list.questions or staff_list.fault is not None:
        with doing.site.register.reading() as tx:
            looking = Decision(tx, doing.site.register.school, doing.who.name, doing.now)
            would, _ = take_list(looking, doing.config, staff_list, listed, doing.today, confirmed=False, preview=True)
            refuse_own(looking, doing, would)
        return _show_preview(doing, key, upload, listed, staff_list)
    return _take(doing, key, upload, listed, staff_list)


def _list(doing: Doing) -> PeopleListSection:
    lists = doing.config.people_lists
    wanted = doing.sent.of("of", lists[0].name)
    found = next((one for one in lists if one.name == wanted), None)
    if found is None:
        raise FormError({"of": "Choose which list it is"})
    return found


def _take(doing: Doing, key: str, upload: Upload, listed: PeopleListSection, staff_list: StaffList) -> Done | ShowPage:
    confirmed = doing.sent.of("confirmed") == "yes"
    with doing.deciding() as decision:
        would, _ = take_list(decision, doing.config, staff_list, listed, doing.today, confirmed=False, preview=True)
        refuse_own(decision, doing, would)
        is_as_shown = print_of(would) == doing.sent.of("seen")
        if is_as_shown:
            taken, asked = take_list(
                decision, doing.config, staff_list, listed, doing.today, confirmed=confirmed, preview=False,
                answers=read_answers(doing.sent),
            )  # fmt: skip
            refuse_own(decision, doing, taken)
    if not is_as_shown:
        return _show_preview(doing, key, upload, listed, staff_list, notice=_CHANGED)
    said = [_say_taken(taken), *asked]
    said += (
        [f"{say_waiting(taken, _called(doing, listed))} Take the list in again, and tick that it is right."]
        if taken.waiting
        else []
    )
    said += [f"{say_count(len(taken.asked), 'question')} of it wait for an answer."] if taken.asked else []
    if doing.sent.of("place") == "yes":
        try:
            said.append(_put_in_place(doing, upload, listed))
        except UsageError as error:
            said.append(str(error))
    doing.kept.drop_file(doing.who.session, key)
    return Done("/people", " ".join(said))


def _put_in_place(doing: Doing, upload: Upload, listed: PeopleListSection) -> str:
    """Put a list where the daily run reads it, and let it be read there; return what was done, in words."""
    name = place_of(listed, upload.path.read_bytes())
    said = put_in_place(upload.path, doing.config, listed, doing.today)
    if name != listed.source:
        place = doing.config.people_lists.index(listed)
        table = TablePlace("people") if place == 0 else TablePlace("people.lists", place - 1)
        change = settings_change(table.name, ["source"], lambda text: set_key(text, table, "source", name))
        by = Deciding(doing.who.name, doing.now, "", doing.who.account)
        change_settings(doing.site.register, doing.config, change, by)
        (doing.config.root / listed.source).unlink(missing_ok=True)
    return said


def _called(doing: Doing, listed: PeopleListSection) -> str:
    """Return what a list beside the staff list is called; empty for the staff list itself."""
    return "" if listed == doing.config.people_lists[0] else listed.name


def _say_taken(taken: StaffImport) -> str:
    counts = [(len(taken.new), "new"), (len(taken.changed_now), "changed"), (len(taken.left), "left")]
    counts += [(len(taken.changed_waiting), "changed by the list and waiting")]
    counts += [(len(taken.doubted), "left by the list and waiting")]
    counts += [(len(taken.missing), "not in the list any more"), (len(taken.refused), "refused")]
    said = ", ".join(f"{number:,} {words}" for number, words in counts if number)
    return f"The list was taken in: {said or 'nobody changed'}."


def refuse_own(decision: Decision, doing: Doing, taken: StaffImport) -> None:
    """Refuse a list by which its own sender would be asked less, or known otherwise: nobody excuses themself."""
    if doing.who.account is None:
        return
    own = {row.id: row for row in list_at_address(decision.tx, decision.school, doing.who.account, doing.today)}
    gone = {row.person.person_id for row in (*taken.left, *taken.doubted, *taken.missing) if row.id in own}
    mine = gone | {row.person.person_id for row in taken.changed if row.id in own}
    is_excused = gone or any(one.person_id in mine and one.field in _EXCUSES for one in taken.changes)
    added = (*taken.new, *taken.left, *taken.doubted)
    if is_excused or any(_is_taken_over(doing.who, row, tuple(own.values())) for row in added):
        raise FormError(
            {"": "By this list you yourself have left, are away, have another address, or are something else here than "
             "before, which may ask less of you. Somebody else has to take it in: nobody excuses themself."}
        )  # fmt: skip


def _is_taken_over(who: Who, row: PersonRow, own: Sequence[PersonRow]) -> bool:
    """Whether a list takes over, as something else than they were, its own reader whom the office added by hand."""
    by_hand = [one.person for one in own if one.source == BY_HAND]
    return who.is_at(row.person.work_email) and any(
        getattr(one, name) != getattr(row.person, name) for one in by_hand for name in _BY_HAND
    )


def _show_preview(
    doing: Doing, key: str, upload: Upload, listed: PeopleListSection, staff_list: StaffList, *, notice: str = ""
) -> ShowPage:
    def show(view: View) -> Answer:
        decision = Decision(view.tx, view.school, doing.who.name, doing.now)
        taken, asked = take_list(decision, view.config, staff_list, listed, view.today, confirmed=False, preview=True)
        groups = [
            _Group("New", taken.new),
            _Group("Changed", taken.changed_now, _lines_of(taken, waits=False)),
            _Group("Changed by the list, waiting for you", taken.changed_waiting, _lines_of(taken, waits=True)),
            _Group("Left", taken.left),
            _Group("Left by the list, waiting for you", taken.doubted),
            _Group("Not in the list any more", taken.missing),
        ]
        fields = {
            "notice": notice,
            "file": upload.name,
            "key": key,
            "listed": listed,
            "taken": taken,
            "groups": groups,
            "first": _FIRST,
            "nothing": not any(group.rows for group in groups),
            "pressing": [*say_bad_list(taken, _called(doing, listed)), *asked],
            "refused": refusal_lines(taken.refused),
            "columns": list(column_lines(taken.columns)),
            "waits": say_waiting(taken, _called(doing, listed)) if taken.waiting else "",
            "seen": print_of(taken),
            "is_list": staff_list.fault is None,
            "asked": [
                (field_of(one), say_question(one), {} if one.asks is Asks.ADDRESS else choices_of(one))
                for one in taken.asked
            ],
        }
        return Answer("staff_import_check.html", f"What {upload.name} would do", fields, _ABOVE, at="/people")

    return show


def _lines_of(taken: StaffImport, *, waits: bool) -> Sequence[str]:
    """Return what is said otherwise of those who stay, of what waits or of the rest."""
    left = {row.person.person_id for row in (*taken.left, *taken.doubted)}
    mine = [replace(one, waits=False) for one in taken.changes if one.person_id not in left and one.waits is waits]
    return list(change_lines(mine, most=200))


IMPORT = Form(show_import, act_import, Action.LOOK_AFTER_PEOPLE)
STAFF_LIST_FORMS: dict[str, Form] = {"/people/import": IMPORT}
