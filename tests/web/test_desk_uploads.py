"""A policy is handed over in the browser: read, looked at, then in the folder and the register, or nothing at all."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.model.policies import VersionStatus
from pipeline.register.policies import policies as rows
from tests.builders import lines_down, paragraph, pdf_file, scanned_pdf, word_file
from tests.policies.folders import policy_text
from tests.web.desk import ACCOUNTS, Desk, open_desk

NAME = "Test Primary School"
FIRST = policy_text("Lettings Policy", school=NAME)
CHANGED = policy_text("Lettings Policy", school=NAME, body="Hirers pay before they are given a key. Nobody may smoke.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, ACCOUNTS) as one:
        one.sign_in("jo.marsh@example.org")
        yield one


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A school without a policy, that stays without one."""
    with open_desk(tmp_path_factory.mktemp("refusing"), ACCOUNTS) as one:
        one.sign_in("jo.marsh@example.org")
        yield one


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))


def send(desk: Desk, name: str, content: bytes | str, path: str = "/upload") -> httpx.Response:
    """Send a file; return the page that shows what was read of it, or what is wrong."""
    fields = hidden(desk.browser.get(path).text)
    content = content.encode() if isinstance(content, str) else content
    return desk.browser.post(path, data=fields, files={"file": (name, content)})


def say_yes(desk: Desk, answer: httpx.Response, path: str = "/upload") -> httpx.Response:
    assert answer.status_code == 200, re.findall(r"<li>(.*?)</li>", answer.text)
    return desk.browser.post(path, data=hidden(answer.text))


def taken(desk: Desk, name: str, content: bytes | str, path: str = "/upload") -> str:
    """Send a file, say yes, and return what the next page says."""
    answer = say_yes(desk, send(desk, name, content, path), path)
    assert answer.status_code == 303, re.findall(r"<li>(.*?)</li>", answer.text)
    return desk.page(answer.headers["location"])


def in_folder(desk: Desk) -> dict[str, bytes]:
    folder = desk.school.config.policies
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*"))} if folder.is_dir() else {}


def statuses(desk: Desk, slug: str = "lettings") -> list[VersionStatus]:
    with desk.school.register.reading() as tx:
        policy = rows.find_policy(tx, desk.school.key, slug)
        return [one.status for one in rows.list_versions(tx, desk.school.key, policy.id)] if policy else []


def test_a_new_policy_counts_after_it_was_looked_at_wherever_its_name_leads(desk: Desk) -> None:
    answer = send(desk, "../../Lettings <b> Policy.txt", FIRST)
    for words in ("Nothing counts yet", "It is new here", "Lettings Policy", "August 2027 (", "Business Manager"):
        assert words in answer.text
    assert (in_folder(desk), statuses(desk)) == ({}, [])
    assert "version" not in desk.records()
    location = say_yes(desk, answer).headers["location"]
    assert location.startswith("/policies/lettings?done=")
    assert "Lettings b Policy.txt is in the folder of policies" in desk.page(location)
    assert in_folder(desk) == {"Lettings b Policy.txt": FIRST.encode()}
    assert statuses(desk) == [VersionStatus.APPROVED]
    assert [kind for kind in desk.records() if kind in ("version", "uploaded")] == ["version", "uploaded"]


def test_a_new_version_waits_with_its_difference_and_the_file_before_it_is_kept(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    answer = send(desk, "My new one.txt", CHANGED, "/policies/lettings/upload")
    assert "<ins>" in answer.text
    assert "Hirers" in answer.text
    assert "It reads as a major change" in answer.text
    page = say_yes(desk, answer, "/policies/lettings/upload").headers["location"]
    assert "changed, waits for your word" in desk.page(page)
    assert in_folder(desk) == {"lettings.txt": CHANGED.encode()}
    assert statuses(desk) == [VersionStatus.APPROVED, VersionStatus.DRAFT]
    with desk.school.register.reading() as tx:
        policy = rows.find_policy(tx, desk.school.key, "lettings")
        assert policy is not None
        assert "matters to everybody" in rows.load_text(tx, rows.versions_in_force(tx, desk.school.key)[policy.id].id)
    # Put back as it was, the draft goes.
    assert "the changed text that waits is dropped" in taken(desk, "x.txt", FIRST, "/policies/lettings/upload")
    assert statuses(desk) == [VersionStatus.APPROVED, VersionStatus.WITHDRAWN]


def test_only_dates_that_changed_are_in_use_at_once(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    left = desk.school.config.policies / ".upload-7-killed"
    left.mkdir()
    (left / "half.docx").write_bytes(b"half of it")
    moved = policy_text("Lettings Policy", school=NAME, review="August 2028")
    assert "It is in use at once" in taken(desk, "lettings.txt", moved, "/policies/lettings/upload")
    assert statuses(desk) == [VersionStatus.SUPERSEDED, VersionStatus.APPROVED]
    assert not left.exists()


def test_a_text_of_another_school_is_held_and_said_to_be(desk: Desk) -> None:
    answer = send(desk, "lettings.txt", policy_text("Lettings Policy", school="Hillside Academy"))
    assert "Held:" in answer.text
    assert "Hillside Academy" in answer.text


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 3
WORD = word_file(paragraph("Lettings Policy"), paragraph("Hirers pay."))
WRONG = {
    "no file": ("", b"", "Choose the file"),
    "empty": ("a.docx", b"", "is empty"),
    "no document": ("a.docx", b"\x89PNG\r\n\x1a\n123", "it is a picture"),
    "PDF called Word": ("a.docx", pdf_file(lines_down("Lettings Policy", "Hirers pay.")), "is a PDF although"),
    "Word called PDF": ("a.pdf", WORD, "is a Word document although"),
    "locked": ("a.docx", LOCKED, "locked with a password"),
    "scan": ("a.pdf", scanned_pdf(lines_down("Lettings Policy")), "scan"),
    "program": ("a.exe", b"MZ", "a file that ends in .exe"),
    "no ending": ("policy", b"Lettings Policy", "a file without an ending"),
    "lock file": ("~$ttings.docx", WORD, "no name for a policy"),
    "device": ("CON.txt", FIRST.encode(), "no name for a policy"),
    "no words in its name": ("...txt", FIRST.encode(), "a file without an ending"),
}


@pytest.mark.parametrize(("name", "content", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_taken_is_refused_and_nothing_is_left(
    refusing: Desk, name: str, content: bytes, said: str
) -> None:
    before = refusing.records()
    answer = send(refusing, name, content)
    assert answer.status_code == 422
    assert said in re.sub(r"\s+", " ", answer.text)
    assert (in_folder(refusing), refusing.records()) == ({}, before)


def test_no_file_of_another_policy_is_overwritten(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    other = policy_text("Homework Policy", school=NAME)
    answer = send(desk, "LETTINGS.txt", other)
    assert answer.status_code == 422
    assert "A file lettings.txt is in the folder of policies already" in answer.text
    same = send(desk, "other name.txt", CHANGED)
    assert "which is here already" in same.text
    appendix = send(desk, "lettings appendix.txt", other)
    assert "the local appendix of another policy" in appendix.text
    again = send(desk, "lettings.txt", FIRST, "/policies/lettings/upload")
    assert "the very file that is here already" in again.text
    assert in_folder(desk) == {"lettings.txt": FIRST.encode()}


def test_another_policys_text_on_this_policys_page_is_held(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    desk.record_policy("homework.txt", policy_text("Homework Policy", school=NAME))
    answer = send(desk, "x.txt", policy_text("Homework Policy", school=NAME), "/policies/lettings/upload")
    assert "now holds the text of Homework Policy" in answer.text
    assert '<a href="/policies/lettings">Lettings Policy</a>' in answer.text


def test_a_kind_that_counts_before_the_old_one_lies_beside_it_and_a_lesser_one_is_refused(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    path = "/policies/lettings/upload"
    words = [paragraph(each) for each in CHANGED.split("\n") if each]
    answer = send(desk, "lettings.docx", word_file(*words), path)
    assert "lettings.txt stays in the folder beside it and counts no more" in answer.text
    assert say_yes(desk, answer, path).status_code == 303
    assert sorted(in_folder(desk)) == ["lettings.docx", "lettings.txt"]
    refused = send(desk, "lettings.txt", FIRST, path)
    assert refused.status_code == 422
    assert "Upload a file that ends in .docx too" in refused.text


def test_two_owners_who_upload_at_once_lose_nothing(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    path = "/policies/lettings/upload"
    first, second = send(desk, "a.txt", CHANGED, path), send(desk, "b.txt", CHANGED.replace("smoke", "sing"), path)
    assert say_yes(desk, first, path).status_code == 303
    late = say_yes(desk, second, path)
    assert late.status_code == 422
    assert "was changed meanwhile" in late.text
    assert in_folder(desk) == {"lettings.txt": CHANGED.encode()}


def test_a_file_changed_in_the_folder_meanwhile_is_not_overwritten(desk: Desk) -> None:
    desk.record_policy("lettings.txt", FIRST)
    lying = desk.school.config.policies / "lettings.txt"
    lying.write_text("Words that nobody has read yet.", encoding="utf-8")
    answer = send(desk, "lettings.txt", CHANGED, "/policies/lettings/upload")
    assert "no run has read it yet" in answer.text
    assert lying.read_text(encoding="utf-8") == "Words that nobody has read yet."


def test_nothing_is_taken_while_a_run_reads_or_where_the_folder_cannot_be_written(desk: Desk) -> None:
    answer = send(desk, "lettings.txt", FIRST)
    with desk.school.register.lock():
        refused = say_yes(desk, answer)
    assert "A run is reading the policies just now" in refused.text
    desk.school.config.policies.write_text("no folder", encoding="utf-8")
    refused = desk.browser.post("/upload", data=hidden(answer.text))
    assert refused.status_code == 422
    assert "could not be put into the folder" in refused.text
    desk.school.config.policies.unlink()
    assert desk.browser.post("/upload", data=hidden(answer.text)).status_code == 303


def test_a_file_is_known_to_whoever_sent_it_alone_and_for_a_while(desk: Desk) -> None:
    fields = hidden(send(desk, "lettings.txt", FIRST).text)
    desk.sign_in("jo.marsh@example.org")
    other = {**hidden(desk.browser.get("/upload").text), "key": fields["key"], "seen": fields["seen"]}
    answer = desk.browser.post("/upload", data=other)
    assert answer.status_code == 422
    assert "waited too long" in answer.text
    assert in_folder(desk) == {}
