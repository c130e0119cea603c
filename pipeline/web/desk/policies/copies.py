"""The copies in use and the page of each: what was put right in it, what was left, what holds the next one."""

from dataclasses import dataclass

from pipeline.model import PolicyStanding
from pipeline.policies.decisions.contact_answers import OpenContact
from pipeline.reasons.as_json import reason_from_json
from pipeline.register.policies.copies import FRONT, CopyRow, Note, list_copies
from pipeline.web.desk.home import held_titles
from pipeline.web.desk.listing import Choice, page_of, read_filters
from pipeline.web.desk.policies.questions import who_href
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.wording import say_left_out, say_role

COPIES = Crumb("Copies", "/copies")
_STATES = {"held": "Could not be made", "current": "In use", "none": "Not made yet"}


@dataclass(frozen=True, slots=True)
class CopyLine:
    """How it stands with the copy of one policy."""

    one: PolicyStanding
    copy: CopyRow | None
    """The one in use; None where none was made."""
    held: CopyRow | None
    """The one that could not be made; None where nothing is held."""
    state: str
    """As in ``_STATES``."""


def list_copy_lines(view: View) -> list[CopyLine]:
    """Return every policy in use with its copy, what is held first."""
    standing = view.picture.standing
    given, held_by_title = standing.shared.copies, set(held_titles(view))
    lines = []
    for one in standing.shared.in_use:
        held = standing.held.get(one.policy_id)
        copy = given.get(one.policy_id)
        if one.address is None:
            state = "held" if one.title in held_by_title else "current" if copy else "none"
            lines.append(CopyLine(one, copy, held, state))
    return sorted(lines, key=lambda line: list(_STATES).index(line.state) if line.state != "none" else 0.5)


def show_copies(view: View) -> Answer:
    """Show the copies, those that could not be made first."""
    filters = read_filters("/copies", view.request.query_params, Choice("state", "State", _STATES))
    lines = [
        line
        for line in list_copy_lines(view)
        if filters.of("state") in ("", line.state)
        and filters.finds(line.one.title, line.one.slug, line.copy.code if line.copy else "")
    ]
    fields = {"filters": filters, "page": page_of(lines, filters), "words": _STATES}
    return Answer("copies.html", "Copies", fields, at="/copies")


def show_copy(view: View) -> Answer:
    """Show one copy: in use, retired or held."""
    code = str(view.request.path_params["code"])
    held = {row.code: row for row in view.picture.standing.held.values()}
    copy = held.get(code) or next((row for row in list_copies(view.tx, view.school) if row.code == code), None)
    one = next((each for each in view.picture.standings if copy and each.policy_id == copy.policy_id), None)
    if copy is None or one is None:
        return not_here("copy", (COPIES,))
    label = view.picture.standing.shared.labels.get(copy.version_id)
    in_words = [note for note in copy.replacements if note.get("where") != FRONT]
    fields = {
        "copy": copy,
        "one": one,
        "label": label.text if label else "",
        "left_out": say_left_out([(each.what, each.page) for each in copy.covering.left_out] if copy.covering else []),
        "replacements": in_words,
        "left": [_said(view, note) for note in copy.left],
        "front": [note for note in copy.replacements if note.get("where") == FRONT],
        "unknown": _unknown(view, copy),
        "say_role": say_role,
        "who_href": who_href,
    }
    crumbs = (DESK, COPIES, Crumb(one.title, f"/policies/{one.slug}"))
    return Answer("copy.html", f"Copy {copy.code} of {one.title}", fields, crumbs, at="/copies")


def _said(view: View, note: Note) -> Note:
    """Return one thing left with its reason in the desk's words; one kept by an earlier edition as it is."""
    return {**note, "reason": view.say(reason_from_json(note["why"]))} if "why" in note else note


def _unknown(view: View, copy: CopyRow) -> list[OpenContact]:
    """Return whom and what nobody knows in it, where it is the copy that counts."""
    if copy.retired_at is not None:
        return []
    return [each for each in view.picture.standing.open_contacts if each.policy_id == copy.policy_id]
