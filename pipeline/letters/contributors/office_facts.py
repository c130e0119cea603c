"""What is out of order that the school office can put right, each as something to be told: once, and again on a change.

A list of people that tells nothing; who started and has had no pack; mail that rests, or came back from an address in
the settings; a document that names another safeguarding lead than the contacts; policies whose owner has left or is
nobody. The stage of each says what it is of, so that a fact that changes is told again; ``office`` tells them,
``monday`` repeats what is open.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from pipeline.config import Config
from pipeline.contacts.renamed import Renamed, list_renamed
from pipeline.dates.calendar import school_day_from
from pipeline.directory import LEAD
from pipeline.letters.contributors.late import week_of
from pipeline.letters.contributors.undelivered import list_standing_undelivered
from pipeline.letters.others_day import OfficeItem, OthersDay, StarterWithoutPack
from pipeline.mail.mailings import summary_in
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.named.names.likeness import name_key
from pipeline.people.absences import AbsenceKind, list_absences, list_owner_absences
from pipeline.people.list_faults import list_faults, name_of_list, say_fault, say_short
from pipeline.people.obligations import STARTER_DAYS, has_left, policies_in_use
from pipeline.policies.owners import Recipient, list_owned, resolve_default_owner, resolve_owner
from pipeline.register.mail.campaigns import CampaignState, list_campaigns
from pipeline.register.mail.deliveries import find_pause
from pipeline.register.policies.copies import CopyRow, copies_for_staff, held_copies
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_left_out, say_list

NO_PACK_AFTER = 3
"""School days after the first day, by which a starter's pack should have reached them."""
_MOST_STARTERS = 5
"""Of those without a pack for one reason so many are named one by one."""
_MOST_TITLES = 4
_GONE = frozenset({AbsenceKind.LEFT, AbsenceKind.DROPPED})


def is_late_for_pack(start_on: date | None, config: Config, today: date) -> bool:
    """Return whether a person who started on a day should have had their pack by now, and started lately."""
    if start_on is None or not start_on < today <= start_on + timedelta(days=STARTER_DAYS):
        return False
    return school_day_from(start_on, NO_PACK_AFTER, config.calendar.no_school) <= today


def list_office_facts(day: OthersDay) -> tuple[OfficeItem, ...]:
    """Return everything that is out of order today, told before or not; nothing on a day without mail."""
    if not day.has_mail:
        return ()
    tx, school = day.tx, day.school
    owners = _owners(day)
    return (
        *_lists_that_tell_nothing(tx, school, day),
        *_without_packs(day.starters),
        *_resting_mail(tx, school, day.config, day.today),
        *_mail_that_came_back(tx, school, day),
        *_copies_on_hold(tx, school, day),
        *_other_leads(day, list_renamed(tx, school)),
        *_owners_gone(day, owners),
        *_owners_unknown(day, owners),
    )


def _lists_that_tell_nothing(tx: Transaction, school: str, day: OthersDay) -> Iterator[OfficeItem]:
    """Yield each list of people that is gone, empty or cannot be read, from the first day, until it is meant."""
    for one in list_faults(tx, school):
        if not one.is_meant:
            name = name_of_list(day.config, one.name)
            said = say_fault(one, name, day.today)
            command = f'policy staff no-list --source "{one.name}"'
            stage = _stage("list-tells-nothing", f"{one.name} {one.fault} {one.since}")
            words = f"{said} Put the list back; or, where there is none any more, say so: {command}."
            yield OfficeItem(words, None, stage, say_short(one, name), "/people/questions", command)


# --- starters --------------------------------------------------------------------------------------------------------

_WHY_NO_PACK = {
    "waits": "their mail has not gone yet. See why with 'policy send', or on the desk under Mailings; or print",
    "back": "their mail came back. Correct the address in the staff list, or print",
    "no-address": "they have no work address of their own, and no printed pack is recorded. Print",
    "no-copy": "no copy of what they are to read could be made. See what that needs with 'policy status', then print",
}


def _without_packs(starters: Sequence[StarterWithoutPack]) -> Iterator[OfficeItem]:
    """Yield who started and has had nothing to read; many for one reason, as in September, together."""
    by_reason: dict[str, list[StarterWithoutPack]] = defaultdict(list)
    for one in starters:
        by_reason[one.why].append(one)
    for why, mine in by_reason.items():
        if len(mine) <= _MOST_STARTERS:
            yield from (_without_pack(one) for one in mine)
        else:
            yield _many_without_pack(why, mine)


def _without_pack(one: StarterWithoutPack) -> OfficeItem:
    person = one.row.person
    started = f"{person.name} started on {say_day(person.start_on)}" if person.start_on else person.name
    said, command = f"{started} and has had nothing to read yet", f"policy pack {person.person_id} --out FOLDER"
    words = f"{said}: {_WHY_NO_PACK[one.why]} the pack: {command}."
    return OfficeItem(words, one.row.id, f"no-pack {one.why}", said, f"/people/{one.row.id}", command)


def _many_without_pack(why: str, starters: Sequence[StarterWithoutPack]) -> OfficeItem:
    names = _titles([one.row.person.name for one in starters])
    newest = max(str(one.row.person.start_on) for one in starters)
    said = f"{len(starters)} people started lately and have had nothing to read yet"
    command = f"policy pack {starters[0].row.person.person_id} --out FOLDER"
    words = f"{said} ({names}): {_WHY_NO_PACK[why]} each pack, as the first: {command}."
    stage, people = f"no-packs {why} {newest}", frozenset(one.row.id for one in starters)
    return OfficeItem(words, None, stage, said, "/people", "policy staff list", people=people)


# --- mail ------------------------------------------------------------------------------------------------------------


def _resting_mail(tx: Transaction, school: str, config: Config, today: date) -> Iterator[OfficeItem]:
    """Yield that the route rests, or that the office has paused a mailing and it is still so."""
    pause = find_pause(tx, school, config.mail.route)
    until = pause.until.astimezone(config.zone) if pause is not None else None
    if pause is not None and until is not None and today <= until.date() <= today + timedelta(days=1):
        said = f"Mail could not go until {until:%H:%M} on {say_day(until.date())}"
        words = (
            f"{said}. {pause.detail} It goes on by itself after that, or at once with 'policy send --resume'; 'policy "
            "mail check' says whether the way is free."
        )
        # What the service says is told again where it comes again in another week.
        stage = _stage("mail-rests", f"{week_of(today)} {pause.detail}")
        yield OfficeItem(words, None, stage, said, "/mail-route", "policy mail check")
    for paused in list_campaigns(tx, school, CampaignState.PAUSED):
        people = summary_in(tx, school, CampaignState.PAUSED).people
        since = (paused.decided_at or paused.created_at).astimezone(config.zone).date()
        if people:
            said = f"Mail to {say_count(people, 'person', 'people')} is paused since {say_day(since)}"
            words = f"{said}. 'policy send --resume' lets it go on, 'policy send --cancel' drops it."
            page, command = "/mailings?state=paused", "policy send --resume"
            yield OfficeItem(words, None, f"mailing-paused {paused.id} {since}", said, page, command)
        return


def _mail_that_came_back(tx: Transaction, school: str, day: OthersDay) -> Iterator[OfficeItem]:
    """Yield the addresses of the settings whose last mail came back; of people on a list the office hears anyway."""
    for one in list_standing_undelivered(tx, school, day.config, day.people, day.today):
        if one.person is None:
            came = say_day(one.settled_at.astimezone(day.config.zone).date())
            said = f"Mail to {one.recipient} came back on {came}"
            words = f"{said} and has told nobody. {one.detail}".rstrip(". ")
            words += f". Correct the address in config.toml, or drop the mail: policy send --drop {one.recipient}."
            command = f"policy send --drop {one.recipient}"
            stage = _stage("came-back", f"{one.recipient.casefold()} {one.settled_at.isoformat()}")
            yield OfficeItem(words, None, stage, said, "/mailings/returned", command)


# --- copies ----------------------------------------------------------------------------------------------------------


def _copies_on_hold(tx: Transaction, school: str, day: OthersDay) -> Iterator[OfficeItem]:
    """Yield which policies staff have with contacts being updated, and of which they have no copy; the list of what is
    open says of each what it waits for.
    """
    given = copies_for_staff(tx, school)
    in_use = [one for one in policies_in_use(day.standings) if one.address is None]
    mine = {one.policy_id: given.get(one.policy_id) for one in in_use}
    covered = [(one, copy) for one in in_use if (copy := mine[one.policy_id]) is not None and copy.is_covered]
    if covered:
        parts = [_say_covered(one, copy) for one, copy in covered]
        said = f"Staff are given {say_count(len(covered), 'policy', 'policies')} with contacts being updated"
        words = (
            f"{said}, since the copy with today’s contacts is on hold: {_titles(parts)}. What each waits for stands "
            "with the policy on the desk, under Copies."
        )
        yield OfficeItem(words, None, _stage("copies-covered", " ".join(sorted(parts))), "", "/copies?state=held")
    held = held_copies(tx, school)
    none = [one.title for one in in_use if mine[one.policy_id] is None and (one.is_held or one.policy_id in held)]
    if none:
        words = (
            f"There is no copy of {_titles(none)} that staff or new starters can be given, and nobody is asked to read "
            "it: its own text or file is on hold. They are told to ask the safeguarding lead in person. What it waits "
            "for stands with the policy on the desk, under Copies."
        )
        yield OfficeItem(words, None, _stage("copies-none", " ".join(sorted(none))), "", "/copies?state=held")


def _say_covered(one: PolicyStanding, copy: CopyRow) -> str:
    covering = copy.covering
    if covering is None or covering.is_whole:
        return one.title
    left_out = say_left_out([(each.what, each.page) for each in covering.left_out])
    why = f"without {left_out}" if left_out else "with more hidden than contacts"
    return f"{one.title} ({why}, so nobody can confirm it yet)"


# --- the lead, and owners --------------------------------------------------------------------------------------------


def _other_leads(day: OthersDay, renamed: Renamed) -> Iterator[OfficeItem]:
    """Yield whom documents name as safeguarding lead and the contacts do not, with the documents.

    A lead's own name of before is left out: copies have the name of today, and no letter says the other one.
    """
    leads = [one.name for one in day.directory.of(LEAD)]
    titles: dict[str, list[str]] = defaultdict(list)
    messages: dict[str, str] = {}
    for standing in day.standings:
        for name, message in {
            name_key(one.named): one.message
            for one in standing.problems
            if one.role == LEAD and not any(renamed.keys_of(one.named) & renamed.keys_of(lead) for lead in leads)
        }.items():
            titles[name].append(standing.title)
            messages.setdefault(name, message)
    for name, message in messages.items():
        said = f"Another safeguarding lead than the contacts name stands in {_titles(titles[name])}"
        yield OfficeItem(f"{said}. {message}", None, _stage("lead-differs", name), said, "/contacts", "policy contacts")


def _owners_gone(day: OthersDay, owners: Mapping[str, Sequence[Recipient]]) -> Iterator[OfficeItem]:
    """Yield who holds a role of the school's or looks after policies, and has left or stands in no list any more.

    Each day asks this of everybody who ever left, so names and addresses are held against each other first.
    """
    gone = [row for row in day.people if row.missing_since is not None or has_left(row.person, day.today)]
    addresses = {(row.person.work_email or "").casefold() for row in gone} - {""}
    names = {name_key(row.person.name) for row in gone}
    if any(name_key(one.name) in names or (one.email or "").casefold() in addresses for one in day.directory.holders):
        for absence in list_absences(day.people, day.config, day.today):
            if absence.kind in _GONE:
                said = f"{absence.holder.name} is in the contacts and has left, or stands in no list any more"
                stage = _stage("holder-gone", f"{absence.holder.role} {absence.holder.name} {absence.kind}")
                yield OfficeItem(absence.message, None, stage, said, "/contacts", "policy contacts")
    reached = [*resolve_default_owner(day.directory, day.config), *(one for found in owners.values() for one in found)]
    if any(one.address.casefold() in addresses for one in reached):
        owned = list_owned(day.standings, day.config, day.today)
        for owner in list_owner_absences(day.people, owned, day.config, day.today):
            said = f"{owner.row.person.name} looks after policies and has left, or stands in no list any more"
            yield OfficeItem(owner.message, None, f"owner-gone {owner.row.id}", said, "/owners", "policy status")


def _owners_unknown(day: OthersDay, owners: Mapping[str, Sequence[Recipient]]) -> Iterator[OfficeItem]:
    """Yield the words for an owner from which nobody can be told, with the policies that have them."""
    has_default = bool(resolve_default_owner(day.directory, day.config))
    named: dict[str, list[str]] = defaultdict(list)
    for standing in day.standings:
        if _is_looked_after(standing) and not owners[_words(standing)]:
            named[_words(standing)].append(standing.title)
    for owner, titles in named.items():
        if owner or not has_default:
            yield _unknown_owner(owner, titles, has_default=has_default)


def _owners(day: OthersDay) -> Mapping[str, Sequence[Recipient]]:
    """Return who is told by each way in which the policies in use name an owner; nobody by the empty one."""
    words = {_words(standing) for standing in day.standings if _is_looked_after(standing)}
    return {one: resolve_owner(one, day.directory, day.config) for one in sorted(words)}


def _is_looked_after(standing: PolicyStanding) -> bool:
    return standing.state is not ReviewState.WITHDRAWN and standing.address is None


def _words(standing: PolicyStanding) -> str:
    return " ".join((standing.owner or "").split())


def _unknown_owner(owner: str, titles: Sequence[str], *, has_default: bool) -> OfficeItem:
    told = "[review] default_owner is told instead" if has_default else "nobody is told of its reviews"
    if owner:
        said = f"No address is known for “{owner}”, who looks after {_titles(titles)}"
        do = "Add it under [people.roles] in config.toml, or name another owner: 'policy set SLUG owner=…'."
    else:
        said = f"Nobody looks after {_titles(titles)}"
        do = "Name an owner ('policy set SLUG owner=…'), or set default_owner under [review] in config.toml."
    stage = _stage("owner-unknown", f"{owner.casefold()} {has_default}")
    return OfficeItem(f"{said}: {told}. {do}", None, stage, said, "/owners", "policy status")


def _titles(titles: Sequence[str]) -> str:
    more = len(titles) - _MOST_TITLES
    return say_list(list(titles)) if more <= 0 else f"{', '.join(titles[:_MOST_TITLES])} and {more} more"


def _stage(what: str, of: str) -> str:
    """Return under which stage a fact is noted as told: what it is, and what it is of."""
    return f"{what} {hashlib.sha256(of.encode()).hexdigest()[:12]}"
