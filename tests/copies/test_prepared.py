"""What children that make copies find ready: the patterns that planning most policies needs."""

import subprocess
import sys
from pathlib import Path

import pytest

LEFT = """
import gc, sys
from pathlib import Path
from pipeline.copies.rewording import prepare_rewording, reword_file
from pipeline.model.contacts import Directory, Holder
from pipeline.text.lazily import _Lazily

def made():
    return sum("_compiled" in vars(each) for each in gc.get_objects() if type(each) is _Lazily)

prepare_rewording()
ready = made()
directory = Directory((Holder("dsl", "Bob Ray", "Mr", "01632 960001", "bob.ray@example.org"),))
reword_file(Path(sys.argv[1]), directory=directory, school=None)
print(ready, made() - ready)
"""


@pytest.mark.parametrize("name", ["confidentiality.docx", "safeguarding-and-child-protection.docx"])
def test_a_copy_needs_few_patterns_that_are_not_ready(repository: Path, name: str) -> None:
    """Each child would compile its own: a fifth of what a copy of a short policy takes."""
    done = subprocess.run(
        [sys.executable, "-c", LEFT, str(repository / "policies" / name)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    ready, left = map(int, done.stdout.split())
    assert left < ready / 8
