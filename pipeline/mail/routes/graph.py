"""Send through Microsoft Graph: the bytes of a message, over https, for schools whose Microsoft 365 takes no SMTP.

``202 Accepted`` says that Microsoft has taken the message, not that it has arrived; what comes back comes by mail. Who
a refusal belongs to is told by its code: to a reader, to the message, or to the whole route, which then rests.
"""

import base64
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.configuration.mail import MailSection
from pipeline.errors import DeliveryError, DroppedError, InDoubtError, RouteDownError
from pipeline.mail.oauth.calls import (
    EndlessAnswerError,
    TokenResponse,
    open_client,
    read_body,
    retry_after,
    say_no_answer,
)
from pipeline.mail.oauth.graph_answers import (
    THROTTLED,
    find_known,
    graph_address,
    read_error,
    say_refusal,
    say_who_lifts,
)
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.patience import Call, Patience
from pipeline.mail.routes.tokens import TokenSource
from pipeline.mail.words import one_line

if TYPE_CHECKING:
    import httpx

MOST_REQUEST_BYTES = 4_000_000
"""Source: "Use the Microsoft Graph API", limits on request size: 4 MB."""
_ACCEPTED = 202
_MOST_ANSWER = 1_000_000
_READERS = frozenset({"ErrorInvalidRecipients", "ErrorRecipientNotFound", "ErrorNonExistentMailbox"})
_MESSAGES = frozenset({"ErrorMessageSizeExceeded", "RequestEntityTooLarge"})
_WHO_LIFTS = {
    "ErrorAccessDenied": (
        "Microsoft does not let the app send from {mailbox}. An administrator of the school's Microsoft 365 can allow "
        "it for this one mailbox; 'policy mail letter' has the commands."
    ),
    "ErrorSendAsDenied": (
        "Microsoft does not let {mailbox} send under the address in [mail] from. Write the mailbox's own address "
        "there, or have an administrator of Microsoft 365 grant it “Send as”."
    ),
    "ErrorInvalidUser": (
        "Microsoft 365 has no mailbox {mailbox}. Check [mail] from; an administrator of Microsoft 365 can make it."
    ),
    "ErrorMessageSubmissionBlocked": (
        "Microsoft has blocked {mailbox} from sending. An administrator of Microsoft 365 can lift that under "
        "“Restricted entities” in Microsoft Defender."
    ),
    "ErrorQuotaExceeded": (
        "The mailbox {mailbox} is full: what it sends is kept in its Sent Items. Empty that folder, or have an "
        "administrator of Microsoft 365 let it be emptied by itself."
    ),
}
"""What shuts the route, by Graph's code. Others of the same status are told in Microsoft's words.

Source: "Microsoft Graph error responses and resource types"; Exchange's response codes of the same names.
"""


class GraphTransport:
    """Sends over one kept client. Used by one thread; the tokens are shared."""

    def __init__(
        self,
        mail: MailSection,
        tokens: TokenSource,
        *,
        context: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: Patience | None = None,
    ) -> None:
        """``context`` verifies Microsoft; None is the system's own trust. ``patience``: how long it is waited for."""
        self._mail, self._tokens, self._context, self._now = mail, tokens, context, now
        self._patience = patience or Patience()
        self._url = f"{graph_address(mail.oauth)}/users/{quote(mail.from_address, safe='@')}/sendMail"
        self._client: httpx.Client | None = None
        self._call = Call()

    def send(self, envelope: Envelope) -> str | None:
        """Hand one message over; return what says that it was accepted.

        Raises:
            RouteDownError: when Microsoft could not be reached; nothing was handed over.
            DroppedError, InDoubtError: when it broke before or after the whole request was there.
            DeliveryError: when it was refused; ``pauses_route`` where that is not about this message or reader.

        Source: "user: sendMail", example 4; "Send messages with MIME content".
        """
        body = base64.b64encode(envelope.content)
        if len(body) > MOST_REQUEST_BYTES:
            raise _too_large(len(body))
        token = self._tokens.token()
        response = self._post(body, token)
        if response.status_code == 401:
            response = self._post(body, self._tokens.renew(token))
        if response.status_code != _ACCEPTED:
            raise self._refusal(response)
        number = one_line(response.headers.get("request-id", ""), 60)
        return f"Microsoft accepted it{f' ({number})' if number else ''}"

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()
            self._client, self._call = None, Call()

    def _post(self, body: bytes, token: str) -> TokenResponse:
        import httpx

        if self._patience.is_stopped:
            raise DroppedError("The run was stopped before this mail was handed over.")
        self._client = self._client or open_client(self._context, self._patience.waits.answer)
        self._call = call = Call(self._call.line)
        try:
            with self._patience.cutting_off(call):
                return self._exchange(self._client, body, token)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            self.close()
            raise RouteDownError(
                f"Microsoft Graph {say_no_answer(error)}. Is this computer on the internet? Your IT provider can open "
                "the way to it."
            ) from error
        except (EndlessAnswerError, httpx.HTTPError) as error:
            self.close()
            endless = isinstance(error, EndlessAnswerError)
            said = "did not answer in time" if call.is_cut or endless else say_no_answer(error)
            if not call.is_handed_over:
                raise DroppedError(f"Microsoft Graph {said} before it had the whole message.") from error
            raise InDoubtError(f"Microsoft Graph {said} before it said whether it took the message.") from error

    def _exchange(self, client: "httpx.Client", body: bytes, token: str) -> TokenResponse:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}
        seen = {"trace": self._note}
        with client.stream("POST", self._url, content=body, headers=headers, extensions=seen) as response:
            content = read_body(response, _MOST_ANSWER, self._patience.waits.answer)
            return TokenResponse(response.status_code, content.decode("utf-8", "replace"), dict(response.headers))

    def _note(self, event: str, facts: Mapping[str, Any]) -> None:
        """Note how far a request has come.

        Source: httpx, "Extensions", ``trace``. A proxy is spoken to before the encryption begins, with a request of its
        own.
        """
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._call.line = facts["return_value"].get_extra_info("socket")
            self._call.is_handed_over = False
        elif event.endswith("send_request_body.complete"):
            self._call.is_handed_over = True

    def _refusal(self, response: TokenResponse) -> DeliveryError:
        """Return what a refusal means."""
        status = response.status_code
        code, words = read_error(response.text)
        said = say_refusal(status, code, words)
        if status == 413 or code in _MESSAGES:
            return DeliveryError(f"The mail is too large for Microsoft Graph. {said}", permanent=True, is_theirs=True)
        if code in _READERS:
            return DeliveryError(said, permanent=True, is_theirs=True)
        if status in THROTTLED:
            return DeliveryError(
                f"Microsoft takes no more mail from {self._mail.from_address} just now. Nobody need do anything: it is "
                f"tried again by itself. {said}",
                permanent=False,
                pauses_route=True,
                resume_after=retry_after(response.headers, self._now()),
            )
        if status >= 500 and find_known(code, _WHO_LIFTS) is None:
            # Such an answer has been seen although the mail went.
            return InDoubtError(f"Microsoft Graph failed and may have taken the message or not. {said}")
        if status == 400:
            return DeliveryError(f"Microsoft Graph does not take this message. {said}", permanent=False, is_theirs=True)
        lifted = say_who_lifts(status, code, _WHO_LIFTS, self._mail.from_address)
        return DeliveryError(f"{lifted} {said}", permanent=False, pauses_route=True)


def _too_large(size: int) -> DeliveryError:
    return DeliveryError(
        f"The mail is too large for Microsoft Graph: {size / 1_000_000:.1f} MB as it goes, of "
        f"{MOST_REQUEST_BYTES / 1_000_000:.0f} MB at most.",
        permanent=True,
        is_theirs=True,
    )
