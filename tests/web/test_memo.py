"""What pages share is worked out once for a state, by one request at a time, and never told of another state."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.web.memo import Memo


def test_what_rests_on_the_same_is_worked_out_once_and_on_another_anew() -> None:
    memo, made = Memo(), iter(range(9))
    first = memo.of("picture", ("print", 1), lambda: next(made))
    assert memo.of("picture", ("print", 1), lambda: next(made)) == first
    assert memo.of("picture", ("print", 2), lambda: next(made)) == first + 1
    assert memo.of("picture", ("print", 1), lambda: next(made)) == first + 2, "only the last state is kept"
    assert memo.of("look", ("print", 1), lambda: "another kind") == "another kind"


def test_requests_that_come_meanwhile_wait_for_it_and_those_of_another_kind_do_not() -> None:
    memo, begun, go_on, count = Memo(), threading.Event(), threading.Event(), []

    def slowly() -> str:
        count.append(1)
        begun.set()
        assert go_on.wait(10)
        return "made"

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(memo.of, "picture", 1, slowly) for _ in range(3)]
        assert begun.wait(10)
        assert memo.of("look", 1, lambda: "at once") == "at once"
        assert memo.last("picture") is None
        go_on.set()
        assert [each.result(10) for each in asked] == ["made"] * 3
    assert len(count) == 1


def test_what_failed_is_not_kept_and_the_next_request_makes_it() -> None:
    memo = Memo()

    def fails() -> str:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        memo.of("picture", 1, fails)
    assert memo.of("picture", 1, lambda: "made") == "made"


def test_the_last_is_told_with_what_it_rests_on_though_that_is_over() -> None:
    memo = Memo()
    assert memo.last("days to come") is None
    memo.keep("days to come", "monday", "mails")
    assert memo.last("days to come") == ("monday", "mails")
    memo.keep("days to come", "tuesday", "others")
    assert memo.last("days to come") == ("tuesday", "others")


def test_where_there_is_no_more_room_what_was_asked_for_longest_ago_goes_and_the_newest_stays() -> None:
    memo = Memo()

    def show(key: str, size: int) -> int:
        return memo.of("place", True, lambda: size, key=key, has_room=lambda kept: sum(kept) <= 10)

    memo.keep("look", 1, 10)
    show("a", 4), show("b", 4)
    assert memo.last("place", "a") is not None
    show("c", 4)
    assert (memo.last("place", "b"), memo.last("place", "a")) == (None, (True, 4))
    show("d", 99)
    assert [memo.last("place", key) for key in "abcd"] == [None, None, None, (True, 99)]
    assert memo.last("look") == (1, 10)
