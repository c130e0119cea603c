"""What the system says when it refuses, in words for the school office and without its numbers."""

import errno
import os
import socket

import pytest

from pipeline.errors import say_system_error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/x/y"), "it is not there"),
        (PermissionError(errno.EACCES, "Permission denied"), "this account has no right to it"),
        (OSError(errno.ENOSPC, "No space left on device"), "its drive is full"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "nothing answers there"),
        (TimeoutError("timed out"), "it did not answer in time"),
        (socket.gaierror(-2, "Name or service not known"), "no machine of that name is known"),
        (OSError(0, "Stopped."), "stopped"),
        (OSError(), "the system gives no reason"),
        (UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "invalid"), "it is not plain text in UTF-8"),
    ],
)
def test_a_refusal_is_said_in_words(error: OSError | UnicodeError, words: str) -> None:
    assert say_system_error(error) == words


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_no_number_of_the_system_reaches_the_office(number: int) -> None:
    words = say_system_error(OSError(number, os.strerror(number), "/some/file"))
    assert "Errno" not in words
    assert str(number) not in words
    assert words == words.strip() != ""
