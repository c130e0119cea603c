"""A name or number that a line break, a tab or a fixed hyphen runs through: the sign stays, the words go around it."""

from dataclasses import replace

from pipeline.documents.word.paragraph import WordParagraph
from pipeline.plan.values import Replacement

_KEPT = frozenset("\n\t-")


def around_breaks(paragraph: WordParagraph, replacement: Replacement) -> tuple[Replacement, ...]:
    """Return a replacement in parts that leave out the fixed signs inside it; itself where there are none.

    The new words are shared out as the old ones were: as many before a break, the rest behind the last. Empty where
    a sign stands inside that cannot be kept (a symbol).
    """
    inside = [
        piece
        for piece in paragraph.pieces
        if not piece.editable and piece.start < replacement.end and replacement.start < piece.end
    ]
    if not inside:
        return (replacement,)
    if any(paragraph.text[piece.start : piece.end] not in _KEPT for piece in inside):
        return ()
    starts = [replacement.start, *(piece.end for piece in inside)]
    ends = [*(piece.start for piece in inside), replacement.end]
    words = replacement.after.split()
    parts: list[Replacement] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        before = paragraph.text[start:end]
        if number == len(starts):
            mine, words = words, []
        else:
            count = min(len(before.split()), max(1, len(words) - 1))
            mine, words = words[:count], words[count:]
        after = " ".join(mine)
        if before.strip() or after:
            tail = before[len(before.rstrip()) :] if after else ""
            parts.append(replace(replacement, start=start, end=end, before=before, after=after + tail))
    return tuple(each for each in parts if each.start < each.end)
