"""A mailbox read by Microsoft Graph, against an endpoint that takes what its pages document, and left as it was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Config, parse_config
from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.letters.contributors.returned import InboxReport, take_in
from pipeline.mail.inbox.graph import HEADS_AT_ONCE, GraphMailbox
from pipeline.mail.inbox.mailbox import Head
from pipeline.mail.inbox.opening import open_mailbox, wait_for
from pipeline.mail.inbox.received import MOST_BYTES
from pipeline.mail.oauth.token_sources import make_token_source
from pipeline.mail.routes.tokens import Purpose
from pipeline.register.mail.inbox import MailboxPosition
from tests.mail.answering import Answering, postfix_bounce, raw, reply
from tests.mail.graph_mailbox import GraphFolders
from tests.mail.providers import MAILBOX, SECRET, Provider, Reply, Step, drop, graph_error, provider
from tests.school import MONDAY, at
from tests.school import SECRET as LINKS

ENVIRON = {"POLICY_MAIL_CLIENT_SECRET": SECRET}
INBOX = '[inbox]\nroute = "graph"\nuser = "{user}"\nfolder = "{folder}"\nown = {own}\n'


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as running:
        running.mailboxes[MAILBOX] = GraphFolders(MAILBOX)
        yield running


def configured(place: Provider, *, user: str = MAILBOX, folder: str = "INBOX", own: bool = True) -> Config:
    inbox = INBOX.format(user=user, folder=folder, own=str(own).lower())
    text = f'[mail]\nroute = "graph"\nfrom = "{MAILBOX}"\n[mail.oauth]\n{place.microsoft}{inbox}'
    return parse_config(text, root=Path())


def opened(place: Provider, **facts: object) -> GraphMailbox:
    config = configured(place)
    tokens = make_token_source(config, ENVIRON, Purpose.GRAPH_READ)
    return GraphMailbox(config, tokens, **facts)  # type: ignore[arg-type]


def strange(number: int, size: int = 0) -> bytes:
    head = f"From: shop@shop.example.org\nSubject: Sale {number}\nMessage-ID: <{number}@s.example.org>\n"
    return raw(f"{head}List-Id: <sale.example.org>\n\n" + "x" * size)


def subjects(box: GraphMailbox, place: MailboxPosition | None) -> tuple[list[bytes], MailboxPosition | None]:
    """Return the last header line of each mail after a place, and how far the mailbox is read then."""
    found: list[Head] = []
    for page in box.pages(place):
        found += page.heads
        place = page.place
    return [head.headers.split(b"\r\n")[1] for head in found], place


# --- what is read ---


def test_each_look_goes_on_where_the_last_one_ended(place: Provider) -> None:
    mailbox = place.mailboxes[MAILBOX]
    count = 2 * HEADS_AT_ONCE + 1
    mailbox.put(*(strange(number) for number in range(count)))
    box = opened(place)
    pages = list(box.pages(None))
    assert [len(page.heads) for page in pages] == [HEADS_AT_ONCE, HEADS_AT_ONCE, 1]
    assert pages[0].heads[0].arrived_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    first, end = subjects(box, None)
    assert first == [f"Subject: Sale {number}".encode() for number in range(count)]
    assert subjects(box, pages[0].place)[0] == first[HEADS_AT_ONCE:]
    assert subjects(box, end) == ([], end)
    mailbox.put(strange(999))
    assert subjects(box, end)[0] == [b"Subject: Sale 999"]
    assert {call.partition(" ")[0] for call in place.calls if "/users/" in call} == {"GET"}
    assert mailbox.fetched == []
    box.close()


@pytest.mark.parametrize(
    "said",
    [
        (410, {"error": {"code": "resyncRequired", "message": "x"}}),
        (400, {"error": {"code": "syncStateNotFound", "message": "x"}}),
        (404, {"error": {"code": "ErrorItemNotFound", "message": "x"}}),
    ],
)
def test_a_place_that_microsoft_has_forgotten_means_reading_all_anew(
    place: Provider, said: tuple[int, dict[str, object]]
) -> None:
    mailbox = place.mailboxes[MAILBOX]
    mailbox.put(strange(1))
    box = opened(place)
    _, end = subjects(box, None)
    mailbox.edition, mailbox.unknown_token = 2, said
    assert subjects(box, end)[0] == [b"Subject: Sale 1"]
    place.script = [Reply(*said)]
    with pytest.raises(DeliveryError):
        subjects(box, None)
    box.close()


def test_of_a_large_mail_only_the_first_part_is_fetched_and_one_that_is_gone_is_none(place: Provider) -> None:
    mailbox = place.mailboxes[MAILBOX]
    mailbox.put(strange(1, 3_000_000))
    box = opened(place)
    [page] = box.pages(None)
    content = box.content(page.heads[0])
    assert content is not None
    assert len(content) == MOST_BYTES
    mailbox.folders["inbox"].clear()
    assert box.content(page.heads[0]) is None
    box.close()


def test_folders_are_found_by_the_names_that_people_see(place: Provider) -> None:
    mailbox = place.mailboxes[MAILBOX]
    mailbox.folders |= {"f1": [], "f2": []}
    mailbox.names |= {"f1": "Policies", "f2": "f1/Answers"}
    mailbox.put(strange(7), folder="f2")
    box = open_mailbox(configured(place, folder="policies/answers"), ENVIRON)
    assert [len(page.heads) for page in box.pages(None)] == [1]
    box.close()
    with pytest.raises(DeliveryError, match=r"has no folder 'Policies/Nothing'. Check \[inbox\] folder"):
        open_mailbox(configured(place, folder="Policies/Nothing"), ENVIRON)


def test_the_test_mail_is_known_by_its_message_id_or_by_its_code(place: Provider) -> None:
    place.mailboxes[MAILBOX].put(strange(1))
    config = configured(place)
    assert wait_for(config, ENVIRON, "<1@s.example.org>", "none", looks=1)
    assert wait_for(config, ENVIRON, "<rewritten@example.org>", "ale 1", looks=1)
    assert not wait_for(config, ENVIRON, "<2@s.example.org>", "none", looks=1)


# --- taking in ---


def look(school: Answering, place: Provider, *, own: bool = True, now: datetime | None = None) -> InboxReport:
    inbox = configured(place, own=own)
    mail = school.config.mail.model_copy(update={"oauth": inbox.mail.oauth})
    config = school.config.model_copy(update={"inbox": inbox.inbox, "mail": mail})
    return take_in(school.register, config, LINKS, today=MONDAY, now=now or at(MONDAY, 13), environ=ENVIRON)


@pytest.mark.parametrize("without_headers", [False, True], ids=["heads", "no heads"])
def test_replies_and_bounces_are_taken_in_once_also_where_all_is_read_anew(
    tmp_path: Path, place: Provider, without_headers: bool
) -> None:
    mailbox = place.mailboxes[MAILBOX]
    mailbox.without_headers, mailbox.replays = without_headers, True
    with Answering(tmp_path) as school:
        lee, roy = school.add_person("Lee"), school.add_person("Roy")
        school.send()
        mailbox.put(strange(1), reply(school.asked(lee), "I have read"), postfix_bounce(school.asked(roy)))
        taken = look(school, place, own=False).taken
        assert taken is not None
        assert (taken.seen, taken.read, taken.bounced) == (3, 1, 1)
        assert len(mailbox.fetched) == 2 + without_headers
        mailbox.edition = 2
        again = look(school, place, own=False).taken
        assert again is not None
        assert (again.read, again.bounced, again.replies) == (0, 0, 0)


@pytest.mark.slow
def test_ten_thousand_strange_mails_are_looked_through_and_none_is_fetched(tmp_path: Path, place: Provider) -> None:
    mailbox = place.mailboxes[MAILBOX]
    mailbox.put(*(strange(number) for number in range(10_000)))
    with Answering(tmp_path) as school:
        lee = school.add_person("Lee")
        school.send()
        mailbox.put(reply(school.asked(lee), "I have read"))
        taken = look(school, place).taken
        assert taken is not None
        assert (taken.seen, taken.strange, taken.read, taken.is_whole) == (10_001, 10_000, 1, True)
        assert mailbox.fetched == ["inbox-10000="]


def test_a_look_that_breaks_off_loses_nothing_and_the_next_one_goes_on(tmp_path: Path, place: Provider) -> None:
    mailbox = place.mailboxes[MAILBOX]
    with Answering(tmp_path) as school:
        lee, roy = school.add_person("Lee"), school.add_person("Roy")
        school.send()
        mailbox.put(*(strange(number) for number in range(HEADS_AT_ONCE)))
        mailbox.put(reply(school.asked(lee), "I have read"), reply(school.asked(roy), "I have read", number=2))
        place.script = [None, None, None, None, drop]
        with pytest.raises(DeliveryError, match="is tried again by itself"):
            look(school, place)
        before = len(place.calls)
        taken = look(school, place).taken
        assert taken is not None
        assert (taken.seen, taken.read) == (2, 1)
        assert "skiptoken" in place.calls[before + 1]


def test_a_mailbox_that_is_throttled_for_hours_is_left_alone_that_long(tmp_path: Path, place: Provider) -> None:
    with Answering(tmp_path) as school:
        place.script = [None, graph_error(429, "ApplicationThrottled", Retry_After="14400")]
        with pytest.raises(DeliveryError, match="Nobody need do anything"):
            look(school, place)
        calls = len(place.calls)
        [problem] = look(school, place, now=at(MONDAY, 16)).problems
        assert problem.message.startswith("The mailbox is not read until 17:00 on 23 November 2026")
        assert len(place.calls) == calls
        assert look(school, place, now=at(MONDAY, 13) + timedelta(hours=4)).taken is not None


def test_a_short_while_to_be_left_alone_is_waited_for_but_not_for_ever(place: Provider) -> None:
    waits: list[float] = []
    box = opened(place, sleep=waits.append)
    busy: list[Step | None] = [graph_error(429, "ApplicationThrottled", Retry_After="2")]
    place.script = [None, *busy * 2]
    assert subjects(box, None)[0] == []
    assert waits == [1.0, 1.0] * 2
    place.script = busy * 9
    with pytest.raises(DeliveryError) as caught:
        subjects(box, None)
    assert (caught.value.resume_after, len(waits)) == (timedelta(seconds=2), 6)
    assert len([call for call in place.calls if "/delta" in call]) == 2 + 1 + 2
    box.close()


# --- whose failure it is ---


LINK = "@odata.deltaLink"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (graph_error(403, "ErrorAccessDenied"), "let the app read the mailbox policies@example.org. An administrator"),
        (graph_error(404, "ErrorInvalidUser"), "Check [inbox] user"),
        (graph_error(404, "MailboxNotEnabledForRESTAPI"), "has no licence"),
        (graph_error(401, "InvalidAuthenticationToken"), "sign-in log"),
        (graph_error(500, "InternalServerError"), "Only Microsoft can lift that; it is tried again"),
        (Reply(302, b"", {"Location": "https://example.org"}), "what came is no answer of Microsoft Graph"),
        (Reply(200, b"<html>Wi-Fi</html>"), "Something stands between this computer and Microsoft Graph"),
        (Reply(200, b"[" * 100_000), "what came is no answer"),
        (Reply(200, {"value": [{"subject": "without id"}], LINK: "x"}), "what came is no answer"),
        (Reply(200, {"value": []}), "what came is no answer"),
        (Reply(200, {"value": [], LINK: "https://elsewhere.example.org/v1.0/x"}), "what came is no answer"),
        (Reply(200, {"value": [], LINK: 7}), "what came is no answer"),
        (drop, "could not be reached"),
    ],
)
def test_each_refusal_says_who_can_lift_it(place: Provider, step: Step, said: str) -> None:
    box = opened(place)
    renewed: list[Step | None] = [None, step] if isinstance(step, Reply) and step.status == 401 else []
    place.script = [None, step, *renewed]
    with pytest.raises(DeliveryError) as caught:
        subjects(box, None)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    box.close()


def test_a_token_that_ran_out_is_fetched_anew_once(place: Provider) -> None:
    box = opened(place)
    assert subjects(box, None)[0] == []
    place.revoke_all()
    assert subjects(box, None)[0] == []
    box.close()
    assert len([call for call in place.calls if call.endswith("/token")]) == 2


def test_an_answer_that_drips_is_not_waited_for(place: Provider) -> None:
    def stall(provider: Provider) -> Reply | None:
        import time

        time.sleep(0.6)
        return None

    box = opened(place, wait_seconds=0.2)
    place.script = [None, stall]
    with pytest.raises(DeliveryError, match="did not answer in time"):
        subjects(box, None)
    box.close()


def test_a_next_page_that_leads_back_to_itself_ends(place: Provider) -> None:
    box = opened(place)
    link = f"{place.url}/v1.0/users/{MAILBOX}/mailFolders/inbox/messages/delta?$skiptoken=x"
    again: list[Step | None] = [Reply(200, {"value": [], "@odata.nextLink": link})]
    place.script = [None, *again * 5]
    with pytest.raises(DeliveryError, match="no answer of Microsoft Graph"):
        subjects(box, None)
    box.close()


# --- what it is set by ---


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            INBOX.format(user="policies", folder="INBOX", own="true"),
            "inbox.user: reading by Microsoft 365 needs the address",
        ),
        (INBOX.format(user=MAILBOX, folder="INBOX", own="true"), "inbox.route: Microsoft 365 needs its sign-in"),
        (
            f'[mail]\nfrom = "{MAILBOX}"\n[mail.oauth]\nprovider = "microsoft"\ntenant = "t.example.org"\n'
            f'client_id = "c"\nflow = "device-code"\n{INBOX.format(user="a@example.org", folder="INBOX", own="true")}',
            f"inbox.user: by a code .* write {MAILBOX}",
        ),
        (INBOX.format(user=MAILBOX, folder="INBOX", own="true") + 'sign_in = "password"\n', "takes no password"),
        (
            '[inbox]\nroute = "imap"\nhost = "h"\nuser = "a@example.org"\nsign_in = "token"\n',
            r"inbox.sign_in: a token needs the sign-in to the mail service",
        ),
        (
            f'[mail]\nfrom = "{MAILBOX}"\n[mail.oauth]\nprovider = "google"\n[inbox]\nroute = "imap"\nhost = "h"\n'
            'user = "a@example.org"\nsign_in = "token"\n',
            f"is for {MAILBOX} alone",
        ),
    ],
)
def test_settings_that_do_not_fit_are_told(toml: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        parse_config(toml, root=Path())
