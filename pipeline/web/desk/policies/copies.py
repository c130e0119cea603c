"""The copies in use and the page of each: what was put right in it, what was left, what holds the next one."""

from dataclasses import dataclass
from textwrap import shorten

from pipeline.lists.columns import Column, Filter, Listing, Shown, Tag
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.decisions.contact_answers import OpenContact
from pipeline.reasons.as_json import reason_from_json
from pipeline.register.policies.copies import FRONT, CopyRow, Note, list_copies
from pipeline.web.desk.listing import show_list
from pipeline.web.desk.policies.questions import who_href
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.wording import say_left_out, say_role

COPIES = Crumb("Copies", "/copies")
_STATES = {"held": "Could not be made", "current": "In use", "none": "Not made yet"}
_TAGS = {state: Tag(_STATES[state], colour) for state, colour in {"held": "red", "current": "", "none": "grey"}.items()}


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


def held_titles(view: View) -> list[str]:
    """Return the policies of which no copy with today's contacts could be made, by title."""
    held = view.picture.standing.held
    in_force = {one.id: one for one in view.picture.standing.shared.versions}
    return [
        one.title
        for one in view.picture.standings
        if one.state is not ReviewState.WITHDRAWN
        and (one.policy_id in held or (one.version_id is not None and in_force[one.version_id].holds))
    ]


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


def _where(line: CopyLine) -> str:
    shown = line.held if line.state == "held" and line.held else line.copy
    return f"/copies/{shown.code}" if shown else f"/policies/{line.one.slug}"


def _said_of(line: CopyLine) -> Shown:
    if line.state == "held" and line.held:
        return shorten(View.say_all(line.held.holds), 160, placeholder="…")
    return line.copy.code if line.copy else "The next run makes it, or says why not."


COPY_LIST: Listing[CopyLine] = Listing(
    "Copies",
    ("policy", "policies"),
    (
        Column("Policy", lambda line: line.one.title, width=40),
        Column("State", lambda line: _STATES[line.state], shown=lambda line: _TAGS[line.state]),
        Column("Code or reason", _said_of, width=40),
        Column("Made on", lambda line: line.copy.made_at if line.copy and line.state != "held" else None),
    ),
    href=_where,
    filters=(Filter("state", "State", _STATES, lambda line, state: line.state == state),),
    words=lambda line: (line.one.title, line.one.slug, line.copy.code if line.copy else ""),
)


def show_copies(view: View) -> Answer:
    """Show the copies, those that could not be made first."""
    return show_list(view, COPY_LIST, list_copy_lines(view), at="/copies")


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
