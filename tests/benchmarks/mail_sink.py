"""A mail server that takes everything and keeps nothing, as a process: ``python -m tests.benchmarks.mail_sink``.

It prints its port, offers PIPELINING and SIZE, and ends when its input does.
"""

import asyncio
import sys

_END = b"\r\n.\r\n"
_GREETING = b"220 sink\r\n"
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250 SIZE 100000000\r\n"
_ANSWERS = {b"EHLO": _EHLO, b"QUIT": b"221 bye\r\n", b"DATA": b"354 go on\r\n"}


class _Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._waiting = b""
        self._in_content = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while self._step():
            pass

    def _step(self) -> bool:
        """Take one command or the end of one content; return whether there was one."""
        if self._in_content:
            place = self._waiting.find(_END)
            if place < 0:
                self._waiting = self._waiting[-len(_END) :]
                return False
            self._waiting, self._in_content = self._waiting[place + len(_END) :], False
            self._transport.write(b"250 taken\r\n")
            return True
        line, found, rest = self._waiting.partition(b"\r\n")
        if not found:
            return False
        self._waiting, word = rest, line[:4].upper()
        self._in_content = word == b"DATA"
        self._transport.write(_ANSWERS.get(word, b"250 fine\r\n"))
        return True


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
