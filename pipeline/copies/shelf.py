"""Keep ``distribution/copies/`` equal to what is in force: the stage of a run after recording.

A copy is made anew when anything that goes into it changed: the version, a contact, its dates, how it stands, the
template. What could not be changed safely is held, and the copy before it stays. So it does where a new number waits
for its confirmation and there is no office number, and where nobody holds a role today that the document speaks of.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Config, PublishSection
from pipeline.contacts.confirmations import ContactsOfDay, contacts_of_day, hold_reason
from pipeline.contacts.safety_lines import safety_lines
from pipeline.copies.copy_files import is_as_written, is_in_order, list_outdated
from pipeline.copies.fingerprints import contacts_on_front, fingerprint_of, template_hash
from pipeline.copies.orders import CopyOrder, CopyReport, Shop
from pipeline.copies.shared_worker import NOBODY
from pipeline.errors import RenderError
from pipeline.files import take_away
from pipeline.model.contacts import ShownDirectory
from pipeline.model.facts import Facts
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.model.progress import Progress, no_progress
from pipeline.pages.codes import free_code
from pipeline.pages.pdf import FrontBlock
from pipeline.pages.policy_links import PolicyNames
from pipeline.policies.audience import is_public
from pipeline.policies.decisions.contact_answers import with_answers
from pipeline.policies.effective import effective_facts
from pipeline.policies.meetings import bodies_of, decides_on
from pipeline.reasons.reason import Reason, because
from pipeline.register.policies import copies as rows
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as policy_rows
from pipeline.register.policies.contents import find_damaged_in_force
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import VersionRow
from pipeline.register.policies.settlements import Settlement, list_settlements
from pipeline.register.store.database import Register
from pipeline.wording import say_list, say_partial, say_role, say_state

if TYPE_CHECKING:
    from pipeline.copies.copy import Maker


def refresh_copies(
    register: Register,
    config: Config,
    standings: Sequence[PolicyStanding],
    *,
    today: date,
    now: datetime,
    write: bool = True,
    progress: Progress = no_progress,
    maker: "Maker" = NOBODY.make,
) -> CopyReport:
    """Make the copies that are missing or out of date, and take away those no longer current.

    ``maker`` is asked first for each. With ``write=False`` (a dry run) everything is made and recorded in the register
    given, but no file is written.
    """
    report = CopyReport()
    with register.reading() as tx:
        contacts = contacts_of_day(tx, register.school, config, today)
    links = PolicyNames(policy_addresses(standings, config.publish))
    shop = Shop(register, config, contacts, links, today, now, write, maker)
    if orders := _orders(shop, standings, report):
        from pipeline.copies.filling import fill_orders

        fill_orders(orders, shop, report, progress)
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
class _CopyState:
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


def _look_up(register: Register) -> _CopyState:
    with register.reading() as tx:
        versions = policy_rows.versions_in_force(tx, register.school)
        return _CopyState(
            versions=versions,
            overrides=decisions.list_overrides(tx, register.school),
            current=rows.current_copies(tx, register.school),
            held=rows.held_copies(tx, register.school),
            codes=set(rows.list_codes(tx, register.school)),
            damaged=find_damaged_in_force(tx, register.school),
            said=list_settlements(tx, register.school),
        )


def _orders(shop: Shop, standings: Sequence[PolicyStanding], report: CopyReport) -> list[CopyOrder]:
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
            orders.append(CopyOrder(standing, version, facts, front, fingerprint, code, wait, directory, again))
    return orders


def _point_to(version: VersionRow, standing: PolicyStanding, shop: Shop, known: _CopyState) -> None:
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
        contacts=contacts_on_front(directory),
        code=None,
        safety=safety_lines(directory),
        owner_at=str(facts.evidence["owner"].where) if "owner" in facts.evidence else None,
    )


def _again(row: CopyRow | None, fingerprint: str) -> CopyRow | None:
    return row if row is not None and row.fingerprint == fingerprint else None


def _is_current(row: CopyRow | None, fingerprint: str, addresses: Set[str], distribution: Path | None) -> bool:
    """Whether nothing of a copy is to be made again; the files alone are where one of its links leads nowhere now."""
    if row is None or _again(row, fingerprint) is None:
        return False
    return distribution is None or is_in_order(row, distribution, addresses)


def policy_addresses(standings: Sequence[PolicyStanding], rules: PublishSection) -> dict[str, str]:
    """Return where the PDF of each public policy lies, by its title; on a site as in the folder, side by side.

    What is for staff alone is left out: the same copies stand on the public site, where it would lead nowhere.
    """
    in_use = (each for each in standings if each.version_id is not None)
    return {each.title: f"{each.slug}.pdf" for each in in_use if is_public(each, rules)}


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
