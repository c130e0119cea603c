"""The wordings of roles: the reading and the planning know the same ones."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.named.roles.passages import find_labels, words_of_role
from pipeline.named.roles.rules import Wording, load_wordings, may_name_a_lead, role_rules
from pipeline.named.roles.vocabulary import OF_LEADS, every_mark, find_roles, plain_case

_LETTERS = st.characters(max_codepoint=127)
_SAME_FOR_BOTH = """
dsl: Designated Safeguarding Lead; Designated Senior Lead; Designated Safeguarding Officer; Designated Senior Person
dsl: Designated Person for Child Protection; Designated Teacher for Child Protection
dsl: Designated Child Protection Officer; Designated Lead for Safeguarding
dsl: Designated Member of Staff for Child Protection; Designated Lead; Designated Person
dsl: Designated Officer for Child Protection; Named Person for Child Protection; Nominated Person for Safeguarding
dsl: Senior Designated Person; Senior Member of Staff for Child Protection; Lead DSL; DSL; DSP; DCPO; CPO; CPLO; DSO
dsl: DMS; Safeguarding Lead; Safeguarding Manager; Safeguarding Co-ordinator; Safeguarding Team Leader
dsl: Head of Safeguarding; Child Protection Liaison Officer; Head of Safeguarding and Child Protection
dsl: Lead for Safeguarding; Lead Person for Safeguarding; Safeguarding and Welfare Lead
dsl: Safeguarding & Child Protection Lead; Safeguarding/Child Protection Officer; Children Protection Officer
dsl: Designated Safeguarding Lead (DSL)
dsl: Arweinydd Diogelu Dynodedig; Uwch Berson Dynodedig; Person Dynodedig Diogelu; Person Diogelu Dynodedig
dsl: Person Dynodedig ar gyfer Diogelu; Person Dynodedig ar gyfer Amddiffyn Plant; Person Dynodedig
dsl: Designated Liaison Person; DLP; Designated Safeguarding Person; Child Protection Co-ordinator
dsl: Child Safeguarding Officer; Welfare Safeguarding Officer; Children's Safeguarding Lead; Safeguarding Lead Officer
dsl: Contact Person for Safeguarding; Safeguarding Contact Person; Principal Safeguarding Officer
dsl: Staff Member responsible for Child Protection; Swyddog Diogelu; Arweinydd Diogelu; Cydlynydd Amddiffyn Plant
dsl: Person Enwebedig Diogelu; Duine Idirchaidrimh Ainmnithe; Duine Teagmhála Ainmnithe; Co-òrdanaiche Dìon Chloinne
dsl: Designated Safeguarding Lead / Arweinydd Diogelu Dynodedig; Person Dynodedig / Designated Person
dsl: Designated Senior Lead for Child Protection/Prevent; Safeguarding and Prevent Lead; Child Protection & Prevent Lead
deputy-dsl: Deputy Designated Safeguarding Lead; Deputy Safeguarding Lead; Deputy DSL; Deputy DSL(s); DDSL
deputy-dsl: Assistant DSL; Alternate Designated Safeguarding Lead; Additional DSL
deputy-dsl: Second Designated Safeguarding Lead; Back-up DSL; Deputy Child Protection Officer
deputy-dsl: Deputy Designated Person; Deputy Head of Safeguarding; Designated Deputy
deputy-dsl: Designated Deputy Safeguarding Lead; Deputy for the DSL; Deputy to the DSL; Deputy of the DSL
deputy-dsl: Deputy DSP; Deputy Lead for Safeguarding; Deputy Named Person for Child Protection; Safeguarding Deputy
deputy-dsl: Deputy (DSL); Deputy Designated Teacher for Child Protection
deputy-dsl: Deputy Designated Safeguarding Leads (DDSLs); ADSL; DDSP; D.D.S.P.; DDSO
deputy-dsl: Deputy Designated Liaison Person; DDLP; Leas-Duine Idirchaidrimh Ainmnithe; Dirprwy Swyddog Diogelu
deputy-dsl: Dirprwy Arweinydd Diogelu Dynodedig; Dirprwy Berson Dynodedig; Dirprwy Uwch Berson Dynodedig
safeguarding-governor: Safeguarding Governor; Safeguarding Link Governor; Link Safeguarding Governor
safeguarding-governor: Safeguarding Trustee; Link Governor for Safeguarding; Nominated Governor for Child Protection
safeguarding-governor: Lead Governor for Safeguarding; Governor with responsibility for Safeguarding
safeguarding-governor: Designated Governor for Safeguarding; Llywodraethwr Diogelu
safeguarding-governor: Designated Governor for Child Protection/Prevent
headteacher: Headteacher; Head Teacher; Head-teacher; Headmaster; Headmistress; Principal; Executive Principal
headteacher: Head of School; Executive Headteacher; Acting Headteacher; Interim Headteacher
other: Deputy Headteacher; Deputy Head; Assistant Head Teacher; Assistant Principal; Vice Principal
other: Deputy Principal; Associate Headteacher; Vice Chair of Governors; Deputy Chair of Governors; Chair of the PTA
other: Virtual School Head; School Business Manager; Mental Health Lead; Prevent Lead; Online Safety Lead
other: Attendance Officer; First Aider; School Nurse; Year 4 teacher; Class Teacher; Head of Year
other: Head of Sixth Form; Parent Governor; Bursar; Maths Lead
chair-of-governors: Chair of Governors; Chairman of Governors; Chair of the Governing Body
chair-of-governors: Chair of the Board of Trustees; Chair of the Local Governing Body
chair-of-governors: Chairperson of Governors
lado: LADO; Local Authority Designated Officer; Local Authority Designated Officer (LADO)
senco: ALNCo; Additional Learning Needs Coordinator
senco: SENCO; SENDCO; SENDCo; SEND Coordinator; SEN Co-ordinator; Special Educational Needs Co-ordinator
senco: Special Educational Needs and Disabilities Coordinator; Special Needs Coordinator; Inclusion Leader
childrens-social-care: Children’s Social Care; Children's Services; Social Services; MASH; First Response
designated-teacher: Designated Teacher for Looked After Children; Designated Teacher (LAC)
designated-teacher: Designated Teacher for LAC; Designated Teacher for Children in Care
designated-teacher: Designated Teacher for looked-after and previously looked-after children
clerk: Clerk to the Governors; Clerk to Governors; Clerk to the Governing Body
data-protection-officer: Data Protection Officer; DPO; Swyddog Diogelu Data
"""
"""Plain wordings of forty years, of which reading and planning once knew some each."""


@pytest.mark.parametrize("line", _SAME_FOR_BOTH.strip().split("\n"), ids=lambda line: line[:40])
def test_reading_and_planning_take_every_plain_wording_for_the_same_role(line: str) -> None:
    role, _, wordings = line.partition(": ")
    for words in wordings.split("; "):
        assert [(each.role, each.text) for each in find_roles(words)] == [(role, words)]
        assert [(each.role, each.start, each.end) for each in find_labels(words)] == [(role, 0, len(words))]


def test_a_bare_designated_teacher_is_read_as_the_lead_and_never_planned_for() -> None:
    assert [(each.role, each.bare) for each in find_roles("Designated Teacher: Ada Holt")] == [("dsl", True)]
    assert [each.role for each in find_labels("Designated Teacher: Ada Holt")] == ["other"]


@pytest.mark.parametrize(
    ("text", "read", "planned", "may_be"),
    [
        ("Designated Officer: Ada Holt", "lado", "other", "dsl"),
        ("SDP: Ada Holt", "other", "other", "dsl"),
        ("Chair of the Trust: Ada Holt", "chair-of-governors", "other", "chair-of-governors"),
        ("Chair of Directors: Ada Holt", "chair-of-governors", "other", "chair-of-governors"),
        ("Emergency DSL: Ada Holt", "dsl", "other", "deputy-dsl"),
        ("Out-of-hours DSL: Ada Holt", "other", "other", "dsl"),
        ("Deputy and DSL: Ada Holt", "dsl", "other", "deputy-dsl"),
        ("Deputy EYFS Safeguarding Lead: Ada Holt", "dsl", "other", "deputy-dsl"),
        ("Deputy Head Safeguarding Lead: Ada Holt", "dsl", "other", "deputy-dsl"),
        ("Deputy Designated Teacher: Ada Holt", "deputy-dsl", "other", ""),
        ("Deputy - DPO: Ada Holt", "data-protection-officer", "other", ""),
        ("Deputy and SENCO: Ada Holt", "senco", "other", ""),
        ("Third DSL: Ada Holt", "dsl", "other", "deputy-dsl"),
        ("Other trained Safeguarding Lead: Ada Holt", "dsl", "other", "deputy-dsl"),
        ("PA to the Headteacher: Ada Holt", "headteacher", "other", ""),
        ("Virtual School for children in care: Ada Holt", "designated-teacher", "other", ""),
        ("The Council's Data Protection Officer is Ada Holt", "data-protection-officer", "other", ""),
        ("Council SENCO: Ada Holt", "senco", "other", ""),
    ],
)
def test_what_nobody_can_tell_apart_is_planned_for_nobody(text: str, read: str, planned: str, may_be: str) -> None:
    """So that the name beside it waits for somebody to look."""
    assert find_roles(text)[-1].role == read
    label = find_labels(text)[-1]
    assert (label.role, label.read, label.may_be) == (planned, read, may_be)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Deputy Headteacher and Safeguarding Lead: Ada Holt", ["other", "dsl"]),
        ("Assistant Head (Safeguarding Lead)", ["other", "dsl"]),
        ("Deputy Head / Designated Safeguarding Lead", ["other", "dsl"]),
        ("our Designated and Deputy Designated Safeguarding Leads", ["dsl", "deputy-dsl"]),
        ("children's social care tell the DSL", ["childrens-social-care", "dsl"]),
        ("Diocesan Safeguarding Officer", ["other"]),
    ],
)
def test_who_is_deputy_head_and_lead_is_not_the_leads_deputy(text: str, roles: list[str]) -> None:
    assert [each.role for each in find_roles(text)] == roles
    assert [each.role for each in find_labels(text)] == roles


def test_a_thousand_deputies_in_a_row_are_read() -> None:
    assert [each.text for each in find_roles("deputy " * 5000 + "DSL")] == ["deputy DSL"]


def test_every_list_of_words_is_named_by_a_phrase() -> None:
    read = role_rules()
    phrases = " ".join([*(each for rule in read.rules for each in rule.phrases), *map(" ".join, read.words.values())])
    assert [name for name in read.words if f"{{{name}}}" not in phrases] == []


_WORDINGS = dict.fromkeys(each for wordings in load_wordings().by_stem.values() for each in wordings)


@pytest.mark.parametrize("wording", _WORDINGS)
def test_no_wording_is_passed_over_by_the_look_before_the_search(wording: Wording) -> None:
    pattern = re.compile(wording.pattern.pattern.partition("(?=")[0], re.IGNORECASE | re.ASCII)
    behind = " are" if "before" in wording.rule.more else "DSL" if wording.before_lead else ""

    @settings(max_examples=8, deadline=None)
    @given(st.from_regex(pattern, fullmatch=True, alphabet=_LETTERS))
    def every(words: str) -> None:
        words += behind
        assert find_roles(words), words
        assert any(mark in plain_case(words) for mark in every_mark()), words
        for label in find_labels(words):
            folded = plain_case(words[label.start : label.end])
            assert any(each in folded for each in words_of_role(label.role)), (label, words)
        if any({label.role, label.may_be} & OF_LEADS for label in find_labels(words)):
            assert may_name_a_lead(words), words

    every()
