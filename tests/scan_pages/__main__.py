"""Scan readers' pages as ``policy serve`` shows them, 1,000 visits unless told otherwise, and print what came of it.

Ends with 1 where anything was recorded, or where a reader who types their surname afterwards is not taken.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from pipeline.web.readers.surnames import prints_surname
from tests.school import MONDAY, SECRET, School
from tests.web.scanned_school import pages_of, recorded, scanned_school
from tests.web.scanner import scan


@contextmanager
def served(school: School) -> Iterator[str]:
    """Serve the school's pages with the real command; give back the address."""
    command = [sys.executable, "-m", "pipeline", "--workspace", str(school.root)]
    command += ["--today", str(MONDAY + timedelta(days=1)), "serve", "--port", "0", "--no-scheduler"]
    environ = {**os.environ, "POLICY_SECRET_KEY": SECRET}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"Serving at (http://\S+)", line):
                yield found[1]
                return
        raise SystemExit("policy serve did not start")
    finally:
        process.terminate()
        process.wait(timeout=20)


def main() -> int:
    """Scan, print figures, and return 1 where a machine was taken for a reader, or a reader for a machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=1000)
    parser.add_argument("--readers", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scan-") as folder:
        school = scanned_school(Path(folder), asked.readers)
        with school, served(school) as origin:
            pages, began = pages_of(school, origin), time.monotonic()
            done = asyncio.run(scan(pages, visits=asked.visits, seed=asked.seed, at_once=asked.at_once))
            seconds, after = time.monotonic() - began, recorded(school)
            print(f"{done.visits} visits to {len(pages)} pages in {seconds:.0f} s, {done.opened} links opened")
            print(f"{done.broken} visits broke off and were made again")
            print(f"forms posted, by answer: {dict(sorted(done.answers.items()))}")
            print(f"{len(done.typed)} different fillings; recorded: {dict(after)}")
            taken = sum(_is_taken(page, school, key) for key, page in enumerate(pages, start=1))
            print(f"then {taken} of {len(pages)} readers recorded with the first form they posted")
    return int(any(after.values()) or taken != len(pages))


def _is_taken(page: str, school: School, key: int) -> bool:
    """Return whether a reader's own answer is taken, as the page asks for it: surname, or both names."""
    shown = httpx.get(page, timeout=60).text
    person = school.find_person(key).person
    both = "your first name and your surname" in shown
    assert both or not prints_surname(shown, person.last_name)
    found = re.search(r'name="form" value="([^"]+)"', shown)
    assert found
    surname = person.name if both else person.last_name
    answer = httpx.post(page, data={"form": found[1], "read": "yes", "surname": surname}, timeout=60)
    return answer.status_code == 303


if __name__ == "__main__":
    sys.exit(main())
