"""Both sites built of 60 and of 4,000 policies, and built again after one policy changed.

Half of the policies are public. The limit beside a build is the least that any program must do for it: write the same
files, each of them whole before it has its name. A rebuild is held against the build before it.
"""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pipeline.config import load_config
from pipeline.files import write_atomically
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import DateFact, Facts
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.standing import list_standings
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.policies.copies import CopyRecord, add_copy
from pipeline.register.policies.policies import VersionRecord, add_policy, add_version
from pipeline.register.store.database import Register, open_register
from pipeline.register.transaction import Transaction
from pipeline.run import run_pipeline
from tests.benchmarks.measuring import Row, seconds
from tests.benchmarks.policies import policy_content
from tests.school import MONDAY, at

_COUNTS = (60, 4_000)
_DUE = DateFact(PartialDate("2027-08", Precision.MONTH), "August 2027", "paragraph 1", 0.99)
_SETTINGS = """
[school]
name = "Westhaven School"
[contacts.dsl]
name = "Jo Fairweather"
pronoun = "she"
phone = "01632 960101"
email = "jo.fairweather@example.org"
[backup]
keep = 0
"""


def measure() -> list[Row]:
    """Measure each size."""
    rows = []
    for count in _COUNTS:
        with tempfile.TemporaryDirectory() as folder:
            rows += _measure(Path(folder), count)
    return rows


def _measure(folder: Path, count: int) -> list[Row]:
    pdf, page = _copy_of_one(folder / "one")
    with _School(folder / "school", count, pdf, page) as school:
        reports: list[SiteReport] = []
        first = seconds(lambda: reports.append(school.publish()))
        limit = seconds(lambda: _write_same(school.root / "distribution", folder / "same"))
        again = []
        for number in range(3):
            school.change(number)
            again.append(seconds(lambda: reports.append(school.publish())))
        unchanged = min(seconds(lambda: reports.append(school.publish())) for _ in range(3))
    assert all(report.failed is None for report in reports)
    assert reports[0].staff == count
    assert reports[-1].written == 0
    changed = sorted(again)[1]
    per_policy = f"{first:.2f} s, {first / count * 1000:.1f} ms a policy"
    return [
        Row(f"both sites of {count:,} policies ÷ writing the same files", f"{first / limit:.2f}×", "", per_policy),
        Row("  again after one change ÷ the first", f"{changed / first:.1%}", "≤ 5%", f"{changed * 1000:.0f} ms"),
        Row("  again unchanged ÷ the first", f"{unchanged / first:.1%}", "", f"{unchanged * 1000:.0f} ms"),
    ]


def _copy_of_one(root: Path) -> tuple[bytes, bytes]:
    """Return PDF and web page of a real copy, which stands for all."""
    (root / "policies").mkdir(parents=True)
    (root / "config.toml").write_text(_SETTINGS, encoding="utf-8")
    (root / "staff.csv").write_text("person_id,first_name,last_name,work_email,role,start_date,leave_date\n", "utf-8")
    (root / "policies" / "one.docx").write_bytes(policy_content(1, title="One Policy"))
    run_pipeline(load_config(root / "config.toml"), today=MONDAY, now=at(MONDAY), environ={})
    copies = root / "distribution" / "copies"
    return next(copies.glob("*.pdf")).read_bytes(), next(copies.glob("*.html")).read_bytes()


def _write_same(distribution: Path, target: Path) -> None:
    for site in ("site", "staff-site"):
        for path in (distribution / site).rglob("*"):
            if path.is_file():
                write_atomically(target / site / path.relative_to(distribution / site), path.read_bytes())
    shutil.rmtree(target)


@dataclass(frozen=True)
class _Made:
    policy: int
    version: int
    slug: str
    names: int
    """The number of another policy that its page leads to."""


class _School:
    """A register with so many policies, each with files of its own; every second one is public."""

    def __init__(self, root: Path, count: int, pdf: bytes, page: bytes) -> None:
        self.root, self._pdf, self._page = root, pdf, page
        (root / "distribution" / "copies").mkdir(parents=True)
        also = ", ".join(f'"policy-{number:04}"' for number in range(0, count, 2))
        (root / "config.toml").write_text(f"{_SETTINGS}[publish]\nalso = [{also}]\n", encoding="utf-8")
        self.config = load_config(root / "config.toml")
        self.register: Register = open_register(
            self.config.register_.url, root=root, school_name="Westhaven School", time_zone="Europe/London"
        )
        with self.register.transaction() as tx:
            self._made = [self._add(tx, number, count) for number in range(count)]
        with self.register.reading() as tx:
            self._standings = list_standings(tx, self.register.school, self.config, MONDAY)

    def __enter__(self) -> "_School":
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()

    def publish(self) -> SiteReport:
        return publish_site(self.register, self.config, self._standings, MONDAY)

    def change(self, number: int) -> None:
        """Let a policy have a new copy."""
        with self.register.transaction() as tx:
            self._add_copy(tx, self._made[number], edition=number + 1)

    def _add(self, tx: Transaction, number: int, count: int) -> _Made:
        slug, title = f"policy-{number:04}", f"Policy number {number}"
        policy = add_policy(tx, self.register.school, slug, title, None, at(MONDAY))
        record = VersionRecord(
            policy_id=policy.id,
            sha256=hashlib.sha256(slug.encode()).hexdigest(),
            path=f"{slug}.docx",
            status=VersionStatus.APPROVED,
            kind=RevisionKind.ADOPTED,
            facts=Facts(title=title, last_review=None, next_review=_DUE, owner="Safeguarding Lead"),
            text=title,
            words=400,
            issued_on=MONDAY,
        )
        made = _Made(
            policy.id, add_version(tx, self.register.school, record, at(MONDAY)).id, slug, (number + 2) % count
        )
        self._add_copy(tx, made, edition=0)
        return made

    def _add_copy(self, tx: Transaction, made: _Made, *, edition: int) -> None:
        # What stands behind the end of a PDF is of no account to whoever reads it.
        page = self._page.replace(b"One Policy", f"Policy {made.slug} {edition}".encode())
        link = f'<p><a href="policy-{made.names:04}.pdf">See also</a></p></main>'.encode()
        files = {
            "pdf": self._pdf + f"\n% {made.slug} {edition}\n".encode(),
            "html": page.replace(b"</main>", link),
        }
        for ending, content in files.items():
            (self.root / "distribution" / "copies" / f"{made.slug}.{ending}").write_bytes(content)
        code = f"C{made.policy}-{edition}"
        record = CopyRecord(
            policy_id=made.policy,
            version_id=made.version,
            fingerprint=f"{made.version}:{edition}",
            code=code,
            pdf_path=f"copies/{made.slug}.pdf",
            pdf_sha256=hashlib.sha256(files["pdf"]).hexdigest(),
            pdf_bytes=len(files["pdf"]),
            html_path=f"copies/{made.slug}.html",
            html_sha256=hashlib.sha256(files["html"]).hexdigest(),
        )
        add_copy(tx, self.register.school, record, at(MONDAY) + timedelta(minutes=edition))
