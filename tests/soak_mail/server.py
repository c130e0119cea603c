"""A mail server that logs each mail it takes, hesitates before some answers, and puts some mails off.

It runs in a process of its own, so that a killed delivery takes nothing of it along. What it does with a mail depends
on the seed, the recipient and how often that mail was offered, not on the hour.
"""

import random
import socketserver
import threading
import time
from collections import Counter
from contextlib import suppress
from email.parser import BytesHeaderParser
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from tests.soak_mail.logs import ACCEPTED, Log

_PUT_OFF_AT_RCPT, _PUT_OFF_AT_DOT = 0.005, 0.005
_SLOW, _LONGEST_SECONDS = 0.06, 0.25
"""How many of the answers to the final dot come late, half of them before the mail is logged, and how late at most."""
_GREETING = b"250-test ready\r\n250-SIZE 50000000\r\n250 PIPELINING\r\n"
_USUAL = {b"MAIL": b"250 ok\r\n", b"RSET": b"250 ok\r\n", b"NOOP": b"250 ok\r\n"}


class Server(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self, folder: Path, seed: str) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.log = Log(folder / ACCEPTED)
        self.lock = threading.Lock()
        self.seed = seed
        self.connections = count(1)
        self.offered: Counter[bytes] = Counter()

    def chances(self, recipient: bytes) -> random.Random:
        """Return what decides how one offer of a mail fares."""
        with self.lock:
            self.offered[recipient] += 1
            return random.Random(f"{self.seed}/{recipient!r}/{self.offered[recipient]}")

    def take(self, content: bytes, recipient: bytes, connection: int, begun: int) -> None:
        """Log that a mail was taken whose content was asked for at ``begun``."""
        message_id = str(BytesHeaderParser().parsebytes(content)["Message-ID"])
        with self.lock:
            self.log.write(
                message=message_id,
                recipient=recipient.decode("ascii"),
                connection=connection,
                begun=begun,
                at=time.monotonic_ns(),
            )


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer until the other side says QUIT or is gone."""
        # A killed delivery breaks off; what it had not handed over whole was not taken.
        with suppress(ConnectionError):
            self._talk(next(self.server.connections))

    def _talk(self, number: int) -> None:
        self.wfile.write(b"220 test ready\r\n")
        recipient: bytes | None = None
        chances = random.Random(0)
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(_GREETING)
            elif verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0]
                chances = self.server.chances(recipient)
                if chances.random() < _PUT_OFF_AT_RCPT:
                    recipient = None
                self.wfile.write(b"250 ok\r\n" if recipient else b"451 4.7.1 greylisted, come again\r\n")
            elif verb == b"DATA" and recipient:
                self._take(recipient, number, chances)
                recipient = None
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(_USUAL.get(verb, b"503 not now\r\n"))

    def _take(self, recipient: bytes, number: int, chances: random.Random) -> None:
        begun = time.monotonic_ns()
        self.wfile.write(b"354 go on\r\n")
        content = bytearray()
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise ConnectionError
            content += line[1:] if line.startswith(b".") else line
        if chances.random() < _PUT_OFF_AT_DOT:
            self.wfile.write(b"451 4.3.0 busy, come again\r\n")
            return
        late = chances.uniform(0, _LONGEST_SECONDS) if chances.random() < _SLOW else 0.0
        is_logged_late = chances.random() < 0.5
        time.sleep(late if is_logged_late else 0)
        self.server.take(bytes(content), recipient, number, begun)
        time.sleep(0 if is_logged_late else late)
        self.wfile.write(b"250 taken\r\n")


def serve(folder: Path, seed: str, line: Connection) -> None:
    """Serve until the other end of ``line`` says or hangs up; say the port on it first."""
    with Server(folder, seed) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        line.send(server.server_address[1])
        with suppress(EOFError):
            line.recv()
        server.shutdown()
