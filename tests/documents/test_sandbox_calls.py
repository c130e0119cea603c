"""What is done with one document in a child comes back, whatever becomes of it, and the next is done after it."""

import os
import time
from pathlib import Path

import pytest

from pipeline.documents.sandbox.calls import ContainedCalls, call_here
from pipeline.documents.sandbox.child import ChildLimits, Guard, answer_task
from pipeline.documents.sandbox.readers import ChildTask
from pipeline.documents.source import Source, refusal
from pipeline.errors import DocumentError, FieldError, UnreadableCode
from pipeline.pages.office import OfficeError
from pipeline.places import body_paragraph
from pipeline.reasons.reason import because

POLICY = Source(b"Be kind.", "policies/kindness.txt")
UNFILLED = because(
    "field-at", file=POLICY.shown_as, where=body_paragraph(1), why=because("field-unknown", name="dsl.fax")
)


def words_of(source: Source, ending: str, *, process: bool = False) -> str:
    return f"{source.content.decode()}{ending}" + (f" {os.getpid()}" if process else "")


def fail(source: Source, how: str) -> None:
    if how == "unmade":
        raise FieldError(UNFILLED)
    if how == "look":
        raise OfficeError("LibreOffice could not open it.")
    if how == "unread":
        raise refusal(UnreadableCode.NO_TEXT, source.shown_as, "holds no words.")
    os._exit(3)


def test_one_child_answers_one_call_after_the_other_and_is_gone_at_the_end() -> None:
    with ContainedCalls() as call:
        first, second = (call(words_of, POLICY, end, process=True) for end in ("!", "?"))
    assert first.startswith("Be kind.! ")
    assert first.rpartition(" ")[2] == second.rpartition(" ")[2] != str(os.getpid())
    assert call_here(words_of, POLICY, "!") == "Be kind.!"
    with pytest.raises(ProcessLookupError):
        os.kill(int(first.rpartition(" ")[2]), 0)
    with pytest.raises(DocumentError, match="could not be started"):
        call(words_of, POLICY, "!")


def sleep(source: Source) -> None:
    time.sleep(60)


def test_a_call_that_takes_longer_than_it_may_is_given_up() -> None:
    with ContainedCalls(timeout_seconds=0.4) as call, pytest.raises(DocumentError, match="was given up after"):
        call(sleep, POLICY)


def test_errors_are_raised_here_and_a_child_that_was_brought_down_is_replaced() -> None:
    with ContainedCalls() as call:
        with pytest.raises(FieldError, match=r"“\{\{ dsl\.fax \}\}” .* The copy was not written\.$") as unmade:
            call(fail, POLICY, "unmade")
        with pytest.raises(OfficeError, match="LibreOffice"):
            call(fail, POLICY, "look")
        with pytest.raises(DocumentError, match=r"“kindness\.txt” holds no words") as unread:
            call(fail, POLICY, "unread")
        with pytest.raises(DocumentError, match=r"“kindness\.txt” brought the reader down"):
            call(fail, POLICY, "end")
        assert call(words_of, POLICY, "") == "Be kind."
    assert unmade.value.reason == UNFILLED
    assert unread.value.code is UnreadableCode.NO_TEXT


@pytest.mark.parametrize(
    ("content", "office"), [(rb"{\rtf1 Words.}", True), (b"\xd0\xcf\x11\xe0 old", True), (b"PK", False)]
)
def test_libreoffice_may_be_started_for_what_the_bytes_in_hand_are(content: bytes, office: bool) -> None:
    guard = Guard()
    task = ChildTask(lambda path: None, Path(POLICY.shown_as), 1.0, 1 << 30, content=content)
    assert answer_task(task, guard, ChildLimits(None)).error is None
    assert guard.office is office
