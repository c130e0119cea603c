"""Make the copies that a run ordered, write their files and record them, in their order.

Loaded by ``shelf`` where there is an order. Each copy is made with documents open in a child process alone; what cannot
be changed safely is held, and what fails is told and tried again.
"""

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from pipeline.copies.copy import Copy, CopyStyle, Making, Naming
from pipeline.copies.copy_files import BEING_RENEWED, contents_of, is_as_written, path_of, write_copy
from pipeline.copies.covered import CoveredCopy, make_covered
from pipeline.copies.making import make_copy
from pipeline.copies.new_names import hold_new_names
from pipeline.copies.orders import CopyOrder, CopyReport, Shop
from pipeline.copies.rewording import prepare_rewording
from pipeline.documents.sandbox.calls import Caller, ContainedCalls
from pipeline.errors import DocumentError, FieldError, KeptDocumentError, RenderError
from pipeline.model.contacts import ReplacementKind
from pipeline.model.progress import Progress
from pipeline.pages.codes import recall_qr
from pipeline.pages.look import load_look
from pipeline.pages.pdf import front_notes
from pipeline.plan.header import header_facts
from pipeline.plan.values import ReplacementPlan, plan_lists
from pipeline.reasons.as_json import reason_to_json
from pipeline.reasons.reason import Reason, in_words
from pipeline.register.policies import copies as rows
from pipeline.register.policies.contents import StoredContent, load_content, version_files
from pipeline.register.policies.copies import Covering
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction

_NO_CONTACT = (ReplacementKind.HEADER, ReplacementKind.FIELD)
_FIELDS_OF_CONTACTS = frozenset(
    ("field-role-empty", "field-of-several", "field-of-deputies", "field-out-of-range", "field-without-value")
)
"""Why a field in double braces cannot be filled that waits for the contacts, and not for the document."""
_AT_ONCE = 2
"""Copies that are made at the same time."""
_WRITERS = 3
"""Copies whose files are written at the same time: nearly all of that is waiting for the disk."""
_MOST_UNRECORDED = 4
"""Copies that wait for their files to be written, or to be recorded together with those made next."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A copy as it was made, whose files are being written."""

    order: CopyOrder
    copy: Future[Copy]
    """Done once its files are written; raises why there is no copy, or why they could not be written."""
    covered: CoveredCopy
    """What is recorded: it, or the copy with contacts being updated in its place."""


def fill_orders(orders: Sequence[CopyOrder], shop: Shop, report: CopyReport, progress: Progress) -> None:
    """Make what was ordered, and say in the report what became of each."""
    filled: deque[_Filled] = deque()
    with ContainedCalls(prepare_rewording) as call, ThreadPoolExecutor(_WRITERS, thread_name_prefix="files") as writers:
        report.notes += [("All copies", note) for note in load_look(shop.config.templates).notes]
        for done, (order, made) in enumerate(_in_turn(orders, shop, call)):
            progress("Making copies", done, len(orders))
            filled.append(_fill(order, made, shop, call, writers))
            if len(filled) > _MOST_UNRECORDED:
                _finish(_written(filled), shop, report)
        _finish(filled, shop, report)
        progress("Making copies", len(orders), len(orders))


def _in_turn(orders: Sequence[CopyOrder], shop: Shop, call: Caller) -> Iterator[tuple[CopyOrder, Future[Copy]]]:
    """Make the copies, some at once, and yield each in the order given; few are held at a time.

    Setting pages and the children that open documents leave the processor to others, so two take half the time of one.
    Only this thread asks the register.
    """
    workers = 1 if shop.config.documents.pdf == "libreoffice" else min(_AT_ONCE, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="copies")
    waiting, begun = iter(orders), deque[tuple[CopyOrder, Future[Copy]]]()
    try:
        begun.extend((order, _begin(order, shop, pool, call)) for order in islice(waiting, workers + 1))
        while begun:
            yield begun.popleft()
            begun.extend((order, _begin(order, shop, pool, call)) for order in islice(waiting, 1))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(order: CopyOrder, shop: Shop, pool: ThreadPoolExecutor, call: Caller) -> Future[Copy]:
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
    return pool.submit(_make, order, shop, source, call)


def _fill(order: CopyOrder, begun: Future[Copy], shop: Shop, call: Caller, writers: ThreadPoolExecutor) -> _Filled:
    """Settle what the copy is, once it is made, and have its files written while the next ones are made."""
    covered = CoveredCopy(Copy(None, b"", ReplacementPlan()), None)
    try:
        made = _hold_new_names(begun.result(), order, shop.register)
        covered = _covered(made, order, shop, call) if made.plan.holds else CoveredCopy(made, None)
    except (RenderError, DocumentError) as error:
        none: Future[Copy] = Future()
        none.set_exception(error)
        if isinstance(error, FieldError) and _waits_for_contacts(error.reason):
            failed = Copy(None, b"", ReplacementPlan(holds=(in_words(str(error)),)))
            covered = _covered(failed, order, shop, call)
        return _Filled(order, none, covered)
    return _Filled(order, writers.submit(_with_files, order, covered.copy, shop), covered)


def _waits_for_contacts(reason: Reason) -> bool:
    """Whether a field in double braces cannot be filled since the school gives nobody, or not all, for a role."""
    behind = (value for _, value in reason.fields if isinstance(value, Reason))
    return reason.code in _FIELDS_OF_CONTACTS or any(map(_waits_for_contacts, behind))


def _with_files(order: CopyOrder, made: Copy, shop: Shop) -> Copy:
    """Return a copy once its files are written, where any are to be."""
    if shop.write:
        write_copy(_stem(order, made), made, shop.config.distribution)
    return made


def _written(filled: deque[_Filled]) -> Iterator[_Filled]:
    """Take the oldest away, whose files are waited for, and those behind it whose files are written by then."""
    yield filled.popleft()
    while filled and filled[0].copy.done():
        yield filled.popleft()


def _finish(filled: Iterable[_Filled], shop: Shop, report: CopyReport) -> None:
    """Record copies once their files are written, in their order and as many as can be in one transaction."""
    whole: list[tuple[CopyOrder, Copy, Covering | None]] = []
    for each in filled:
        try:
            whole.append((each.order, each.copy.result(), each.covered.covering))
        except (RenderError, DocumentError) as error:
            _record_all(whole, shop, report)
            whole = []
            title = each.order.standing.title
            (report.held if isinstance(error, KeptDocumentError) else report.failed).append((title, str(error)))
            _note_failure(each.order, in_words(str(error)), each.covered, shop)
    _record_all(whole, shop, report)


def _record_all(whole: Sequence[tuple[CopyOrder, Copy, Covering | None]], shop: Shop, report: CopyReport) -> None:
    if not whole:
        return
    with shop.register.transaction() as tx:
        for order, made, covering in whole:
            _record(order, made, covering, tx, shop.register.school, shop.now)
    for order, made, _ in whole:
        _report(order.standing.title, made, report)


def _report(title: str, made: Copy, report: CopyReport) -> None:
    if held := made.plan.held:
        report.held.append((title, held))
    else:
        report.made.append(title)
        report.replacements += sum(each.kind not in _NO_CONTACT for each in made.plan.replacements)
        report.replacements += len(made.plan.rows)
        report.notes += [(title, note) for note in made.notes]


def _stem(order: CopyOrder, made: Copy) -> str:
    return order.standing.slug if not made.plan.holds else f"{order.standing.slug}{BEING_RENEWED}"


def _covered(made: Copy, order: CopyOrder, shop: Shop, call: Caller) -> CoveredCopy:
    """Return what staff and site are given while a copy is held; without files where nothing safe can be made."""
    with shop.register.reading() as tx:
        source = load_content(tx, order.version.sha256)
    held = replace(made, docx=None, appendix_docx=None, pdf=b"", html=None)
    files = tuple(version_files(source, order.version))
    front = replace(order.front, made_on=shop.today)
    covered = make_covered(files, order.facts.contacts, order.directory, front, _style(order, shop), call=call)
    if covered is None:
        return CoveredCopy(held, None)
    return CoveredCopy(replace(held, pdf=covered.copy.pdf, html=covered.copy.html), covered.covering)


def _hold_new_names(made: Copy, order: CopyOrder, register: Register) -> Copy:
    if order.version.number == 1:
        return made
    with register.reading() as tx:
        earlier = rows.current_copies(tx, register.school).get(order.standing.policy_id)
    known = {item["text"] or "" for item in earlier.left} if earlier is not None else set()
    return replace(made, plan=hold_new_names(made.plan, known))


def _note_failure(order: CopyOrder, reason: Reason, covered: CoveredCopy, shop: Shop) -> None:
    """Record once that a copy could not be made: the one before may name people who changed. It is tried again.

    Where it failed for the contacts, ``covered`` is what staff and site are given meanwhile.
    """
    failed = replace(order, fingerprint=f"{order.fingerprint}:failed")
    copy = replace(covered.copy, plan=ReplacementPlan(holds=(reason,)))
    with shop.register.reading() as tx:
        earlier = rows.held_copies(tx, shop.register.school).get(order.standing.policy_id)
    known = earlier is not None and (earlier.fingerprint, earlier.holds) == (failed.fingerprint, (reason,))
    is_there = earlier is not None and (not shop.write or is_as_written(earlier, shop.config.distribution))
    if order.again is not None or (known and is_there):
        return
    if covered.covering is not None:
        _with_files(failed, copy, shop)
    elif known:
        return
    with shop.register.transaction() as tx:
        _record(failed, copy, covered.covering, tx, shop.register.school, shop.now)


def _make(order: CopyOrder, shop: Shop, source: StoredContent, call: Caller) -> Copy:
    config, directory = shop.config, order.directory
    front = replace(order.front, code=order.code, qr_svg=recall_qr(config.web.base_url, order.code), made_on=shop.today)
    header = header_facts(order.standing, order.version.facts, school=config.school.name or None)
    naming = Naming(order.facts.contacts, directory, header, in_parts=source.appendix is not None)
    making = Making(tuple(version_files(source, order.version)), naming, front, _style(order, shop))
    return shop.maker(making) or make_copy(making, call)


def _style(order: CopyOrder, shop: Shop) -> CopyStyle:
    others = shop.links.apart_from(order.standing.title)
    pdf = f"{order.standing.slug}.pdf"
    return CopyStyle(shop.config.templates, others, shop.config.documents.pdf, pdf_address=pdf)


def _record(
    order: CopyOrder, copy: Copy, covering: Covering | None, tx: Transaction, school: str, now: datetime
) -> None:
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
        covering=covering,
    )
    rows.add_copy(tx, school, record, now)
