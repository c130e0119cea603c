"""Make mails of hostile names by the thousand, and read each: ``python -m tests.fuzz_mail [--count N] [--seed S]``.

Every mail is told by the seed and its number alone, so that each can be made again (``--number``). Names, titles,
roles, the school and the sender hold what breaks headers: line ends of every kind, NUL, direction marks, quotes,
encoded words, lone surrogates, very long words. Right is a mail with exactly one header of each kind, whose recipient,
sender, subject, words and files are those meant, by three readers: the lines themselves, Python's strict policy and
its old one; or a refusal in one sentence. Wrong is anything else, and the exit code then 1. Faults are planted into
sound mails to see that they are found, and a careless maker of mails shows that the names bite.
"""

import argparse
import multiprocessing
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from functools import partial
from pathlib import Path

from pipeline.contacts.safety_lines import safety_lines
from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.letters.compose import CODE, NAME, PAGE, MailContext, compose_letter
from pipeline.letters.contributors.late import LATE, LateItem, LateReading
from pipeline.letters.contributors.office import OFFICE_TASKS
from pipeline.letters.items import LetterContents, ReaderEntry, ReadingItem
from pipeline.letters.others_day import OfficeItem
from pipeline.mail.composed import Attachment, ComposedMail, attachment_name
from pipeline.mail.routes.envelope import build_bytes, encode_attachment, wire_address
from pipeline.mail.words import one_line, plain_text
from pipeline.model.contacts import Directory, Holder
from pipeline.model.policies import ReadingRule
from pipeline.register.mail.slots import fill_slots
from pipeline.register.mail.told import ASKED, About

DEFAULT_COUNT = 400
DEFAULT_SEED = 2026
_BATCH = 250
_SHOWN = 40
_CARELESS_EVERY = 20
_TODAY = date(2026, 11, 24)
_AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
_OFFICE = "office@example.org"
_COPY = b"%PDF-1.7 a copy\r\n.\r\n--=_mixed_\r\n"
_HEADERS = ("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")
_ANSWER_HEADERS = (*_HEADERS[:6], "In-Reply-To", "References", *_HEADERS[6:])
_LONGEST_LINE = 998
"""RFC 5322, 2.1.1."""
_PLAIN = (
    "Confidentiality",
    "Alex",
    "O'Brien",
    "Lee",
    "Policy",
    "and",
    "Teacher",
    "Safeguarding",
    "Łucja",
    "王",
    "é",
    "",
)
_TRICKS = (
    "\r\nBcc: thief@example.org", "\nBcc: thief@example.org", "\rBcc: thief@example.org", "\r\n\r\n<b>body</b>",
    "\r\n .\r\n", "\n.\nQUIT\n", "\x00", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f", "\x7f", "\x85", "\x9f",
    "\u2028Bcc: thief@example.org", "\u2029", "\u202e", "\u202a", "\u2066", "\u200f", "\u200b", "\u200d", "\ufeff",
    "\ufff9", "\ufffe", "\U000e0041", "\u00ad", "\u061c", "\xa0", "\u3000", "\t", "   ", '"', '"" <thief@example.org>',
    "'", ",", ";", ":", "<", ">", "<thief@example.org>", "(", ")", "(comment", "[", "]", "\\", '\\"', "@", "%0d%0a",
    "=?utf-8?q?Bcc=3A_thief?=", "=?utf-8?b?QmNjOiB0aGllZg==?=", "=?utf-8?q?=0D=0ABcc=3A_x?=", "=?", "?=", "=?x?", "=0A",
    "=\r\n", "&#13;&#10;", "<script>", "{{ 7 * 7 }}", "{% if %}", "\ue000name\ue001", "\ue000", "\ue001", "%s", "${x}",
    "--=_mixed_0", "--=_alternative_0--", "From x\n", "\ud800", "\udfff", "\udc80\udcff", "😀", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "e" + "\u0301" * 40, "ﷺ", "İ", "ﬁ", "عربى", "שלום", "undisclosed-recipients:;", "Content-Type: text/html",
    "x" * 80, "y" * 1_200, "ä" * 300, "漢" * 90, "😀" * 120, "a " * 200, ", " * 60, '"' * 90, "=?" * 60,
)  # fmt: skip
_ADDRESSES = (
    "alex.lee@example.org", "Alex.Lee+policies@Example.ORG", "o'brien@example.sch.uk", "a@b.example",
    "x_y-z@example.org", "x@schüle.example", "x" * 64 + "@example.org", "!#$%&'*+/=?^_`{|}~-@example.org",
)  # fmt: skip


@dataclass(frozen=True)
class Meant:
    """What one mail is to be."""

    sender: str
    """As ``[mail] from`` has it."""
    recipient: str
    """As the staff list has it."""
    subject: str
    text: str
    html: str
    title: str
    """Of the copy that goes with it."""
    message_id: str
    answers: str | None = None


def hostile(choice: random.Random, pieces: int = 4) -> str:
    """Return a name as somebody who means harm, or a broken export, would have it."""
    found = []
    for _ in range(choice.randint(1, pieces)):
        kind = choice.random()
        if kind < 0.5:
            found.append(choice.choice(_TRICKS))
        elif kind < 0.85:
            found.append(choice.choice(_PLAIN))
        else:
            found.append("".join(chr(choice.randrange(0x110000)) for _ in range(choice.randint(1, 30))))
    return choice.choice(("", " ")).join(found)


def _recipient(choice: random.Random) -> str:
    address = choice.choice(_ADDRESSES)
    if choice.random() < 0.3:
        at = choice.randrange(len(address) + 1)
        address = address[:at] + choice.choice(_TRICKS) + address[at:]
    return address


def meant(number: int, seed: int) -> Meant:
    """Return what the mail of a number is to be: a letter as it is composed, or bare words in every place."""
    choice = random.Random(f"{seed}:{number}")
    sender = choice.choice((f"{hostile(choice)} <{_OFFICE}>", f'"{hostile(choice)}" <{_OFFICE}>', _OFFICE))
    title, name = hostile(choice), hostile(choice)
    message_id = f"<{number}.{seed}@example.org>"
    if number % 2:
        words = hostile(choice, 12)
        answers = choice.choice((None, f"<{number}@mail.example.org>", hostile(choice), f"<{hostile(choice)}@x>"))
        html = f"<p>{words}</p>"
        return Meant(sender, _recipient(choice), hostile(choice, 8), words, html, title, message_id, answers)
    letter = _compose(choice, title, name, sender)
    slots = {NAME: one_line(name, 60), PAGE: "https://policies.example.org/my/a.b", CODE: "0G7K-2QXM"}
    text, html = fill_slots(letter.text, slots), fill_slots(letter.html, slots, is_html=True)
    subject = f"{fill_slots(letter.subject, slots)} [Ref 0G7K-2QXM]"
    return Meant(sender, _recipient(choice), subject, text, html, title, message_id)


def _compose(choice: random.Random, title: str, name: str, sender: str) -> ComposedMail:
    """Compose a letter of any kind, with hostile words wherever a school's own words go."""
    lead = Holder("dsl", one_line(hostile(choice), 80) or "Pat Marsh", "Ms", "01632 960101", "lead@example.org")
    context = MailContext(
        school=hostile(choice),
        safety=safety_lines(Directory((lead,))),
        sender=sender,
        base_url="https://policies.example.org",
        form_url="",
        templates=Path("/nonexistent"),
        today=_TODAY,
    )
    copy = Attachment(1, attachment_name(title), Path("copies/a.pdf"), "0" * 64, len(_COPY))
    items = [ReadingItem(each, "a", ReadingRule.SIGN, 4, _TODAY, copy, hostile(choice)) for each in (title, name)]
    entries = tuple(ReaderEntry(item, 1, 1, About.READING, ASKED, asks=True) for item in items)
    late = LateItem(title, 1, (LateReading(name, 3, 1, 1),), About.LATE, "week")
    contents = choice.choice(
        (
            LetterContents(asked=entries),
            LetterContents(asked=entries, is_starter=True),
            LetterContents(still=entries),
            LetterContents(notices=entries),
            LetterContents().telling(LATE, late),
            LetterContents().telling(OFFICE_TASKS, OfficeItem(f"{name} has no address.", 1, "x")),
            LetterContents(asked=entries[:1])
            .telling(LATE, late)
            .telling(OFFICE_TASKS, OfficeItem(hostile(choice), 1, "x")),
        )
    )
    return compose_letter(context, contents, greets=choice.random() < 0.8, has_page=choice.random() < 0.8)


def make(mail: Meant) -> bytes:
    """Make the mail as a delivery does. Raises DeliveryError or ConfigurationError where it is refused."""
    return build_bytes(
        sender=mail.sender,
        recipient=wire_address(mail.recipient),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=mail.message_id,
        date=_AT,
        attachments=[encode_attachment(attachment_name(mail.title), _COPY)],
        answers=mail.answers,
    )


def make_carelessly(mail: Meant) -> bytes:
    """Make the mail as a program does that writes names into headers as they are."""
    content = make(replace(mail, sender="SENDER <s@example.org>", recipient="r@example.org", subject="SUBJECT"))
    for place, raw in ((b'"SENDER" <s@example.org>', mail.sender), (b"SUBJECT", mail.subject)):
        content = content.replace(place, raw.encode("utf-8", "surrogatepass"), 1)
    return content.replace(b"r@example.org", mail.recipient.encode("utf-8", "surrogatepass"), 1)


# --- judging ----------------------------------------------------------------------------------------------------


def judge(content: bytes, mail: Meant) -> str | None:
    """Return what is wrong with a mail, None where nothing is."""
    try:
        return (
            _judge_lines(content, mail)
            or _judge_strictly(message_from_bytes(content, EmailMessage, policy=policy.strict), mail)
            or _judge_written_again(content.partition(b"\r\n\r\n")[0])
            or _judge_as_of_old(message_from_bytes(content), mail)
        )
    except Exception as error:
        # A mail that a reader stumbles over is wrong, whatever it raises.
        return f"cannot be read: {type(error).__name__}: {error}"


def _expected_headers(found: Sequence[str], mail: Meant) -> bool:
    # An answer to a mail without a sound Message-ID names none.
    return tuple(found) == _HEADERS or (mail.answers is not None and tuple(found) == _ANSWER_HEADERS)


def _judge_lines(content: bytes, mail: Meant) -> str | None:
    """Read the header without any parser of mail."""
    head, _, body = content.partition(b"\r\n\r\n")
    if not content.isascii() or b"\0" in content or re.search(rb"\r(?!\n)|(?<!\r)\n", content):
        return "a byte or a line end that no mail may hold"
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE or not body:
        return "a line too long, or no body"
    fields = [line.partition(b":")[0].decode("ascii") for line in re.split(rb"\r\n(?![ \t])", head)]
    if not _expected_headers(fields, mail):
        return f"its headers are {fields}"
    if f"\r\nTo: {_wire(mail.recipient)}\r\n".encode("ascii") not in b"\r\n" + head:
        return "it is not to the address of the list"
    if any(not line.strip() for line in head.split(b"\r\n")):
        return "an empty line within a header"
    return None


def _wire(address: str) -> str:
    """Return an address as mail servers know it, without the program's own words for that."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def _judge_strictly(message: EmailMessage, mail: Meant) -> str | None:
    if not _expected_headers(message.keys(), mail):
        return f"strictly read, its headers are {message.keys()}"
    for header, address in (("To", _wire(mail.recipient)), ("From", _OFFICE)):
        if [person.addr_spec for person in message[header].addresses] != [address]:
            return f"strictly read, {header} is {message[header]}"
    if message["To"].addresses[0].display_name or str(message["Message-ID"]) != mail.message_id:
        return "strictly read, To has a name, or the Message-ID is another"
    subject = str(message["Subject"])
    if subject != one_line(mail.subject, 400) or any(
        unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in subject
    ):
        return f"strictly read, the subject is {subject!r}"
    for kind, words in (("plain", mail.text), ("html", mail.html)):
        part = message.get_body((kind,))
        if part is None or part.get_content().replace("\r\n", "\n") != plain_text(words):
            return f"the {kind} part says something else"
    files = [(part.get_filename(), part.get_content()) for part in message.iter_attachments()]
    if files != [(attachment_name(mail.title), _COPY)]:
        return f"its files are {[name for name, _ in files]}"
    return None


def _judge_written_again(head: bytes) -> str | None:
    """Have the header, which is sound, written by Python as it was read, and read once more."""
    parser = BytesHeaderParser(EmailMessage, policy=policy.strict)
    first = parser.parsebytes(head)
    again = parser.parsebytes(first.as_bytes())
    same = [(name, str(value)) for name, value in first.items()] == [
        (name, str(value)) for name, value in again.items()
    ]
    return None if same else "written and read once more it is another mail"


def _judge_as_of_old(message: Message, mail: Meant) -> str | None:
    if not _expected_headers(message.keys(), mail) or any(part.defects for part in message.walk()):
        return f"by the old policy, its headers are {message.keys()}, or it has defects"
    for header, address in (("To", _wire(mail.recipient)), ("From", _OFFICE)):
        if [found for _, found in getaddresses([str(message[header])])] != [address]:
            return f"by the old policy, {header} is {message[header]}"
    subject = str(make_header(decode_header(re.sub(r"\r\n(?=[ \t])", "", str(message["Subject"])))))
    return None if subject == one_line(mail.subject, 400) else f"by the old policy, the subject is {subject!r}"


def judge_refusal(error: DeliveryError | ConfigurationError) -> str | None:
    """Return what is wrong with a refusal: it is one sentence that a person can read, and final."""
    words = str(error)
    is_final = not isinstance(error, DeliveryError) or error.permanent
    sound = words.isprintable() and words.endswith(".") and len(words) < 300 and is_final
    return None if sound else f"refused with {words!r}"


# --- planting ---------------------------------------------------------------------------------------------------

_PLANTS: Mapping[str, Callable[[bytes], bytes]] = {
    "a hidden recipient": lambda mail: mail.replace(b"\r\nSubject:", b"\r\nBcc: thief@example.org\r\nSubject:", 1),
    "a second recipient": lambda mail: re.sub(rb"\r\nTo: ([^\r]*)", rb"\r\nTo: \1, thief@example.org", mail, count=1),
    "another recipient": lambda mail: re.sub(rb"\r\nTo: [^\r]*", b"\r\nTo: thief@example.org", mail, count=1),
    "a second subject": lambda mail: mail.replace(b"\r\nMessage-ID:", b"\r\nSubject: x\r\nMessage-ID:", 1),
    "no sign of a machine": lambda mail: re.sub(rb"\r\nAuto-Submitted: [^\r]*", b"", mail, count=1),
    "a lone line end": lambda mail: mail.replace(b"\r\nMessage-ID:", b"\nMessage-ID:", 1),
    "an early end of the header": lambda mail: mail.replace(b"\r\nMIME-Version:", b"\r\n\r\nMIME-Version:", 1),
    "a word of the subject lost": lambda mail: re.sub(rb"\r\nSubject: [^\r]*", b"\r\nSubject: x", mail, count=1),
    "another file": lambda mail: mail.replace(b"\r\n\r\nJVBERi0", b"\r\n\r\nJVBERj0", 1),
}


def plant(seed: int) -> dict[str, str | None]:
    """Plant each fault into a sound mail; return what was found, by fault."""
    sound = next(mail for number in range(1_000) if (mail := meant(number, seed)) and _come_to(mail) == ("made", None))
    return {what: judge(spoil(make(sound)), sound) for what, spoil in _PLANTS.items()}


# --- running ----------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What came of it all."""

    seed: int
    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    careless: Counter[bool] = field(default_factory=Counter)
    """Of some, whether a careless maker of mails had made a wrong one."""
    planted: dict[str, str | None] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_sound(self) -> bool:
        """Whether nothing was wrong but what was planted, and all of that was found."""
        return not self.wrong and all(self.planted.values())

    def lines(self) -> Iterator[str]:
        """Yield the table."""
        yield f"{self.count:,} mails of hostile names, seed {self.seed}, {self.seconds:.0f} s"
        for outcome, count in self.outcomes.most_common():
            yield f"  {outcome:<40}{count:>9,}{count / max(self.count, 1):>8.1%}"
        yield f"  a careless maker of mails: {self.careless[True]:,} of {self.careless.total():,} wrong"
        caught = sum(found is not None for found in self.planted.values())
        yield f"  planted faults caught: {caught} of {len(self.planted)} ({', '.join(self.planted)})"
        yield f"  wrong: {len(self.wrong)}"
        yield from (f"    {each}" for each in self.wrong[:_SHOWN])


def _come_to(mail: Meant) -> tuple[str, str | None]:
    """Return what became of one mail, and what is wrong with that, if anything."""
    try:
        content = make(mail)
    except (DeliveryError, ConfigurationError) as error:
        return "refused with a sentence", judge_refusal(error)
    return "made", judge(content, mail)


def _run_batch(seed: int, numbers: Sequence[int]) -> tuple[Counter[str], list[str], Counter[bool]]:
    outcomes: Counter[str] = Counter()
    careless: Counter[bool] = Counter()
    wrong = []
    for number in numbers:
        mail = meant(number, seed)
        what, fault = _come_to(mail)
        outcomes[what] += 1
        if fault:
            wrong.append(f"number {number}: {fault}")
        if number % _CARELESS_EVERY == 0:
            careless[judge(make_carelessly(mail), mail) is not None] += 1
    return outcomes, wrong, careless


def run_fuzz(count: int, seed: int, *, workers: int = 1, first: int = 0) -> Tally:
    """Make and read ``count`` mails from the number ``first`` on."""
    began = time.perf_counter()
    tally = Tally(seed, planted=plant(seed))
    end = first + count
    batches = [range(start, min(start + _BATCH, end)) for start in range(first, end, _BATCH)]
    with suppress(KeyboardInterrupt):  # What was read so far is worth its table.
        for outcomes, wrong, careless in _batches_done(seed, batches, workers):
            tally.count += outcomes.total()
            tally.outcomes.update(outcomes)
            tally.wrong += wrong
            tally.careless.update(careless)
    tally.seconds = time.perf_counter() - began
    return tally


def _batches_done(
    seed: int, batches: Sequence[Sequence[int]], workers: int
) -> Iterator[tuple[Counter[str], list[str], Counter[bool]]]:
    if workers == 1:
        yield from map(partial(_run_batch, seed), batches)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(partial(_run_batch, seed), batches)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_mail", description="Make mails of hostile names.")
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="how many mails (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="tells which mails (default: %(default)s)")
    parser.add_argument("--number", type=int, help="make and read this one mail only, and print it")
    parser.add_argument("--workers", type=int, default=2, help="processes at work at once (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    if chosen.number is not None:
        print(meant(chosen.number, chosen.seed))
    one = chosen.number is not None
    count, first = (1, chosen.number) if one else (chosen.count, 0)
    tally = run_fuzz(count, chosen.seed, workers=1 if one else chosen.workers, first=first)
    print("\n".join(tally.lines()))
    return 0 if tally.is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
