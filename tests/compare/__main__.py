"""Compare what two commits make of every document at hand: ``python -m tests.compare --base COMMIT``.

The facts read, each replacement, hold and listing, and the words of the finished copies, at the commit and as the tree
lies here. Where the truth is known a difference is a gain or a loss, elsewhere a change. At the end stands what became
of whoever a document names in a safeguarding role. Real documents are copied for invented people, and nobody whom they
name is listed as former.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.compare.differences import Difference, Verdict, differences
from tests.compare.documents import PARTS, Library, build
from tests.compare.people import table, whereabouts
from tests.compare.trees import ROOT, CompareError, Record, ask_both, check_out

_SHOWN = 12
_LONGEST = 300
_TITLES = {Verdict.LOSS: "Losses", Verdict.GAIN: "Gains", Verdict.CHANGE: "Changes (the truth is not known)"}


def main(arguments: Sequence[str]) -> int:
    """Print the differences and the table; return 0, or 2 where the commit cannot be compared."""
    parser = argparse.ArgumentParser(prog="python -m tests.compare", description=__doc__)
    parser.add_argument("--base", required=True, help="the commit to compare this tree with")
    parser.add_argument("--only", nargs="+", metavar="PART", help=f"parts, or how they begin: {', '.join(PARTS)}")
    parser.add_argument("--limit", type=int, help="at most so many documents of each part")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same invented documents")
    parser.add_argument("--all", action="store_true", help=f"every difference, not {_SHOWN} of each kind")
    wanted = parser.parse_args(arguments)
    parts = [part for part in PARTS if not wanted.only or part.startswith(tuple(wanted.only))]
    if not parts:
        parser.error(f"no part begins so; parts are {', '.join(PARTS)}")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        try:
            base = check_out(wanted.base, Path(folder) / "tree")
            library = build(Path(folder) / "documents", parts, limit=wanted.limit, seed=wanted.seed)
            lines = compare(library, base, ROOT, Path(folder), show_all=wanted.all)
        except CompareError as error:
            print(error, file=sys.stderr)
            return 2
    print(f"{wanted.base} compared with the tree as it lies here: {', '.join(parts)}, seed {wanted.seed}")
    print("\n".join(lines))
    print(f"\n{time.perf_counter() - started:.0f} seconds")
    return 0


def compare(library: Library, base: Path, head: Path, folder: Path, *, show_all: bool = False) -> list[str]:
    """Return the lines that say how two trees of the program differ; ``folder`` is for their copies.

    Raises:
        CompareError: a tree did not answer.
    """
    asked = folder / "asked"
    asked.mkdir()
    before, after = ask_both(library.write_manifest(asked), base, head)
    lines = [f"{len(library.subjects):,} documents"]
    found = [
        each for subject in library.subjects for each in differences(subject, before[subject.id], after[subject.id])
    ]
    lines += say_differences(found, show_all=show_all) if found else ["no differences"]
    return [*lines, *_say_people(library, before, after)]


def say_differences(found: Sequence[Difference], *, show_all: bool) -> list[str]:
    """Return the lines that list differences: losses, gains, changes, each by kind."""
    lines = []
    for verdict, title in _TITLES.items():
        mine = [each for each in found if each.verdict is verdict]
        documents = len({each.document for each in mine})
        lines.append(f"\n{title}: {len(mine):,}, in {documents:,} documents" if mine else f"\n{title}: none")
        for kind in sorted({each.kind for each in mine}):
            same = [each for each in mine if each.kind == kind]
            lines.append(f"  {kind}: {len(same):,}")
            alike: dict[tuple[str, str], list[Difference]] = {}
            for each in same:
                alike.setdefault((each.before, each.after), []).append(each)
            groups = list(alike.values())
            shown = groups if show_all else groups[:_SHOWN]
            lines += [line for group in shown for line in _say_group(group)]
            if len(shown) < len(groups):
                lines.append(f"    … and {len(groups) - len(shown):,} more (--all)")
    return lines


def _say_group(group: Sequence[Difference]) -> list[str]:
    """Say what is the same in several documents once, by the first of them."""
    each = group[0]
    workspace = f" ({each.workspace} configured)" if each.workspace else ""
    others = f", and the same {len(group) - 1:,} times more" if len(group) > 1 else ""
    lines = [f"    {each.document}{workspace}{others}"]
    for mark, words in (("-", each.before), ("+", each.after)):
        lines += [f"      {mark} {_short(line)}" for line in words.split("\n") if line]
    return lines


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _say_people(library: Library, before: dict[str, Record], after: dict[str, Record]) -> list[str]:
    lines = []
    for title, records in (("before", before), ("now", after)):
        people = [each for subject in library.subjects for each in whereabouts(subject, records[subject.id])]
        if people:
            lines += [f"\nWhoever is known to be named in a safeguarding role, {title}", *table(people)]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
