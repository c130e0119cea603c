"""The bytes of a message: one header of each kind whatever the names hold, parts that come back as they went in."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import DeliveryError
from pipeline.mail.routes.envelope import build_bytes, encode_attachment, sender_address, wire_address
from pipeline.mail.words import one_line, plain_text
from pipeline.text.addresses import is_address

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
HEADERS = ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def build(
    subject: str = "Hello", *, sender: str = "Office <office@example.org>", text: str = "Words\n", **rest: object
) -> bytes:
    return build_bytes(
        sender=sender,
        recipient="alex@example.org",
        subject=subject,
        text=text,
        html=f"<p>{text}</p>",
        message_id="<1@example.org>",
        date=AT,
        **rest,  # type: ignore[arg-type]
    )


def parse(content: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(content)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


ODD = st.text(st.characters(codec=None), max_size=200) | st.sampled_from(
    [
        "a\r\nBcc: x@example.org",
        "=?utf-8?q?x?=",
        "\u202eabc",
        "😀" * 300,
        "x" * 10_000,
        "é" * 10_000,
        "\x00",
        "a  b",
        '"q" \\ ,;:()<>@',
    ]
)


@given(subject=ODD, name=ODD, text=ODD)
@example(subject="plain words of some length " * 9, name="Office", text="x")
@example(subject="ä" * 37 + " b " + "漢" * 30, name="ä" * 37 + " b " + "漢" * 30, text="\ud800")
def test_no_text_adds_or_breaks_a_header(subject: str, name: str, text: str) -> None:
    content = build(subject, sender=f"{name.replace('<', '').replace('>', '')} <office@example.org>", text=text)
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 200
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    message = parse(content)
    assert message.keys() == HEADERS
    assert message["Subject"] == one_line(subject, 400)
    assert [address.addr_spec for address in message["From"].addresses] == ["office@example.org"]
    assert [str(address) for address in message["To"].addresses] == ["alex@example.org"]
    assert body(message, "plain") == plain_text(text)


def test_headers_are_those_of_a_machine_and_name_nobody_else() -> None:
    message = parse(build())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<1@example.org>"
    assert message["From"] == "Office <office@example.org>"
    assert message["Date"].datetime == AT


def test_attachments_come_back_byte_for_byte_with_their_names() -> None:
    contents = {
        "Confidentiality Policy.pdf": b"%PDF-1.7 \x00\xff" * 5000,
        "Éducation – Übersicht.pdf": b"",
        'a"b.pdf': b"x",
    }
    message = parse(build(attachments=[encode_attachment(name, content) for name, content in contents.items()]))
    assert message.keys() == HEADERS
    found = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert found == contents
    assert {part.get_content_type() for part in message.iter_attachments()} == {"application/pdf"}
    assert body(message, "plain") == "Words\n"
    assert body(message, "html") == "<p>Words\n</p>"
    assert not any(part.defects for part in message.walk())


def test_text_that_looks_like_a_boundary_stays_text() -> None:
    text = "--=_mixed_0\r\n\r\n--\n.\n.\nFrom x\n"
    assert body(parse(build(text=text, attachments=[encode_attachment("a.pdf", b"x")])), "plain") == plain_text(text)


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("a.b+c@example.org", "a.b+c@example.org"),
        (" x@schüle.example ", "x@xn--schle-mva.example"),
        ("x@localhost", "x@localhost"),
    ],
)
def test_addresses_are_put_on_the_wire(address: str, wire: str) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b", "a b@example.org", "a@b\r\nc", "é@example.org", "a@example..org", "a@" + "x" * 70]
)
def test_an_address_that_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(DeliveryError, match="not an address") as caught:
        wire_address(address)
    assert caught.value.permanent


def test_sender_is_read_as_the_configuration_has_it() -> None:
    assert sender_address("West Park, School <p@example.org>") == "p@example.org"
    assert sender_address("p@example.org") == "p@example.org"
    assert sender_address("") == "policies@school.invalid"
    assert parse(build(sender='"A \\"B\\" C" <p@example.org>'))["From"].addresses[0].display_name == 'A "B" C'


@pytest.mark.parametrize("bad", ["<1@example.org>\r\nX-Other: 1", "<1@example.org>\r\n\r\nbody", "<é@example.org>"])
def test_a_header_that_reads_back_otherwise_stops_that_message(bad: str) -> None:
    with pytest.raises(DeliveryError, match="header") as caught:
        build_bytes(
            sender="o@example.org", recipient="a@example.org", subject="x", text="x", html="x", message_id=bad, date=AT
        )
    assert caught.value.permanent


LOCAL_PARTS = st.text(st.sampled_from("aZ9.=?_-+'\"@ü%$"), max_size=20)
DOMAINS = st.text(st.sampled_from("aZ9.-=?ü_"), max_size=20)


@given(local=LOCAL_PARTS, domain=DOMAINS)
@example(local="=?utf-8?q?=22x=22?=", domain="example.org")
@example(local="=?utf-8?q?x=40y?=", domain="example.org")
@example(local="office", domain="xn--80ak6aa92e.org")
def test_an_address_the_configuration_takes_can_be_written_from_and_to(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    if is_address(address):
        assert parse(build(sender=f"Office <{address}>"))["From"].addresses[0].addr_spec == wire_address(address)
        mail = build_bytes(
            sender="office@example.org",
            recipient=wire_address(address),
            subject="Hello",
            text="",
            html="",
            message_id="<1@example.org>",
            date=AT,
        )
        assert parse(mail)["To"].addresses[0].addr_spec == wire_address(address)
