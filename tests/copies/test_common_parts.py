"""What is made of a part that copies have in common is made once."""

from pipeline.copies.common_parts import once_for_each


def test_the_same_part_is_worked_out_once_and_an_equal_one_again() -> None:
    asked: list[tuple[str, ...]] = []

    @once_for_each
    def said(part: tuple[str, ...]) -> str:
        asked.append(part)
        return " and ".join(part)

    first, equal = (tuple(name for name in ("Sam", "Jo")) for _ in range(2))

    assert [said(first), said(first), said(equal)] == ["Sam and Jo"] * 3
    assert len(asked) == 2


def test_no_part_is_taken_for_one_that_is_gone() -> None:
    counted = once_for_each(len)

    assert [counted([0] * length) for length in range(1_000)] == list(range(1_000))
