"""Mail servers for the tests, all real sockets on 127.0.0.1: one that takes mail, one that plays a script of faults."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_USUAL = {
    "EHLO": ("ehlo", "250-test\r\n250-SIZE 50000000\r\n250 AUTH PLAIN"),
    "AUTH": ("auth", "235 welcome"),
    "MAIL": ("mail", "250 ok"),
    "RCPT": ("rcpt", "250 ok"),
    "QUIT": ("quit", "221 bye"),
}


@dataclass
class Session:
    """What one connection saw."""

    commands: list[str] = field(default_factory=list)


@dataclass
class ScriptedServer:
    """Speaks SMTP, and at each step does what the script says.

    ``script`` is asked with a step (``connect``, ``auth``, ``mail``, ``rcpt``, ``data``, ``body``, ``dot``) and the
    number of the message on this server, from 0; it returns None for the usual answer, a reply line, or ``drop`` to
    break the connection there. At ``body`` the connection breaks in the middle of the message, at ``dot`` after the
    final dot was read.
    """

    script: Callable[[str, int], str | None] = lambda step, number: None
    password: str | None = None
    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    messages: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        threads = []
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                break
            thread = threading.Thread(target=self._guarded, args=(connection,), daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join(5)

    def _guarded(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._talk(connection)
            except (_Drop, OSError):
                return

    def _talk(self, connection: socket.socket) -> None:
        session = Session()
        self.sessions.append(session)
        number = self.messages
        with connection.makefile("rb") as lines:
            self._answer(connection, "connect", "220 test ready", number=number)
            while line := lines.readline():
                command = line.decode().rstrip("\r\n")
                session.commands.append(command)
                verb = command.split(" ")[0].upper()
                if verb == "MAIL":
                    with self.lock:
                        number = self.messages
                        self.messages += 1
                if verb == "DATA":
                    self._take(connection, lines, number)
                else:
                    self._answer(connection, *_USUAL.get(verb, ("other", "250 ok")), number=number)
                if verb == "QUIT":
                    return

    def _answer(self, connection: socket.socket, step: str, usual: str, *, number: int) -> bool:
        """Say what the script says at this step; return whether it was the usual."""
        reply = self.script(step, number)
        if reply == "drop":
            raise _Drop
        connection.sendall((reply or usual).encode() + b"\r\n")
        return reply is None

    def _take(self, connection: socket.socket, lines: BinaryIO, number: int) -> None:
        if self._answer(connection, "data", "354 go on", number=number):
            content = self._body(lines, number)
            if self.script("dot", number) in (None, "drop"):
                self.taken.append(content)
            self._answer(connection, "dot", "250 taken", number=number)

    def _body(self, lines: BinaryIO, number: int) -> bytes:
        content = b""
        if self.script("body", number) == "drop":
            lines.readline()
            raise _Drop
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise _Drop
            content += line[1:] if line.startswith(b".") else line
        return content


class _Drop(Exception):  # noqa: N818
    """Break the connection here."""


@contextmanager
def scripted(script: Callable[[str, int], str | None] = lambda step, number: None) -> Iterator[ScriptedServer]:
    """A scripted server on a free port."""
    server = ScriptedServer(script)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def make_certificate(
    folder: Path, name: str = "localhost", lasts: datetime.timedelta = datetime.timedelta(days=2)
) -> Path:
    """Write a self-signed certificate for ``name`` and 127.0.0.1 with its key, an hour old; return the one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + lasts)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(pem) + private)
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    """What the test server offers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
