"""Documents that others publish by edition: which edition waits for the owner's word, and what releasing it does.

Beside ``decisions.decide``, whose ``issue`` comes here for them. A released edition is a version of a policy like any
other, with the record of the edition in place of a file: it is asked for, acknowledged and listed as all are.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date

from pipeline.catalogue.external import ExternalDocument, ExternalEdition, find_document, load_documents
from pipeline.catalogue.policies import entry_on, find_entry
from pipeline.catalogue.reading_rules import reading_rule
from pipeline.catalogue.titles import match_policy
from pipeline.configuration.reading import ReadingSection
from pipeline.errors import UsageError
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import ReadingRule, RevisionKind, VersionStatus
from pipeline.reasons.reason import Reason, because
from pipeline.register.decision import Decision
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, VersionRecord, VersionRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

EDITION_WAITING = "edition-waiting"
"""The finding on a document of which a later edition waits for its owner's word."""


@dataclass(frozen=True, slots=True)
class EditionOffer:
    """An edition that the owner can release; until then nobody is asked to read it."""

    document: ExternalDocument
    edition: ExternalEdition
    current: VersionRow | None
    """The edition that is asked for now; None where none is yet."""

    @property
    def kind(self) -> RevisionKind:
        """What releasing it would mean for readers."""
        if self.current is None:
            return RevisionKind.ADOPTED
        same = self.current.edition == self.edition.edition
        return RevisionKind.REAFFIRMED if same else RevisionKind.MAJOR

    @property
    def number(self) -> int:
        """Of the version it would be, as the register counts within the document."""
        return 1 if self.current is None else self.current.number + 1

    @property
    def message(self) -> str:
        """What is there and how it is released, in the words of the commands."""
        return str(self.why)

    @property
    def why(self) -> Reason:
        """What is there and how it is released, for the owner."""
        slug = self.document.slug
        if self.kind is RevisionKind.REAFFIRMED:
            return because("edition-moved", address=self.edition.address, slug=slug)
        edition, since = self.edition.edition, say_day(self.edition.since)
        if self.current is None:
            return because("edition-first", edition=edition, since=since, slug=slug)
        before = str(self.current.edition)
        return because("edition-newer", edition=edition, since=since, before=before, slug=slug)


def list_offers(tx: Transaction, school: str, reading: ReadingSection, today: date) -> tuple[EditionOffer, ...]:
    """Return the editions that could be released today, in the order of the documents.

    A document that was never released is offered where the school's rules would have all staff read it.
    """
    policies = {policy.slug: policy for policy in rows.list_policies(tx, school)}
    in_force = rows.versions_in_force(tx, school)
    offers = []
    for document in load_documents():
        policy = policies.get(document.slug)
        current = in_force.get(policy.id) if policy is not None else None
        offer = _offer(document, policy, current, today)
        if offer is not None and (current is not None or _is_read(document, reading, today)):
            offers.append(offer)
    return tuple(offers)


def _is_read(document: ExternalDocument, reading: ReadingSection, today: date) -> bool:
    rule = reading_rule(document.slug, entry_on(document.slug, today), reading)
    return rule in (ReadingRule.SIGN, ReadingRule.READ)


def find_offer(tx: Transaction, school: str, slug: str, today: date) -> EditionOffer | None:
    """Return what ``issue`` would release of the document ``slug``, or called so; None of a policy of the school's own.

    Raises:
        UsageError: when it is such a document and there is nothing to release.
    """
    policy = rows.find_policy(tx, school, slug)
    document = find_document(slug)
    if policy is None and document is None and (named := match_policy(slug.replace("-", " "))) is not None:
        # Nobody here has a policy of that name: it may be one by which the document goes.
        document = find_document(named.slug)
        policy = rows.find_policy(tx, school, named.slug)
    current = rows.versions_in_force(tx, school).get(policy.id) if policy is not None else None
    is_own = policy is not None and (
        (current is not None and current.edition is None) or _has_draft(tx, school, policy)
    )
    if document is None or is_own:
        return None
    if policy is not None and policy.withdrawn_on is not None:
        raise UsageError(
            f"{document.title} was taken out of use; 'policy set {policy.slug} withdrawn=no --reason …' puts it back "
            "first."
        )
    offer = _offer(document, policy, current, today)
    if offer is not None:
        return offer
    if current is None:
        raise UsageError(f"No edition of {document.title} applies on {say_day(today)}, so there is nothing to release.")
    raise UsageError(f"The edition of {current.edition} of {document.title} is in use already, and no later one waits.")


def _has_draft(tx: Transaction, school: str, policy: PolicyRow) -> bool:
    """Return whether a file of the school's own waits to take the place of what others publish."""
    return policy.id in rows.drafts(tx, school)


def _offer(
    document: ExternalDocument, policy: PolicyRow | None, current: VersionRow | None, today: date
) -> EditionOffer | None:
    edition = document.in_force(today)
    if edition is None or (policy is not None and policy.withdrawn_on is not None):
        return None
    if current is not None and (current.edition is None or (current.edition, current.path) == _identity(edition)):
        return None
    return EditionOffer(document, edition, current)


def _identity(edition: ExternalEdition) -> tuple[str, str]:
    return edition.edition, edition.address


def release_edition(decision: Decision, offer: EditionOffer, *, reason: str | None, today: date) -> str:
    """Put an edition in use; return what that means in a sentence. Who is to read it is asked at the next run."""
    from pipeline.register.policies.contents import save_content

    tx, school = decision.tx, decision.school
    document, edition = offer.document, offer.edition
    policy = rows.find_policy(tx, school, document.slug)
    if policy is None:
        known = document.slug if find_entry(document.slug) is not None else None
        policy = rows.add_policy(tx, school, document.slug, document.title, known, decision.now)
    content = _record_of(document, edition)
    sha256 = hashlib.sha256(content).hexdigest()
    save_content(tx, school, sha256, DocumentFormat.TXT, content)
    if offer.current is not None:
        rows.set_version_status(tx, offer.current.id, VersionStatus.SUPERSEDED)
    record = replace(_version_of(offer, policy, sha256), reason=reason, issued_on=today)
    version = rows.add_version(tx, school, record, decision.now)
    rows.set_version_status(tx, version.id, version.status, actor=decision.actor)
    decision.record(
        "edition-released",
        {
            "policy": document.slug,
            "version": version.number,
            "edition": edition.edition,
            "address": edition.address,
            "sha256": sha256,
            "revision": offer.kind.value,
        },
        words={"reason": reason},
    )
    asked = "nobody is asked again" if offer.kind is RevisionKind.REAFFIRMED else "whoever is to read it is asked"
    return f"The edition of {edition.edition} of {document.title} is in use; {asked} at the next run."


def _version_of(offer: EditionOffer, policy: PolicyRow, sha256: str) -> VersionRecord:
    document, edition = offer.document, offer.edition
    return VersionRecord(
        policy_id=policy.id,
        sha256=sha256,
        path=edition.address,
        status=VersionStatus.APPROVED,
        kind=offer.kind,
        facts=Facts(title=document.title, version=edition.edition),
        text=f"{document.title}\nEdition of {edition.edition}",
        words=edition.words,
        edition=edition.edition,
    )


def _record_of(document: ExternalDocument, edition: ExternalEdition) -> bytes:
    """Return what stands for the document in the register: what was known of the edition when it was released."""
    known = {
        "title": document.title,
        "edition": edition.edition,
        "from": edition.since.isoformat(),
        "until": edition.until.isoformat() if edition.until else None,
        "address": edition.address,
        "source": edition.source,
        "checked_on": edition.checked_on.isoformat(),
    }
    return json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8") + b"\n"


def edition_problems(policy: PolicyRow, version: VersionRow, today: date) -> tuple[Problem, ...]:
    """Return the findings on a document that is in use by its edition.

    Codes: ``edition-waiting``, ``edition-ended``.
    """
    document = find_document(policy.slug)
    if document is None:
        return ()
    offer = _offer(document, policy, version, today)
    if offer is not None:
        return (Problem(EDITION_WAITING, offer.why),)
    mine = next((each for each in document.editions if each.edition == version.edition), None)
    if mine is None or mine.applies(today) or mine.until is None:
        return ()
    return (
        Problem(
            "edition-ended",
            because("edition-ended", edition=mine.edition, until=say_day(mine.until), slug=policy.slug),
        ),
    )
