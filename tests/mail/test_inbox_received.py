"""One mail is taken apart within limits: words, quotes of HTML, headers and addresses."""

import time

import pytest

from pipeline.mail.inbox.nature import Nature, nature_of
from pipeline.mail.inbox.page_text import text_of_page
from pipeline.mail.inbox.received import MOST_BYTES, UnreadableError, parse_head, parse_mail
from tests.mail.answering import raw


def test_plain_words_come_before_html_and_what_is_attached_is_left_out() -> None:
    mail = parse_mail(
        raw(
            'Content-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: text/plain\nContent-Disposition: '
            'attachment; filename="a.txt"\n\nattached\n--m\nContent-Type: multipart/alternative; boundary="a"\n\n--a\n'
            "Content-Type: text/html\n\n<p>page</p>\n--a\nContent-Type: text/plain\n\nwords\n--a--\n--m--\n"
        )
    )
    assert mail.text.strip() == "words"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>I have read</p><blockquote>quoted</blockquote>", ["I have read"]),
        ('<div>I have<br>read</div><div class="gmail_quote">quoted</div>', ["I have", "read"]),
        ('<div>I have read</div><hr><div id="divRplyFwdMsg">From: x</div>', ["I have read"]),
        ("<style>I have read</style><p>No&nbsp;&amp; yes</p>", ["No\u00a0& yes"]),
        ("<p>one<script>two</script>", ["one"]),
    ],
)
def test_a_page_is_read_up_to_what_it_quotes(page: str, words: list[str]) -> None:
    assert [line for line in text_of_page(page).splitlines() if line] == words


def test_a_page_of_endless_tags_is_read_at_its_top_alone() -> None:
    began = time.process_time()
    assert text_of_page("I have read" + "<div>" * 20_000).strip() == "I have read"
    assert time.process_time() - began < 1


def test_encoded_headers_are_decoded_and_broken_ones_left_as_they_are() -> None:
    head = parse_head(
        raw("Subject: =?utf-8?q?Caf=C3=A9?=\nSubject: =?utf-8?b?!!!?=\nFrom: =?x?q?a?= <a@example.org>\n")
    )
    assert head["subject"][0] == "Café"
    assert len(head["subject"]) == 2
    assert parse_mail(raw("From: Kim\n")).senders == ()
    assert parse_mail(raw("From: A@Example.org, b@\n")).senders == ()
    assert parse_mail(raw("From: Kim <A@Example.org>\n")).senders == ("a@example.org",)


def test_no_nul_is_left_in_what_is_kept() -> None:
    mail = parse_mail(
        raw("Subject: Read\0 it\nSubject: =?utf-8?q?so=00?=\nFrom: Kim <kim@example.org>\n\nI have\0 read it.")
    )
    assert mail.headers["subject"] == ("Read it", "so")
    assert mail.text.strip() == "I have read it."


def test_what_is_nested_too_deep_is_refused_at_once_and_what_is_too_long_is_cut() -> None:
    with pytest.raises(UnreadableError):
        parse_mail(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" * 40)
    assert len(parse_mail(raw("Content-Type: text/plain\n\n" + "x" * 2 * MOST_BYTES)).text) < MOST_BYTES


@pytest.mark.parametrize("charset", ["idna", "zlib", "no-such", "utf-16", "punycode"])
def test_a_charset_that_no_mail_has_is_never_asked_for(charset: str) -> None:
    assert "words" in parse_mail(raw(f"Content-Type: text/plain; charset={charset}\n\nwords\n")).text


@pytest.mark.parametrize(
    ("headers", "nature"),
    [
        ("Subject: Re: please read\n", Nature.PERSON),
        ("Auto-Submitted: no\n", Nature.PERSON),
        ("Auto-Submitted: auto-replied\n", Nature.AWAY),
        ("Subject: Automatic reply: please read\nX-Auto-Response-Suppress: All\n", Nature.AWAY),
        ("Precedence: auto_reply\n", Nature.AWAY),
        ("Auto-Submitted: auto-generated\n", Nature.MACHINE),
        ("List-Unsubscribe: <https://example.org>\n", Nature.MACHINE),
        ("From: no-reply@example.org\n", Nature.MACHINE),
        ("Subject: Read: please read\n", Nature.RECEIPT),
        ("From: mailer-daemon@example.org\nSubject: failure notice\n", Nature.REPORT),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=x\n", Nature.MACHINE),
    ],
)
def test_what_wrote_a_mail(headers: str, nature: Nature) -> None:
    assert nature_of(parse_mail(raw(f"{headers}\nI have read\n"))) is nature
