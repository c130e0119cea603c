"""Whether a file is a policy at all: what gives no sign of it waits for its owner, and nobody hears of it."""

import pytest

from pipeline.catalogue.policies import load_catalogue
from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts
from pipeline.policies.intake.genres import why_no_policy
from tests.evaluate import document_from_text

PEOPLE = "Oak class\nPupil\tDate of birth\nTom Jones\t1 May 2018\nAnn Lee\t3 June 2018"


def doubted(title: str, text: str = "", path: str = "a.docx", facts: Facts | None = None) -> str | None:
    return why_no_policy(
        title, f"{title}\n{text}", facts or extract_facts(document_from_text(f"{title}\n{text}")), path
    )


@pytest.mark.parametrize(
    ("title", "text", "path"),
    [
        ("Behaviour Policy", "", "a.docx"),
        ("Lost Property", "", "lost_property_policy.docx"),
        ("Polisi Ymddygiad", "", "a.docx"),
        ("Code of Conduct", "", "a.docx"),
        ("Charging and Remissions", "This policy applies to all visits.", "a.docx"),
        ("Data Protection", "Approved by: Full Governing Body", "a.docx"),
        ("Appraisal and Capability", "Approved by: Full Governing Body", "a.docx"),
        ("Register of business interests", "Next review: May 2027", "a.docx"),
        ("Diogelu", "Mae'r polisi hwn yn nodi sut y byddwn yn gweithio.", "a.docx"),
        ("Datganiad Preifatrwydd", "", "a.docx"),
        ("Behaviour Policy", "Dear parents,\nThis is how we behave.", "a.docx"),
        ("Pay Policy", "Point\tSalary\nM1\t£31,650\nM2\t£33,483", "a.docx"),
        ("Admissions Policy", "Term\tDate of birth\nAutumn\t1 September 2022\nSpring\t1 January 2023", "a.docx"),
        ("Sun Safety", "This policy applies to all staff.", "a.docx"),
        ("Newsletter Policy", "", "a.docx"),
        ("Registers Procedure", "", "a.docx"),
        ("Missing Child Policy", "Name of child\tDate of birth\nClass\tTeacher\nSeen by\tAt", "a.docx"),
        ("Pay policy for teachers", "", "a.docx"),
        ("Appeals Procedure", "", "a.docx"),
        ("Policy on hearing appeals", "", "a.docx"),
        ("Procedure for investigation of complaints", "", "a.docx"),
        ("Guidance notes on uniform", "", "a.docx"),
        ("Capability Policy and Procedure 2026", "", "a.docx"),
        ("Grievance procedure – Ann Lee School", "", "a.docx"),
        ("Lettings Policy – Ann Lee", "", "a.docx"),
        ("Complaints Policy Florence Melly", "Florence Melly Community Primary School", "a.docx"),
        ("Exclusions Policy – Ann Lee", "Ann Lee Church of England Academy", "a.docx"),
        ("Complaints Policy St John Fisher", "", "a.docx"),
        ("Absence procedure, Holly Lodge", "", "a.docx"),
        ("Discipline Policy Sir Thomas Boteler", "", "a.docx"),
        ("Pay policy 2026 – approved by Ann Lee", "", "a.docx"),
        ("Anti-bullying policy (Ann Lee)", "Policy owner: Ann Lee", "a.docx"),
        ("Behaviour policy: statement by the governing body", "", "a.docx"),
        ("Child protection policy decision making", "", "a.docx"),
        ("Complaints procedure – outcome letters template", "", "a.docx"),
        ("Data breach procedure incident response", "", "a.docx"),
        ("Discipline Policy", "", "Discipline Policy - Model.docx"),
        ("Child Protection", "DSL: Ann Lee\nApproved by: Governors", "Child Protection Ann Lee.docx"),
        ("Behaviour", "Author: Ann Lee\nNext review: July 2027", "Behaviour - by Ann Lee.docx"),
        ("Charging and Remissions", "Policy owner: Ann Lee\nNext review: July 2027", "Charging Ann Lee.docx"),
        ("Uniform", "Ann Lee Primary School\nNext review: July 2027", "Uniform Ann Lee.docx"),
        ("Complaints Policy", "Stage 1: Ann Lee, the headteacher, looks into it.", "a.docx"),
        ("Intimate Care Policy", "Child:\nDate:\nSigned:", "a.docx"),
        ("Candidate Identification Procedure", "Candidate: see JCQ", "a.docx"),
        ("Positive Handling", "Next review: July 2027", "a.docx"),
        ("Emergency Plan", "Approved by: Governors\nNext review: July 2027", "a.docx"),
        ("Whistleblowing HR", "Approved by: Governors\nNext review: July 2027", "a.docx"),
        ("Absence ES", "Elm School\nApproved by: Governors", "a.docx"),
        ("Budget Management Policy", "", "a.docx"),
        ("Financial Procedures", "Budgets are set in May.", "a.docx"),
        ("Music", "Subject leader: Ann Lee\nNext review: July 2027", "a.docx"),
        ("Behaviour Policy", "Tom Reed\nHeadteacher", "a.docx"),
        ("Public Sector Equality Duty", "We have due regard to it.", "equality-duty.pdf"),
        ("Catch-up Premium Report", "How the money is spent.", "catch-up-premium-plan.pdf"),
        ("Complaints Policy", "\n" * 20 + "Dear parent\nYours sincerely", "a.docx"),
    ],
)
def test_what_calls_itself_a_policy_is_taken_for_one(title: str, text: str, path: str) -> None:
    assert doubted(title, text, path) is None


@pytest.mark.parametrize(
    ("title", "text", "path", "why"),
    [
        ("Staff", "Name\tSalary\nAnn Lee\t£43,607\nBen Ash\t£49,084", "Pay Policy.docx", "people with “Salary”"),
        ("Oak class", PEOPLE, "a.docx", "people with “Date of birth”"),
        ("Elm School", "Dear Mrs Jones\nThank you for your complaint under our policy.", "a.docx", "like a letter"),
        ("Minutes of the policy committee", "Present: A, B", "a.docx", "notes of a meeting"),
        ("Policies", "Apologies", "Agenda 4 March.docx", "notes of a meeting"),
        ("Support plan: Tom Jones", "This policy is followed.", "a.docx", "about Tom Jones"),
        ("Incident log", "", "a.docx", "is called “Incident log”"),
        ("Notes", "Buy milk", "a.docx", "neither says that it is a policy"),
        ("Healthcare plan for Sam Byrne", "Next review: May 2027", "a.docx", "about Sam Byrne"),
        ("Risk assessment: Sam Byrne", "Name\tDOB\nSam\t1.5.18\nTom\t2.6.18", "a.docx", "people with “DOB”"),
        ("Complaint about Mr Reed", "He broke the behaviour policy.", "a.docx", "about Mr Reed"),
        ("Full Governing Body", "Approved by: Governors", "a.docx", "notes of a meeting"),
        ("Re: Sam Byrne", "Under the behaviour policy he is excluded.", "a.docx", "like a letter"),
        ("Oak class policy list", "Name,DOB,UPN\nSam,1.5.18,A1\nTom,2.6.18,A2", "a.docx", "people with “DOB”"),
        ("SEND", "Child\tNeed\tReview\nSam Byrne\tSpeech\tMay", "a.docx", "neither says that it is a policy"),
        ("Behaviour Policy", "Dear Mrs Byrne\nI write about Sam.", "a.docx", "like a letter"),
        ("Capability procedure: notes on Tom Reed", "", "a.docx", "by “notes on”"),
        ("Pay policy decisions", "This policy is followed.", "a.docx", "by “decisions”"),
        ("Capability procedure stage 2 outcome letter", "", "a.docx", "by “outcome”"),
        ("Meeting", "This procedure was followed.", "Sickness procedure - meeting with AL.docx", "by “meeting with”"),
        ("Disciplinary procedure – Tom Reed", "Next review: May 2027", "a.docx", "about Tom Reed"),
        ("Grievance procedure: Mrs Lee", "", "a.docx", "about Mrs Lee"),
        ("Grievance", "", "Grievance_procedure_Ann_Lee_12_May_2026.docx", "about Ann Lee"),
        ("Tom Reed: capability procedure", "", "a.docx", "about Tom Reed"),
        ("Capability procedure: Tom Reed", "Tom Reed, Teacher at Elm School", "a.docx", "about Tom Reed"),
        ("Capability procedure statement by Tom Reed", "", "a.docx", "by “statement by”"),
        ("Exclusions under the behaviour policy: Sam Byrne", "", "a.docx", "about Sam Byrne"),
        ("Notes on Tom Reed (capability procedure)", "", "a.docx", "notes of a meeting"),
        ("Visit", "Hello all\nUnder the visits policy we go on Monday.", "a.docx", "like a letter"),
        ("Policy committee", "Present: A, B\nThis policy was agreed.", "a.docx", "notes of a meeting"),
        ("Personal review", "Next review: May 2027", "John Smith.docx", "about John Smith"),
        ("Year 5", "Review date: July 2026", "Smith John.docx", "about Smith John"),
        ("Performance", "Next review: July 2026", "Performance review Ben Ash.docx", "about Ben Ash"),
        ("Statement of Dan Hill", "I saw it.", "a.docx", "about Dan Hill"),
        ("Guidance for managing Tom Reed", "", "a.docx", "about Tom Reed"),
        ("Individual Healthcare Plan", "Child's name: John Smith\nReview date: May 2027", "a.docx", "about John Smith"),
        ("Risk", "Pupil: John Smith\nReview date: May 2027", "a.docx", "about John Smith"),
        ("Accident", "Injured person\tJohn Smith\nFirst aid policy followed", "a.docx", "about John Smith"),
        ("First aid policy followed", "", "a.docx", "by “followed”"),
        ("Redundancy policy applied", "", "a.docx", "by “applied”"),
        ("Appraisal statement", "Approved by: Ann Lee", "a.docx", "“Appraisal statement”"),
        ("Pay committee recommendations", "Approved by: Pay Committee", "a.docx", "“committee recommendations”"),
        ("Child Protection", "Next review: May 2027", "CP file JS.docx", "“CP file”"),
        ("Staff phone numbers", "Reviewed: May 2026", "a.docx", "“phone numbers”"),
        ("Objectives 2026", "Next review: March 2027", "a.docx", "“Objectives”"),
        ("MASH referral", "Next review: May 2027", "a.docx", "“referral”"),
        ("Pastoral Support Programme", "Review date: May 2027", "a.docx", "“Pastoral Support”"),
        ("Strategy meeting", "Next review: May 2027", "a.docx", "like a letter"),
        ("Behaviour", "Tom Reed, Year 9\nNext review: May 2027", "a.docx", "about Tom Reed"),
        ("Capability", "Tom Reed\nNext review: May 2027", "a.docx", "about Tom Reed"),
        ("Behaviour log of Year 4", "Approved by: Headteacher\nReview date: May 2027", "a.docx", "“Behaviour log”"),
        ("Grievance AL v BA", "Approved by: Governors\nReview date: May 2027", "a.docx", "about AL v BA"),
        ("Grievance", "Approved by: Governors", "Grievance Lee v Ash.docx", "about Lee v Ash"),
        ("Grievance", "Approved by: Governors", "Capability A.L. 12 May 2026.docx", "about A.L"),
        ("Budget 2026-27", "Approved by the Governing Body on 12 November 2026", "a.docx", "“Budget”"),
        ("Headteacher’s report", "Approved by: Governors", "a.docx", "“Headteacher’s report”"),
        ("Staffing proposals", "Approved by: Governors", "a.docx", "“Staffing proposals”"),
    ],
)
def test_what_is_something_else_is_doubted(title: str, text: str, path: str, why: str) -> None:
    assert why in (doubted(title, text, path) or "")


def test_a_policy_named_with_the_school_that_is_called_after_somebody_is_one() -> None:
    title, facts = "Pay Policy – Florence Melly", extract_facts(document_from_text("Pay Policy"))
    assert why_no_policy(title, "", facts, "a.docx", "Florence Melly Primary") is None
    assert why_no_policy(title, "", facts, "a.docx", "Elm Primary") is not None


def test_a_date_of_its_own_is_sign_enough_unless_its_name_says_what_it_is() -> None:
    reviewed = extract_facts(document_from_text("Sun Safety\nNext review: March 2027"))
    assert doubted("Sun Safety", facts=reviewed) is None
    assert "“Class list”" in (doubted("Class list", facts=reviewed) or "")


def test_no_policy_that_the_catalogue_knows_is_doubted() -> None:
    names = [name for entry in load_catalogue() for name in (entry.name, f"{entry.name} 2026", f"{entry.name} policy")]
    doubts = [why for name in names if (why := doubted(name)) is not None]
    assert [why for why in doubts if "what was done by a policy" in why or "seems to be about" in why] == []
