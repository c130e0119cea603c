"""The tables of a pack: rows of a day's picture, ready for a workbook or a page. None says why a person was away."""

from collections.abc import Sequence

from pipeline.acknowledgements.declarations.listing import DeclarationState, count_declarations
from pipeline.evidence.as_at import PolicyOfDay
from pipeline.evidence.figures import GROUPS, PolicyFigures, ReadingState
from pipeline.evidence.findings import PackContents
from pipeline.lists.columns import Cell, Table
from pipeline.people.obligations import has_left
from pipeline.policies.decisions.approve_together import say_consultation
from pipeline.wording import say_day, say_method, say_partial, say_state


def policies_table(figures: Sequence[PolicyFigures], found: PackContents) -> Table:
    """Return how each policy stood and how many had read it."""
    headings = (
        *("Policy", "State", "Version", "In use since", "Next review", "Approved on", "By", "Minute", "Copy"),
        *("Asked", "Read", "Late", "In time", "Away", "Not asked yet"),
    )
    by_slug = {one.policy.slug: one for one in figures}
    rows = []
    for policy in found.picture.policies:
        one, approval, version = by_slug.get(policy.slug), policy.approval, policy.version
        copy = found.copies.get(policy.slug)
        rows.append(
            (
                policy.title,
                say_state(policy.state, is_held=policy.is_held),
                found.labels.get(version.id, "") if version is not None else "none in use",
                version.issued_on if version is not None else None,
                say_due(policy),
                approval.approved_on if approval is not None else None,
                approval.body if approval is not None else "not recorded",
                approval.minute if approval is not None else None,
                copy.code if copy is not None else None,
                *(_counts(one) if one is not None else (0, 0, 0, 0, 0, 0)),
            )
        )
    return Table("Policies", headings, rows)


def say_due(policy: PolicyOfDay) -> str:
    """Return when a policy's review was due, in words, and from when it had been moved."""
    if policy.due_move is None:
        return say_partial(policy.next_review) or "no date"
    return f"{say_day(policy.due_move.to)}, moved from {say_day(policy.due_move.before)}"


def moves_table(found: PackContents, *, with_reasons: bool) -> Table:
    """Return which reviews their owners had moved to another day, and why: in words of their own, which may name."""
    moved = [(policy.title, policy.due_move) for policy in found.picture.policies if policy.due_move is not None]
    rows: list[tuple[Cell, ...]] = [(title, move.before, move.to, move.moved_on) for title, move in moved]
    if with_reasons:
        rows = [(*row, move.reason) for row, (_, move) in zip(rows, moved, strict=True)]
    headings = ("Policy", "Was due", "Moved to", "Said on")
    return Table("Reviews moved", (*headings, "Why") if with_reasons else headings, rows)


def _counts(one: PolicyFigures) -> tuple[int, int, int, int, int, int]:
    count = one.count
    states = ReadingState.READ, ReadingState.LATE, ReadingState.IN_TIME, ReadingState.AWAY, ReadingState.NOT_ASKED
    read, late, in_time, away, not_asked = (count(state) for state in states)
    return count(), read, late, in_time, away, not_asked


def groups_table(figures: Sequence[PolicyFigures]) -> Table:
    """Return, of each policy and group, how many were asked, had read it and were late."""
    rows = [
        (one.policy.title, name, asked, one.count(ReadingState.READ, kinds), one.count(ReadingState.LATE, kinds))
        for one in figures
        for name, kinds in GROUPS.items()
        if (asked := one.count(kinds=kinds))
    ]
    return Table("By group", ("Policy", "Group", "Asked", "Read", "Late"), rows)


def methods_table(figures: Sequence[PolicyFigures]) -> Table:
    """Return in which ways each policy had been read; ways are not added up."""
    rows = [
        (one.policy.title, number, say_method(method)) for one in figures for method, number in one.methods().items()
    ]
    return Table("How it was read", ("Policy", "People", "How"), rows)


def approvals_table(found: PackContents) -> Table:
    """Return every approval that was recorded, with its body, minute and who was asked before."""
    rows = [
        (
            found.title_of(one.policy_id),
            found.labels.get(one.version_id, ""),
            one.approved_on,
            one.body,
            one.minute,
            say_consultation(one.consultation) if one.consultation is not None else None,
        )
        for one in found.approvals
    ]
    return Table("Approvals", ("Policy", "Version", "Approved on", "By", "Minute", "Consultation"), rows)


def told_table(found: PackContents) -> Table:
    """Return which groups beyond the staff were told of a policy, when and how."""
    rows = [(found.title_of(one.policy_id), one.group, one.told_on, one.by_means) for one in found.groups_told]
    return Table("Told to others", ("Policy", "Group", "Day", "How"), rows)


def deliveries_count_table(found: PackContents) -> Table:
    """Return how many tries to send mail ended how, by month."""
    rows = [(month, how, number) for (month, how), number in sorted(found.deliveries_by_month().items())]
    return Table("Deliveries", ("Month", "What came of it", "Tries"), rows)


def deliveries_table(found: PackContents) -> Table:
    """Return every try to send a mail, with its recipient."""
    rows = [(one.at, one.to, one.subject, one.outcome) for one in found.deliveries]
    return Table("Deliveries", ("When", "To", "Subject", "What came of it"), rows)


def declarations_table(found: PackContents) -> Table:
    """Return how many had declared what of each declaration and school year; answers are not added up."""
    rows = [
        (one.name, one.year, one.nothing, one.declared, one.wishes, one.owed, one.late)
        for one in count_declarations(found.declarations, found.picture.today)
    ]
    headings = "Nothing to declare", "Spoke to the owner", "Wish to", "Still to declare", "Of these late"
    return Table("Declarations", ("Declaration", "School year", *headings), rows)


def declared_table(found: PackContents) -> Table:
    """Return who had declared: how it stood, since when and how; never what was declared."""
    rows = [
        (
            one.person.person.name,
            one.request.name,
            one.year,
            one.state.words,
            one.said.given_at.astimezone(found.zone).date() if one.said is not None else None,
            one.said.method.value if one.said is not None else None,
        )
        for one in found.declarations
        if one.state is not DeclarationState.CLOSED and not has_left(one.person.person, found.picture.today)
    ]
    return Table("Declarations", ("Name", "Declaration", "School year", "State", "Day", "How"), rows)


def elsewhere_table(found: PackContents, *, with_names: bool) -> Table:
    """Return what was read at another school of the trust and counts here: which version, there and here."""
    names = {row.id: row.person.name for row in found.picture.people}
    rows: list[tuple[Cell, ...]] = []
    for given in found.picture.readings:
        if (there := found.elsewhere.get(given.id)) is not None:
            here = found.labels.get(given.version_id, ""), given.version_sha256
            day = given.acknowledged_at.astimezone(found.zone).date()
            went = "yes" if there.copy_went else "no, sent by itself"
            at = there.at_school, there.version, there.sha256
            said = (found.title_of(given.policy_id), *here, *at, day, say_method(there.method), went)
            rows.append((names.get(given.person, "somebody who has left"), *said) if with_names else said)
    headings = (
        *("Policy", "Version here", "SHA-256 here", "Read at", "Version there", "SHA-256 there"),
        *("Day", "How, there", "This school’s copy went with the letter"),
    )
    return Table("Read at another school", ("Name", *headings) if with_names else headings, rows)


def exceptions_table(figures: Sequence[PolicyFigures], found: PackContents) -> Table:
    """Return what is not as it should be: who was late or not there, what was recorded in error, refused or held."""
    stood = ReadingState.LATE, ReadingState.AWAY
    rows: list[tuple[Cell, ...]] = [
        (each.state.value, each.person.person.name, one.policy.title, each.request.due_on)
        for one in figures
        for each in one.readings
        if each.state in stood and each.request is not None
    ]
    rows += [("recorded in error", one.name, one.title, one.on) for one in found.errors]
    rows += [("mail refused", one.to, one.subject, one.at) for one in found.deliveries if one.is_refused]
    return Table("Exceptions", ("What", "Who", "Of what", "Day to read by, or when"), rows)


def matrix_table(figures: Sequence[PolicyFigures], found: PackContents) -> Table:
    """Return who had read what, a row a person and a column a policy: the day and the way, or how it stood."""
    people, cells = {}, {}
    for one in figures:
        for each in one.readings:
            people[each.person.id] = each.person
            given = each.given
            read = given is not None and each.state is ReadingState.READ
            said = each.state.value
            if read and given is not None:
                how = f"at {there.at_school}" if (there := found.elsewhere.get(given.id)) else say_method(given.method)
                said = f"{given.acknowledged_at.astimezone(found.zone).date()} {how}"
            cells[each.person.id, one.policy.slug] = said
    known = {row.id: row for row in found.picture.people}
    slug_of = {one.policy.version.policy_id: one.policy.slug for one in figures if one.policy.version is not None}
    for (person, policy_id), at in found.asked_elsewhere.items():
        if person in known and policy_id in slug_of:
            people.setdefault(person, known[person])
            cells.setdefault((person, slug_of[policy_id]), f"asked at {at}")
    order = sorted(
        people.values(), key=lambda row: (row.person.last_name.casefold(), row.person.name.casefold(), row.id)
    )
    slugs = [one.policy.slug for one in figures]
    rows = [
        (row.person.name, row.person.role, row.person.kind.value, *(cells.get((row.id, slug), "") for slug in slugs))
        for row in order
    ]
    return Table("Readings", ("Name", "Role", "Group", *(one.policy.title for one in figures)), rows)
