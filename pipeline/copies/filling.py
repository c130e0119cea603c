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

from pipeline.copies.ahead import prepare_to_copy
from pipeline.copies.copy_files import BEING_RENEWED, contents_of, path_of, write_copy
from pipeline.copies.covered import is_covered, make_covered
from pipeline.copies.making import Making, make
from pipeline.copies.new_names import hold_new_names
from pipeline.copies.orders import CopyOrder, CopyReport, Shop
from pipeline.copies.regenerate import Copy, CopyStyle
from pipeline.copies.reworded import Naming, read_source
from pipeline.documents.sandbox.calls import Caller, ContainedCalls
from pipeline.errors import DocumentError, KeptDocumentError, RenderError
from pipeline.model import Progress, ReplacementKind
from pipeline.pages.codes import recall_qr
from pipeline.pages.look import load_look
from pipeline.pages.pdf import front_notes
from pipeline.plan.header import header_facts
from pipeline.plan.values import ReplacementPlan, plan_lists
from pipeline.reasons.kept import reason_to_json
from pipeline.reasons.reason import Reason, in_words
from pipeline.register.policies import copies as rows
from pipeline.register.policies.contents import StoredContent, load_content, version_files
from pipeline.register.store.database import Register, Transaction

_NO_CONTACT = (ReplacementKind.HEADER, ReplacementKind.FIELD)
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


def fill_orders(orders: Sequence[CopyOrder], shop: Shop, report: CopyReport, progress: Progress) -> None:
    """Make what was ordered, and say in the report what became of each."""
    filled: deque[_Filled] = deque()
    with ContainedCalls(prepare_to_copy) as call, ThreadPoolExecutor(_WRITERS, thread_name_prefix="files") as writers:
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
    try:
        made = _hold_new_names(begun.result(), order, shop.register)
        if made.plan.holds:
            made = _covered(made, order, shop, call)
    except (RenderError, DocumentError) as error:
        none: Future[Copy] = Future()
        none.set_exception(error)
        return _Filled(order, none)
    return _Filled(order, writers.submit(_with_files, order, made, shop))


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
    whole: list[tuple[CopyOrder, Copy]] = []
    for each in filled:
        try:
            whole.append((each.order, each.copy.result()))
        except (RenderError, DocumentError) as error:
            _record_all(whole, shop, report)
            whole = []
            title = each.order.standing.title
            (report.held if isinstance(error, KeptDocumentError) else report.failed).append((title, str(error)))
            _note_failure(each.order, in_words(str(error)), shop.register, shop.now)
    _record_all(whole, shop, report)


def _record_all(whole: Sequence[tuple[CopyOrder, Copy]], shop: Shop, report: CopyReport) -> None:
    if not whole:
        return
    with shop.register.transaction() as tx:
        for order, made in whole:
            _record(order, made, tx, shop.register.school, shop.now)
    for order, made in whole:
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


def _covered(made: Copy, order: CopyOrder, shop: Shop, call: Caller) -> Copy:
    """Return what a site may show while a copy is held; without files where nothing safe can be made or is wanted."""
    with shop.register.reading() as tx:
        had_a_copy = order.standing.policy_id in rows.current_copies(tx, shop.register.school)
        source = load_content(tx, order.version.sha256)
    held = replace(made, docx=None, appendix_docx=None, pdf=b"", html=None)
    if not is_covered(order.standing.catalogue_slug, had_a_copy=had_a_copy):
        return held
    document, *appendix = (call(read_source, *file) for file in version_files(source, order.version))
    front = replace(order.front, made_on=shop.today)
    covered = make_covered(
        document, order.facts.contacts, order.directory, front, _style(order, shop), appendix=next(iter(appendix), None)
    )
    return replace(held, pdf=covered.pdf, html=covered.html) if covered is not None else held


def _hold_new_names(made: Copy, order: CopyOrder, register: Register) -> Copy:
    if order.version.number == 1:
        return made
    with register.reading() as tx:
        earlier = rows.current_copies(tx, register.school).get(order.standing.policy_id)
    known = {item["text"] or "" for item in earlier.left} if earlier is not None else set()
    return replace(made, plan=hold_new_names(made.plan, known))


def _note_failure(order: CopyOrder, reason: Reason, register: Register, now: datetime) -> None:
    """Record once that a copy could not be made: the one before may name people who changed. It is tried again."""
    failed = replace(order, fingerprint=f"{order.fingerprint}:failed")
    with register.transaction() as tx:
        earlier = rows.held_copies(tx, register.school).get(order.standing.policy_id)
        known = earlier is not None and (earlier.fingerprint, earlier.holds) == (failed.fingerprint, (reason,))
        if order.again is None and not known:
            _record(failed, Copy(None, b"", ReplacementPlan(holds=(reason,))), tx, register.school, now)


def _make(order: CopyOrder, shop: Shop, source: StoredContent, call: Caller) -> Copy:
    config, directory = shop.config, order.directory
    front = replace(order.front, code=order.code, qr_svg=recall_qr(config.web.base_url, order.code), made_on=shop.today)
    header = header_facts(order.standing, order.version.facts, school=config.school.name or None)
    naming = Naming(order.facts.contacts, directory, header, in_parts=source.appendix is not None)
    making = Making(tuple(version_files(source, order.version)), naming, front, _style(order, shop))
    return shop.maker(making) or make(making, call)


def _style(order: CopyOrder, shop: Shop) -> CopyStyle:
    others = shop.links.apart_from(order.standing.title)
    pdf = f"{order.standing.slug}.pdf"
    return CopyStyle(shop.config.templates, others, shop.config.documents.pdf, pdf_address=pdf)


def _record(order: CopyOrder, copy: Copy, tx: Transaction, school: str, now: datetime) -> None:
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
