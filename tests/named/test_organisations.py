"""Whose document it is where no school is named; and what is no name of an organisation."""

from pathlib import Path

import pytest

from pipeline.changes.revisions import holds, may_be_anothers
from pipeline.documents import read_document
from pipeline.facts.reading import extract_facts
from pipeline.named.schools import find_school
from pipeline.text.lines import list_lines

BODY = "Everybody who works here follows it every day. Ring the manager where anything is unclear."


def school_of(tmp_path: Path, text: str) -> str | None:
    path = tmp_path / "policy.txt"
    path.write_text(text, encoding="utf-8")
    found = find_school(list_lines(read_document(path)))
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Amber Lane Homes\n\nBehaviour Policy\n\n{BODY}\n", "Amber Lane Homes"),
        (
            f"Ashcombe Hall\n\nIT Policy\n\nAshcombe Hall is a day and boarding school.\n{BODY}\nAshcombe Hall Page\n",
            "Ashcombe Hall",
        ),
        (f"Bright Harbour Childcare Agency\n\nComplaints Procedure\n\n{BODY}\n", "Bright Harbour Childcare Agency"),
        (
            f"Thornfield Wellbeing and Education Kent (TWEK)\n\nLettings Policy\n\n{BODY}\n",
            "Thornfield Wellbeing and Education Kent",
        ),
        (f"Kite and Lantern Ltd\n\nLone Working Policy\n\n{BODY}\n", "Kite and Lantern Ltd"),
        (
            f"BEHAVIOUR POLICY\n\nAmber Lane Homes (ALH) - Otley is committed to care. {BODY}\n\nAll of ALH sign it.\n",
            "Amber Lane Homes",
        ),
    ],
)
def test_an_organisation_without_a_word_for_a_school_is_whose_document_it_is(
    tmp_path: Path, text: str, name: str
) -> None:
    assert school_of(tmp_path, text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Otley Village Hall\n\nSafeguarding Policy\n\n{BODY}\n", "Otley Village Hall"),
        (f"AMBER HOUSE\n\nMissing from Home Policy\n\n{BODY}\n", "AMBER HOUSE"),
        (f"The Parish of St Orwin, Otley\n\nSafeguarding Policy\n\n{BODY}\n", "The Parish of St Orwin"),
        (
            "Otley Singers (known in this document as the “Singers”)\n\nSafeguarding Policy\n\n"
            f"The Singers has two leaders. {BODY}\n",
            "Otley Singers",
        ),
        (
            f"Otley Den’s Safeguarding and Child Protection Policy\n\nOtley Den has rules. {BODY}\n",
            "Otley Den",
        ),
        (f"St Orwin’s Safeguarding and Child Protection Policy\n\nSt Orwin’s has rules. {BODY}\n", "St Orwin’s"),
        (f"Ysgol Policy\n\nNant y Bryn Primary School\n\n{BODY}\n", "Nant y Bryn Primary School"),
    ],
)
def test_a_hall_a_parish_and_whoever_a_text_calls_by_the_end_of_a_name_is_whose_document_it_is(
    tmp_path: Path, text: str, name: str
) -> None:
    assert school_of(tmp_path, text) == name


@pytest.mark.parametrize(
    "text",
    [
        f"Behaviour Policy\n\n{BODY}\n",
        f"Behaviour Policy\n\nAmber House\n12 Mill Road\n\n{BODY}\n",
        f"Oakshire County Council Services\n\nBehaviour Policy\n\n{BODY}\n",
        f"Intimate Care\n\nStatement of our aims\n\n{BODY}\n",
        f"Professional Development and Learning\n\nStaff Training Policy\n\n{BODY}\n",
        f"Lettings Policy\n\nThe Lantern Support Group meets in the hall. {BODY}\n",
        f"Lettings Policy\n\nOur Senior Leadership Group (SLG) decides. {BODY}\n\nThe SLG meets. Ask the SLG.\n",
        f"This sample is provided by the\nGuild of Amber Childcare\nas a template for a policy\n\n{BODY}\n",
    ],
)
def test_a_heading_a_public_body_and_somebody_mentioned_are_none(tmp_path: Path, text: str) -> None:
    assert school_of(tmp_path, text) is None


@pytest.mark.parametrize("name", ["Lantern Baptist Church", "Kite & Otley Cricket Club", "Lantern Centre"])
def test_one_first_sentence_that_commits_somebody_called_an_organisation_says_whose_document_it_is(
    tmp_path: Path, name: str
) -> None:
    assert school_of(tmp_path, f"Safeguarding Policy\n\n{name} is committed to safety.\n\n{BODY}\n") == name
    assert school_of(tmp_path, f"Safeguarding Policy\n\nThe Church is committed to safety.\n\n{BODY}\n") is None


def test_the_schools_own_name_stands_before_that_of_its_group(tmp_path: Path) -> None:
    text = f"Kite Education Group\n\nLettings Policy\n\nAt Thornfield Primary School the hall is let. {BODY}\n"
    assert school_of(tmp_path, text) == "Thornfield Primary School"


def test_a_text_headed_with_another_organisation_is_held_as_one_with_another_schools_name_is(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    theirs = "Amber Lane Homes is committed to safety. All staff of Amber Lane Homes know it."
    path.write_text(f"Amber Lane Homes\n\nBehaviour Policy\n\n{theirs} {BODY}\n", encoding="utf-8")
    facts = extract_facts(read_document(path))
    (problem,) = holds(facts, "Westhaven School")
    assert problem.code == "other-school"
    assert "It names another organisation, “Amber Lane Homes” (line 1), not Westhaven School." in problem.message
    assert holds(facts, "Amber Lane Homes") == ()


def test_a_text_that_only_a_line_shows_to_be_anothers_is_asked_about_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_text(f"Amber Lane Homes\n\nBehaviour Policy\n\n{BODY}\n", encoding="utf-8")
    facts = extract_facts(read_document(path))
    assert holds(facts, "Westhaven School") == ()
    assert may_be_anothers(facts, "Westhaven School")
    assert not may_be_anothers(facts, "Amber Lane Homes")


@pytest.mark.parametrize(
    "made_by",
    [
        "This policy is adapted from a template by Amber Lane Homes.",
        "It is based on the Amber Lane Homes model policy.",
        "With thanks to Amber Lane Homes for this template.",
        "Amber Lane Homes template, 2024.",
    ],
)
def test_whoever_published_the_template_is_nobody_whose_text_it_is(tmp_path: Path, made_by: str) -> None:
    text = f"Behaviour Policy\n\nAmber Lane Homes is committed to safety. Amber Lane Homes trains staff.\n\n{made_by}\n"
    assert school_of(tmp_path, text) is None
    assert school_of(tmp_path, text.replace(made_by, "All staff of Amber Lane Homes know it.")) == "Amber Lane Homes"


@pytest.mark.parametrize("role", ["Designated Liaison Person (DLP)", "Deputy Safeguarding Lead (DSL)"])
def test_a_role_with_its_initials_is_nobody_whose_text_it_is(tmp_path: Path, role: str) -> None:
    initials = role.partition("(")[2].strip(")")
    assert school_of(tmp_path, f"Child Protection Policy\n\nThe {role} is Ann Lister. Ask the {initials}.\n") is None


@pytest.mark.needs("shared")
def test_no_policy_of_a_named_school_is_taken_for_an_organisations(shared: Path) -> None:
    import json

    wrong = []
    for line in (shared / "real-policies" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        path = shared / "real-policies" / "files" / row["file"]
        if path.suffix != ".docx" or row["truth"].get("school") is None:
            continue
        found = find_school(list_lines(read_document(path)))
        if found is not None and holds_other(found.name, row["truth"]["school"]):
            wrong.append((row["file"], found.name))
    assert wrong == []


def holds_other(name: str, school: str) -> bool:
    from pipeline.changes.revisions import same_school

    return not same_school(name, school)
