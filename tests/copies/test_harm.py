"""What would do harm, counted on the real schools and the hard cases of ``../shared``: ``pytest -s`` prints the tables.

A line on a front sheet that is untrue, a policy that waits for "another school" and is the school's own, a former lead
who stays without a word, a person who gets another's post. The lead and head in the settings are nobody's in any file.
The lines of the sheets were each held against their pages by a person.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from pipeline.changes.revisions import holds, may_be_anothers
from pipeline.copies.copy import Naming, Part
from pipeline.copies.rewording import open_original, reword
from pipeline.documents import load_source
from pipeline.documents.source import Source
from pipeline.errors import DocumentError
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import Document, DocumentFormat
from pipeline.model.facts import Facts
from pipeline.named.schools import is_activity
from pipeline.plan.header import own_header
from pipeline.policies.intake.extracting import extract_document

pytestmark = pytest.mark.needs("shared")
LEAD = Holder("dsl", "Judith Ravenscroft", "Mrs", "01632 960811", "judith.ravenscroft@example.org")
DEPUTY = Holder("deputy-dsl", "Owen Tattersall", "Mr", "01632 960812", "owen.tattersall@example.org")
HEAD = Holder("headteacher", "Beatrix Lonsdale", "Ms", "01632 960813", "beatrix.lonsdale@example.org")
KAREN = Holder("dsl", "Karen Whitcombe", "Mrs", "01632 960555", "karen.whitcombe@example.org")
NOW = Directory((LEAD, DEPUTY, HEAD))
WITH_KAREN = Directory(NOW.holders, former=(KAREN,))
OWN = {"decoy": "Decoy Community Primary School"}
TRUE_LINES = {
    "2019-child-protection-andsafeguarding-policy.pdf": {("headteacher", "5"), ("safeguarding lead", "5")},
    "2020-cp_and_safeguarding_policy_.pdf": {("safeguarding lead", "6"), ("headteacher", "6")},
    "2021-2022-send-information-report.pdf": {("headteacher", "15")},
    "2021-cp-and-safeguarding-policy.pdf": {
        (role, "4") for role in ("safeguarding lead", "headteacher", "deputy safeguarding lead")
    },
    "2021-send-policy.pdf": {("headteacher", "1")},
    "2022-decoy-admissions-policy-updated-.pdf": {("headteacher", "2")},
    "2022-send-policy.pdf": {("headteacher", "2")},
    "2023-decoy-admissions-policy.pdf": {("headteacher", "2")},
    "nursery-admissions-policy-2022.pdf": {("headteacher", "9")},
    "nursery-admissions-policy-template-2022-.pdf": {("headteacher", "9")},
    "outbreak_management_plan_.pdf": {
        ("headteacher", "1"),
        ("deputy safeguarding lead", "5"),
        ("safeguarding lead", "5"),
    },
    "send-information-report-2020-21.pdf": {("headteacher", "15")},
    "send-information-report-2021-22.pdf": {("headteacher", "15")},
    "send-policy-january-2022.pdf": {("headteacher", "2")},
    "Child Protection.pdf": {("safeguarding lead", "1"), ("safeguarding lead", "5"), ("deputy safeguarding lead", "5")},
    "PHI SEN Policy 2014.pdf": {("headteacher", "8")},
    "SEN Policy 2014.pdf": {("headteacher", "8")},
    "PHI Single Equalities and Accessibility Policy and Objectives 2015.pdf": {("headteacher", "7")},
    "PHIS Local Offer 2014.pdf": {("headteacher", "4"), ("headteacher", "8")},
    "har-hps-safeguarding-policy.pdf": {
        *(("safeguarding lead", page) for page in ("3", "9", "26", "33", "36", "41")),
        *(("headteacher", page) for page in ("9", "10", "20", "26", "39", "41")),
        *(("deputy safeguarding lead", page) for page in ("3", "9", "20", "22", "36")),
    },
    "kid-safeguarding-policy.pdf": {("safeguarding lead", "3")},
}
"""By file the roles of the sheet that its pages name somebody in, each with its page."""
RIGHT_HOLDS = {"TBC", "[insert class teacher]", "xxxxxxxx", "DRAFT"}
"""Words for which policies of ``decoy`` rightly wait."""


@dataclass(frozen=True)
class Real:
    """A real document, read, with its copy."""

    name: str
    set: str
    own: str
    people: tuple[str, ...]
    """Hashes of the lead and deputies, as the truth has them."""
    facts: Facts
    document: Document
    part: Part


@cache
def real_documents(shared: Path) -> tuple[Real, ...]:
    """Return every document of the three sets that can be read."""
    return tuple(_read(shared))


def _read(shared: Path) -> Iterator[Real]:
    for folder, files in (
        (shared / "real-schools" / "decoy", shared / "real-schools" / "decoy"),
        *((shared / name, shared / name / "files") for name in ("real-policies", "real-policies-2")),
    ):
        rows = map(json.loads, (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines())
        truth = {row["file"]: row["truth"] for row in rows}
        for path in sorted(files.iterdir()):
            if path.name == "truth.jsonl":
                continue
            known = truth.get(path.name, {})
            own = OWN.get(folder.name, known.get("school") or "")
            try:
                original = open_original(load_source(path))
                facts = extract_document(original.document).facts
            except DocumentError:
                continue
            header = own_header(facts, facts.title or path.stem, own or None)
            people = [known.get("dsl") or {}, *(known.get("deputies") or [])]
            hashes = tuple(str(each["name"]) for each in people if each.get("name"))
            part = reword(original, Naming(facts.contacts, NOW, header))
            yield Real(path.name, folder.name, own, hashes, facts, original.document, part)


def test_no_line_on_a_sheet_before_a_real_pdf_is_untrue(shared: Path) -> None:
    lines, untrue = 0, []
    for each in real_documents(shared):
        for note in each.part.page_notes:
            told = re.fullmatch(r"Pages? ([\d, and]+) names? a ([a-z ]+): use the details above\.", note)
            assert told is not None, note
            lines += 1
            pages = re.findall(r"\d+", told[1])
            untrue += [(each.name, note) for page in pages if (told[2], page) not in TRUE_LINES.get(each.name, set())]
    print(f"\nlines on front sheets: {lines}, untrue: {len(untrue)}")
    assert untrue == []
    assert lines > 20


def test_no_policy_of_a_real_school_waits_for_another_schools_name(shared: Path) -> None:
    false, asked, right = [], [], set()
    for each in real_documents(shared):
        found = holds(each.facts, each.own)
        false += [(each.name, one.message) for one in found if one.code == "other-school"]
        asked += [each.name] if may_be_anothers(each.facts, each.own) else []
        if each.set == "decoy":
            right |= {words for words in RIGHT_HOLDS for one in found if words in one.message}
    print(f"\nheld for another school: {len(false)} of {len(real_documents(shared))}; asked about: {len(asked)}")
    assert false == []
    assert right == RIGHT_HOLDS


def test_most_policies_of_another_school_wait_and_the_rest_are_asked_about(shared: Path) -> None:
    named = [each for each in real_documents(shared) if each.facts.school and not is_activity(each.facts.school)]
    held = [each for each in named if any(one.code == "other-school" for one in holds(each.facts, "Westhaven School"))]
    asked = [each for each in named if may_be_anothers(each.facts, "Westhaven School")]
    print(f"\nof {len(named)} policies of other schools {len(held)} wait, {len(asked)} are asked about")
    assert len(held) + len(asked) == len(named)
    assert len(held) > len(asked)


def test_no_lead_or_deputy_of_a_real_document_stays_without_a_word(shared: Path) -> None:
    people, silent = 0, []
    for each in real_documents(shared):
        for person in each.people:
            if (name := _name_of(person, each.document.text)) is None:
                continue
            people += 1
            plan, part = each.part.plan, each.part
            told = [one.text for one in (*plan.left, *plan.left_on_purpose)]
            told += [one.before for one in part.put_right] + [one.value for one in plan.unknown]
            surname = name.split()[-1].casefold()
            if not plan.holds and not any(surname in words.casefold() for words in told):
                silent.append((each.name, person))
    print(f"\nleads and deputies of real documents: {people}, silent: {len(silent)}")
    assert silent == []
    assert people > 15


def _name_of(wanted: str, text: str) -> str | None:
    """Return the words of a text whose hash, or who itself, is wanted."""
    if wanted in text:
        return wanted
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    for count in (2, 3):
        for at in range(len(words) - count + 1):
            name = " ".join(words[at : at + count]).casefold()
            if hashlib.sha256(name.encode()).hexdigest() == wanted:
                return name
    return None


# --- hard cases ----------------------------------------------------------------------------------------------------


def _copy_of(source: Source, directory: Directory, document_format: DocumentFormat | None = None) -> Part:
    original = open_original(source, document_format)
    return reword(original, Naming(extract_document(original.document).facts.contacts, directory))


def _text_copy(text: str, directory: Directory) -> Part:
    return _copy_of(Source(f"Fees Policy\n\n{text}\n".encode(), "fees.txt"), directory, DocumentFormat.TXT)


FORM_ON_NO_PAGE = "39 pdf form field.pdf"
"""It has the name in a field that stands on no page: nobody sees it, and a note tells of the fields."""


def test_no_former_lead_stays_in_a_hard_copy_without_a_word(shared: Path) -> None:
    outcomes: dict[str, list[str]] = {}
    for path in sorted((shared / "hard" / "copies").iterdir()):
        try:
            part = _copy_of(load_source(path), WITH_KAREN)
        except DocumentError:
            outcomes.setdefault("not read, and said so", []).append(path.name)
            continue
        plan = part.plan
        listed = plan.left or plan.left_on_purpose or path.name == FORM_ON_NO_PAGE
        outcome = "held" if plan.holds else "listed" if listed else "replaced" if part.put_right else "silent"
        outcomes.setdefault(outcome, []).append(path.name)
    print("\nhard copies: " + ", ".join(f"{len(names)} {outcome}" for outcome, names in sorted(outcomes.items())))
    assert outcomes.get("silent", []) == []
    assert {name[:2] for name in outcomes["held"]} >= {"04", "09", "20", "21", "22", "30", "48"}
    assert {name[:2] for name in outcomes["listed"]} >= {"10", "12"}


@pytest.mark.parametrize("directory", [NOW, WITH_KAREN], ids=["unlisted", "listed"])
@pytest.mark.parametrize(
    "telling",
    [
        "Please speak with {name}, {post}, to discuss her fees talk.",
        "Any queries go to {name}, our {post}.",
        "{name}, {post}, orders the milk.",
        "Orders: {name} ({post}) on Mondays.",
    ],
)
def test_no_new_lead_gets_a_post_of_the_hard_list(shared: Path, telling: str, directory: Directory) -> None:
    posts = (shared / "hard" / "posts.txt").read_text(encoding="utf-8").splitlines()
    wrong = []
    for post in posts:
        line = telling.format(name=KAREN.name, post=post)
        part = _text_copy(f"Our Designated Safeguarding Lead is {KAREN.name}.\n\n{line}", directory)
        if not part.plan.holds and any(post in one and "Ravenscroft" in one for one in part.document.text.split("\n")):
            wrong.append(post)
    print(f"\nposts given to the new lead: {len(wrong)} of {len(posts)}")
    assert wrong == []


OF_OTHERS = ("The local authority's", "BGA ", "Diocesan ", "The FA ", "County ")
OF_DEPUTIES = ("Deputy", "Assistant", "Second in charge", "In the absence", "Vice", "(Deputy)", "Alternate", "Backup")


def test_no_wording_gives_the_lead_another_bodys_role_or_a_deputys_place(shared: Path) -> None:
    names = [
        line.split("\t") for line in (shared / "hard" / "given-names.tsv").read_text(encoding="utf-8").splitlines()
    ]
    firsts = [(origin, first) for origin, all_of in names for first in all_of.split()[::20]]
    wordings = (shared / "hard" / "wordings.txt").read_text(encoding="utf-8").splitlines()
    wrong, silent = [], dict.fromkeys((origin for origin, _ in firsts), 0)
    for origin, first in firsts:
        name = f"{first} Harper"
        for wording in wordings:
            listed = _text_copy(
                wording.format(name=name), Directory(NOW.holders, former=(Holder("dsl", name, "", None, None),))
            )
            # "Our DLP is {name} and the Deputy DLP is …" tells of the lead first, and then of somebody else.
            told_of = wording.partition("} and the ")[0]
            others = wording.startswith(OF_OTHERS) or any(words in told_of for words in OF_DEPUTIES)
            if others and not listed.plan.holds and LEAD.name in listed.document.text:
                wrong.append((name, wording))
            told = (*listed.plan.left, *listed.plan.left_on_purpose, *listed.plan.unknown, *listed.plan.holds)
            silent[origin] += "Harper" in listed.document.text and not told
    print(f"\nwrong: {len(wrong)}; a listed former lead silent: {silent}")
    assert wrong == []
    assert set(silent.values()) == {0}


OF_ANOTHER_BODY = ("Prevent Lead: {name}", "Diocesan Safeguarding Adviser: {name}")
"""Wordings of posts that are no lead's: whoever has one stays in silence."""


def test_a_lead_whom_nobody_listed_is_silent_in_no_wording_whatever_name_it_is(shared: Path) -> None:
    names = [
        line.split("\t") for line in (shared / "hard" / "given-names.tsv").read_text(encoding="utf-8").splitlines()
    ]
    people = [
        f"{first} {last}" for _, all_of in names for first, last in zip(all_of.split()[3::9], LASTS, strict=False)
    ]
    wordings = (shared / "hard" / "wordings.txt").read_text(encoding="utf-8").splitlines()
    silent, given = dict.fromkeys(people, 0), 0
    for name in people:
        last = name.split()[-1]
        for wording in (each for each in wordings if each not in OF_ANOTHER_BODY):
            part = _text_copy(wording.format(name=name), NOW)
            told = (*part.plan.left, *part.plan.left_on_purpose, *part.plan.unknown, *part.plan.holds)
            silent[name] += last in part.document.text and not told
            given += not part.plan.holds and last not in part.document.text
    print(f"\nsilent of {len(wordings) - len(OF_ANOTHER_BODY)} wordings: {silent}; replaced: {given}")
    assert set(silent.values()) == {0}
    assert given > 20 * len(people)  # no gate that holds them all


LASTS = ("Harper", "Okoroji", "Chen")


BODIES = ("RNLI", "NSPCC", "Scouts", "parish", "Borough Council", "ICO", "Busy Bees Nurseries", "Brookside School")
OF_THE_BODY = (
    "The {body} DSL is {name}.", "{body}'s Safeguarding Lead is {name}.",
    "Contact the {body} DSL, {name}, on 01632 960777",
    "{name} is the {body} Designated Safeguarding Lead.", "{name} ({body} Safeguarding Lead)",
    "Safeguarding Lead at {body}: {name}", "{body}: {name}, Designated Safeguarding Lead",
    "Safeguarding Lead ({body}): {name}", "{body} - Safeguarding Lead - {name}", "{body}\tSafeguarding Lead\t{name}",
)  # fmt: skip
OF_THE_SCHOOL = (
    "School DSL: {name}", "Our Academy DSL is {name}.", "Whole School Designated Safeguarding Lead: {name}",
    "Key Contacts: DSL {name}", "{name}, DSL, 01632 960777", "Primary Phase DSL: {name}",
    "Safeguarding Lead (School): {name}", "Name: {name}, Designated Safeguarding Lead", "Current DSL: {name}",
)  # fmt: skip


@pytest.mark.parametrize("directory", [NOW, WITH_KAREN], ids=["unlisted", "listed"])
def test_nobody_new_gets_the_role_of_another_body(directory: Directory) -> None:
    tellings = [telling.format(body=body, name=KAREN.name) for telling in OF_THE_BODY for body in BODIES]
    parts = {each: _text_copy(each, directory) for each in tellings}
    assert [each for each, part in parts.items() if not part.plan.holds and LEAD.name in part.document.text] == []
    own = {each: _text_copy(each.format(name=KAREN.name), directory) for each in OF_THE_SCHOOL}
    assert [each for each, part in own.items() if part.plan.holds or LEAD.name not in part.document.text] == []


OF_HER_ALONE = (
    "DSL: Mrs {name}, née Holt", "DSL: {name} née Holt", "DSL: {name}, nee Holt", "DSL: {name} – née Holt",
    "DSL: {name} (was Holt)", "The DSL is {name}, formerly Holt.", "DSL: {name} (Safer recruitment trained)",
    "DSL: {name}, appointed September 2019", "DSL: {name} (appointed 2019)",
    "DSL: {name}\nDate of last training: 12 September 2024", "DSL: {name}\nTraining: Level 3, Autumn 2024",
    "DSL: {name}\nTrained: Sept 2024", "Our DSL is {name}. She has worked here for twenty years.",
)  # fmt: skip
OF_ANY_LEAD = (
    "The DSL is {name}. She can be reached at the office.", "DSL: {name}\nTelephone: 01632 960777",
    "Our DSL is {name}. She leads on safeguarding.", "The DSL, {name}, is trained every two years.",
    "DSL: {name}\nAll staff are trained each September.", "DSL: {name}\nDate of last review: September 2024",
)  # fmt: skip


@pytest.mark.parametrize("directory", [NOW, WITH_KAREN], ids=["unlisted", "listed"])
def test_what_is_true_of_the_former_lead_alone_is_said_of_nobody_new(directory: Directory) -> None:
    hers = {each: _text_copy(each.format(name=KAREN.name), directory) for each in OF_HER_ALONE}
    assert [each for each, part in hers.items() if not part.plan.holds and LEAD.name in part.document.text] == []
    any_leads = {each: _text_copy(each.format(name=KAREN.name), directory) for each in OF_ANY_LEAD}
    assert [each for each, part in any_leads.items() if part.plan.holds or LEAD.name not in part.document.text] == []


@pytest.mark.parametrize(
    ("telling", "listed"),
    [
        ("The DSL is {name}. Contact Telephone Number is 0800 566 8318.", ["0800 566 8318"]),
        ("DSL: {name}\nTelephone: 0330 123 4567", ["0330 123 4567"]),
        ("The DSL is {name}. Ring the NSPCC on 0808 800 5000.", []),
    ],
)
def test_a_number_of_a_helplines_kind_behind_the_former_lead_is_listed(telling: str, listed: list[str]) -> None:
    part = _text_copy(telling.format(name=KAREN.name), WITH_KAREN)
    assert LEAD.name in part.document.text
    assert [each.text for each in part.plan.left] == listed
    assert not part.plan.holds


@pytest.mark.parametrize(
    "telling",
    [
        "The DSL is KW.", "The DSL is K.W.", "The DSL is K. W.",
        "Tell Mrs K.W. (Designated Safeguarding Lead) at once.",
        "K.W. (DSL)", "Tell the DSL (K.W.).", "DSL: K.W.", "DSL\tK.W.", "DSL\tKW",
    ],
)  # fmt: skip
def test_initials_of_a_listed_former_lead_are_never_kept_in_silence(telling: str) -> None:
    assert [each.reason.code for each in _text_copy(telling, WITH_KAREN).plan.left] == ["initials"]
