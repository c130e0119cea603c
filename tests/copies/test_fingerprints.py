"""What a copy was made of, as a hash that earlier editions of the program gave as well."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import pytest

from pipeline.contacts.safety_lines import safety_lines
from pipeline.copies.fingerprints import RENDERER, fingerprint_of
from pipeline.model.contacts import Directory, Holder, ShownDirectory
from pipeline.model.facts import Facts
from pipeline.model.policies import VersionStatus
from pipeline.pages.pdf import ContactLine, FrontBlock
from pipeline.register.policies.policies import VersionRow

_LEAD = Holder("dsl", "Zoë “Sam” Hillcrest", "Ms", "01632 960202", None)
_VERSION = VersionRow(
    1, 1, 1, "ab12", "Pay.docx", VersionStatus.PENDING_APPROVAL, None, Facts(), 3, (), None,
    datetime(2026, 9, 1, tzinfo=UTC), None, None,
)  # fmt: skip
_FRONT = FrontBlock(
    title='Pay, "café" \\ fees',
    school="Westhaven School",
    version="2",
    state_words="in force",
    approved="10 September 2026",
    last_review=None,
    next_review="August 2027",
    owner=None,
    contacts=(),
    code="B7K-2QX4",
    made_on=date(2026, 11, 24),
)


def _as_before(directory: Directory, front: FrontBlock) -> str:
    """Return the fingerprint by its definition: of all parts, written as JSON together."""
    people = asdict(directory)
    for name in ("settled", "staying"):
        if not people[name]:
            del people[name]
    lines = [asdict(line) for line in front.contacts]
    named = [_VERSION.sha256, people, lines]
    # Who stands in for a few days is said in mails alone.
    safety = {name: line for name, line in asdict(front.safety).items() if name != "cover"}
    shown = {**asdict(front), "contacts": lines, "safety": safety}
    return f"{_hash(named)}:{_hash([RENDERER, named, shown, 'templates', 'https://x.org'])}"


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@pytest.mark.parametrize(
    "directory",
    [Directory(), Directory((_LEAD,), office=_LEAD, vacant=("senco",)), Directory((_LEAD,), settled=(_LEAD,))],
)
def test_fingerprint_is_that_of_all_parts_written_together(directory: Directory) -> None:
    line = ContactLine("dsl", "Designated Safeguarding Lead", "Zoë", "01632", None)
    full = replace(_FRONT, contacts=(line, replace(line, name="Sam")), qr_svg="<svg/>")

    for front in (_FRONT, full):
        assert fingerprint_of(_VERSION, directory, front, "templates", "https://x.org") == _as_before(directory, front)


def test_another_safety_line_is_another_copy_of_the_same_people() -> None:
    front = replace(_FRONT, safety=safety_lines(ShownDirectory((_LEAD,))))

    plain, named = (fingerprint_of(_VERSION, Directory(), each, "templates", "") for each in (_FRONT, front))

    assert plain.split(":")[0] == named.split(":")[0]
    assert plain != named
