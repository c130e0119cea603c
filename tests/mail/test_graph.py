"""Microsoft Graph's sendMail against an endpoint that takes what its pages document; whose failure each refusal is."""

import signal
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli.mail.mail import delivery_as_json
from pipeline.config import Config, parse_config
from pipeline.errors import ConfigurationError, DeliveryError, DroppedError, InDoubtError, RouteDownError
from pipeline.mail.oauth.token_sources import make_token_source
from pipeline.mail.outbox import DeliveryReport
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.graph import MOST_REQUEST_BYTES, GraphTransport
from pipeline.mail.routes.pace import SHORT_WAITS
from pipeline.mail.routes.patience import Patience, Waits
from pipeline.mail.routes.tokens import Purpose
from pipeline.mail.routes.transport import make_transport
from pipeline.model.mail import DeliveryState
from tests.mail.providers import MAILBOX, SECRET, Provider, Reply, drop, graph_error, provider
from tests.mail.servers import make_certificate, server_context
from tests.mail.world import NOW, TERMS, FrozenClock, World, interrupted, parse

CONTENT = b"To: alex@example.org\r\nSubject: x\r\nMessage-ID: <1@example.org>\r\n\r\n.one\r\n"
ENVIRON = {"POLICY_MAIL_CLIENT_SECRET": SECRET}


def envelope(content: bytes = CONTENT) -> Envelope:
    return Envelope(1, "<1@example.org>", MAILBOX, "alex@example.org", content, "mail-1")


def configured(place: Provider, sender: str = MAILBOX, more: str = "") -> Config:
    text = f'{TERMS}[mail]\nroute = "graph"\nfrom = "Office <{sender}>"\n{more}[mail.oauth]\n{place.microsoft}'
    return parse_config(text, root=Path())


def way(place: Provider, sender: str = MAILBOX, **facts: object) -> GraphTransport:
    config = configured(place, sender)
    tokens = make_token_source(config, ENVIRON, Purpose.GRAPH_SEND)
    return GraphTransport(config.mail, tokens, now=lambda: NOW, **facts)  # type: ignore[arg-type]


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as running:
        yield running


def refusal(place: Provider, *replies: Reply, sender: str = MAILBOX) -> DeliveryError:
    """What a mail raises that gets these answers, once it has its token."""
    place.script = [None, *replies]
    transport = way(place, sender)
    with pytest.raises(DeliveryError) as caught:
        transport.send(envelope())
    transport.close()
    return caught.value


# --- what is taken ---


def test_the_very_bytes_are_accepted_and_that_is_what_is_said(place: Provider) -> None:
    transport = way(place)
    assert transport.send(envelope()) == "Microsoft accepted it (r-1)"
    assert transport.send(envelope(CONTENT + b"\xff second")) == "Microsoft accepted it (r-1)"
    transport.close()
    transport.close()
    assert place.accepted == [CONTENT, CONTENT + b"\xff second"]
    assert place.calls[1:] == [f"POST /v1.0/users/{MAILBOX}/sendMail"] * 2


def test_a_token_that_ran_out_is_fetched_anew_once(place: Provider) -> None:
    transport = way(place)
    transport.send(envelope())
    place.revoke_all()
    transport.send(envelope())
    transport.close()
    assert len(place.accepted) == 2
    assert [call.rpartition("/")[2] for call in place.calls] == ["token", "sendMail", "sendMail", "token", "sendMail"]


def test_the_route_is_made_as_configured(place: Provider) -> None:
    config = configured(place)
    tokens = make_token_source(config, ENVIRON, Purpose.GRAPH_SEND)
    assert isinstance(make_transport(config, None, tokens=tokens), GraphTransport)


# --- whose failure it is ---


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (graph_error(403, "ErrorAccessDenied"), "for this one mailbox; 'policy mail letter' has the commands"),
        (graph_error(403, "ErrorSendAsDenied"), "under the address in [mail] from"),
        (graph_error(403, "Quite.New"), "does not let the app send from policies@example.org"),
        (graph_error(404, "MailboxNotEnabledForRESTAPI"), "has no licence"),
        (graph_error(403, "ErrorMessageSubmissionBlocked"), "under “Restricted entities”"),
        (graph_error(507, "ErrorQuotaExceeded"), "is full: what it sends is kept in its Sent Items"),
        (graph_error(405, "Request_BadRequest"), "Something stands between this computer and Microsoft Graph"),
        (Reply(302, b"", {"Location": "https://example.org"}), "Something stands between"),
        (Reply(200, b"<html>Wi-Fi</html>"), "Something stands between this computer and Microsoft Graph"),
    ],
)
def test_what_shuts_the_route_pauses_it_and_says_who_can_lift_it(place: Provider, reply: Reply, said: str) -> None:
    error = refusal(place, reply)
    assert (error.pauses_route, error.permanent, error.resume_after) == (True, False, None)
    assert said in str(error)
    assert "\n" not in str(error)


def test_a_mailbox_that_is_not_there_is_the_routes(place: Provider) -> None:
    error = refusal(place, sender="nobody@example.org")
    assert error.pauses_route
    assert "Microsoft 365 has no mailbox nobody@example.org" in str(error)


def test_a_new_token_that_is_refused_too_is_the_routes(place: Provider) -> None:
    no = graph_error(401, "InvalidAuthenticationToken")
    place.script = [None, no, None, no]
    transport = way(place)
    with pytest.raises(DeliveryError, match="a new one neither") as caught:
        transport.send(envelope())
    transport.close()
    assert caught.value.pauses_route


@pytest.mark.parametrize("code", ["ErrorInvalidRecipients", "ErrorNonExistentMailbox"])
def test_a_reader_who_cannot_be_written_to_is_their_own_failure(place: Provider, code: str) -> None:
    error = refusal(place, graph_error(400, code, "At least one recipient isn't valid."))
    assert (error.pauses_route, error.permanent) == (False, True)


def test_another_bad_request_is_neither_the_readers_nor_the_routes(place: Provider) -> None:
    error = refusal(place, graph_error(400, "ErrorMimeContentInvalid"))
    assert (error.pauses_route, error.permanent) == (False, False)


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        (graph_error(429, "ApplicationThrottled", Retry_After="14400"), timedelta(hours=4)),
        (graph_error(503, "ErrorServerBusy", Retry_After="Tue, 24 Nov 2026 08:40:00 GMT"), timedelta(minutes=10)),
        (graph_error(429, "ErrorExceededMessageLimit"), None),
        (Reply(429, b"slow down", {"Retry-After": "soon"}), None),
    ],
)
def test_throttling_rests_the_route_for_as_long_as_it_says(
    place: Provider, reply: Reply, wait: timedelta | None
) -> None:
    error = refusal(place, reply)
    assert (error.pauses_route, error.permanent, error.resume_after) == (True, False, wait)
    assert "Nobody need do anything" in str(error)


@pytest.mark.parametrize("reply", [drop, graph_error(500, "UnknownError"), Reply(502, b"<html>"), Reply(504)])
def test_after_the_request_was_written_silence_and_faults_leave_doubt(place: Provider, reply: Reply) -> None:
    assert isinstance(refusal(place, reply), InDoubtError)


def test_an_answer_that_does_not_come_leaves_doubt(place: Provider) -> None:
    done = threading.Event()

    def stall(state: Provider) -> Reply | None:
        done.wait(10)
        return None

    transport = way(place, patience=Patience(waits=Waits(answer=0.1)))
    place.script = [None, stall]
    with pytest.raises(InDoubtError, match="did not answer in time before it said whether it took the message"):
        transport.send(envelope())
    done.set()
    transport.close()


def stall(state: Provider) -> Reply | None:
    """Say nothing, as a service that has taken the mail and is slow."""
    time.sleep(20)
    return None


@pytest.mark.parametrize("is_safe", [False, True], ids=["plain", "encrypted"])
def test_an_answer_is_not_waited_for_longer_than_a_stop_allows(tmp_path: Path, is_safe: bool) -> None:
    certificate = make_certificate(tmp_path)
    trusted = ssl.create_default_context(cafile=certificate)
    with provider(server_context(certificate) if is_safe else None) as place:
        patience = Patience(waits=Waits(interrupted=0.3))
        tokens = make_token_source(configured(place), ENVIRON, Purpose.GRAPH_SEND, context=trusted)
        transport = GraphTransport(configured(place).mail, tokens, context=trusted, patience=patience)
        tokens.token()
        place.script = [stall]
        threading.Timer(0.3, patience.interrupt).start()
        began = time.monotonic()
        with pytest.raises(InDoubtError, match="did not answer in time"):
            transport.send(envelope())
        assert 0.5 < time.monotonic() - began < 10
        calls = len(place.calls)
        with pytest.raises(DroppedError, match="stopped before this mail was handed over"):
            transport.send(envelope())
        assert len(place.calls) == calls


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_run_stopped_by_hand_leaves_the_mail_in_doubt_and_begins_no_other(
    world: World, place: Provider, sign: signal.Signals
) -> None:
    school(world, place, 2)
    place.script = [None, stall, stall]
    began = time.monotonic()
    interrupted(world, sign, Waits(interrupted=0.3), lambda: len(place.calls) > 1, ENVIRON)
    assert 0.3 <= time.monotonic() - began < 15
    assert world.message(1).in_doubt
    assert world.states()[0] == DeliveryState.DEFERRED
    assert len(place.calls) <= 3


def test_nobody_there_is_a_route_down(place: Provider) -> None:
    tokens = make_token_source(configured(place), ENVIRON, Purpose.GRAPH_SEND)
    tokens.token()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    text = configured(place).mail.oauth.model_copy(update={"base_url": f"http://127.0.0.1:{port}/v1.0"})
    mail = configured(place).mail.model_copy(update={"oauth": text})
    with pytest.raises(RouteDownError, match="could not be reached: nothing answers there"):
        GraphTransport(mail, tokens).send(envelope())


def test_a_certificate_that_ran_out_is_given_no_mail(tmp_path: Path, place: Provider) -> None:
    certificate = make_certificate(tmp_path, lasts=timedelta(minutes=30))
    trusted = ssl.create_default_context(cafile=certificate)
    tokens = make_token_source(configured(place), ENVIRON, Purpose.GRAPH_SEND)
    with provider(server_context(certificate)) as old:
        transport = GraphTransport(configured(old).mail, tokens, context=trusted)
        with pytest.raises(RouteDownError, match=r"certificate is not good \(certificate has expired\)"):
            transport.send(envelope())
        assert old.calls == []


def test_a_mail_that_is_too_large_is_refused_before_and_by_microsoft(place: Provider) -> None:
    transport = way(place)
    largest = CONTENT + b"x" * (MOST_REQUEST_BYTES // 4 * 3 - len(CONTENT))
    transport.send(envelope(largest))
    with pytest.raises(DeliveryError, match=r"too large for Microsoft Graph: 4.0 MB as it goes") as caught:
        transport.send(envelope(largest + b"xyz"))
    transport.close()
    assert (caught.value.permanent, caught.value.pauses_route) == (True, False)
    error = refusal(place, graph_error(413, "RequestEntityTooLarge"))
    assert (error.permanent, error.pauses_route) == (True, False)


# --- whole runs ---


def school(world: World, place: Provider, mails: int = 3) -> None:
    world.config = configured(place, more="confirm_above = 0\n").model_copy(update={"root": world.root})
    for number in range(mails):
        world.queue(f"p{number}", "confidentiality", person=world.add_person(f"p{number}"))


def test_a_run_sends_each_mail_once_and_keeps_that_it_was_accepted(world: World, place: Provider) -> None:
    school(world, place, 6)
    report = world.deliver(environ=ENVIRON)
    assert report == DeliveryReport(sent=6, accepted=6)
    assert {name: delivery_as_json(report)[name] for name in ("sent", "accepted")} == {"sent": 6, "accepted": 6}
    assert world.states() == [DeliveryState.SENT] * 6
    ids = Counter(str(parse(content)["Message-ID"]) for content in place.accepted)
    assert sorted(ids) == sorted(world.message(number).message_id for number in range(1, 7))
    assert set(ids.values()) == {1}
    assert len([call for call in place.calls if call.endswith("/token")]) == 1


def test_a_throttled_route_rests_until_the_hour_it_was_told(world: World, place: Provider) -> None:
    school(world, place)
    place.script = [None, graph_error(429, "ApplicationThrottled", Retry_After="14400")] + [
        graph_error(429, "ApplicationThrottled", Retry_After="14400") for _ in range(4)
    ]
    report = world.deliver(environ=ENVIRON)
    assert (report.sent, report.bounced) == (0, 0)
    assert report.problems[0].message.startswith("Mail rests for 4 hours. Microsoft takes no more mail from")
    place.script = []
    calls = len(place.calls)
    assert world.deliver(environ=ENVIRON, now=NOW + timedelta(hours=3)).sent == 0
    assert len(place.calls) == calls
    assert world.deliver(environ=ENVIRON, now=NOW + timedelta(hours=4, minutes=1)).sent == 3
    assert len(place.accepted) == 3


def test_a_short_rest_is_waited_for_within_the_run(world: World, place: Provider) -> None:
    school(world, place)
    busy = graph_error(429, "ApplicationThrottled", Retry_After="20")
    place.script = [None, None, busy, busy]
    clock = FrozenClock(NOW)
    report = world.deliver(environ=ENVIRON, clock=lambda now: clock)
    assert (report.sent, report.deferred, report.problems) == (3, 0, ())
    assert len(place.accepted) == 3
    assert 20 <= clock.passed <= 61


def test_short_rests_that_take_no_end_pause_the_route(world: World, place: Provider) -> None:
    school(world, place, 1)
    place.script = [None, *(graph_error(429, "ApplicationThrottled", Retry_After="20") for _ in range(9))]
    report = world.deliver(environ=ENVIRON)
    assert (report.sent, report.deferred) == (0, 1)
    assert report.problems[0].message.startswith("Mail rests for 1 minute. Microsoft takes no more mail")
    assert len([call for call in place.calls if call.endswith("sendMail")]) == 1 + SHORT_WAITS
    assert world.message(1).state is DeliveryState.DEFERRED


def test_a_short_rest_is_not_waited_for_once_the_run_is_to_stop(world: World, place: Provider) -> None:
    school(world, place, 2)
    stopped = threading.Event()

    def stop(state: Provider) -> Reply:
        stopped.set()
        return graph_error(429, "ApplicationThrottled", Retry_After="60")

    place.script = [None, stop, stop]
    report = world.deliver(environ=ENVIRON, stop=stopped.is_set)
    assert report.sent == 0
    assert place.accepted == []


def test_a_sign_in_that_fails_rests_the_route_and_nobody_is_refused(world: World, place: Provider) -> None:
    school(world, place)
    report = world.deliver(environ={"POLICY_MAIL_CLIENT_SECRET": "wrong"})
    assert (report.sent, report.bounced) == (0, 0)
    assert report.problems[0].message.startswith("Mail rests for 1 hour. Microsoft does not know the client secret.")
    assert len([call for call in place.calls if call.endswith("/token")]) == 1


def test_a_missing_secret_stops_the_delivery_before_anything_goes(world: World, place: Provider) -> None:
    school(world, place)
    with pytest.raises(ConfigurationError, match=r"client secret of .* is not set"):
        world.deliver(environ={})
    assert world.states() == [DeliveryState.PENDING] * 3
