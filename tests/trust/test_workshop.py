"""What several schools need is done once for them: the same copies as alone, and none that is not the school's own."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Config, load_config
from pipeline.copies.copy import Copy, CopyStyle, Making, Naming
from pipeline.copies.making import digest_of, key_of, make_copy
from pipeline.copies.shared_worker import NOBODY, SharedWorker
from pipeline.documents.sandbox.calls import call_here
from pipeline.documents.source import Source
from pipeline.model.contacts import Holder, ShownDirectory
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.policies.intake.extracting import extract_file
from pipeline.policies.intake.scan import scan_folder
from pipeline.run import run_pipeline
from pipeline.stages.day import RunReport
from pipeline.trust.night import open_workshops
from pipeline.trust.workshop import open_documents as kept_module
from pipeline.trust.workshop.asking import Asking
from pipeline.trust.workshop.connection import WorkshopConnection
from pipeline.trust.workshop.messages import CopyAsked, ReadingAsked, WorkshopReply
from pipeline.trust.workshop.open_documents import KeptDocuments
from pipeline.trust.workshop.process import Workshops
from tests.builders import lines_down, odt_file, paragraph, pdf_file, run, word_file
from tests.trust.world import TODAY, World

TOLD = ("Date approved by Governors: 10 September 2026", "Date of next Review: August 2027")
LEAD = ("The Designated Safeguarding Lead is Deborah Field.", "Telephone: 01632 960191", "E-mail: d.field@example.org")
OURS = {
    "Lettings Policy.docx": word_file(*(paragraph(run(line)) for line in ("Lettings Policy", *TOLD, *LEAD))),
    "Visits Policy.docx": word_file(*(paragraph(run(line)) for line in ("Visits Policy", *TOLD, *LEAD))),
    "Visits Policy appendix.docx": word_file(paragraph(run("Ask Deborah Field for the key of the hall."))),
    "Bicycles Policy.pdf": pdf_file(lines_down("Bicycles Policy", *TOLD, *LEAD)),
    "Parking Policy.odt": odt_file("".join(f"<text:p>{line}</text:p>" for line in ("Parking Policy", *TOLD, *LEAD))),
    "Catering Policy.txt": "\n".join(("Catering Policy", *TOLD, *LEAD)).encode(),
}
CONTACTS = """
[contacts.dsl]
name = "{name}"
phone = "{phone}"
email = "{email}"
[contacts.office]
phone = "01632 960100"
"""
LEADS = {
    "oakfield": ("Sam Hillcrest", "01632 960111", "s.hillcrest@example.org"),
    "beech": ("Robin Ashdown", "01632 960122", "r.ashdown@example.org"),
    "cedar": ("Jo Fairweather", "01632 960133", "j.fairweather@example.org"),
}


def add_school(world: World, key: str, files: dict[str, bytes] = OURS) -> None:
    """Add a school that has the trust's policies, the same bytes as every other, and a lead of its own."""
    answer = world.policy("trust", "add", key, "--school", f"{key.title()} School")
    assert answer.code == 0, answer.err
    folder = world.school(key)
    set_lead(world, key, *LEADS[key])
    for name, content in files.items():
        (folder / "policies" / name).write_bytes(content)


def set_lead(world: World, key: str, name: str, phone: str, email: str) -> None:
    path = world.school(key) / "config.toml"
    kept = path.read_text(encoding="utf-8").partition("\n[contacts.dsl]")[0]
    path.write_text(kept + CONTACTS.format(name=name, phone=phone, email=email), encoding="utf-8")


def settings(world: World, key: str) -> Config:
    return load_config(world.school(key) / "config.toml")


def day_at(config: Config, helper: SharedWorker = NOBODY) -> RunReport:
    """Do a school's run of the day in this process."""
    now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    return run_pipeline(config, today=date.fromisoformat(TODAY), now=now, environ={}, helper=helper)


def copies(world: World, key: str) -> dict[str, bytes]:
    folder = world.school(key) / "distribution" / "copies"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def schools(trust: World) -> World:
    """Three schools with the same policies."""
    for key in LEADS:
        add_school(trust, key)
    return trust


@pytest.fixture
def workshops() -> Iterator[Workshops]:
    """One workshop, a process of its own."""
    with open_workshops() as opened:
        assert len(opened.doors) == 1
        yield opened


def test_copies_of_a_trusts_night_are_those_a_school_makes_alone(schools: World, tmp_path: Path) -> None:
    alone = World(tmp_path / "alone")
    shutil.copytree(schools.root, alone.root)
    answer = schools.policy("trust", "run", "--workers", "2")
    assert answer.code == 0, (answer.out, answer.err)
    for key, (name, phone, _) in LEADS.items():
        code = World(alone.school(key)).policy("run").code
        made = copies(schools, key)
        assert (code, made) == (0, copies(alone, key))
        assert {Path(each).suffix for each in made} == {".docx", ".pdf", ".html"}
        page = made["lettings.html"].decode()
        assert name in page
        assert phone in page
        others = [each for other, values in LEADS.items() if other != key for each in values]
        assert not any(each in page for each in others)


def test_every_reading_and_copy_is_given_and_the_run_opens_nothing(
    schools: World, workshops: Workshops, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr("pipeline.documents.sandbox.readers.start_child", refuse)
    for key in LEADS:
        with Asking(workshops.doors, key) as asking:
            report = day_at(settings(schools, key), asking.helper)
            assert (asking.given, asking.refused) == (len(OURS) + 5, 0)
        assert len(report.copies.made) == 5
        assert (report.unreadable, report.copies.failed, report.copies.held) == ((), [], [])


def test_a_workshop_reads_what_a_school_reads(schools: World, workshops: Workshops) -> None:
    folder = schools.school("oakfield") / "policies"
    with Asking(workshops.doors, "oakfield") as asking:
        for file in scan_folder(folder).files:
            for part in (file, file.appendix):
                if part is not None:
                    assert asking.read(part, False) == extract_file(part.location)


def test_a_file_that_cannot_be_read_is_told_as_alone(schools: World, workshops: Workshops) -> None:
    (schools.school("beech") / "policies" / "Broken Policy.docx").write_bytes(b"PK no Word file")
    with Asking(workshops.doors, "beech") as asking:
        report = day_at(settings(schools, "beech"), asking.helper)
    (file,) = report.unreadable
    assert file.path == "Broken Policy.docx"
    assert len(report.copies.made) == 5


def test_a_school_whose_workshop_is_killed_does_all_itself(schools: World, workshops: Workshops) -> None:
    with Asking(workshops.doors, "oakfield") as asking:
        day_at(settings(schools, "oakfield"), asking.helper)
    (process,) = workshops.processes
    with Asking(workshops.doors, "beech") as asking:
        assert asking.read(scan_folder(schools.school("beech") / "policies").files[0], False) is not None
        os.kill(process, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        report = day_at(settings(schools, "beech"), asking.helper)
        assert asking.given == 1
    assert len(report.copies.made) == 5
    assert LEADS["beech"][0].encode() in copies(schools, "beech")["lettings.html"]


def test_a_lead_who_changed_stands_in_the_copy_that_is_given(schools: World, workshops: Workshops) -> None:
    for lead in (LEADS["oakfield"], LEADS["cedar"]):
        set_lead(schools, "oakfield", *lead)
        with Asking(workshops.doors, "oakfield") as asking:
            day_at(settings(schools, "oakfield"), asking.helper)
            assert asking.given > 0
    page = copies(schools, "oakfield")["lettings.html"].decode()
    assert (LEADS["cedar"][0] in page, LEADS["oakfield"][0] in page) == (True, False)


# --- who answers wrongly ----------------------------------------------------------------------------------------------


def making(lead: Holder, content: bytes = OURS["Lettings Policy.docx"]) -> Making:
    directory = ShownDirectory((lead,))
    front = FrontBlock(
        "Lettings Policy", "Oakfield School", "1", "In use", None, None, None, None, front_contacts(directory), "B7K-1",
        made_on=date(2026, 11, 24),
    )  # fmt: skip
    naming = Naming((Contact("dsl", "Deborah Field", "01632 960191", "d.field@example.org"),), directory)
    return Making(((Source(content, "Lettings Policy.docx"), DocumentFormat.DOCX),), naming, front, CopyStyle())


OUR_LEAD = Holder("dsl", "Sam Hillcrest", "", "01632 960111", "s.hillcrest@example.org")
THEIR_LEAD = Holder("dsl", "Robin Ashdown", "", "01632 960122", "r.ashdown@example.org")


def answered(made: Copy, of: Making) -> WorkshopReply:
    return WorkshopReply(key_of(of), made, digest_of(made))


@contextmanager
def workshop_that(answers: Callable[[Connection], None]) -> Iterator[WorkshopConnection]:
    """A process that says of itself that it is a workshop, and has the key."""
    key = b"k" * 32
    with Listener(None, authkey=key) as listener:

        def let_in() -> None:
            with suppress(EOFError), listener.accept() as school:
                answers(school)

        thread = threading.Thread(target=let_in, daemon=True)
        thread.start()
        yield WorkshopConnection(listener.address, key)
        thread.join(10)


def given_by(answer: Any) -> tuple[Copy | None, int]:
    """Return what a school takes of a workshop that answers its question so, and how often it refused."""

    def tell(school: Connection) -> None:
        school.recv()
        if answer is not None:
            school.send(answer)

    with workshop_that(tell) as door, Asking([door], "oakfield") as asking:
        return asking.make(making(OUR_LEAD)), asking.refused


def test_another_schools_copy_is_never_taken() -> None:
    ours, theirs = (make_copy(making(lead), call_here) for lead in (OUR_LEAD, THEIR_LEAD))
    assert given_by(answered(ours, making(OUR_LEAD))) == (ours, 0)
    assert given_by(answered(theirs, making(THEIR_LEAD))) == (None, 1)
    # Even where it says of another school's copy that it was made of what was asked: the page names somebody else.
    assert given_by(answered(theirs, making(OUR_LEAD))) == (None, 1)


def test_a_workshop_that_gave_a_wrong_copy_is_not_asked_again(tmp_path: Path) -> None:
    theirs = make_copy(making(THEIR_LEAD), call_here)
    asked = 0

    def tell(school: Connection) -> None:
        nonlocal asked
        for _ in range(2):
            school.recv()
            asked += 1
            school.send(answered(theirs, making(THEIR_LEAD)))

    (tmp_path / "Lettings Policy.docx").write_bytes(OURS["Lettings Policy.docx"])
    (file,) = scan_folder(tmp_path).files
    with workshop_that(tell) as door, Asking([door], "oakfield") as asking:
        assert asking.make(making(OUR_LEAD)) is None
        assert asking.make(making(OUR_LEAD)) is None
        assert asking.read(file, False) is None
    assert asked == 1


@pytest.mark.parametrize("what", ["docx", "pdf", "html", "plan"])
def test_a_copy_that_was_damaged_on_the_way_is_never_taken(what: str) -> None:
    ours = make_copy(making(OUR_LEAD), call_here)
    assert ours.docx is not None
    assert ours.html is not None
    other: dict[str, Any] = {
        "docx": ours.docx[:-1] + b"?",
        "pdf": ours.pdf.replace(b"%PDF", b"%pdf"),
        "html": ours.html.replace("960111", "960122"),
        "plan": replace(ours.plan, replacements=()),
    }
    right = answered(ours, making(OUR_LEAD))
    assert given_by(replace(right, value=replace(ours, **{what: other[what]}))) == (None, 1)


@pytest.mark.parametrize("answer", [None, WorkshopReply(), "no answer", WorkshopReply("key", "no copy")])
def test_a_workshop_that_gives_nothing_of_use_leaves_it_to_the_school(answer: Any) -> None:
    assert given_by(answer) == (None, 0)


def test_somebody_without_the_key_is_given_nothing(workshops: Workshops) -> None:
    (door,) = workshops.doors
    with Asking([replace(door, key=b"another")], "oakfield") as asking:
        assert asking.make(making(OUR_LEAD)) is None
    with Asking([door], "oakfield") as asking:
        assert asking.make(making(OUR_LEAD)) is not None


def test_whatever_differs_in_what_a_copy_is_made_of_is_another_key() -> None:
    first = making(OUR_LEAD)
    lead, front, style = OUR_LEAD, first.front, first.style
    naming = first.naming
    others = [
        making(replace(lead, phone="01632 960112")),
        making(replace(lead, email=None)),
        making(replace(lead, covers="Mr Elm")),
        making(lead, OURS["Visits Policy.docx"]),
        replace(first, front=replace(front, code="B7K-2")),
        replace(first, front=replace(front, made_on=date(2026, 11, 25))),
        replace(first, front=replace(front, school="Beech School")),
        replace(first, style=replace(style, links={"Visits Policy": "visits.pdf"})),
        replace(first, style=replace(style, templates=Path("templates"))),
        replace(first, style=replace(style, pdf_address="lettings.pdf")),
        replace(first, naming=replace(naming, in_parts=True)),
        replace(first, naming=replace(naming, stated=())),
        replace(first, naming=replace(naming, directory=replace(naming.directory, former=(THEIR_LEAD,)))),
        replace(first, naming=replace(naming, directory=replace(naming.directory, settled=(THEIR_LEAD,)))),
        replace(first, files=(*first.files, (Source(b"x", "x.txt"), DocumentFormat.TXT))),
    ]
    assert key_of(making(OUR_LEAD)) == key_of(first)
    assert len({key_of(first), *map(key_of, others)}) == 1 + len(others)


# --- what is kept open ------------------------------------------------------------------------------------------------


def test_documents_that_several_schools_have_stay_open_and_others_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "MOST_OPEN", 2)
    contents = [OURS["Lettings Policy.docx"], OURS["Visits Policy.docx"], OURS["Visits Policy appendix.docx"]]
    with KeptDocuments() as kept:

        def ask(number: int, school: str) -> WorkshopReply:
            asked = making(OUR_LEAD, contents[number])
            answer = kept.answer(CopyAsked(asked, school))
            assert answer.key == key_of(asked)
            return answer

        ask(0, "oakfield")
        ask(0, "beech")
        ask(1, "oakfield")
        ask(2, "oakfield")  # nobody else has document 1, so it goes
        assert set(kept._open) == {CopyAsked(making(OUR_LEAD, contents[number]), "").document for number in (0, 2)}
        ask(2, "beech")
        open_before = dict(kept._open)
        assert ask(1, "beech").value == make_copy(making(OUR_LEAD, contents[1]), call_here)
        assert kept._open == open_before, "made without being kept"
        assert ask(0, "cedar").digest == digest_of(make_copy(making(OUR_LEAD, contents[0]), call_here))


def test_a_document_that_was_refused_once_is_not_tried_for_every_school() -> None:
    with KeptDocuments() as kept:
        broken = ReadingAsked(b"PK no Word file", "Broken.docx")
        assert kept.answer(broken) == WorkshopReply()
        assert kept.answer(broken) == WorkshopReply()
        assert kept._read == {}
        assert kept.answer(CopyAsked(making(OUR_LEAD, broken.content), "oakfield")) == WorkshopReply()
        assert kept._open == {}


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="other processes are seen in /proc")
def test_a_workshop_and_its_children_end_with_the_night() -> None:
    with open_workshops(2) as workshops:
        processes = workshops.processes
        with Asking(workshops.doors, "oakfield") as asking:
            assert asking.make(making(OUR_LEAD)) is not None
        below = [each for process in processes for each in _children(process)]
        assert below
    until = time.monotonic() + 10
    while any(map(_is_alive, [*processes, *below])) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(_is_alive, [*processes, *below]))


def _children(process: int) -> list[int]:
    found = [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _parent_of(entry) == process
    ]
    return [*found, *(each for one in found for each in _children(one))]


def _parent_of(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    except OSError:
        return None


@pytest.mark.skipif(sys.platform != "linux", reason="other processes are seen in /proc")
def test_workshops_end_with_a_night_that_is_killed(schools: World) -> None:
    night = schools.start("trust", "run", "--workers", "1")
    below: list[int] = []
    until = time.monotonic() + 120
    while len(list(schools.root.glob("schools/*/distribution/copies/*.pdf"))) < 2 and time.monotonic() < until:
        below = sorted({*below, *_children(night.pid)})
        time.sleep(0.05)
    assert below
    night.kill()
    night.wait()
    until = time.monotonic() + 60
    while any(map(_is_alive, below)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_is_alive, below))
    if night.stdout is not None and night.stderr is not None:
        night.stdout.close()
        night.stderr.close()


def test_a_night_of_one_school_has_no_workshop(trust: World) -> None:
    add_school(trust, "oakfield", {"Catering Policy.txt": OURS["Catering Policy.txt"]})
    assert trust.policy("trust", "run").code == 0
    with open_workshops(0) as workshops, Asking(workshops.doors, "oakfield") as asking:
        assert asking.helper is NOBODY


def test_a_child_of_a_workshop_opens_one_policy_alone_and_one_with_a_schools_appendix_is_another() -> None:
    first = making(OUR_LEAD)
    appendix = (Source(OURS["Visits Policy appendix.docx"], "Lettings Policy appendix.docx"), DocumentFormat.DOCX)
    local = replace(first, files=(*first.files, appendix), naming=replace(first.naming, in_parts=True))
    with KeptDocuments() as kept:
        for each in (first, making(OUR_LEAD, OURS["Visits Policy.docx"]), local):
            assert kept.answer(CopyAsked(each, "oakfield")).key == key_of(each)
        assert len({id(one.call) for one in kept._open.values()}) == 3


def test_a_copy_that_one_schools_contacts_keep_back_is_made_for_the_others() -> None:
    field = word_file(paragraph(run("Lettings Policy")), paragraph(run("Ring {{ dsl.phone }} at once.")))
    with KeptDocuments() as kept:
        assert kept.answer(CopyAsked(making(replace(OUR_LEAD, phone=None), field), "oakfield")) == WorkshopReply()
        theirs = making(THEIR_LEAD, field)
        assert kept.answer(CopyAsked(theirs, "beech")) == answered(make_copy(theirs, call_here), theirs)
