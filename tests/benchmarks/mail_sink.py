"""A mail server that takes everything and keeps nothing: ``python -m tests.benchmarks.mail_sink [MILLISECONDS]``.

It prints its port, offers PIPELINING and SIZE, and ends when its input does. Each answer comes so many milliseconds
after what it answers, as over a line whose round trip takes that long.
"""

import asyncio
import sys

_END = b"\r\n.\r\n"
_GREETING = b"220 sink\r\n"
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250 SIZE 100000000\r\n"
_ANSWERS = {b"EHLO": _EHLO, b"QUIT": b"221 bye\r\n", b"DATA": b"354 go on\r\n"}


class _Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, round_trip: float) -> None:
        """``round_trip`` is in seconds."""
        self._round_trip = round_trip
        self._waiting = b""
        self._in_content = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answer(_GREETING)

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
            self._answer(b"250 taken\r\n")
            return True
        line, found, rest = self._waiting.partition(b"\r\n")
        if not found:
            return False
        self._waiting, word = rest, line[:4].upper()
        self._in_content = word == b"DATA"
        self._answer(_ANSWERS.get(word, b"250 fine\r\n"))
        return True

    def _answer(self, words: bytes) -> None:
        if self._round_trip:
            asyncio.get_running_loop().call_later(self._round_trip, self._transport.write, words)
        else:
            self._transport.write(words)


async def _serve(round_trip: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Sink(round_trip), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0))
