"""Soak the copies: ``python -m tests.soak_copies [--count 10000] [--seed 1] [--readers 500]``, the table printed."""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.soak_copies.planting import combinations
from tests.soak_copies.readers import faults_of_pdfs, faults_of_words, fit_for_readers
from tests.soak_copies.soaking import Outcome, Tally, soak

_CHUNK = 250
_FAULTS_SHOWN = 40


def main(arguments: list[str]) -> int:
    """Make and judge the copies on two processors; return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_copies", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="documents to generate")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same documents")
    parser.add_argument("--readers", type=int, default=500, help="of these, how many also go to LibreOffice and as PDF")
    wanted = parser.parse_args(arguments)
    print(f"soak-copies: seed {wanted.seed}, {wanted.count:,} documents", flush=True)
    started = time.perf_counter()
    tally, kept = Tally(), []
    for outcome in _outcomes(wanted.seed, wanted.count):
        tally.add(outcome)
        if len(kept) < wanted.readers:
            kept += fit_for_readers([outcome], 1)
    taken = time.perf_counter() - started
    for what, number, aim in tally.table():
        print(f"  {what:<52}{number:>10,}  {aim and f'aim {aim}'}")
    print(f"  {'of all place × form × split combinations':<52}{len(combinations()):>10,}")
    print(f"  {'seconds':<52}{taken:>10.0f}", flush=True)
    faults = tally.faults + _read(kept)
    for fault in faults[:_FAULTS_SHOWN]:
        print(f"  {fault}")
    if faults:
        print(f"{len(faults)} faults. Again with one document: tests.soak_copies.soaking.soak({wanted.seed}, NUMBER)")
    return 1 if faults else 0


def _outcomes(seed: int, count: int) -> Iterator[Outcome]:
    with ProcessPoolExecutor(max_workers=2) as workers:
        yield from workers.map(partial(soak, seed), range(count), chunksize=_CHUNK)


def _read(outcomes: list[Outcome]) -> list[str]:
    """Have others read the copies, and print how many did."""
    if not outcomes:
        return []
    faults = faults_of_pdfs(outcomes)
    print(
        f"  {'PDFs with a fault of PDF/UA-1 or an error of outloud':<52}{len(faults):>10,}  of {len(outcomes)}, aim 0"
    )
    if shutil.which("soffice") is None:
        print("  LibreOffice is not installed: its reading of the copies was not compared.")
        return faults
    words = faults_of_words(outcomes)
    print(f"  {'copies LibreOffice reads otherwise than expected':<52}{len(words):>10,}  of {len(outcomes)}, aim 0")
    return faults + words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
