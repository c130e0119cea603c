"""What an owner sees of a draft before it is issued."""

import pytest

from pipeline.changes.differences import WordChange
from pipeline.errors import UsageError
from pipeline.model.policies import RevisionKind
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.drafts import DraftView, say_kind, show_draft
from pipeline.register.decision import Decision
from tests.policies.folders import NOW, TODAY, Folder, policy_text

BODY = "Halls are left clean and tidy by everybody who hires them for an evening or a weekend."


def show(folder: Folder, slug: str = "lettings") -> DraftView:
    with folder.register.reading() as tx:
        return show_draft(tx, folder.register.school, slug)


def change(folder: Folder, body: str, **fields: str) -> str:
    """Write the policy, then change it; return what the run reports of the change."""
    folder.write("lettings.txt", policy_text("Lettings Policy", body=BODY))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=body, **fields))
    report = folder.record()
    return (report.drafts or report.issued)[0].message


def test_a_draft_is_shown_with_its_kind_and_difference(folder: Folder) -> None:
    change(folder, BODY.replace("tidy", "neat"))
    draft = show(folder)
    assert draft.headline == ("Lettings Policy, version 2: a minor change, no need to read again; 1 paragraph changed.")
    assert [(one.mark, one.as_text) for one in draft.changes] == [
        (WordChange.SAME, BODY.replace("tidy", "[taken out: tidy] [new: neat]"))
    ]
    assert draft.holds == ()


def test_the_runs_report_names_kind_and_difference(folder: Folder) -> None:
    message = change(folder, f"{BODY}\n\nDogs must stay outside at all times.")
    assert "lettings.txt was changed (major: 1 paragraph new) and waits" in message
    assert "'policy issue lettings --show'" in message


def test_what_issued_itself_says_why(folder: Folder) -> None:
    assert change(folder, BODY.replace(" by ", " by\n")).startswith("Not a word changed: in use")
    folder.write("lettings.txt", policy_text("Lettings Policy", body=BODY, review="August 2028"))
    assert folder.record().issued[0].message.startswith("Only dates changed: in use")


def test_what_holds_a_draft_is_shown(folder: Folder) -> None:
    change(folder, BODY, school="Otherton Primary School")
    assert [problem.code for problem in show(folder).holds] == ["other-school"]


def test_a_held_first_version_has_nothing_to_compare(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", school="Otherton Primary School"))
    folder.record()
    draft = show(folder)
    assert (draft.number, draft.kind, draft.changes) == (1, RevisionKind.ADOPTED, ())
    assert [problem.code for problem in draft.holds] == ["other-school"]


def test_without_a_draft_there_is_nothing_to_show(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    with pytest.raises(UsageError, match="nothing to issue"):
        show(folder)
    with pytest.raises(UsageError, match="Did you mean lettings"):
        show(folder, "letings")


def test_a_draft_that_changed_after_it_was_shown_is_not_issued(folder: Folder) -> None:
    change(folder, BODY.replace("tidy", "neat"))
    seen = show(folder).number
    folder.write("lettings.txt", policy_text("Lettings Policy", body=BODY.replace("tidy", "swept")))
    folder.record()

    def issue(shown: int) -> str:
        with folder.register.transaction() as tx:
            school = folder.register.school
            return decide.issue_draft(
                Decision(tx, school, "Pat Clerk", NOW), "lettings", kind=None, reason=None, today=TODAY, shown=shown
            ).message

    with pytest.raises(UsageError, match="changed again meanwhile"):
        issue(seen)
    assert "in use (version 3)" in issue(show(folder).number)


def test_every_kind_is_said_with_what_it_means() -> None:
    assert len({say_kind(kind) for kind in RevisionKind}) == len(RevisionKind)
