"""A trust's text and the school's local appendix in a file of its own: one version of both, each read apart.

The dates, the approval and the owner of a version are those of the main document; whom it names and what keeps it from
being used come from both. ``compare`` compares the two parts apart.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.model.facts import BesideWords, Contact, Facts, Problem
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.places import APPENDIX

HEADING = "Local appendix"
"""What stands before the appendix where both parts are shown as one."""
_BREAK = "\f"
"""Stands between the two texts; no document's own text keeps one."""
_OF_SEVERAL_SCHOOLS = re.compile(
    r"\b(?:trust|mat|federation|academies|schools|diocese|diocesan|council|authority|partnership)\b", re.IGNORECASE
)
_HEADER_CODES = ("approval-", "review-", "owner-", "title-", "cycle-", "date-", "dates-", "school-", "version-")
"""Findings on a header block, which an appendix need not have."""


def join_texts(text: str, appendix: str) -> str:
    """Return the words of a document and its local appendix as the words of one version."""
    return f"{text.replace(_BREAK, ' ')}\n{_BREAK}\n{appendix.replace(_BREAK, ' ')}"


def split_text(text: str) -> tuple[str, str | None]:
    """Return the words of the document and of the appendix in its own file; None where it has none."""
    shared, found, appendix = text.partition(f"\n{_BREAK}\n")
    return shared, appendix if found else None


def join_facts(facts: Facts, appendix: Facts) -> Facts:
    """Return what a version states that consists of a document with ``facts`` and an appendix with its own."""
    school, evidence = facts.school, dict(facts.evidence)
    if appendix.school and (school is None or _OF_SEVERAL_SCHOOLS.search(school)):
        # The trust's text names the trust; the school's own part says whose policy this is.
        school = appendix.school
        if "school" in appendix.evidence:
            said = appendix.evidence["school"]
            evidence["school"] = replace(said, where=said.where.behind(APPENDIX) if said.where else APPENDIX)
    return replace(
        facts,
        school=school,
        evidence=evidence,
        contacts=_contacts_of_both(facts.contacts, appendix.contacts),
        linked_policies=_once(facts.linked_policies, appendix.linked_policies),
        problems=(*facts.problems, *_problems(appendix.problems)),
        promises=facts.promises + tuple(replace(each, where=each.where.behind(APPENDIX)) for each in appendix.promises),
        guidance=facts.guidance + tuple(replace(each, where=each.where.behind(APPENDIX)) for each in appendix.guidance),
        beside_words=_beside_both(facts.beside_words, appendix.beside_words),
    )


def _beside_both(one: BesideWords | None, other: BesideWords | None) -> BesideWords | None:
    if one is None or other is None:
        return None
    return replace(one, links=one.links + other.links, pictures=one.pictures + other.pictures)


def _contacts_of_both(stated: Sequence[Contact], more: Iterable[Contact]) -> tuple[Contact, ...]:
    """Return whom both parts name: a person named in both once, with the details of either."""
    found = list(stated)
    for contact in more:
        at = next((index for index, known in enumerate(found) if _may_be_one(known, contact)), None)
        if at is None:
            found.append(contact)
        else:
            known = found[at]
            found[at] = replace(known, phone=known.phone or contact.phone, email=known.email or contact.email)
    return tuple(found)


def _may_be_one(known: Contact, other: Contact) -> bool:
    if known.role != other.role or not same_person(known.name, other.name, SHORTENED):
        return False
    pairs = ((known.phone, other.phone), (known.email, other.email))
    return all(one is None or two is None or one == two for one, two in pairs)


def _problems(found: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(
        replace(problem, why=f"In the local appendix: {problem.message}")
        for problem in found
        if not problem.code.startswith(_HEADER_CODES)
    )


def _once(*lists: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for each in (name for names in lists for name in names):
        found.setdefault(each.casefold(), each)
    return tuple(found.values())
