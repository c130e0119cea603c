"""Clients of a running server: a program of its own that asks as fast as it is answered, or at a rate of its own.

Given a job a line (JSON, ``Job``) on standard input, it prints what came of it (JSON, ``Outcome``), also a line. Plain
HTTP/1.1 over connections that are kept, nothing more, so that little of the machine goes to whoever asks.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

_LONGEST_REST_SECONDS = 3.0
"""A connection that rested longer is opened anew: the server is about to close it."""


@dataclass(frozen=True)
class Job:
    """What to ask, and how."""

    port: int
    """Of a server on this very machine."""
    asks: Sequence[tuple[str, str]]
    """Address and body of each request, in this order; a GET where the body is empty."""
    seconds: float
    """For so long new requests are begun, or until there are no more."""
    clients: int = 0
    """So many ask, each again once it is answered; 0 where ``a_second`` says how many requests are begun."""
    a_second: float = 0.0
    """Requests begun in a second, whether or not those before were answered."""


@dataclass
class Outcome:
    """What came of a job."""

    taken: list[float] = field(default_factory=list)
    """Seconds from when each request was begun, or due to be, to the end of its answer."""
    statuses: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    """From the first request to the last answer."""
    own_seconds: float = 0.0
    """Of a processor, that the clients themselves took."""


class _Connection:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._rests_since = 0.0

    async def ask(self, path: str, body: str) -> str:
        """Ask, and return the status of the answer, all of which was read; a broken connection is one too."""
        try:
            if self._open is not None and time.perf_counter() - self._rests_since > _LONGEST_REST_SECONDS:
                self._open[1].close()
                self._open = None
            if self._open is None:
                self._open = await asyncio.open_connection("127.0.0.1", self._port)
            status = await self._asked(*self._open, path, body)
            self._rests_since = time.perf_counter()
            return status
        except (OSError, EOFError, asyncio.IncompleteReadError) as error:
            self._open = None
            return type(error).__name__

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: str) -> str:
        content = body.encode()
        head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n"
        writer.write(head.encode() + b"\r\n" + content)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        named = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        await reader.readexactly(int(named.get("content-length", "0")))
        if named.get("connection") == "close":
            writer.close()
            self._open = None
        return lines[0].split(" ")[1]


async def _work(job: Job) -> Outcome:
    outcome, statuses, asks = Outcome(), Counter[str](), iter(job.asks)
    own, began = time.process_time(), time.perf_counter()

    async def ask(connection: _Connection, one: Sequence[str], since: float) -> None:
        statuses[await connection.ask(*one)] += 1
        outcome.taken.append(time.perf_counter() - since)

    async def ask_on() -> None:
        connection = _Connection(job.port)
        while (since := time.perf_counter()) - began < job.seconds and (one := next(asks, None)) is not None:
            await ask(connection, one, since)

    await (asyncio.gather(*(ask_on() for _ in range(job.clients))) if job.clients else _at_rate(job, asks, ask, began))
    outcome.statuses = dict(statuses)
    outcome.seconds, outcome.own_seconds = time.perf_counter() - began, time.process_time() - own
    return outcome


async def _at_rate(job: Job, asks: Iterator[Sequence[str]], ask: object, began: float) -> None:
    free: list[_Connection] = []
    going = set()

    async def ask_one(one: Sequence[str], due: float) -> None:
        connection = free.pop() if free else _Connection(job.port)
        await ask(connection, one, due)  # type: ignore[operator]
        free.append(connection)

    for number in range(int(job.seconds * job.a_second)):
        one = next(asks, None)
        if one is None:
            break
        due = began + number / job.a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        going.add(asyncio.create_task(ask_one(one, due)))
    await asyncio.gather(*going)


def main() -> None:
    """Do one job after the other, until there are no more."""
    for line in sys.stdin:
        print(json.dumps(asdict(asyncio.run(_work(Job(**json.loads(line)))))), flush=True)


if __name__ == "__main__":
    main()
