"""An address of this machine at which pages are served, and the server that ends when it is told to."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from pipeline.errors import UsageError, say_system_error

if TYPE_CHECKING:
    import uvicorn

PATIENCE_SECONDS = 2
"""Open connections get so long to finish once the server is told to stop, and then so long the mail that is on its way.
"""


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything else, so that one in use is told in a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = say_system_error(error) if isinstance(error, OSError) else "ports go from 0 to 65535"
        raise UsageError(
            f"{host} port {port} cannot be served: {reason}. If the dashboard is open in another window already, use "
            "that one; else choose another port with --port."
        ) from error
    listener.listen(128)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return where the pages are on this very machine."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    # On all addresses of the machine the one that always works from here is its own.
    shown = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)
    return f"http://{shown}:{port}"


def make_server(app: ASGIApp, stopping: threading.Event | None) -> "uvicorn.Server":
    """Return the server of ``app``; it ends when ``stopping`` is set."""
    import uvicorn

    from pipeline.web.limits import BACKLOG, fit_to_process, limited_protocol

    limits = fit_to_process()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=limited_protocol(limits),
            ws="none",
            backlog=BACKLOG,
            timeout_keep_alive=limits.between,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )
    )
    if stopping is not None:
        threading.Thread(target=_stop_when_set, args=(server, stopping), daemon=True).start()
    return server


def _stop_when_set(server: "uvicorn.Server", stopping: threading.Event) -> None:
    stopping.wait()
    server.should_exit = True


@contextmanager
def ending_by_signals(server: "uvicorn.Server") -> Iterator[list[int]]:
    """Let SIGTERM and Ctrl-C end the server, and give back which came.

    The server's own way raises the signal once more when it is done, which would end the program before it has closed
    the register.
    """
    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        server.force_exit = bool(received)
        received.append(number)
        server.should_exit = True

    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    server.capture_signals = _nothing  # type: ignore[method-assign]
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
