"""A mail server that logs each mail it takes and each that it refuses, and hesitates before some answers.

It runs in a process of its own, so that a killed delivery takes nothing of it along. What it does with a mail depends
on the seed, the recipient and how often that mail was offered, not on the hour.
"""

import random
import socketserver
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from itertools import count, cycle
from multiprocessing.connection import Connection
from pathlib import Path

from tests.soak_mail.logs import ACCEPTED, REFUSED, Log

_LONGEST_SECONDS = 0.25
_USUAL = {b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"DATA": b"354 go on", b".": b"250 taken", b"RSET": b"250 ok"}
NOBODY = b"550 5.1.1 no such user here"
_PUT_OFF = {b"RCPT": b"451 4.7.1 greylisted, come again", b".": b"450 4.2.0 mailbox busy, come again"}
OF_THE_ROUTE = (
    (b"MAIL", b"550 5.7.60 not allowed to send as this sender"),
    (b"RCPT", b"554 5.7.1 relay access denied"),
    (b"DATA", b"452 4.3.1 sending quota exceeded"),
    (b".", b"554 5.2.252 SendAsDenied"),
    (b"MAIL", b"421 4.3.2 closing"),
)
"""The refusals of the route, in turn, each with the step at which it is said."""


@dataclass(frozen=True)
class Manner:
    """How the server treats what it is offered."""

    without_pipelining: float = 0.0
    """This share of the connections is not offered PIPELINING."""
    nobody: float = 0.0
    """This share of the recipients is refused for good, however often they are written to."""
    put_off: float = 0.0
    """This share of the offers is put off, half of them at RCPT, half at the final dot."""
    slow: float = 0.0
    """This share of the answers to the final dot comes late, half of them before the mail is logged."""
    route_refusals: tuple[int, ...] = ()
    """Each time that so many mails were taken, the route is refused once."""


class Server(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self, manner: Manner, folder: Path, seed: str) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.manner = manner
        self.seed = seed
        self.connections = count(1)
        self._accepted, self._refused = Log(folder / ACCEPTED), Log(folder / REFUSED)
        self._lock = threading.Lock()
        self._offered: Counter[bytes] = Counter()
        self._taken = 0
        self._route_refusals = list(manner.route_refusals)
        self._of_the_route = cycle(OF_THE_ROUTE)

    def refusals(self) -> dict[bytes, bytes]:
        """Return what the offer of a mail that begins now is refused with on the part of the route, by the step."""
        with self._lock:
            if not self._route_refusals or self._taken < self._route_refusals[0]:
                return {}
            self._route_refusals.pop(0)
            step, reply = next(self._of_the_route)
            self._refused.write(whose="route", recipient=None, reply=reply.decode("ascii"), at=time.monotonic_ns())
            return {step: reply}

    def chances(self, recipient: bytes) -> random.Random:
        """Return what decides how one offer of a mail fares."""
        with self._lock:
            self._offered[recipient] += 1
            return random.Random(f"{self.seed}/{recipient!r}/{self._offered[recipient]}")

    def is_nobody(self, recipient: bytes) -> bool:
        """Say whether there is no such mailbox."""
        return random.Random(f"{self.seed}/{recipient!r}").random() < self.manner.nobody

    def refuse(self, whose: str, recipient: bytes, reply: bytes) -> None:
        """Log that a mail is refused, before that is said."""
        told = {"recipient": recipient.decode("ascii"), "reply": reply.decode("ascii")}
        with self._lock:
            self._refused.write(whose=whose, **told, at=time.monotonic_ns())

    def take(self, content: bytes, **told: object) -> None:
        """Log that a mail was taken, before that is said."""
        message_id = str(BytesHeaderParser().parsebytes(content)["Message-ID"])
        with self._lock:
            self._taken += 1
            self._accepted.write(message=message_id, **told, at=time.monotonic_ns())


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Settle what holds for the whole connection."""
        super().setup()
        self._number = next(self.server.connections)
        chance = random.Random(f"{self.server.seed}/connection/{self._number}").random()
        self._pipelining = chance >= self.server.manner.without_pipelining
        self._forget()

    def _forget(self) -> None:
        self._refusals: dict[bytes, bytes] = {}
        self._recipient: bytes | None = None
        self._chances = random.Random(0)

    def handle(self) -> None:
        """Answer until the other side says QUIT or is gone."""
        # A killed delivery breaks off; what it had not handed over whole was not taken.
        with suppress(ConnectionError):
            self._say(b"220 test ready")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"QUIT":
                    self._say(b"221 bye")
                    return
                if not self._answer(verb, line):
                    return

    def _answer(self, verb: bytes, line: bytes) -> bool:
        """Answer one command; return whether the connection stays open."""
        if verb == b"EHLO":
            extension = b"250-PIPELINING\r\n" if self._pipelining else b""
            self._say(b"250-test ready\r\n" + extension + b"250 SIZE 50000000")
            return True
        if verb in (b"MAIL", b"RSET"):
            self._forget()
        if verb == b"MAIL":
            self._refusals = self.server.refusals()
        if verb == b"RCPT":
            self._hear(line.partition(b"<")[2].partition(b">")[0])
        if verb == b"DATA" and self._recipient is None:
            self._say(b"503 no recipient")
            return True
        reply = self._refusals.get(verb, _USUAL.get(verb, b"502 what is that"))
        self._say(reply)
        if reply == _USUAL[b"DATA"]:
            self._take()
        return not reply.startswith(b"421")

    def _hear(self, recipient: bytes) -> None:
        """Settle how the offer of a mail to ``recipient`` fares."""
        if self._refusals:
            # What the route is refused with comes first. At MAIL and RCPT there is no recipient then.
            self._recipient = recipient if self._refusals.keys() <= {b"DATA", b"."} else None
            return
        if self.server.is_nobody(recipient):
            self._refusals[b"RCPT"] = NOBODY
            self.server.refuse("recipient", recipient, NOBODY)
            return
        self._chances = self.server.chances(recipient)
        if self._chances.random() < self.server.manner.put_off:
            step = self._chances.choice((b"RCPT", b"."))
            self._refusals[step] = _PUT_OFF[step]
            self.server.refuse("moment", recipient, _PUT_OFF[step])
        self._recipient = None if b"RCPT" in self._refusals else recipient

    def _take(self) -> None:
        begun = time.monotonic_ns()
        content = bytearray()
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise ConnectionError
            content += line[1:] if line.startswith(b".") else line
        if b"." in self._refusals:
            self._say(self._refusals[b"."])
            return
        assert self._recipient is not None
        is_late = self._chances.random() < self.server.manner.slow
        late = self._chances.uniform(0, _LONGEST_SECONDS) if is_late else 0.0
        is_logged_late = self._chances.random() < 0.5
        time.sleep(late if is_logged_late else 0)
        recipient = self._recipient.decode("ascii")
        told = {"recipient": recipient, "connection": self._number, "pipelining": self._pipelining, "late": late}
        self.server.take(bytes(content), **told, begun=begun)
        time.sleep(0 if is_logged_late else late)
        self._say(_USUAL[b"."])

    def _say(self, reply: bytes) -> None:
        self.wfile.write(reply + b"\r\n")


def serve(manner: Manner, folder: Path, seed: str, line: Connection) -> None:
    """Serve until the other end of ``line`` says or hangs up; say the port on it first."""
    with Server(manner, folder, seed) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        line.send(server.server_address[1])
        with suppress(EOFError):
            line.recv()
        server.shutdown()
