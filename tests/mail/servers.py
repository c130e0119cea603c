"""Mail servers for the tests, all real sockets on 127.0.0.1: one that takes mail, one that plays a script of faults."""

import datetime
import ipaddress
import os
import socket
import ssl
import struct
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
    "AUTH": ("auth", "235 welcome"),
    "MAIL": ("mail", "250 ok"),
    "RCPT": ("rcpt", "250 ok"),
    "RSET": ("rset", "250 ok"),
    "QUIT": ("quit", "221 bye"),
}
EXTENSIONS = ("SIZE 50000000", "AUTH PLAIN")
PIPELINING = (*EXTENSIONS, "PIPELINING")
_STALL_SECONDS = 20


@dataclass
class Session:
    """What one connection saw."""

    commands: list[str] = field(default_factory=list)


@dataclass
class ScriptedServer:
    """Speaks SMTP, and at each step does what the script says.

    ``script`` is asked with a step (``connect``, ``ehlo``, ``auth``, ``mail``, ``rcpt``, ``data``, ``body``, ``dot``,
    ``rset``, ``quit``) and the number of the message on this server, from 0. It returns None for the usual answer, a
    reply line, or what happens to the connection there:

    ``drop``     it is closed                       ``reset``   it is reset (RST)
    ``half``     nothing more is said: the server closes its own side, and reads on
    ``stall``    nothing more is said, and the connection stays open
    ``garbage``  bytes that are no answer; under TLS, bytes that are no TLS
    ``slow N``   the usual answer, N seconds late

    At ``body`` it breaks in the middle of the message, at ``dot`` after the final dot was read.
    """

    script: Callable[[str, int], str | None] = lambda step, number: None
    extensions: tuple[str, ...] = EXTENSIONS
    context: ssl.SSLContext | None = None
    """TLS from the first byte."""
    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    """Each message that was read to its final dot and not refused."""
    unwanted: list[bytes] = field(default_factory=list)
    """What came to the final dot without a recipient that was taken."""
    sessions: list[Session] = field(default_factory=list)
    messages: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set once a connection stalls."""
    ended: threading.Event = field(default_factory=threading.Event)

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
        self.ended.set()
        for thread in threads:
            thread.join(5)

    def _guarded(self, connection: socket.socket) -> None:
        try:
            line = connection if self.context is None else self.context.wrap_socket(connection, server_side=True)
            with line:
                self._talk(line)
        except (_Drop, OSError):
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        session = Session()
        self.sessions.append(session)
        number, has_recipient = self.messages, False
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
                        has_recipient = False
                if verb == "DATA":
                    self._take(connection, lines, number, has_recipient=has_recipient)
                elif verb == "RCPT":
                    has_recipient = self._answer(connection, *_USUAL[verb], number=number)
                elif verb == "EHLO":
                    self._answer(connection, "ehlo", self._greeting(), number=number)
                else:
                    self._answer(connection, *_USUAL.get(verb, ("other", "250 ok")), number=number)
                if verb == "QUIT":
                    return

    def _greeting(self) -> str:
        return "\r\n".join(["250-test", *(f"250-{each}" for each in self.extensions), "250 HELP"])

    def _answer(self, connection: socket.socket, step: str, usual: str, *, number: int) -> bool:
        """Say what the script says at this step; return whether it was the usual."""
        reply = self.script(step, number)
        verb, _, seconds = (reply or "").partition(" ")
        if verb == "slow":
            self.ended.wait(float(seconds))
            reply = None
        self._break(connection, reply)
        connection.sendall((reply or usual).encode() + b"\r\n")
        return reply is None

    def _break(self, connection: socket.socket, reply: str | None) -> None:
        """Do to the connection what a script's word says; return where it is no such word."""
        with _below_tls(connection) as raw:
            if reply == "garbage":
                raw.sendall(b"\x00\xff\xfe nothing of the kind\r\n" * 40)
            elif reply == "half":
                raw.shutdown(socket.SHUT_WR)
            elif reply == "reset":
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply in ("stall", "half", "garbage"):
            self.stalled.set()
            self.ended.wait(_STALL_SECONDS)
        if reply in ("drop", "reset", "stall", "half", "garbage"):
            raise _Drop

    def _take(self, connection: socket.socket, lines: BinaryIO, number: int, *, has_recipient: bool) -> None:
        if self._answer(connection, "data", "354 go on", number=number):
            content = self._body(connection, lines, number)
            if not has_recipient:
                # As RFC 2920 has it: the content was asked for, and there is nobody to deliver it to.
                self.unwanted.append(content)
                connection.sendall(b"554 no valid recipients\r\n")
                return
            reply = self.script("dot", number)
            if reply is None or not reply[0].isdigit() or reply[0] == "2":
                self.taken.append(content)
            self._answer(connection, "dot", "250 taken", number=number)

    def _body(self, connection: socket.socket, lines: BinaryIO, number: int) -> bytes:
        content = b""
        if (reply := self.script("body", number)) is not None:
            lines.readline()
            self._break(connection, reply)
        while (line := lines.readline()) != b".\r\n":
            if not line:
                raise _Drop
            content += line[1:] if line.startswith(b".") else line
        return content


class _Drop(Exception):  # noqa: N818
    """Break the connection here."""


def _below_tls(connection: socket.socket) -> socket.socket:
    """Return the connection below TLS, under a descriptor of its own."""
    return socket.socket(fileno=os.dup(connection.fileno()))


def settings_for(server: "ScriptedServer") -> str:
    """Return the table of ``config.toml`` by which mail goes to a server at once, nothing of it confirmed."""
    return (
        f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        'from = "office@example.org"\nconfirm_above = 0\n'
    )


@contextmanager
def scripted(
    script: Callable[[str, int], str | None] = lambda step, number: None,
    *,
    extensions: tuple[str, ...] = EXTENSIONS,
    context: ssl.SSLContext | None = None,
) -> Iterator[ScriptedServer]:
    """A scripted server on a free port."""
    server = ScriptedServer(script, extensions, context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            server.ended.set()
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
