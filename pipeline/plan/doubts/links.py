"""Links that would still lead to a person who goes, or name them, when a copy is made.

``plan.contacts`` asks for them. Where a link leads afterwards counts, not where it led.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from pipeline.named.details.found import addresses_in, clean_address, target_detail
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.parts import PersonName
from pipeline.named.names.spellings import find_forms
from pipeline.plan.doubts.values import Planned, Stay, listed, unsafe
from pipeline.plan.values import Left
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_PLAIN = ("mailto", "tel", "callto", "sms")
"""Kinds of links whose number or address the plan exchanges."""


def links_to_a_goer(planned: Planned) -> Iterator[Stay]:
    """Yield the mail links that would still write to a person who goes, as a second receiver or in a copy."""
    going = _addresses_going(planned)
    for place, target in _links_afterwards(planned) if going else ():
        own = target_detail(target) if place in planned.details.told else None
        where = planned.scene.passages[place.passage].where
        for address in addresses_in(target):
            told = own is not None and own.email == address
            if address in going and not told and planned.scene.purpose(place.passage, place.start) is None:
                hold = because("link-also-writes-to", where=where, words=address)
                # The link may name a person besides, so another question may tell of it too.
                yield Stay(Left(where, address, because("link-also-writes")), hold, ())


def odd_links(planned: Planned) -> Iterator[Stay]:
    """Yield links of another kind with a former number or address, and those that name a former holder.

    "https://wa.me/44…" and what a mail link writes into the mail hold the copy; a page called by the name is listed.
    """
    scene, going = planned.scene, _addresses_going(planned)
    names = [each.name for each in planned.replaced if each.name is not None]
    people = {each.name for each in planned.standings if not each.stays and each.name is not None}
    people = {each for each in people if each.knows_first}
    for place, afterwards in _links_afterwards(planned):
        assert place.link is not None
        before = scene.passages[place.passage].links[place.link].target
        if _leads_to(before, planned.phones_left, _addresses_left(planned)):
            yield unsafe(scene, (place,), because("link-leads-to-former"), words=before)
        elif any(next(find_forms(_subject(before), one), None) for one in names):
            yield unsafe(scene, (place,), because("mail-names-former"), words=before)
        elif any(_is_named_by(afterwards, one, going) for one in people):
            yield listed(scene, place, because("link-names-former"), words=unquote(afterwards))


def _addresses_going(planned: Planned) -> set[str]:
    staying = {clean_address(each.holder.email) for each in planned.standings if each.holder and each.holder.email}
    return {email for each in planned.standings if not each.stays for email in each.emails} - staying


def _addresses_left(planned: Planned) -> set[str]:
    todays = {clean_address(one.email) for one in planned.directory.holders if one.email}
    return {email for each in planned.replaced for email in each.emails} - todays


def _links_afterwards(planned: Planned) -> Iterator[tuple[Stretch, str]]:
    """Yield each link and where it will lead."""
    changed = {(each.passage, each.link): each.after for each in planned.replacements if each.link is not None}
    for index in planned.scene.linked:
        for number, link in enumerate(planned.scene.passages[index].links):
            yield Stretch(index, link.start, link.end, number), changed.get((index, number), link.target)


def _leads_to(target: str, phones: tuple[str, ...], emails: set[str]) -> bool:
    """Whether a link holds a number, or one of another kind an address, that no plan exchanges there."""
    target = unquote(target).casefold()
    plain, digits = target.partition(":")[0].strip() in _PLAIN, re.sub(r"\D", "", target)
    rings = any(one[1:] in digits for one in phones) and (not plain or "," in target)
    return rings or (not plain and any(email in target for email in emails))


def _subject(target: str) -> str:
    """Return what a mail link writes into the mail besides addresses."""
    mail = target.strip().casefold().startswith("mailto:")
    return unquote(target.partition("?")[2]).replace("+", " ") if mail else ""


def _is_named_by(target: str, name: PersonName, going: set[str]) -> bool:
    """Whether a link holds a name, whatever parts its words ("…/staff/ann-lister"), known addresses left out."""
    rest = unquote(target).casefold()
    for address in going:
        rest = rest.replace(address, " ")
    first, surname, full, letters = map(_letters, (name.first, name.surname, name.full, rest))
    return not rest.startswith("tel:") and any(one in letters for one in (full, first + surname, surname + first))


def _letters(text: str) -> str:
    """The letters of a text in small ones, without marks above or below them."""
    return "".join(filter(str.isalpha, plain_letters(text)))
