"""Numbers and addresses that stand with a changed name or a role and are nobody's known, or are written oddly.

"DSL: X, 01632 960177 (out of hours 07700 900362)": one who rings the second number would reach the one who went, and
the new holder must not inherit it. ``plan.contacts`` asks for them.
"""

import re
from collections.abc import Iterator

from pipeline.model.contacts import ReplacementKind
from pipeline.named.details.found import (
    FoundDetail,
    belongs_to,
    find_any_details,
    find_details,
    has_detail,
    is_public_address,
    is_role_mailbox,
)
from pipeline.named.details.introduced import OF_BODIES
from pipeline.named.details.ways import DETAIL_WORD, GOES_WITH, OUTSIDE, REACHES, WAY, WHERE
from pipeline.named.holders import role_words
from pipeline.named.mentions import Mention
from pipeline.named.names.letters import for_looking
from pipeline.named.names.parts import PersonName
from pipeline.named.other_bodies import is_of_a_trust
from pipeline.named.roles.owner_lines import may_be_of_the_role
from pipeline.named.roles.passages import OWNER, RoleLabel, says_only
from pipeline.named.roles.vocabulary import OF_LEADS, is_former
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, head_over, listed, settled, unknown_at, unsafe
from pipeline.plan.values import Left
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch
from pipeline.text.telephones import is_helplines, national_digits, parse_phones

_ONLY_DETAILS = re.compile(
    rf"(?:[\W\d_]|\b(?:{DETAIL_WORD}|{GOES_WITH}|{REACHES}|{WHERE}|a|school)|\b[a-z]{{1,2}}\d{{1,3}}[a-z]?\b)*",
    re.IGNORECASE,
)
"""Words by which numbers and addresses are told, and no name."""
_OUTSIDE = re.compile(rf"\b{OUTSIDE}", re.IGNORECASE)
_OFFICE = re.compile(r"\W*(?:(?:the|our|school|main)\s+)*(?:office|reception|switchboard)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?(?=\s)|\(s\)|\([A-Z]{2,5}s?\)")
_NAMED = re.compile(
    r"(?-i:[^\W\d_a-z])[\w'’-]+\s*(?:[,(–—-]|\b(?:is|as)\b)\s*(?:also\s+)?(?:(?:the|our|an?)\s+)?$", re.IGNORECASE
)
"""A person named right before the role, whose number it is: "Ann Lee, the DSL, on …". ``strangers`` looks at those."""
_JOINS_POST = re.compile(
    rf"[ \u00a0]*(?:\b{WAY}[ \u00a0]*)?(?:,|/|&|\(|\band\b)[ \u00a0]*(?:(?:the|our)[ \u00a0]+)?", re.IGNORECASE
)
_RUN = re.compile(r"(?<![\w@./])[+(\[]{0,2}\d(?:[\s\u00a0()\[\]./–—‐‑-]{0,3}\d){5,}(?![\w@])")
_DOT = r"(?:\.|\s*[\[({]?\bdot\b[\])}]?\s*)"
_AT = rf"(?:\s*[\[({{]\s*at\s*[\])}}]\s*|\s+at\s+(?=[\w-]+{_DOT}\w))"
_WRITTEN_OUT = re.compile(rf"(?<![\w.+-])(?P<local>[\w.+'’-]+){_AT}[\w-]+(?:{_DOT}[\w-]+)*", re.IGNORECASE)
"""An address without its sign: "a.lister at example dot org"."""
_SCHOOLS = re.compile(
    r"\b[A-Z][\w'’.-]+ (?:[A-Z][\w'’.-]+ ){0,3}(?:School|Academy|College|Nursery)\b"
    r"|\b(?:[Ff]ax|[Aa]bsen\w+|[Dd]inners?|[Aa]dmissions?)\b"
)
_RUNG = re.compile(
    r"\W*(?:internal )?(?:ext(?:n|ension)?s?|tel(?:ephone)?|(?:tele)?phone|bleep|pager)\b", re.IGNORECASE
)
_SHORT_NUMBER = re.compile(r"\W*(?:[A-Z]{2,4}[\s\u00a0]?)?(?!(?:999|101|111|112)\b)(?P<digits>\d{2,6})\W*")
_REACH = 4
_Told = Iterator[tuple[int, FoundDetail]]
"""Passages with the numbers and addresses in them."""


def unknown_details(planned: Planned) -> Iterator[Stay]:
    """Yield the numbers and addresses given with a changed name that are neither planned nor anybody's today."""
    scene, directory = planned.scene, planned.directory
    seen: set[Stretch] = set()
    for mention in planned.changed:
        holder = planned.holder_of(mention)
        for index, found in _given_with(planned, mention):
            place = Stretch(index, found.start, found.end)
            if planned.is_detail(place) or has_detail(found, directory.with_office) or place in seen:
                continue
            seen.add(place)
            reason = because("unknown-detail", name=holder.name)
            if has_detail(found, directory.settled):
                yield settled(scene, place, holder.role)
            elif found.email and is_role_mailbox(found.email):
                yield listed(scene, place, because("mailbox-stays"))
            elif _is_the_offices(planned, mention, index) or (found.phone and is_helplines(found.phone.digits)):
                yield listed(scene, place, reason)
            else:
                words, where = planned.words_at(place), scene.passages[index].where
                hold = because("unknown-detail-at", words=words, where=where, name=holder.name)
                unknown = unknown_at(scene, place, holder.role, holds=True, kind=_kind_of(found))
                yield Stay(Left(where, words, reason), hold, (place,), unknown)


def _kind_of(found: FoundDetail) -> ReplacementKind:
    return ReplacementKind.EMAIL if found.email is not None else ReplacementKind.PHONE


def _is_the_offices(planned: Planned, mention: Mention, index: int) -> bool:
    """Whether a line below those of several people is the office's: "Office: …" under "DSL: X" and "Deputy: Y".

    Under one person alone it may be the number of that person's room.
    """
    scene, over = planned.scene, mention.passage - 1
    if index == mention.passage or scene.cells[index] is not None or not _OFFICE.match(scene.passages[index].text):
        return False
    return any(each.passage == over and each.person != mention.person for each in planned.mentions)


def _given_with(planned: Planned, mention: Mention) -> _Told:
    """Yield what stands behind a changed name, or behind a number or address of the same role that changes after it.

    "The lead is X. She can be reached on 01632 960177 (out of hours 07700 900177)": the second is as much X's.
    """
    yield from _told_behind_name(planned, mention)
    until = planned.next_name(mention.passage, mention.form.end)
    for each in planned.details.replacements:
        own = each.passage == mention.passage and each.link is None and each.role == planned.holder_of(mention).role
        if own and mention.form.end <= each.start < until:
            yield from _told_behind(planned, mention.passage, each.end, over_posts=True)


def _told_behind_name(planned: Planned, mention: Mention) -> _Told:
    """Yield what stands behind a name with nothing between but words like "tel" and the roles right behind it."""
    index, position = mention.passage, mention.form.end
    for label in planned.scene.labels(index):
        touches = label.start >= position and not re.search(r"\w", planned.text(index)[position : label.start])
        if touches and label.role not in OF_BODIES:  # whose numbers follow are those of the authority
            position = label.end
    yield from _told_behind(planned, index, position, over_posts=True)


def _told_behind(planned: Planned, index: int, position: int, *, over_posts: bool) -> _Told:
    """Yield what stands behind a place, down to the next name, with nothing before but words like "out of hours".

    ``over_posts``: lines and posts of their own may stand between, as behind a name; else the cells of the row alone.
    """
    reach = _REACH if over_posts or planned.scene.cells[index] is not None else 0
    for at in (index, *planned.scene.following(index, reach)):
        text, start = planned.text(at), position if at == index else 0
        stop = planned.next_name(at, start)
        for found in find_any_details(text[:stop], bare=True, helplines=over_posts):
            if found.start >= start:
                if not _ONLY_DETAILS.fullmatch(text, start, found.start) or _OUTSIDE.search(text, start, found.start):
                    return
                yield at, found
                start = found.end
        goes_on = _ONLY_DETAILS.fullmatch(text, start) or (over_posts and _is_a_post(planned.scene, at))
        if stop < len(text) or not goes_on:
            return


def _is_a_post(scene: Scene, index: int) -> bool:
    """Whether a line or cell is a post of a school and nothing else, as the person's own over the number may be."""
    labels = scene.labels(index)
    within = not any(each.role in OF_LEADS | OF_BODIES for each in labels)
    return bool(labels) and within and says_only(labels, scene.passages[index].text)


def details_of_a_role(planned: Planned) -> Iterator[Stay]:
    """Yield the numbers and addresses given for a lead or deputy without a name that are not theirs today.

    "Ring the DSL on 01632 960177": the one who went may answer it, a deputy who was lead before, or nobody. The numbers
    of all who are named by role in that passage are right, and so is the office's. Numbers of the LADO too, where
    the school's contacts give another that stands nowhere; else they may be those of another authority.
    """
    scene, directory = planned.scene, planned.directory
    asked = {role for role in OF_LEADS if directory.of(role)} | {one.role for one in directory.of("lado") if one.phone}
    for index in scene.naming(asked):
        labels = scene.labels(index)
        roles = {label.role for label in labels}
        roles |= OF_LEADS if {label.may_be for label in labels} & asked else set()
        right = [one for role in roles for one in directory.of(role)]
        right += [directory.office] if directory.office else []
        for label in labels:
            role = label.role if label.role in asked else label.may_be
            for at, found in _told_of_role(planned, index, label) if role in asked else ():
                if not has_detail(found, right) and not _is_no_question(planned, at, found, role):
                    yield _not_theirs(planned, Stretch(at, found.start, found.end), found, role)


def _is_no_question(planned: Planned, index: int, found: FoundDetail, role: str) -> bool:
    """Whether a number or address of a role is planned already, is nobody's own, or another authority's perhaps."""
    if (
        planned.is_detail(Stretch(index, found.start, found.end))
        or planned.scene.purpose(index, found.start) is not None
    ):
        return True
    if found.email is not None:
        return role == "lado" or is_role_mailbox(found.email) or is_public_address(found.email)
    numbers = [
        phone.digits[-6:].encode() for one in planned.directory.of(role) for phone in parse_phones(one.phone or "")
    ]
    return role == "lado" and any(number in digits for number in numbers for digits in planned.scene.digits)


def _not_theirs(planned: Planned, place: Stretch, found: FoundDetail, role: str) -> Stay:
    scene, directory = planned.scene, planned.directory
    if has_detail(found, directory.settled):
        return settled(scene, place, role)
    where, words, said = scene.passages[place.passage].where, planned.words_at(place), role_words(role)
    name, other = directory.of(role)[0].name, next((e for e in directory.holders if has_detail(found, (e,))), None)
    if other is not None:
        left = Left(where, words, because("anothers-detail", role=said, other=other.name))
        hold = because("anothers-detail-at", words=words, where=where, role=said, other=other.name, name=name)
        return Stay(left, hold, (place,))
    left = Left(where, words, because("nobodys-detail", role=said))
    hold = because("nobodys-detail-at", words=words, where=where, role=said, name=name)
    return Stay(left, hold, (place,), unknown_at(scene, place, role, holds=True, kind=_kind_of(found)))


def _told_of_role(planned: Planned, index: int, label: RoleLabel) -> _Told:
    """Yield what stands behind a role with nothing between but words like "tel" and further posts, in its row too."""
    scene, text = planned.scene, planned.text(index)
    named = _NAMED.search(text, 0, label.start)
    # "Deputy Head, DSL" names nobody.
    is_named = named is not None and not any(e.start <= named.start() < e.end for e in scene.posts(index))
    if is_named or is_former(text, label.start, label.end) or is_of_a_trust(text, label.start):
        return
    apart = _POSSESSIVE.match(text, label.end)
    position = apart.end() if apart else label.end
    for post in scene.posts(index):
        if post.start >= position and _JOINS_POST.fullmatch(text, position, post.start):
            position = post.end
    yield from _told_behind(planned, index, position, over_posts=False)


def numbers_of_an_owner(planned: Planned) -> Iterator[Stay]:
    """Yield numbers of a person who goes that stand with the name as of one responsible, and not for what.

    "Responsible person: X, 01632 960111" may be who looks after the policy, or whom to ring about a child.
    """
    for mention in planned.mentions:
        if mention.on_purpose != OWNER or not mention.person.goes or not _may_be_of_the_role(planned, mention):
            continue
        for index, found in _told_behind_name(planned, mention):
            if not has_detail(found, planned.directory.with_office):
                place = Stretch(index, found.start, found.end)
                yield unsafe(planned.scene, (place, mention.place), because("of-an-owner"))


def _may_be_of_the_role(planned: Planned, mention: Mention) -> bool:
    """Whether nothing before a name in its line, row or the line above says that it looks after the policy."""
    text, cells = planned.text(mention.passage)[: mention.form.start], planned.scene.cells
    if re.search(r"\w", text):
        return may_be_of_the_role(text)
    near = (*cells.before(mention.passage), *cells.head(mention.passage)) or (mention.passage - 1,)
    return may_be_of_the_role(" ".join(planned.text(at) for at in near if at >= 0))


def odd_numbers(planned: Planned) -> Iterator[Stay]:
    """Yield a former number in a form that is read as none: without its first 0, its code in another cell."""
    scene, phones = planned.scene, planned.phones_left
    ends = tuple(one[-6:].encode() for one in phones)
    for index, digits in enumerate(scene.digits) if phones else ():
        if not any(one in digits for one in ends):
            continue
        read = [Stretch(index, each.start, each.end) for each in find_details(planned.text(index), phones, ())]
        for match in _RUN.finditer(planned.text(index)):
            place, written = Stretch(index, *match.span()), re.sub(r"\D", "", match[0])
            same = any(written == one[-6:] or one in (national_digits(written), f"0{written}") for one in phones)
            if same and not any(place.meets(each) for each in read):
                yield unsafe(scene, (place,), because("odd-number"))


def odd_addresses(planned: Planned) -> Iterator[Stay]:
    """Yield a former address written against collectors: "a.lister(at)example.org", "a.lister at example dot org"."""
    scene = planned.scene
    mailboxes = {email.partition("@")[0] for each in planned.replaced for email in each.emails}
    names = [each.name for each in planned.replaced if each.name is not None and each.name.first]
    words = (*sorted(mailboxes), *(name.last_word for name in names))
    for index in dict.fromkeys(at for word in words if word for at in scene.places_with(for_looking(word))):
        for match in _WRITTEN_OUT.finditer(planned.text(index)):
            local = match["local"].casefold()
            if local in mailboxes or any(_is_made_of(local, name) for name in names):
                yield unsafe(scene, (Stretch(index, *match.span()),), because("odd-address"))


def _is_made_of(local: str, name: PersonName) -> bool:
    """Whether what stands before "at" is a name as in addresses; a surname alone may be a word ("a page at …")."""
    return local != name.surname.casefold() and belongs_to(local, name.first, name.surname)


def extensions(planned: Planned) -> Iterator[Stay]:
    """Yield the number in a column "Ext" of a row with a changed name, and a short one in a column of telephones."""
    scene = planned.scene
    for mention in planned.changed:
        numbers = parse_phones(planned.holder_of(mention).phone or "")
        known = {each for phone in numbers for each in (phone.digits, phone.extension)}
        for at in scene.following(mention.passage, 2 * _REACH) if scene.cells[mention.passage] else ():
            place = Stretch(at, 0, len(planned.text(at)))
            short = _SHORT_NUMBER.fullmatch(planned.text(at)) if _RUNG.match(head_over(scene, at)) else None
            if short is not None and short["digits"] not in known and not planned.is_taken(place):
                yield unsafe(scene, (place,), because("extension"), words=planned.text(at).strip())


def numbers_of_the_school(planned: Planned) -> Iterator[Stay]:
    """Yield a former number that stands as the school's own, on its letterhead or for absences: others ring it too."""
    scene, named = planned.scene, {each.passage for each in planned.mentions}
    for each in planned.replacements:
        alone = each.kind is ReplacementKind.PHONE and each.passage not in named and not scene.labels(each.passage)
        if alone and scene.cells[each.passage] is None and _SCHOOLS.search(planned.text(each.passage)):
            place = Stretch(each.passage, each.start, each.end)
            yield unsafe(scene, (place,), because("school-number-perhaps"))
