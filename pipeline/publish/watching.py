"""Judge what the school's own website and VLE link to: the current copy, a replaced one, a wrong lead, nothing at all.

``policy watch`` asks. A link that leads parents or staff to last year's child protection policy is found here, as is a
policy that must be online and is linked nowhere. Nothing is changed, on the website or in the register.
"""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipeline.catalogue.policies import Publication, entry_on
from pipeline.catalogue.titles import match_policy, slug_for
from pipeline.changes.compare import compare_texts
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.documents.sandbox.readers import contained_map
from pipeline.model.contacts import Directory
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.model.progress import Progress, no_progress
from pipeline.outgoing import meant_of
from pipeline.policies.audience import is_public
from pipeline.policies.intake.extracting import Extract, extract_file, prepare_extracting
from pipeline.policies.intake.naming import contact_problems
from pipeline.policies.standing import list_standings
from pipeline.publish.fetching import FetchedFile, Fetcher, FetchError, Link, each_once
from pipeline.publish.recall import CopyState, RecallAnswer, list_answers
from pipeline.register.policies import copies as copy_rows
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_list

_MOST_LINKS = 500
_SHORTEST_CODE = 6


class LinkVerdict(StrEnum):
    """What a link leads to, the worst first."""

    WRONG_LEAD = "wrong-lead"
    """It names a person in a safeguarding or other role who does not hold it."""
    REPLACED = "replaced"
    """An earlier copy or version, or one of a policy that was withdrawn."""
    ANOTHER_TEXT = "another-text"
    """A text of a policy here that is neither the one in use nor a known earlier one."""
    MISSING = "missing"
    """It leads nowhere, or did not come."""
    UNREAD = "unread"
    """It came and could not be read."""
    SAME_TEXT = "same-text"
    """The words in use, though not the copy: it will not follow the next change of contacts."""
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Of no policy here."""


@dataclass(frozen=True, slots=True)
class WatchedLink:
    """One link, and what it leads to."""

    page: str
    address: str
    words: str
    """What the page says there."""
    verdict: LinkVerdict
    policy: str | None
    """The short name of the policy it is taken for."""
    title: str | None
    told: str
    """What to know of it, a sentence."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the pages link to."""

    links: tuple[WatchedLink, ...]
    """The worst first."""
    unopened: tuple[tuple[str, str], ...]
    """Pages that did not come, and why."""
    not_linked: tuple[PolicyStanding, ...]
    """Policies that must be online and that no page links to; empty where a page did not come."""
    left_out: int = 0
    """Links beyond the number that is looked at."""


@dataclass(frozen=True, slots=True)
class _LinkFacts:
    """What the register knows that links are judged by."""

    standings: Mapping[int, PolicyStanding]
    policies: Sequence[PolicyRow]
    in_force: Mapping[int, VersionRow]
    versions: Sequence[VersionRow]
    texts: Mapping[int, str]
    """Of the versions in force, by the policy's key."""
    files: Mapping[str, tuple[int, RecallAnswer]]
    """By the SHA-256 of a file of a copy: policy and what is said of the copy."""
    codes: Mapping[str, tuple[int, RecallAnswer]]
    directory: Directory


def watch(
    register: Register, config: Config, pages: Sequence[str], today: date, progress: Progress = no_progress
) -> Watched:
    """Fetch the pages and judge each document that they link to. No transaction is open meanwhile."""
    with register.reading() as tx:
        known = _look_up(tx, register.school, config, today)
    with (
        tempfile.TemporaryDirectory(prefix="policy-", ignore_cleanup_errors=True) as folder,
        Fetcher(Path(folder), meant=meant_of(pages, config.web.allow_private)) as fetcher,
    ):
        links, unopened = _links(fetcher, pages)
        wanted = links[:_MOST_LINKS]
        found = _fetch(fetcher, wanted, known, progress)
        texts = _read({file.sha256: file.path for file in found.values() if isinstance(file, FetchedFile)}, known)
    judged = [_judge(page, link, found[link.address], texts, known) for page, link in wanted if link.address in found]
    judged.sort(key=lambda each: list(LinkVerdict).index(each.verdict))
    linked = {each.policy for each in judged if each.verdict is not LinkVerdict.MISSING}
    wanting = () if unopened else tuple(_wanting(known.standings.values(), linked, config, today))
    return Watched(tuple(judged), unopened, wanting, max(0, len(links) - _MOST_LINKS))


def _look_up(tx: Transaction, school: str, config: Config, today: date) -> _LinkFacts:
    in_force = rows.versions_in_force(tx, school)
    answers = {answer.code: (policy, answer) for policy, answer in list_answers(tx, school, config.zone)}
    files = {
        file.sha256: answers[copy.code]
        for copy in copy_rows.list_copies(tx, school)
        for file in copy.files
        if copy.code in answers
    }
    return _LinkFacts(
        standings={each.policy_id: each for each in list_standings(tx, school, config, today)},
        policies=rows.list_policies(tx, school),
        in_force=in_force,
        versions=rows.list_versions(tx, school),
        texts={key: rows.load_text(tx, version.id) for key, version in in_force.items()},
        files=files,
        codes=answers,
        directory=contacts_of_day(tx, school, config, today).for_copies,
    )


def _links(fetcher: Fetcher, pages: Sequence[str]) -> tuple[list[tuple[str, Link]], tuple[tuple[str, str], ...]]:
    found: list[tuple[str, Link]] = []
    unopened = []
    for page in pages:
        try:
            found += [(page, link) for link in fetcher.links(page)]
        except FetchError as error:
            unopened.append((page, str(error)))
    return each_once(iter(found)), tuple(unopened)


def _fetch(
    fetcher: Fetcher, links: Sequence[tuple[str, Link]], known: _LinkFacts, progress: Progress
) -> dict[str, FetchedFile | str]:
    """Return what each address gave: a file, or why there is none; other pages are left out."""
    found: dict[str, FetchedFile | str] = {}
    slugs = {policy.slug for policy in known.policies}
    for number, (_, link) in enumerate(links, start=1):
        progress("Looking at links", number, len(links))
        try:
            if link.address.lower().endswith(".html"):
                # Another page of the website, unless it is one of the program's own.
                if Path(link.address).stem in slugs and _by_code((page := fetcher.page(link.address)).words, known):
                    found[link.address] = page
            elif (file := fetcher.document(link.address)) is not None:
                found[link.address] = file
        except FetchError as error:
            found[link.address] = str(error)
    return found


def _read(paths: Mapping[str, Path], known: _LinkFacts) -> dict[str, Extract | str]:
    """Return the words and facts of each file that is no current copy, or why it could not be read; in a child."""
    unknown = {
        digest: path
        for digest, path in paths.items()
        if path.name and (digest not in known.files or known.files[digest][1].state is not CopyState.CURRENT)
    }
    outcomes = contained_map(extract_file, list(unknown.values()), prepare=prepare_extracting)
    return {
        digest: outcome.value if outcome.value is not None else "it could not be read"
        for digest, outcome in zip(unknown, outcomes, strict=True)
    }


def _judge(
    page: str, link: Link, file: FetchedFile | str, texts: Mapping[str, Extract | str], known: _LinkFacts
) -> WatchedLink:
    if isinstance(file, str):
        return WatchedLink(page, link.address, link.words, LinkVerdict.MISSING, None, None, f"It {file}.")
    copied, text = known.files.get(file.sha256), texts.get(file.sha256)
    if isinstance(text, str):
        return WatchedLink(page, link.address, link.words, LinkVerdict.UNREAD, None, None, "It could not be read.")
    if copied is None:
        copied = _by_code(text.text if text is not None else file.words, known)
    policy = copied[0] if copied is not None else _policy_of(file.sha256, text, link, known)
    verdict, told = _verdict(file.sha256, text, policy, copied[1] if copied is not None else None, known)
    row = next((each for each in known.policies if each.id == policy), None)
    standing = known.standings.get(policy) if policy is not None else None
    title = standing.title if standing is not None else row.title if row is not None else None
    return WatchedLink(page, link.address, link.words, verdict, row.slug if row else None, title, told)


def _by_code(text: str, known: _LinkFacts) -> tuple[int, RecallAnswer] | None:
    """Return the copy whose code stands in a text: one that was saved again or joined with other pages, or a web page,
    which a site changes.
    """
    folded = text.upper()
    return next((each for code, each in known.codes.items() if len(code) >= _SHORTEST_CODE and code in folded), None)


def _policy_of(sha256: str, text: Extract | None, link: Link, known: _LinkFacts) -> int | None:
    """Return the policy a document is taken for: by its bytes, its title, else by what the link says."""
    version = next((each for each in known.versions if each.sha256 == sha256), None)
    if version is not None:
        return version.policy_id
    by_slug = {policy.slug: policy.id for policy in known.policies}
    by_entry = {policy.catalogue_slug: policy.id for policy in known.policies if policy.catalogue_slug}
    for words in (text.facts.title if text is not None else None, link.words):
        if not words:
            continue
        if (found := by_slug.get(slug_for(words))) is not None:
            return found
        if (entry := match_policy(words)) is not None and entry.slug in by_entry:
            return by_entry[entry.slug]
    return None


def _verdict(
    sha256: str, text: Extract | None, policy: int | None, copy: RecallAnswer | None, known: _LinkFacts
) -> tuple[LinkVerdict, str]:
    if copy is not None and copy.state is CopyState.CURRENT:
        return LinkVerdict.CURRENT, f"The current copy, version {copy.version_label}."
    if policy is None:
        return LinkVerdict.UNKNOWN, "Of no policy that is known here."
    if text is not None and (wrong := contact_problems(text.facts, known.directory, "")):
        return LinkVerdict.WRONG_LEAD, say_list([problem.message.strip() for problem in wrong])
    if copy is not None:
        when = f" on {copy.ended}" if copy.ended else ""
        what = "of a policy that was withdrawn" if copy.state is CopyState.WITHDRAWN else "that was replaced"
        return LinkVerdict.REPLACED, f"The copy made on {copy.made}, {what}{when}."
    version = known.in_force.get(policy)
    if version is None:
        return LinkVerdict.REPLACED, "This policy is no longer in use here."
    if text is None:
        return LinkVerdict.UNREAD, "It could not be read."
    earlier = next((each for each in known.versions if each.sha256 == sha256), None)
    if earlier is not None and earlier.id != version.id:
        return LinkVerdict.REPLACED, "The document of a version that is not the one in use."
    compared = compare_texts(known.texts[policy], version.facts, text.text, text.facts)
    if compared.same_words or compared.same_but_dates or compared.same_but_contacts:
        return LinkVerdict.SAME_TEXT, "The words in use, but not the copy: it does not follow when contacts change."
    return LinkVerdict.ANOTHER_TEXT, "Its words are not those in use."


def _wanting(
    standings: Collection[PolicyStanding], linked: Collection[str | None], config: Config, today: date
) -> Iterator[PolicyStanding]:
    for each in standings:
        entry = entry_on(each.catalogue_slug, today)
        if each.state is ReviewState.WITHDRAWN or entry is None or entry.publish is not Publication.MUST:
            continue
        if is_public(each, config.publish) and each.slug not in linked:
            yield each
