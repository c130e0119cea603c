"""Read what a document says of its own life: the entry to extraction.

``extract_facts`` walks the lines of a document once for each kind of fact and gathers the answers, each with the words
and the place it was read at. Nothing is guessed: what says two things stays ambiguous, for a person to settle.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

from pipeline.facts.cycles import find_cycle
from pipeline.facts.dates import SettledDate, doubt_moving, settle_dates
from pipeline.facts.labelled.pairs import pair_labels
from pipeline.facts.labelled.values import Stated
from pipeline.facts.labelled.wrapped import join_sentences, join_wrapped
from pipeline.facts.labelled_dates import read_dates
from pipeline.facts.links import FoundLinks, find_links
from pipeline.facts.looks import UNLIKE, looks_like_approver, looks_like_owner, part_by_look
from pipeline.facts.own_lines import own_lines
from pipeline.facts.problems import document_problems
from pipeline.facts.responsibility import find_approver, find_owner
from pipeline.facts.titles.find import FoundTitle, find_title
from pipeline.facts.versions import find_version
from pipeline.model.documents import Document
from pipeline.model.facts import Evidence, Facts, FactStatus
from pipeline.named.contacts import find_contacts
from pipeline.named.one_person import FoundContact
from pipeline.named.schools import find_school
from pipeline.text.lines import Line, list_lines

_MISSING = Evidence(FactStatus.MISSING)
_SCHOOL_RULE = "named/schools.py: a name with a word for a school, or an organisation's above the title"
_CONTACT_RULE = "named/contacts.py: a name that belongs to a role of named/roles/roles.toml"
_LINKS_RULE = "facts/links.py: _ANNOUNCES"
ASKED_BELOW = 0.8
"""What is read less surely is a question and no value."""


def extract_facts(document: Document) -> Facts:
    """Return the facts that ``document`` states of itself, evidence for every one of ``FACT_FIELDS`` included.

    Pure: the same document gives the same facts. A document without words gives facts that are all missing.
    """
    lines = pair_labels(join_wrapped(list_lines(document)))
    (school, school_evidence), own, links = _school_of(lines), own_lines(lines), find_links(lines)
    title, version = find_title(lines, school=school, file_name=PurePath(document.path).stem), find_version(lines)
    approved, last, due = (doubt_moving(each, document.moving_dates) for each in _dates_of(own))
    owner, owner_evidence = _accepted(find_owner(own), looks_like_owner)
    approver, approver_evidence = _accepted(find_approver(own), looks_like_approver)
    months, cycle = find_cycle(own, title.title if title else None)
    contacts, doubted = part_by_look(find_contacts(join_sentences(own), own=school), lines)
    facts = Facts(
        title=title.title if title else None,
        school=school,
        approved_on=approved.fact,
        approved_by=approver,
        last_review=last.fact,
        next_review=due.fact,
        review_cycle_months=months,
        owner=owner,
        version=version.value or None if version else None,
        contacts=tuple(found.contact for found in contacts),
        linked_policies=links.names if links else (),
        evidence={
            "title": _of_title(title),
            "school": school_evidence,
            "approved_on": approved.evidence,
            "approved_by": approver_evidence,
            "last_review": last.evidence,
            "next_review": due.evidence,
            "review_cycle_months": _of_cycle(months, cycle),
            "owner": owner_evidence,
            "version": _of_statement(version),
            "contacts": _of_contacts(contacts or doubted, looks=bool(contacts)),
            "linked_policies": _of_links(links),
        },
    )
    return replace(facts, problems=document_problems(document, facts))


def _dates_of(lines: Sequence[Line]) -> tuple[SettledDate, SettledDate, SettledDate]:
    dates = settle_dates(read_dates(lines))
    return dates.approved_on, dates.last_review, dates.next_review


def _of_title(found: FoundTitle | None) -> Evidence:
    return Evidence(FactStatus.FOUND, found.text, found.where, found.confidence, rule=found.rule) if found else _MISSING


def _school_of(lines: Sequence[Line]) -> tuple[str | None, Evidence]:
    """Return whose document it is with its evidence: nobody, but a question, where one sign alone shows it."""
    found = find_school(lines)
    if found is None:
        return None, _MISSING
    sure = found.confidence >= ASKED_BELOW
    status = FactStatus.FOUND if sure else FactStatus.AMBIGUOUS
    return found.name if sure else None, Evidence(status, found.name, found.where, found.confidence, rule=_SCHOOL_RULE)


def _accepted(stated: Stated | None, looks: Callable[[str], bool]) -> tuple[str | None, Evidence]:
    """Return a value with its evidence: no value but a question where it does not look like what it stands for."""
    if stated is None or stated.is_blank:
        return None, _of_statement(stated)
    likely = looks(stated.value)
    if likely and stated.confidence >= ASKED_BELOW:
        return stated.value, _of_statement(stated)
    sure = stated.confidence if likely else UNLIKE
    return None, Evidence(FactStatus.AMBIGUOUS, stated.text, stated.where, sure, rule=stated.rule)


def _of_statement(stated: Stated | None) -> Evidence:
    if stated is None:
        return _MISSING
    if stated.is_blank:
        return Evidence(FactStatus.BLANK, stated.text, stated.where, rule=stated.rule)
    return Evidence(FactStatus.FOUND, stated.text, stated.where, stated.confidence, rule=stated.rule)


def _of_cycle(months: int | None, stated: Stated | None) -> Evidence:
    if stated is not None and not stated.is_blank and months is None:
        return Evidence(FactStatus.AMBIGUOUS, stated.text, stated.where, 0.5, rule=stated.rule)
    return _of_statement(stated)


def _of_contacts(found: tuple[FoundContact, ...], *, looks: bool) -> Evidence:
    if not found:
        return _MISSING
    words = "; ".join(each.text for each in found)
    if not looks:
        return Evidence(FactStatus.AMBIGUOUS, words, found[0].where, UNLIKE, rule=_CONTACT_RULE)
    surest = min(each.confidence for each in found)
    return Evidence(FactStatus.FOUND, words, found[0].where, surest, rule=_CONTACT_RULE)


def _of_links(found: FoundLinks | None) -> Evidence:
    return Evidence(FactStatus.FOUND, found.announcement, found.where, 0.9, rule=_LINKS_RULE) if found else _MISSING
