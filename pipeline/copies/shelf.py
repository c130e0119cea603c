"""Keep ``distribution/copies/`` equal to what is in force: the stage of a run after recording.

A copy is made anew when anything that goes into it changed: the version, a contact, its dates, how it stands, the
template. What could not be changed safely is held, and the copy before it stays. So it does where a new number waits
for its confirmation and there is no office number, and where nobody holds a role today that the document speaks of.
"""

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.config import Config, PublishSection
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day, hold_reason
from pipeline.contacts.safety_lines import safety_lines
from pipeline.copies.copy_files import (
    BEING_RENEWED,
    contents_of,
    is_as_written,
    is_in_order,
    list_outdated,
    path_of,
    write_copy,
)
from pipeline.copies.covered import is_covered, make_covered
from pipeline.copies.fingerprints import fingerprint_of, template_hash
from pipeline.copies.making import Maker, Making, make
from pipeline.copies.new_names import hold_new_names
from pipeline.copies.regenerate import Copy, CopyStyle
from pipeline.copies.reworded import Naming, prepare_rewording, read_source
from pipeline.documents.sandbox.calls import Caller, ContainedCalls
from pipeline.errors import DocumentError, KeptDocumentError, RenderError
from pipeline.files import take_away
from pipeline.model import Facts, PolicyStanding, Progress, ReplacementKind, ReviewState, ShownDirectory, no_progress
from pipeline.pages.codes import free_code, recall_qr
from pipeline.pages.look import load_look
from pipeline.pages.pdf import ContactLine, FrontBlock, front_contacts, front_notes
from pipeline.pages.policy_links import PolicyNames
from pipeline.plan.header import header_facts
from pipeline.plan.values import ReplacementPlan, plan_lists
from pipeline.policies.audience import is_public
from pipeline.policies.decisions.contact_answers import with_answers
from pipeline.policies.effective import effective_facts
from pipeline.policies.meetings import bodies_of, decides_on
from pipeline.reasons.kept import reason_to_json
from pipeline.reasons.reason import Reason, because, in_words
from pipeline.register.policies import copies as rows
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.contents import (
    StoredContent,
    find_damaged_in_force,
    load_content,
    version_files,
)
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import VersionRow
from pipeline.register.policies.settlements import Settlement, list_settlements
from pipeline.register.store.database import Register, Transaction
from pipeline.wording import say_list, say_partial, say_role, say_state

_NO_CONTACT = (ReplacementKind.HEADER, ReplacementKind.FIELD)
_AT_ONCE = 2
"""Copies that are made at the same time."""
_DIRECTORIES = 8


@dataclass(slots=True)
class CopyReport:
    """What became of the copies. Entries are titles, with a reason where one is due."""

    made: list[str] = field(default_factory=list)
    unchanged: int = 0
    held: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    """Policies whose document in the register is not the one it was given; no copy is made of it."""
    removed: list[str] = field(default_factory=list)
    replacements: int = 0
    """Contact details put right in the copies made."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What could not be shown as it is in the copies made, and what of the school's look could not be used."""

    def following(self, earlier: "CopyReport") -> "CopyReport":
        """Return what both came to, ``earlier`` having been before: what it made is not unchanged now."""
        again = set(earlier.made) - set(self.made)
        return replace(
            self,
            made=list(dict.fromkeys([*earlier.made, *self.made])),
            unchanged=max(0, self.unchanged - len(again)),
            removed=list(dict.fromkeys([*earlier.removed, *self.removed])),
            replacements=earlier.replacements + self.replacements,
            notes=list(dict.fromkeys([*earlier.notes, *self.notes])),
        )


@dataclass(frozen=True, slots=True)
class _Order:
    """One copy that has to be made."""

    standing: PolicyStanding
    version: VersionRow
    facts: Facts
    front: FrontBlock
    fingerprint: str
    code: str
    held: Reason | None
    """Why it must not be made yet; None where it may."""
    directory: ShownDirectory
    """Who may be named in its words, with what the owner said of this text."""
    again: CopyRow | None
    """The current copy, where only its files are missing or were changed; None where the copy is new."""


@dataclass(frozen=True, slots=True)
class _Shop:
    """What all copies of one run are made with."""

    register: Register
    config: Config
    contacts: ContactsOfDay
    links: PolicyNames
    """Where the PDF of each policy lies, by its title."""
    today: date
    now: datetime
    write: bool
    """Files are written; not in a dry run."""
    call: Caller
    """Opens documents, apart from this process."""
    maker: Maker
    """Asked first for each copy."""


def refresh_copies(
    register: Register,
    config: Config,
    standings: Sequence[PolicyStanding],
    *,
    today: date,
    now: datetime,
    write: bool = True,
    progress: Progress = no_progress,
    maker: Maker = lambda making: None,
) -> CopyReport:
    """Make the copies that are missing or out of date, and take away those no longer current.

    ``maker`` is asked first for each. With ``write=False`` (a dry run) everything is made and recorded in the register
    given, but no file is written.
    """
    report = CopyReport()
    with register.reading() as tx:
        contacts = contacts_of_day(tx, register.school, config, today)
    with ContainedCalls(prepare_rewording) as call:
        links = PolicyNames(policy_addresses(standings, config.publish))
        shop = _Shop(register, config, contacts, links, today, now, write, call, maker)
        orders = _orders(shop, standings, report)
        report.notes += [("All copies", note) for note in load_look(config.templates).notes if orders]
        for done, (order, made) in enumerate(_in_turn(orders, shop)):
            progress("Making copies", done, len(orders))
            _fill(order, made, shop, report)
        if orders:
            progress("Making copies", len(orders), len(orders))
    _retire(register, standings, now)
    if write:
        _clear(register, config, report)
    return report


def basis_of_copies(register: Register, config: Config, today: date) -> tuple[object, ...]:
    """Return what decides what copies say, but for the settings: equal while nothing of it was decided otherwise."""
    with register.reading() as tx:
        school = register.school
        in_force = policy_rows.versions_in_force(tx, school).values()
        return (
            contacts_of_day(tx, school, config, today),
            list_settlements(tx, school),
            decisions.list_overrides(tx, school),
            decisions.list_approvals(tx, school),
            sorted((each.id, each.status.value, str(each.next_review_on), len(each.holds)) for each in in_force),
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register holds before copies are made, by policy id."""

    versions: dict[int, VersionRow]
    """In force."""
    overrides: dict[int, tuple[decisions.OverrideRow, ...]]
    current: dict[int, CopyRow]
    held: dict[int, CopyRow]
    codes: set[str]
    """Every short code in use, of whichever policy."""
    damaged: frozenset[str]
    """Hashes of versions whose document is not as it was kept."""
    said: tuple[Settlement, ...]
    """What the owner said of people nobody in the school's contacts is."""


def _look_up(register: Register) -> _Known:
    with register.reading() as tx:
        versions = policy_rows.versions_in_force(tx, register.school)
        return _Known(
            versions=versions,
            overrides=decisions.list_overrides(tx, register.school),
            current=rows.current_copies(tx, register.school),
            held=rows.held_copies(tx, register.school),
            codes=set(rows.list_codes(tx, register.school)),
            damaged=find_damaged_in_force(tx, register.school),
            said=list_settlements(tx, register.school),
        )


def _orders(shop: _Shop, standings: Sequence[PolicyStanding], report: CopyReport) -> list[_Order]:
    """Gather what has to be made before anything is written."""
    config, contacts = shop.config, shop.contacts
    template = f"{template_hash(config.templates)}:{config.documents.pdf}"
    known, addresses = _look_up(shop.register), frozenset(shop.links.values())
    folder = config.distribution if shop.write else None
    orders = []
    for standing in standings:
        version = known.versions.get(standing.policy_id)
        if version is None or standing.state is ReviewState.WITHDRAWN:
            continue
        if version.address is not None:
            _point_to(version, standing, shop, known)
            continue
        report.damaged += [standing.title] if version.sha256 in known.damaged else []
        if version.holds:
            report.held.append((standing.title, version.holds[0].message))
            continue
        facts = effective_facts(version.facts, known.overrides.get(standing.policy_id, ()))
        front = front_block(standing, facts, config, contacts.for_copies, decides_on(standing, config, shop.today))
        directory = with_answers(contacts.planned, known.said, standing.policy_id, version.sha256)
        fingerprint = fingerprint_of(version, directory, front, template, config.web.base_url)
        earlier = known.held.get(standing.policy_id)
        if earlier and earlier.fingerprint == fingerprint and (folder is None or is_as_written(earlier, folder)):
            report.held.append((standing.title, earlier.held_reason or ""))
        elif earlier is None and _is_current(known.current.get(standing.policy_id), fingerprint, addresses, folder):
            report.unchanged += 1
        else:
            wait = _hold(version, facts, front, contacts)
            again = _again(known.current.get(standing.policy_id), fingerprint)
            code = again.code if again else free_code(standing.slug, fingerprint, known.codes)
            known.codes.add(code)
            orders.append(_Order(standing, version, facts, front, fingerprint, code, wait, directory, again))
    return orders


def _point_to(version: VersionRow, standing: PolicyStanding, shop: _Shop, known: _Known) -> None:
    """Record that readers may be given a document that others publish: a copy without files, since it is read there."""
    current = known.current.get(standing.policy_id)
    if current is not None and current.version_id == version.id:
        return
    fingerprint = f"edition:{version.sha256}"
    code = free_code(standing.slug, fingerprint, known.codes)
    known.codes.add(code)
    record = rows.CopyRecord(policy_id=version.policy_id, version_id=version.id, fingerprint=fingerprint, code=code)
    with shop.register.transaction() as tx:
        rows.add_copy(tx, shop.register.school, record, shop.now)


def _hold(version: VersionRow, facts: Facts, front: FrontBlock, contacts: ContactsOfDay) -> Reason | None:
    """Return why a copy must wait for a person, None where it need not."""
    stated = {contact.role for contact in facts.contacts}
    if reason := hold_reason(contacts, stated | {line.role for line in front.contacts}):
        return reason
    empty = [say_role(role) for role in contacts.planned.vacant if role in stated]
    if not empty:
        return None
    return because("nobody-in-the-role", roles=say_list(empty))


def front_block(
    standing: PolicyStanding, facts: Facts, config: Config, directory: ShownDirectory, next_meeting: date | None
) -> FrontBlock:
    """Return what stands at the head of a policy's PDF copy, in words, without its code."""
    return FrontBlock(
        title=standing.title,
        school=config.school.name or facts.school or "",
        version=standing.version_on_copies or "",
        state_words=say_state(
            standing.state, next_meeting=next_meeting, needs_meeting=bool(bodies_of(standing, config))
        ),
        approved=say_partial(standing.approved_on),
        last_review=say_partial(standing.last_review),
        next_review=say_partial(standing.next_review),
        owner=standing.owner,
        contacts=_contacts_on_front(directory),
        code=None,
        safety=_safety_of(directory),
    )


_safety_of = lru_cache(maxsize=_DIRECTORIES)(safety_lines)
"""All copies of a day give the same directory."""


@lru_cache(maxsize=_DIRECTORIES)
def _contacts_on_front(directory: ShownDirectory) -> tuple[ContactLine, ...]:
    return tuple(said_to_cover(line, directory) for line in front_contacts(directory))


def said_to_cover(line: ContactLine, directory: ShownDirectory) -> ContactLine:
    """Say on the front for whom somebody stands in."""
    covered = next(
        (each.covers for each in directory.of(line.role) if line.name == f"{each.title} {each.name}".strip()), None
    )
    return replace(line, role_words=f"{line.role_words}, covering for {covered}") if covered else line


def _again(row: CopyRow | None, fingerprint: str) -> CopyRow | None:
    return row if row is not None and row.fingerprint == fingerprint else None


def _is_current(row: CopyRow | None, fingerprint: str, addresses: Set[str], distribution: Path | None) -> bool:
    """Whether nothing of a copy is to be made again; the files alone are where one of its links leads nowhere now."""
    if row is None or _again(row, fingerprint) is None:
        return False
    return distribution is None or is_in_order(row, distribution, addresses)


def _in_turn(orders: Sequence[_Order], shop: _Shop) -> Iterator[tuple[_Order, Future[Copy]]]:
    """Make the copies, some at once, and yield each in the order given; few are held at a time.

    Setting pages and the children that open documents leave the processor to others, so two take half the time of one.
    Only this thread asks the register.
    """
    workers = 1 if shop.config.documents.pdf == "libreoffice" else min(_AT_ONCE, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="copies")
    waiting, begun = iter(orders), deque[tuple[_Order, Future[Copy]]]()
    try:
        begun.extend((order, _begin(order, shop, pool)) for order in islice(waiting, workers + 1))
        while begun:
            yield begun.popleft()
            begun.extend((order, _begin(order, shop, pool)) for order in islice(waiting, 1))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(order: _Order, shop: _Shop, pool: ThreadPoolExecutor) -> Future[Copy]:
    known: Future[Copy] = Future()
    if order.held is not None:
        known.set_result(Copy(None, b"", ReplacementPlan(holds=(order.held,))))
        return known
    try:
        with shop.register.reading() as tx:
            source = load_content(tx, order.version.sha256)
    except DocumentError as error:
        known.set_exception(error)
        return known
    return pool.submit(_make, order, shop, source)


def _fill(order: _Order, begun: Future[Copy], shop: _Shop, report: CopyReport) -> None:
    title, register = order.standing.title, shop.register
    try:
        made = _hold_new_names(begun.result(), order, register)
        if made.plan.holds:
            made = _covered(made, order, shop)
        if shop.write:
            write_copy(_stem(order, made), made, shop.config.distribution)
    except (RenderError, DocumentError) as error:
        (report.held if isinstance(error, KeptDocumentError) else report.failed).append((title, str(error)))
        _note_failure(order, in_words(str(error)), register, shop.now)
        return
    with register.transaction() as tx:
        _record(order, made, tx, register.school, shop.now)
    if held := made.plan.held:
        report.held.append((title, held))
    else:
        report.made.append(title)
        report.replacements += sum(each.kind not in _NO_CONTACT for each in made.plan.replacements)
        report.replacements += len(made.plan.rows)
        report.notes += [(title, note) for note in made.notes]


def _stem(order: _Order, made: Copy) -> str:
    return order.standing.slug if not made.plan.holds else f"{order.standing.slug}{BEING_RENEWED}"


def _covered(made: Copy, order: _Order, shop: _Shop) -> Copy:
    """Return what a site may show while a copy is held; without files where nothing safe can be made or is wanted."""
    with shop.register.reading() as tx:
        had_a_copy = order.standing.policy_id in rows.current_copies(tx, shop.register.school)
        source = load_content(tx, order.version.sha256)
    held = replace(made, docx=None, appendix_docx=None, pdf=b"", html=None)
    if not is_covered(order.standing.catalogue_slug, had_a_copy=had_a_copy):
        return held
    document, *appendix = (shop.call(read_source, *file) for file in version_files(source, order.version))
    front = replace(order.front, made_on=shop.today)
    covered = make_covered(
        document, order.facts.contacts, order.directory, front, _style(order, shop), appendix=next(iter(appendix), None)
    )
    return replace(held, pdf=covered.pdf, html=covered.html) if covered is not None else held


def _hold_new_names(made: Copy, order: _Order, register: Register) -> Copy:
    if order.version.number == 1:
        return made
    with register.reading() as tx:
        earlier = rows.current_copies(tx, register.school).get(order.standing.policy_id)
    known = {item["text"] or "" for item in earlier.left} if earlier is not None else set()
    return replace(made, plan=hold_new_names(made.plan, known))


def _note_failure(order: _Order, reason: Reason, register: Register, now: datetime) -> None:
    """Record once that a copy could not be made: the one before may name people who changed. It is tried again."""
    failed = replace(order, fingerprint=f"{order.fingerprint}:failed")
    with register.transaction() as tx:
        earlier = rows.held_copies(tx, register.school).get(order.standing.policy_id)
        known = earlier is not None and (earlier.fingerprint, earlier.holds) == (failed.fingerprint, (reason,))
        if order.again is None and not known:
            _record(failed, Copy(None, b"", ReplacementPlan(holds=(reason,))), tx, register.school, now)


def policy_addresses(standings: Sequence[PolicyStanding], rules: PublishSection) -> dict[str, str]:
    """Return where the PDF of each public policy lies, by its title; on a site as in the folder, side by side.

    What is for staff alone is left out: the same copies stand on the public site, where it would lead nowhere.
    """
    in_use = (each for each in standings if each.version_id is not None)
    return {each.title: f"{each.slug}.pdf" for each in in_use if is_public(each, rules)}


def _make(order: _Order, shop: _Shop, source: StoredContent) -> Copy:
    config, directory = shop.config, order.directory
    front = replace(order.front, code=order.code, qr_svg=recall_qr(config.web.base_url, order.code), made_on=shop.today)
    header = header_facts(order.standing, order.version.facts, school=config.school.name or None)
    naming = Naming(order.facts.contacts, directory, header, in_parts=source.appendix is not None)
    making = Making(tuple(version_files(source, order.version)), naming, front, _style(order, shop))
    return shop.maker(making) or make(making, shop.call)


def _style(order: _Order, shop: _Shop) -> CopyStyle:
    others = shop.links.apart_from(order.standing.title)
    pdf = f"{order.standing.slug}.pdf"
    return CopyStyle(shop.config.templates, others, shop.config.documents.pdf, pdf_address=pdf)


def _record(order: _Order, copy: Copy, tx: Transaction, school: str, now: datetime) -> None:
    holds = copy.plan.holds
    files = {what: content for what, content in contents_of(copy).items() if content}
    hashes: dict[str, Any] = {f"{what}_sha256": hashlib.sha256(content).hexdigest() for what, content in files.items()}
    paths: dict[str, Any] = {f"{what}_path": path_of(_stem(order, copy), what) for what in files}
    if order.again is not None and not holds:
        rows.release_held_copy(tx, school, order.standing.policy_id, now)
        rows.change_copy_files(tx, order.again.id, paths, hashes, pdf_bytes=len(copy.pdf))
        return
    lists = plan_lists(copy.plan)
    record = rows.CopyRecord(
        policy_id=order.standing.policy_id,
        version_id=order.version.id,
        fingerprint=order.fingerprint,
        code=order.code,
        **paths,
        **hashes,
        pdf_bytes=len(copy.pdf) if files else None,
        holds=holds,
        replacements=(*lists["replacements"], *(() if holds else front_notes(order.front))),
        left_on_purpose=tuple(lists["left_on_purpose"]),
        left=tuple(
            note | {"why": reason_to_json(item.reason)}
            for note, item in zip(lists["left"], copy.plan.left, strict=True)
        ),
        unknown=tuple(lists["unknown"]),
    )
    rows.add_copy(tx, school, record, now)


def _retire(register: Register, standings: Sequence[PolicyStanding], now: datetime) -> None:
    """Retire the copies of withdrawn policies: they are in use no longer, and nothing takes their place."""
    with register.reading() as tx:
        in_use = rows.current_copies(tx, register.school).keys() | rows.held_copies(tx, register.school).keys()
    gone = [one.policy_id for one in standings if one.state is ReviewState.WITHDRAWN and one.policy_id in in_use]
    if gone:
        with register.transaction() as tx:
            for policy_id in gone:
                rows.retire_copy(tx, register.school, policy_id, now)


def _clear(register: Register, config: Config, report: CopyReport) -> None:
    """Take away files of copies that are not current; one that is open somewhere is told of and goes another day."""
    with register.reading() as tx:
        current, held = rows.current_copies(tx, register.school), rows.held_copies(tx, register.school)
    for path in list_outdated(config.distribution, [*current.values(), *held.values()]):
        try:
            take_away(path)
        except RenderError as error:
            report.failed.append((path.name, str(error)))
        else:
            report.removed.append(path.name)
