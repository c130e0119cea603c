"""What a planned copy would keep of somebody who goes: the name in the role, a number written oddly, a link, initials.

``questions`` asks when everything else is judged. Nothing here is changed; what leads to whoever goes holds the copy.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from urllib.parse import unquote

from pipeline.model import Directory, ReplacementKind
from pipeline.named.details.found import belongs_to, clean_address, find_any_details, find_details
from pipeline.named.holders import Standing, role_words
from pipeline.named.mentions import Mention, Person
from pipeline.named.names.letters import for_looking
from pipeline.named.names.parts import PersonName
from pipeline.named.names.spellings import find_forms
from pipeline.named.roles.other_posts import MAY_BE_ANOTHER_TASK
from pipeline.named.roles.passages import (
    A_PART,
    PAST_EVENT,
    WHEN_AND_WHERE,
    RoleLabel,
    is_capacity,
    opens_next,
    past_more_names,
    roles_bound_to,
    surely_given,
)
from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.things import THING
from pipeline.named.roles.vocabulary import is_former
from pipeline.named.scene import Scene
from pipeline.plan.doubts.values import Planned, Stay, listed, unsafe
from pipeline.plan.initials import pattern_of_initials, pattern_of_stops
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch
from pipeline.text.telephones import national_digits, parse_phones

_WHEN_AND_WHERE = re.compile(
    rf"(?:\s*(?:[–—-]|\b(?:for|of|at|in)\b)\s*(?:the\s+|our\s+)?{A_PART})?{WHEN_AND_WHERE}", re.IGNORECASE
)
_JOINS = re.compile(
    r"(?:[\s\u00a0,:;()|–—-]|\b(?:is|are|the|our|an?|and|also|who|currently|as"
    r"|school['’]?s|of|for|this|at|both|all|joint(?:ly)?|acts?|serves?"
    r"|has been (?:named|appointed|designated|nominated))\b)*",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?<![\w@./])[+(\[]{0,2}\d(?:[\s\u00a0()\[\]./–—‐‑-]{0,3}\d){5,}(?![\w@])")
_DOT = r"(?:\.|\s*[\[({]?\bdot\b[\])}]?\s*)"
_AT = rf"(?:\s*[\[({{]\s*at\s*[\])}}]\s*|\s+at\s+(?=[\w-]+{_DOT}\w))"
_WRITTEN_OUT = re.compile(rf"(?<![\w.+-])(?P<local>[\w.+'’-]+){_AT}[\w-]+(?:{_DOT}[\w-]+)*", re.IGNORECASE)
"""An address without its sign: "a.lister at example dot org"."""
_GOES_ON = re.compile(r"([ \u00a0][A-Z][a-z'’-]+)[ \u00a0](?:is|was|has|will|can)\b")
_SCHOOLS = re.compile(
    r"\b[A-Z][\w'’.-]+ (?:[A-Z][\w'’.-]+ ){0,3}(?:School|Academy|College|Nursery)\b"
    r"|\b(?:[Ff]ax|[Aa]bsen\w+|[Dd]inners?|[Aa]dmissions?)\b"
)
_SUBJECTS = frozenset(
    ("IT", "PE", "RE", "HR", "TA", "RS", "DT", "MFL", "ICT", "SEN", "PA", "OK", "UK", "AM", "PM", "TB")
)
"""Letters that schools write for something else."""


_TO_POST = re.compile(r"[\s\u00a0]*[\t,(–—-]?[\s\u00a0]*")


def _roles_left(person: Person) -> dict[str, Standing]:
    """The roles that somebody else holds in the person's place now."""
    return {each.role: each for each in person.standings if not each.stays and each.holder is not None}


# --- a name that stays in the role -----------------------------------------------------------------------------------


def named_in_the_role(planned: Planned) -> Iterator[Stay]:
    """ "DSL: X (Deputy Head)", "the DSL is our deputy headteacher, X": a further post keeps no name in the role."""
    scene, mentions = planned.scene, planned.mentions
    for mention in mentions:
        purpose = mention.on_purpose
        if mention.changes or not mention.person.goes or (mention.unsure and mention.standing):
            continue
        if purpose is not None and purpose != PAST_EVENT and not is_capacity(purpose):
            continue
        for role, standing in _roles_left(mention.person).items():
            taken = any(
                each.passage == mention.passage and each.changes and each.standing and each.standing.role == role
                for each in mentions
            )
            doubted = any(role == each.read != each.role for each in scene.labels(mention.passage))
            if (doubted or not taken) and _stands_at(scene, mention, role, past=purpose == PAST_EVENT):
                assert standing.holder is not None
                now = standing.holder.name
                post = because("another-post-with", name=now)
                also = because("tells-of-the-past") if purpose == PAST_EVENT else post
                reason = because("stands-in-the-role", role=role_words(role), name=now, also=also)
                yield unsafe(scene, (mention.place,), reason)
                break


_HEAD_ALONE = re.compile(r"\W*(?:(?:the|our)\s+)?(?:head|HT|H\.T)\W*(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W*)?", re.IGNORECASE)
"""A label that is no role by itself, since a club, a class and an office have a head too."""
_HEAD_BEHIND = re.compile(r"\s*[(,–—-]\s*(?:(?:the|our)\s+)?(?:head|HT)\s*(?:[).,;:|/\t\n]|\d|$)", re.IGNORECASE)
_ENTRY = re.compile(r"[.;,|/\t\n)](?=\s|$)")
"""What parts the entries of a line of people."""
_OUR_HEAD = re.compile(r"\b(?:the|our)\s+head\s*[\s,(–-]\s*(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W*)?$", re.IGNORECASE)
"""So it is in a sentence: "Ask our head, Ann Lee"."""


def heads_alone(planned: Planned) -> Iterator[Stay]:
    """ "Head: X", where X was the headteacher: the label alone is no role, with that name it is hardly another's."""
    scene = planned.scene
    for mention in planned.mentions:
        standing = _roles_left(mention.person).get("headteacher") if not mention.changes else None
        told = mention.on_purpose in (None, MAY_BE_ANOTHER_TASK)
        if standing is None or standing.holder is None or not told:
            continue
        text, before = scene.passages[mention.passage].text, _own_entry(planned, mention)
        bare = not re.search(r"\w", before)
        if bare and not text[: mention.form.start].strip():
            before = " ".join(scene.passages[at].text for at in scene.cells.before(mention.passage))
        of_head = _HEAD_ALONE.fullmatch(before) or _OUR_HEAD.search(text, 0, mention.form.start)
        if of_head or (bare and _HEAD_BEHIND.match(text, mention.form.end)):
            yield unsafe(scene, (mention.place,), because("head-alone", name=standing.holder.name))


def _own_entry(planned: Planned, mention: Mention) -> str:
    """Return what stands before a name in its entry of a line: behind the last mark, name, number or address."""
    text, start = planned.scene.passages[mention.passage].text, mention.form.start
    ends = [each.form.end for each in planned.mentions if each.passage == mention.passage and each.form.end <= start]
    ends += [each.end for each in find_any_details(text[:start])]
    ends += [each.end() for each in _ENTRY.finditer(text, 0, start)]
    return re.sub(r"^\s*(?:Mr|Mrs|Ms|Miss|Mx|Dr)\b\.?\s*$", "", text[max(ends, default=0) : start])


def _stands_at(scene: Scene, mention: Mention, role: str, *, past: bool) -> bool:
    """Whether a role stands at a name with nothing but further posts between them."""
    index, form = mention.passage, mention.form
    text = scene.passages[index].text
    start, end = scene.sentence(index, form.start)
    for label in scene.labels(index):
        if (
            role not in (label.role, label.read)
            or label.start < start
            or label.end > end
            or is_former(text, label.start, label.end)
        ):
            continue
        before = label.end <= form.start
        where = _WHEN_AND_WHERE.match(text, label.end) if before else None
        between = (where.end() if where else label.end, form.start) if before else (form.end, label.start)
        if (before or not past) and _only_joins(text, between, scene.posts(index)):
            return True
        more = past_more_names(text, form.end)
        if not before and form.end < more <= label.start and _only_joins(text, (more, label.start), scene.posts(index)):
            return not past
    if past or re.search(r"\w", text[: form.start]):
        return False
    beside = (*scene.cells.before(index), *(() if scene.cells.before(index) else scene.cells.head(index)))
    return any(role in (label.role, label.read) for each in beside for label in scene.labels(each))


def _only_joins(text: str, between: tuple[int, int], posts: Sequence[RoleLabel]) -> bool:
    start, end = between
    rest, position = "", start
    for post in posts:
        if start <= post.start and post.end <= end:
            rest += text[position : post.start]
            position = post.end
    return _JOINS.fullmatch(rest + text[position:end]) is not None


def posts_beside(planned: Planned) -> Iterator[Stay]:
    """ "X (DSL and Deputy Head)": whoever takes the role is not known to have the other post.

    Listed; but a post that may be the lead's holds the copy: "SENCO and SDP: X" named the SENCO as lead.
    """
    scene = planned.scene
    for mention in planned.mentions:
        form, standing = mention.form, mention.standing
        if not mention.changes or standing is None or standing.holder is None:
            continue
        roles = scene.bound_roles(mention.passage, form.start, form.end)
        if (OTHER in roles and standing.role in roles) or _has_post_behind(scene, mention, standing.role):
            reason = because("another-post-beside", name=standing.holder.name)
            near = (mention.passage, *scene.cells.before(mention.passage), *scene.cells.head(mention.passage))
            doubted = any(each.may_be not in ("", standing.role) for at in near for each in scene.labels(at))
            yield unsafe(scene, (mention.place,), reason) if doubted else listed(scene, mention.place, reason)


def _has_post_behind(scene: Scene, mention: Mention, role: str) -> bool:
    """Whether another post follows a name directly ("DSL: X Deputy Head") or stands in a cell to the right of it."""
    index, end = mention.passage, mention.form.end
    text, row = scene.passages[index].text, scene.cells[index]
    for post in scene.posts(index):
        if post.role != role and _TO_POST.fullmatch(text, end, max(end, post.start)) and post.start >= end:
            return not opens_next(text, end, post, scene.labels(index))
    cells = [
        at
        for at in scene.following(index, 6)
        if row is not None and row.is_in_row_of(scene.cells[at]) and scene.cells[at] != row
    ]
    for at in cells:
        roles = {post.role for post in scene.posts(at)}
        if roles - {role} and (OTHER in roles or at == cells[-1]):
            return True
    return False


def names_of_something_else(planned: Planned) -> Iterator[Stay]:
    """What is called after a person, or goes on with the name: "the X Trust", "X Smith is …"."""
    scene = planned.scene
    for mention in planned.mentions:
        index, end = mention.passage, mention.form.end
        if not mention.changes:
            continue
        text = scene.passages[index].text
        more = THING.match(text, end) or (_GOES_ON.match(text, end) if mention.form.given else None)
        if more is not None and not any(each.start < more.end(1) and end < each.end for each in scene.posts(index)):
            place = Stretch(index, mention.form.start, more.end(1))
            yield unsafe(scene, (place,), because("name-of-a-thing"))


_RUNG = re.compile(
    r"\W*(?:internal )?(?:ext(?:n|ension)?s?|tel(?:ephone)?|(?:tele)?phone|bleep|pager)\b", re.IGNORECASE
)
_SHORT_NUMBER = re.compile(r"\W*(?:[A-Z]{2,4}[\s\u00a0]?)?(?!(?:999|101|111|112)\b)(?P<digits>\d{2,6})\W*")


def extensions(planned: Planned) -> Iterator[Stay]:
    """The number in a column "Ext" of a row with a changed name, and a short one in a column of telephones."""
    scene = planned.scene
    for mention in planned.mentions:
        in_row = mention.changes and scene.cells[mention.passage] is not None
        now = mention.standing.holder if mention.standing is not None else None
        known = (
            {each for phone in parse_phones(now.phone or "") for each in (phone.digits, phone.extension)} if now else ()
        )
        for at in scene.following(mention.passage, 8) if in_row else ():
            head = " ".join(scene.passages[each].text for each in scene.cells.head(at))
            text = scene.passages[at].text
            place = Stretch(at, 0, len(text))
            short = _SHORT_NUMBER.fullmatch(text) if _RUNG.match(head) and not planned.is_taken(place) else None
            if short is not None and short["digits"] not in known:
                yield unsafe(scene, (place,), because("extension"), words=text.strip())


def numbers_of_the_school(planned: Planned) -> Iterator[Stay]:
    """A former number that stands as the school's own, on its letterhead or for absences: others ring it too."""
    scene, named = planned.scene, {each.passage for each in planned.mentions}
    for each in planned.replacements:
        text = scene.passages[each.passage].text
        alone = each.kind is ReplacementKind.PHONE and each.passage not in named and not scene.labels(each.passage)
        if alone and scene.cells[each.passage] is None and _SCHOOLS.search(text):
            place = Stretch(each.passage, each.start, each.end)
            yield unsafe(scene, (place,), because("school-number-perhaps"))


_SHORT = 10
"""So many letters has no cell that holds nothing but initials."""


def initials_in_the_role(planned: Planned) -> Iterator[Stay]:
    """ "DSL: RT", "RT (DSL)": the initials of somebody who goes, given the role in so many words.

    The document names the person in the role, or the list of former holders does.
    """
    scene, changed = planned.scene, {(each.passage, each.start) for each in planned.replacements}
    listed_as_former = (each for each in planned.people if each.goes and not all(one.stated for one in each.standings))
    changing = (each.person for each in planned.mentions if each.changes)
    for person in dict.fromkeys((*changing, *listed_as_former)):
        name = person.name
        letters = (name.first[:1] + name.surname.split()[-1][:1]).upper()
        roles = _roles_left(person)
        if len(letters) < 2 or not name.first or letters in _SUBJECTS:
            continue
        plain, stopped = pattern_of_initials(letters), pattern_of_stops(letters)
        cells = [
            at for at, each in enumerate(scene.passages) if len(each.text) < _SHORT and scene.cells[at] is not None
        ]
        alone = frozenset(at for at in cells if re.sub(r"[.\s]", "", scene.passages[at].text) == letters)
        for index in dict.fromkeys((*scene.naming(frozenset(roles)), *sorted(alone))):
            text = scene.passages[index].text
            for match in chain(plain.finditer(text), stopped.finditer(text)):
                bound = roles_bound_to(text, *match.span(), scene.posts(index))
                bound = scene.bound_roles(index, *match.span()) if index in alone else bound
                if (index, match.start()) in changed or scene.purpose(index, match.start()) is not None:
                    continue
                given = surely_given(text, *match.span()) or text[: match.start()].rstrip(" \u00a0").endswith(
                    ("(", "\t")
                )
                given = given or index in alone
                if given and set(bound) & set(roles):
                    place = Stretch(index, *match.span())
                    yield unsafe(scene, (place,), because("initials", name=name.full))


# --- numbers and links that lead to whoever goes ---------------------------------------------------------------------


def _goers(planned: Planned) -> list[Standing]:
    """Those in whose place somebody else stands now."""
    return [each for each in planned.standings if not each.stays and each.holder is not None]


def _phones_of(goes: Sequence[Standing], directory: Directory) -> tuple[str, ...]:
    """Whole numbers, in the national form, of whoever goes and of nobody in the directory."""
    people = directory.with_office
    todays = {phone.digits for one in people for phone in parse_phones(one.phone or "")}
    theirs = dict.fromkeys(phone.digits for each in goes for phone in each.all_phones)
    return tuple(one for one in theirs if len(one) >= 10 and one.startswith("0") and one not in todays)


def odd_numbers(planned: Planned) -> Iterator[Stay]:
    """A former number in a form that is read as none: without its first 0, its code in another cell, with strokes."""
    scene, phones = planned.scene, _phones_of(_goers(planned), planned.directory)
    ends = tuple(one[-6:].encode() for one in phones)
    for index, digits in enumerate(scene.digits) if phones else ():
        if not any(one in digits for one in ends):
            continue
        text = scene.passages[index].text
        read = [(each.start, each.end) for each in find_details(text, phones, ())]
        for match in _RUN.finditer(text):
            written = re.sub(r"\D", "", match[0])
            same = any(written == one[-6:] or national_digits(written) == one or f"0{written}" == one for one in phones)
            if same and not any(start < match.end() and match.start() < end for start, end in read):
                place = Stretch(index, *match.span())
                yield unsafe(scene, (place,), because("odd-number"))


def odd_addresses(planned: Planned) -> Iterator[Stay]:
    """A former address written against collectors: "a.lister(at)example.org", "a.lister at example dot org"."""
    scene, goes = planned.scene, _goers(planned)
    mailboxes = {email.partition("@")[0] for each in goes for email in each.emails}
    names = [each.name for each in goes if each.name is not None and each.name.first]
    words = (*sorted(mailboxes), *(name.last_word for name in names))
    for index in dict.fromkeys(at for word in words if word for at in scene.places_with(for_looking(word))):
        for match in _WRITTEN_OUT.finditer(scene.passages[index].text):
            local = match["local"].casefold()
            if local in mailboxes or any(_is_made_of(local, name) for name in names):
                yield unsafe(scene, (Stretch(index, *match.span()),), because("odd-address"))


def _is_made_of(local: str, name: PersonName) -> bool:
    """Whether what stands before "at" is a name as in addresses; a surname alone may be a word ("a page at …")."""
    return local != name.surname.casefold() and belongs_to(local, name.first, name.surname)


def odd_links(planned: Planned) -> Iterator[Stay]:
    """A link of another kind ("https://wa.me/44…", "facetime:…") with a former number or address in it."""
    scene, goes = planned.scene, _goers(planned)
    phones = _phones_of(goes, planned.directory)
    todays = {clean_address(one.email) for one in planned.directory.holders if one.email}
    emails = {email for each in goes for email in each.emails} - todays
    names = [each.name for each in goes if each.name is not None]
    for index in scene.linked:
        for number, link in enumerate(scene.passages[index].links):
            place = Stretch(index, link.start, link.end, number)
            target = unquote(link.target).casefold()
            scheme, digits = target.partition(":")[0].strip(), re.sub(r"\D", "", target)
            plain = scheme in ("mailto", "tel", "callto", "sms")
            rings = any(one[1:] in digits for one in phones) and (not plain or "," in target)
            if rings or (not plain and any(email in target for email in emails)):
                yield unsafe(scene, (place,), because("link-leads-to-former"), words=link.target)
            elif any(next(find_forms(subject, one), None) for subject in _subjects(link.target) for one in names):
                yield unsafe(scene, (place,), because("mail-names-former"), words=link.target)


def _subjects(target: str) -> Iterator[str]:
    """What a mail link writes into the mail besides addresses."""
    if target.strip().casefold().startswith("mailto:") and "?" in target:
        yield unquote(target.partition("?")[2]).replace("+", " ")
