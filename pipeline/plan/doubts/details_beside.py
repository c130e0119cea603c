"""Numbers and addresses that stand with a changed name and are nobody's known: the new holder must not inherit them.

"DSL: X, 01632 960177 (out of hours 07700 900362)": whoever rings the second number would reach whoever went.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from pipeline.dates.months import BEGINS_MONTH
from pipeline.dates.weekdays import SCHOOL_DAYS, one_weekday
from pipeline.model import Holder, ReplacementKind
from pipeline.named.details.found import (
    FoundDetail,
    addresses_in,
    clean_address,
    find_any_details,
    has_detail,
    is_public_address,
    is_role_mailbox,
    target_detail,
)
from pipeline.named.details.introduced import OF_BODIES
from pipeline.named.details.ways import DETAIL_WORD, WAY
from pipeline.named.holders import Standing, role_words
from pipeline.named.mentions import Mention
from pipeline.named.names.letters import plain_letters
from pipeline.named.other_bodies import is_of_a_trust
from pipeline.named.roles.owner_lines import may_be_of_the_role
from pipeline.named.roles.passages import OWNER, RoleLabel, says_only
from pipeline.named.roles.vocabulary import OF_LEADS, is_former
from pipeline.named.roles.words import words_of
from pipeline.named.scene import Scene
from pipeline.places import Place
from pipeline.plan.doubts.values import Planned, Stay, listed, settled, unknown_at, unsafe
from pipeline.plan.values import Left
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch
from pipeline.text.telephones import parse_phones

_SAYS_HOW_TEXT = """
    after always and are at available away be by call can dial directly during emergency evenings? first her his
    holidays? home hours immediately in internal(?:ly)? is of office on or out please reached ring room school straight
    term text the their time urgently via weekends? work
"""
_ONLY_DETAILS = re.compile(
    rf"(?:[\W\d_]|\b{DETAIL_WORD}|\b(?:{'|'.join(_SAYS_HOW_TEXT.split())}|[a-z]{{1,2}}\d{{1,3}}[a-z]?)\b)*",
    re.IGNORECASE,
)
"""Words by which numbers and addresses are told, and no name."""
_OFFICE = re.compile(r"\W*(?:(?:the|our|school|main)\s+)*(?:office|reception|switchboard)\b", re.IGNORECASE)
_REACH = 4


def unknown_details(planned: Planned) -> Iterator[Stay]:
    """Yield the numbers and addresses given with a changed name that are neither planned nor anybody's today."""
    scene, mentions, directory = planned.scene, planned.mentions, planned.directory
    people = directory.with_office
    seen: set[tuple[int, int]] = set()
    for mention in mentions:
        if not mention.changes or mention.standing is None or mention.standing.holder is None:
            continue
        for index, found in _given_with(planned, mention):
            place = Stretch(index, found.start, found.end)
            taken = any(each.meets(place) for each in planned.details.places)
            if taken or has_detail(found, people) or (index, found.start) in seen:
                continue
            seen.add((index, found.start))
            if has_detail(found, directory.settled):
                yield settled(scene, place, mention.standing.role)
                continue
            passage = scene.passages[index]
            words = passage.text[found.start : found.end]
            name = mention.standing.holder.name
            if found.email and is_role_mailbox(found.email):
                yield listed(scene, place, because("mailbox-stays"))
                continue
            if _is_the_offices(planned, mention, index):
                yield listed(scene, place, because("unknown-detail", name=name))
                continue
            yield Stay(
                Left(passage.where, words, because("unknown-detail", name=name)),
                because("unknown-detail-at", words=words, where=passage.where, name=name),
                (place,),
                unknown_at(scene, place, mention.standing.role, holds=True, kind=_kind_of(found)),
            )


def _is_the_offices(planned: Planned, mention: Mention, index: int) -> bool:
    """Whether a line below those of several people is the office's: "Office: …" under "DSL: X" and "Deputy: Y".

    Under one person alone it may be the number of that person's room.
    """
    scene, over = planned.scene, mention.passage - 1
    if index == mention.passage or scene.cells[index] is not None or not _OFFICE.match(scene.passages[index].text):
        return False
    return any(each.passage == over and each.person != mention.person for each in planned.mentions)


def _given_with(planned: Planned, mention: Mention) -> Iterator[tuple[int, FoundDetail]]:
    """Details right behind a changed name, or behind a number or address of the same role that changes in its passage.

    "The lead is X. She can be reached on 01632 960177 (out of hours 07700 900177)": the second is as much X's.
    """
    scene, mentions = planned.scene, planned.mentions
    yield from _details_after(scene, mention, mentions)
    assert mention.standing is not None
    later = [
        each.form.start
        for each in mentions
        if (each.passage, each.form.start) > (mention.passage, mention.form.start) and each.passage == mention.passage
    ]
    until = min(later, default=len(scene.passages[mention.passage].text))
    for each in planned.details.replacements:
        own = each.passage == mention.passage and each.link is None and each.role == mention.standing.role
        if own and mention.form.end <= each.start < until:
            yield from _details_behind(scene, mention.passage, each.end, mentions)


def _details_after(scene: Scene, mention: Mention, mentions: Sequence[Mention]) -> Iterator[tuple[int, FoundDetail]]:
    """Details with nothing between them and the name but words like "tel" and "out of hours"."""
    index, position = mention.passage, mention.form.end
    for label in scene.labels(index):
        touches = label.start >= position and not re.search(r"\w", scene.passages[index].text[position : label.start])
        if touches and label.role not in OF_BODIES:  # whose numbers follow are those of the authority
            position = label.end
    yield from _details_behind(scene, index, position, mentions)


def _details_behind(
    scene: Scene, index: int, position: int, mentions: Sequence[Mention]
) -> Iterator[tuple[int, FoundDetail]]:
    """Details behind a place, down to the next name, with nothing before them but such words."""
    for at in (index, *scene.following(index, _REACH)):
        text = scene.passages[at].text
        start = position if at == index else 0
        stop = min((e.form.start for e in mentions if e.passage == at and e.form.start >= start), default=len(text))
        for found in find_any_details(text[:stop], bare=True):
            if found.start >= start:
                if not _ONLY_DETAILS.fullmatch(text, start, found.start):
                    return
                yield at, found
                start = found.end
        if stop < len(text) or not (_ONLY_DETAILS.fullmatch(text, start) or _is_a_post(scene, at)):
            return


def _is_a_post(scene: Scene, index: int) -> bool:
    """Whether a line or cell is a post of a school and nothing else, as the person's own over the number may be."""
    labels = scene.labels(index)
    within = not any(each.role in OF_LEADS | OF_BODIES for each in labels)
    return bool(labels) and within and says_only(labels, scene.passages[index].text)


_POSSESSIVE = re.compile(r"['’]s?(?=\s)|\(s\)|\([A-Z]{2,5}s?\)")
_NAMED = re.compile(
    r"(?-i:[^\W\d_a-z])[\w'’-]+\s*(?:[,(–—-]|\b(?:is|as)\b)\s*(?:also\s+)?(?:(?:the|our|an?)\s+)?$", re.IGNORECASE
)
"""Somebody named right before the role, whose number it is: "Ann Lee, the DSL, on …". ``strangers`` looks at those."""


_JOINS_POST = re.compile(
    rf"[ \u00a0]*(?:\b{WAY}[ \u00a0]*)?(?:,|/|&|\(|\band\b)[ \u00a0]*"
    r"(?:(?:the|our)[ \u00a0]+)?",
    re.IGNORECASE,
)


def details_of_a_role(planned: Planned) -> Iterator[Stay]:
    """Yield the numbers and addresses given for a lead or deputy without a name that are not theirs today.

    "Ring the DSL on 01632 960177": whoever went may answer it, a deputy who was lead before, or nobody. The numbers of
    all who are named by role in that passage are right, and so is the office's. Numbers of the LADO too, where
    the school's contacts give another that stands nowhere; else they may be those of another authority.
    """
    scene, directory = planned.scene, planned.directory
    office = [directory.office] if directory.office else []
    asked = {role for role in OF_LEADS if directory.of(role)}
    asked |= {one.role for one in directory.of("lado") if one.phone}
    for index in scene.naming(asked):
        labels = scene.labels(index)
        may_be = {label.may_be for label in labels} & asked
        roles = {label.role for label in labels} | (OF_LEADS if may_be else frozenset())
        named = [one for role in roles for one in directory.of(role)]
        for label in labels:
            role = label.role if label.role in asked else label.may_be
            told = directory.of(role) if role in asked else ()
            for at, found in _details_of_the_role(scene, index, label) if told else ():
                place = Stretch(at, found.start, found.end)
                taken = any(each.meets(place) for each in planned.details.places)
                taken = taken or (role == "lado" and (found.phone is None or _stands_anywhere(scene, told)))
                mailbox = found.email is not None and (is_role_mailbox(found.email) or is_public_address(found.email))
                if (
                    taken
                    or mailbox
                    or has_detail(found, (*named, *office))
                    or scene.purpose(at, found.start) is not None
                ):
                    continue
                if has_detail(found, directory.settled):
                    yield settled(scene, place, role)
                    continue
                other = next((one for one in directory.holders if has_detail(found, (one,))), None)
                yield _not_theirs(scene, place, role, told[0], other, _kind_of(found))


def _past_posts(scene: Scene, index: int, position: int) -> int:
    """Return where the posts end that are told with a role: "DSL and Deputy Head, 01632 …"."""
    for post in scene.posts(index):
        if post.start >= position and _JOINS_POST.fullmatch(scene.passages[index].text, position, post.start):
            position = post.end
    return position


def _named_before(scene: Scene, index: int, label: RoleLabel) -> bool:
    """Whether a name stands right before a role, and not another post: "Deputy Head, DSL" names nobody."""
    match = _NAMED.search(scene.passages[index].text, 0, label.start)
    return match is not None and not any(each.start <= match.start() < each.end for each in scene.posts(index))


def _stands_anywhere(scene: Scene, people: Iterable[Holder]) -> bool:
    """Whether the document gives a number of one of ``people``."""
    numbers = [phone.digits[-6:].encode() for one in people for phone in parse_phones(one.phone or "")]
    return any(number in digits for number in numbers for digits in scene.digits)


def _kind_of(found: FoundDetail) -> ReplacementKind:
    return ReplacementKind.EMAIL if found.email is not None else ReplacementKind.PHONE


def _not_theirs(
    scene: Scene, place: Stretch, role: str, holder: Holder, other: Holder | None, kind: ReplacementKind
) -> Stay:
    passage = scene.passages[place.passage]
    words = passage.text[place.start : place.end]
    where, said = passage.where, role_words(role)
    if other is not None:
        left = Left(where, words, because("anothers-detail", role=said, other=other.name))
        hold = because("anothers-detail-at", words=words, where=where, role=said, other=other.name, name=holder.name)
        return Stay(left, hold, (place,))
    left = Left(where, words, because("nobodys-detail", role=said))
    hold = because("nobodys-detail-at", words=words, where=where, role=said, name=holder.name)
    return Stay(left, hold, (place,), unknown_at(scene, place, role, holds=True, kind=kind))


def _details_of_the_role(scene: Scene, index: int, label: RoleLabel) -> Iterator[tuple[int, FoundDetail]]:
    """Details with nothing between them and the role but words like "tel" and "out of hours", in its row too."""
    text = scene.passages[index].text
    if (
        is_former(text, label.start, label.end)
        or is_of_a_trust(text, label.start)
        or _named_before(scene, index, label)
    ):
        return
    apart = _POSSESSIVE.match(text, label.end)
    start = _past_posts(scene, index, apart.end() if apart else label.end)
    following = scene.following(index, _REACH) if scene.cells[index] is not None else ()
    for at in (index, *following):
        its, start = scene.passages[at].text, start if at == index else 0
        for found in find_any_details(its, bare=True):
            if found.start >= start:
                if not _ONLY_DETAILS.fullmatch(its, start, found.start):
                    return
                yield at, found
                start = found.end
        if not _ONLY_DETAILS.fullmatch(its, start):
            return


def numbers_of_an_owner(planned: Planned) -> Iterator[Stay]:
    """Yield numbers of whoever goes that stand with the name as of somebody responsible, and not for what.

    "Responsible person: X, 01632 960111" may be who looks after the policy, or whom to ring about a child.
    """
    scene, directory = planned.scene, planned.directory
    people = directory.with_office
    for mention in planned.mentions:
        if mention.on_purpose != OWNER or not mention.person.goes or not _may_be_of_the_role(scene, mention):
            continue
        for index, found in _details_after(scene, mention, planned.mentions):
            if not has_detail(found, people):
                place = Stretch(index, found.start, found.end)
                yield unsafe(scene, (place, mention.place), because("of-an-owner"))


def _may_be_of_the_role(scene: Scene, mention: Mention) -> bool:
    """Whether nothing before a name in its line, row or the line above says that it looks after the policy."""
    text = scene.passages[mention.passage].text[: mention.form.start]
    if re.search(r"\w", text):
        return may_be_of_the_role(text)
    near = (*scene.cells.before(mention.passage), *scene.cells.head(mention.passage)) or (mention.passage - 1,)
    return may_be_of_the_role(" ".join(scene.passages[at].text for at in near if at >= 0))


_DAY = rf"{one_weekday(SCHOOL_DAYS)}\b"
_REMARK = re.compile(
    r"[\s\u00a0]*(?:\((?P<bracket>[^)]{0,60}?"
    rf"\b(?:{_DAY}|(?:am|pm)\b|part[ -]?time|job[ -]?shar|tempora|interim|acting|trained|qualified|level \d"
    rf"|from (?:\d|{BEGINS_MONTH}))[^)]{{0,60}})\)"
    rf"|[,–—-][\s\u00a0]*(?P<days>(?:on[ \u00a0]+)?{_DAY}[^.;,()\n]{{0,40}}))",
    re.IGNORECASE,
)
_A_WORD = re.compile(r"[\s\u00a0]*\((?P<said>[^\W\d_a-z][^\W\d_]*[a-z])\)")
"""Right behind a name one word that may be a name the person had: "X (Holt)"."""
_COURSE = (
    r"(?:attended|completed|had|received|undert\w+)\b[^.;\n]{0,60}?\b(?:training|courses?|qualifications?|level \d)\b"
)
_TRAINED = re.compile(
    r"[\s\u00a0]+(?P<said>(?:(?:is|was|are|has|have|been|also|fully|suitably|last|recently)[\s\u00a0]+){0,3}"
    rf"(?:(?:trained|qualified|accredited|certificated|certified)\b|{_COURSE})[^.;\n]{{0,60}})",
    re.IGNORECASE,
)
"""What a person was trained in: "X is trained to Level 3"."""
_RECORD_HEAD = re.compile(
    r"\b(?:train(?:ed|ing)|qualifi\w+|certificat\w+|accredit\w+|dbs|expir\w+|renewal|appointed"
    r"|(?:in (?:post|role) )?since|level|courses?)\b",
    re.IGNORECASE,
)
"""Over a column with what is on record of each person."""
_RECORD = re.compile(r"\d|\blevel\b|\b(?:yes|no)\b|[✓✔]", re.IGNORECASE)
_ONLY_DAYS = re.compile(
    rf"(?:(?:days?|hours|works|available|in school|on)\b[\s:]*)*"
    rf"(?:{_DAY}|(?:mornings?|afternoons?|part[- ]?time|am|pm)\b|(?:[01]\.\d+[ ]*)fte\b|term[- ]time only)"
    rf"(?:[\s,;&/+().:–—-]|\d|{_DAY}|\b(?:to|until|and|only|mornings?|afternoons?|am|pm|all|day|half|weeks?|term|time"
    r"|alternate|every|other|the|noon|in)\b)*",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"[\d@]")
_LONGEST_HEAD = 60
_ALL_WEEK = re.compile(r"\W*(?:on )?mon(?:day)?s?\s*(?:to|until|-|–)\s*fri(?:day)?s?\b", re.IGNORECASE)


def remarks(planned: Planned) -> Iterator[Stay]:
    """Yield what is said behind a changed name of the person's days, hours, training or time in the role."""
    scene = planned.scene
    for mention in planned.mentions:
        if not mention.changes or mention.standing is None or mention.standing.holder is None:
            continue
        remark = _REMARK.match(scene.passages[mention.passage].text, mention.form.end)
        behind = [Stretch(mention.passage, *remark.span("bracket" if remark["bracket"] else "days"))] if remark else []
        trained = _TRAINED.match(scene.passages[mention.passage].text, mention.form.end)
        behind += [Stretch(mention.passage, *trained.span("said"))] if trained else []
        word = _A_WORD.match(scene.passages[mention.passage].text, mention.form.end)
        if word is not None and word["said"].casefold() not in words_of(
            "label", "no-apposed", "no-post", "post", "apposed"
        ):
            behind.append(Stretch(mention.passage, *word.span("said")))
        for place in (*behind, *_days_in_the_row(scene, mention), *_records_in_the_row(scene, mention)):
            said = scene.passages[place.passage].text[place.start : place.end].strip()
            if said and not _ALL_WEEK.match(said):
                reason = because("said-of-another", name=mention.standing.holder.name)
                yield listed(scene, place, reason, words=said)


def _days_in_the_row(scene: Scene, mention: Mention) -> Iterator[Stretch]:
    """Yield the cells of the same row, or the next lines, that hold days and nothing else."""
    row = scene.cells[mention.passage]
    for at in scene.following(mention.passage, 2 if row is None else 2 * _REACH):
        text = scene.passages[at].text.strip()
        if scene.labels(at) or (row is None and text and not _ONLY_DAYS.fullmatch(text) and not _DETAIL.search(text)):
            return
        if _ONLY_DAYS.fullmatch(text):
            yield Stretch(at, 0, len(scene.passages[at].text))


def _records_in_the_row(scene: Scene, mention: Mention) -> Iterator[Stretch]:
    """Yield the cells of the same row below "Training", "Certificate" and the like that have something on record."""
    for at in scene.cells.others_in_row(mention.passage):
        heads = " ".join(scene.passages[head].text for head in scene.cells.head(at))
        if len(heads) <= _LONGEST_HEAD and _RECORD_HEAD.search(heads):
            text = scene.passages[at].text
            if _RECORD.search(text) and not any(True for _ in find_any_details(text)):
                yield Stretch(at, 0, len(text))


def links_to_a_goer(planned: Planned) -> Iterator[Stay]:
    """Yield the mail links that would still write to somebody who goes, as a second receiver or in a copy."""
    going = _addresses_going(planned.standings)
    for place, where, target in _links_afterwards(planned) if going else ():
        own = target_detail(target) if place in planned.details.told else None
        for address in addresses_in(target):
            told = own is not None and own.email == address
            if address in going and not told and planned.scene.purpose(place.passage, place.start) is None:
                reason = because("link-also-writes")
                hold = because("link-also-writes-to", where=where, words=address)
                # The link may name somebody besides, so another question may tell of it too.
                yield Stay(Left(where, address, reason), hold, ())


def links_that_name_a_goer(planned: Planned) -> Iterator[Stay]:
    """Yield the links that hold the name of somebody who goes, known addresses left out: others tell of those."""
    names = {
        tuple(_letters(part) for part in (each.name.full, each.name.first + each.name.surname, each.name.surname))
        for each in planned.standings
        if not each.stays and each.name is not None and each.name.knows_first
    }
    going = _addresses_going(planned.standings)
    for place, _, target in _links_afterwards(planned) if names else ():
        rest = unquote(target).casefold()
        for address in going:
            rest = rest.replace(address, " ")
        if _names_somebody(rest, names):
            yield listed(planned.scene, place, because("link-names-former"), words=unquote(target))


def _addresses_going(standings: Sequence[Standing]) -> set[str]:
    staying = {clean_address(each.holder.email) for each in standings if each.holder and each.holder.email}
    return {email for each in standings if not each.stays for email in each.emails} - staying


def _links_afterwards(planned: Planned) -> Iterator[tuple[Stretch, Place, str]]:
    """Yield each link, the place a person finds it by, and where it will lead."""
    changed = {(each.passage, each.link): each.after for each in planned.replacements if each.link is not None}
    for index in planned.scene.linked:
        passage = planned.scene.passages[index]
        for number, link in enumerate(passage.links):
            place = Stretch(index, link.start, link.end, number)
            yield place, passage.where, changed.get((index, number), link.target)


def _names_somebody(target: str, names: Iterable[tuple[str, ...]]) -> bool:
    """Whether a link’s address in small letters holds a name, whatever parts its words (``…/staff/ann-lister``)."""
    if target.startswith("tel:"):
        return False
    letters = _letters(target)
    return any(
        whole in letters or short in letters or f"{last}{short.removesuffix(last)}" in letters
        for whole, short, last in names
    )


def _letters(text: str) -> str:
    """The letters of a text in small ones, without marks above or below them."""
    return "".join(filter(str.isalpha, plain_letters(text)))
