"""What a planned copy would keep of somebody who goes: the name in the role, a number written oddly, a link, initials.

``contacts`` asks when everything else is judged. Nothing here is changed; what leads to whoever goes holds the copy.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from pipeline.copies.beside import Beside
from pipeline.copies.details import clean_address, find_details, national_digits, parse_phones
from pipeline.copies.holders import Standing, role_words
from pipeline.copies.mentions import Mention, Person
from pipeline.copies.names import TITLES, find_forms
from pipeline.copies.plan import Left, Replacement, ReplacementKind
from pipeline.copies.roles import OTHER, PAST_EVENT, RoleLabel, former_before, opens_next, roles_bound_to, surely_given
from pipeline.copies.scene import Scene
from pipeline.model import Directory

_CAPACITY = "another capacity"
_JOINS = re.compile(
    r"(?:[\s\u00a0,:;()|–—-]|\b(?:is|are|the|our|an?|and|also|who|currently|as|school['’]?s|of|for|this|at)\b)*",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?<![\w@./])[+(\[]{0,2}\d(?:[\s\u00a0()\[\]./–—‐‑-]{0,3}\d){5,}(?![\w@])")
_THING = re.compile(
    r"((?:[ \u00a0][A-Z][a-z]+){0,2}[ \u00a0](?:Trust|Foundation|School|Academy|House|Building|Centre|Hall|Library"
    r"|Award|Prize|Cup|Fund|Road|Street|Lane|Avenue|Wing|Suite|Garden))\b"
)
_GOES_ON = re.compile(r"([ \u00a0][A-Z][a-z'’-]+)[ \u00a0](?:is|was|has|will|can)\b")
_SCHOOLS = re.compile(
    r"\b[A-Z][\w'’.-]+ (?:[A-Z][\w'’.-]+ ){0,3}(?:School|Academy|College|Nursery)\b"
    r"|\b(?:[Ff]ax|[Aa]bsen\w+|[Dd]inners?|[Aa]dmissions?)\b"
)
_SUBJECTS = frozenset(
    ("IT", "PE", "RE", "HR", "TA", "RS", "DT", "MFL", "ICT", "SEN", "PA", "OK", "UK", "AM", "PM", "TB")
)
"""Letters that schools write for something else."""


def find_remains(
    scene: Scene,
    mentions: Sequence[Mention],
    standings: Sequence[Standing],
    directory: Directory,
    planned: Sequence[Replacement],
) -> Iterator[Beside]:
    """Yield what of somebody who goes would stay in a role, or beside one, though everything else is planned."""
    yield from _named_in_the_role(scene, mentions)
    yield from _in_another_post(scene, mentions)
    yield from _in_several_cells(scene, mentions)
    yield from _after_the_name(scene, mentions)
    goes = [each for each in standings if not each.stays and each.holder is not None]
    yield from _odd_numbers(scene, goes, directory)
    yield from _odd_addresses(scene, goes)
    yield from _odd_links(scene, goes, directory)
    yield from _of_the_school(scene, mentions, planned)
    yield from _initials(scene, mentions, planned)


_TO_POST = re.compile(r"[\s\u00a0]*[\t,(–—-]?[\s\u00a0]*")


def _beside(scene: Scene, index: int, words: str, reason: str) -> Beside:
    where = scene.passages[index].where
    return Beside(Left(where, words, reason), f"“{words}” in {where} could not be changed safely: {reason}")


def _roles_left(person: Person) -> dict[str, Standing]:
    """The roles that somebody else holds in the person's place now."""
    return {each.role: each for each in person.standings if not each.stays and each.holder is not None}


# --- a name that stays in the role -----------------------------------------------------------------------------------


def _named_in_the_role(scene: Scene, mentions: Sequence[Mention]) -> Iterator[Beside]:
    """ "DSL: X (Deputy Head)", "the DSL is our deputy headteacher, X": a further post keeps no name in the role."""
    for mention in mentions:
        purpose = mention.on_purpose or ""
        if mention.changes or not mention.person.goes or (mention.unsure and mention.standing):
            continue
        if purpose and purpose != PAST_EVENT and not purpose.startswith(_CAPACITY):
            continue
        for role, standing in _roles_left(mention.person).items():
            taken = any(
                each.passage == mention.passage and each.changes and each.standing and each.standing.role == role
                for each in mentions
            )
            if not taken and _stands_at(scene, mention, role, past=purpose == PAST_EVENT):
                assert standing.holder is not None
                words = scene.passages[mention.passage].text[mention.form.start : mention.form.end]
                post = "something past or another post is told with it"
                reason = f"it stands as {role_words(role)}, now {standing.holder.name}, and {post}"
                yield _beside(scene, mention.passage, words, reason)
                break


def _stands_at(scene: Scene, mention: Mention, role: str, *, past: bool) -> bool:
    """Whether a role stands at a name with nothing but further posts between them."""
    index, form = mention.passage, mention.form
    text = scene.passages[index].text
    start, end = scene.sentence(index, form.start)
    for label in scene.labels(index):
        if label.role != role or label.start < start or label.end > end or former_before(text, label.start):
            continue
        before = label.end <= form.start
        between = (label.end, form.start) if before else (form.end, label.start)
        if (before or not past) and _only_joins(text, between, scene.posts(index)):
            return True
    if past or re.search(r"\w", text[: form.start]):
        return False
    beside = (*scene.cell_before(index), *(() if scene.cell_before(index) else scene.column_head(index)))
    return any(label.role == role for each in beside for label in scene.labels(each))


def _only_joins(text: str, between: tuple[int, int], posts: Sequence[RoleLabel]) -> bool:
    start, end = between
    rest, position = "", start
    for post in posts:
        if start <= post.start and post.end <= end:
            rest += text[position : post.start]
            position = post.end
    return _JOINS.fullmatch(rest + text[position:end]) is not None


def _in_another_post(scene: Scene, mentions: Sequence[Mention]) -> Iterator[Beside]:
    """ "X (DSL and Deputy Head)": whoever takes the role is not known to have the other post."""
    for mention in mentions:
        form, standing = mention.form, mention.standing
        if not mention.changes or standing is None or standing.holder is None:
            continue
        roles = scene.bound_roles(mention.passage, form.start, form.end)
        if (OTHER in roles and standing.role in roles) or _has_post_behind(scene, mention, standing.role):
            passage = scene.passages[mention.passage]
            reason = f"another post stands there too: is it {standing.holder.name}’s?"
            yield Beside(Left(passage.where, passage.text[form.start : form.end], reason), None)


def _has_post_behind(scene: Scene, mention: Mention, role: str) -> bool:
    """Whether another post follows a name directly ("DSL: X Deputy Head") or stands in a cell to the right of it."""
    index, end = mention.passage, mention.form.end
    text, row = scene.passages[index].text, scene.rows[index]
    for post in scene.posts(index):
        if post.role != role and _TO_POST.fullmatch(text, end, max(end, post.start)) and post.start >= end:
            return not opens_next(text, end, post, scene.labels(index))
    cells = [at for at in scene.following(index, 6) if row is not None and scene.rows[at] != row]
    for at in cells:
        roles = {post.role for post in scene.posts(at)}
        if roles - {role} and (OTHER in roles or at == cells[-1]):
            return True
    return False


def _in_several_cells(scene: Scene, mentions: Sequence[Mention]) -> Iterator[Beside]:
    """A surname in a cell of its own, with the first name, the initial or the title in another cell of the row."""
    for mention in mentions:
        row = scene.rows[mention.passage]
        text = scene.passages[mention.passage].text
        alone = not re.search(r"\w", text[: mention.form.start] + text[mention.form.end :])
        if row is None or not mention.changes or not mention.form.bare or not alone:
            continue
        first = mention.person.name.first.rstrip(".").casefold()
        parts = {first, first[:1], *(title.casefold() for title in TITLES)} - {""}
        for at, its in enumerate(scene.rows):
            if its is None or (its.table, its.row) != (row.table, row.row) or at == mention.passage:
                continue
            if scene.passages[at].text.strip(" .\u00a0").casefold() in parts:
                yield _beside(
                    scene, mention.passage, text.strip(), "the name is spread over several cells of the table"
                )
                break


def _after_the_name(scene: Scene, mentions: Sequence[Mention]) -> Iterator[Beside]:
    """What is called after a person or goes on with the name ("the X Trust", "X Smith is …"), and a column "Ext"."""
    for mention in mentions:
        index, end = mention.passage, mention.form.end
        if not mention.changes:
            continue
        text = scene.passages[index].text
        more = _THING.match(text, end) or (_GOES_ON.match(text, end) if mention.form.given else None)
        if more is not None and not any(each.start < more.end(1) and end < each.end for each in scene.posts(index)):
            yield _beside(scene, index, text[mention.form.start : more.end(1)], "it may be the name of something else")
        for at in scene.following(index, 8) if scene.rows[index] is not None else ():
            head = " ".join(scene.passages[each].text for each in scene.column_head(at))
            words = scene.passages[at].text.strip()
            if re.match(r"\W*ext(?:n|ension)?s?\b", head, re.IGNORECASE) and re.fullmatch(r"\W*\d{2,6}\W*", words):
                yield _beside(scene, at, words, "it is the extension of whoever goes")


def _of_the_school(scene: Scene, mentions: Sequence[Mention], planned: Sequence[Replacement]) -> Iterator[Beside]:
    """A former number that stands as the school's own, on its letterhead or for absences: others ring it too."""
    named = {each.passage for each in mentions}
    for each in planned:
        text = scene.passages[each.passage].text
        alone = each.kind is ReplacementKind.PHONE and each.passage not in named and not scene.labels(each.passage)
        if alone and scene.rows[each.passage] is None and _SCHOOLS.search(text):
            reason = "it may be the school’s own number: give it as [contacts.office], or name there whose it is"
            yield _beside(scene, each.passage, each.before, reason)


def _initials(scene: Scene, mentions: Sequence[Mention], planned: Sequence[Replacement]) -> Iterator[Beside]:
    """ "DSL: RT", "RT (DSL)": the initials of somebody who goes, given the role in so many words."""
    changed = {(each.passage, each.start) for each in planned}
    for person in dict.fromkeys(each.person for each in mentions if each.changes):
        name = person.name
        letters = (name.first[:1] + name.surname.split()[-1][:1]).upper()
        roles = _roles_left(person)
        if len(letters) < 2 or not name.first or letters in _SUBJECTS:
            continue
        pattern = re.compile(rf"(?<![\w.@&-]){letters}(?![\w@&-]|\.\w)")
        cells = [at for at in scene.places_with(letters.casefold()) if scene.rows[at] is not None]
        alone = frozenset(at for at in cells if scene.passages[at].text.strip() == letters)
        for index in dict.fromkeys((*scene.naming(frozenset(roles)), *sorted(alone))):
            text = scene.passages[index].text
            for match in pattern.finditer(text) if letters in text else ():
                bound = roles_bound_to(text, *match.span(), scene.posts(index))
                bound = scene.bound_roles(index, *match.span()) if index in alone else bound
                if (index, match.start()) in changed or scene.purpose(index, match.start()) is not None:
                    continue
                given = surely_given(text, *match.span()) or text[: match.start()].rstrip().endswith("(")
                given = given or index in alone
                if given and set(bound) & set(roles):
                    yield _beside(scene, index, letters, f"they are the initials of {name.full}")


# --- numbers and links that lead to whoever goes ---------------------------------------------------------------------


def _phones_of(goes: Sequence[Standing], directory: Directory) -> tuple[str, ...]:
    """Whole numbers, in the national form, of whoever goes and of nobody in the directory."""
    people = (*directory.holders, *([directory.office] if directory.office else []))
    todays = {phone.digits for one in people for phone in parse_phones(one.phone or "")}
    theirs = dict.fromkeys(phone.digits for each in goes for phone in each.all_phones)
    return tuple(one for one in theirs if len(one) >= 10 and one.startswith("0") and one not in todays)


def _odd_numbers(scene: Scene, goes: Sequence[Standing], directory: Directory) -> Iterator[Beside]:
    """A former number in a form that is read as none: without its first 0, its code in another cell, with strokes."""
    phones = _phones_of(goes, directory)
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
                yield _beside(scene, index, match[0].strip(), "it may be a number of whoever held the role before")


def _odd_addresses(scene: Scene, goes: Sequence[Standing]) -> Iterator[Beside]:
    """A former address written against collectors: "a.lister(at)example.org"."""
    for local in dict.fromkeys(email.partition("@")[0] for each in goes for email in each.emails):
        pattern = re.compile(rf"(?<![\w.+-]){re.escape(local)}\s*[\[({{]\s*at\s*[\])}}]\s*[\w.()\[\]-]+", re.IGNORECASE)
        for index in scene.places_with(local):
            match = pattern.search(scene.passages[index].text)
            if match is not None:
                yield _beside(scene, index, match[0], "it is an address of whoever held the role before")


def _odd_links(scene: Scene, goes: Sequence[Standing], directory: Directory) -> Iterator[Beside]:
    """A link of another kind ("https://wa.me/44…", "facetime:…") with a former number or address in it."""
    phones = _phones_of(goes, directory)
    todays = {clean_address(one.email) for one in directory.holders if one.email}
    emails = {email for each in goes for email in each.emails} - todays
    names = [each.name for each in goes if each.name is not None]
    for index in scene.linked:
        for link in scene.passages[index].links:
            target = unquote(link.target).casefold()
            scheme, digits = target.partition(":")[0].strip(), re.sub(r"\D", "", target)
            plain = scheme in ("mailto", "tel", "callto", "sms")
            number = any(one[1:] in digits for one in phones) and (not plain or "," in target)
            if number or (not plain and any(email in target for email in emails)):
                yield _beside(scene, index, link.target, "the link leads to whoever held the role before")
            elif any(next(find_forms(subject, one), None) for subject in _subjects(link.target) for one in names):
                yield _beside(scene, index, link.target, "the mail it opens names whoever held the role before")


def _subjects(target: str) -> Iterator[str]:
    """What a mail link writes into the mail besides addresses."""
    if target.strip().casefold().startswith("mailto:") and "?" in target:
        yield unquote(target.partition("?")[2]).replace("+", " ")
