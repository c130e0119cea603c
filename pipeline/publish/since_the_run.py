"""What was changed since the last run, so that a copy may be right no longer: for readers who ask about its code.

The next run makes such a copy anew, or holds it. Until then the register still calls it the one in use: its lead may
have left meanwhile, or another text lie in ``policies/``.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.copies.fingerprints import contacts_on_front, named_of
from pipeline.policies.decisions.contact_answers import with_answers
from pipeline.policies.intake.scan import files_given
from pipeline.policies.intake.standings import APPENDIX, PRIMARY
from pipeline.register.policies import policies as rows
from pipeline.register.policies.contents import joint_hash
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import SourceFile
from pipeline.register.policies.settlements import list_settlements
from pipeline.register.transaction import Transaction


def names_others_today(tx: Transaction, school: str, config: Config, today: date, copy: CopyRow) -> bool:
    """Tell whether a copy of today would be of another version, or name other people, than this one in use."""
    version = rows.versions_in_force(tx, school).get(copy.policy_id)
    if version is None or not copy.named:
        return False
    contacts = contacts_of_day(tx, school, config, today)
    directory = with_answers(contacts.planned, list_settlements(tx, school), version.policy_id, version.sha256)
    return named_of(version, directory, contacts_on_front(contacts.for_copies)) != copy.named


def is_document_changed(tx: Transaction, school: str, policy_id: int, folder: Path) -> bool:
    """Tell whether a policy's file in ``folder``, or its local appendix, holds other bytes than at the last look.

    One that is gone tells nothing: the policy stays in use until the office says otherwise.
    """
    seen = [each for each in rows.list_source_files(tx, school).values() if each.policy_id == policy_id]
    parts = [each for each in seen if each.standing in (PRIMARY, APPENDIX) and each.vanished_at is None]
    appendices = [each.sha256 for each in parts if each.standing == APPENDIX]
    return any(_holds_other_bytes(each, folder, appendices) for each in parts)


def _holds_other_bytes(file: SourceFile, folder: Path, appendices: Sequence[str]) -> bool:
    path = folder / file.path
    try:
        status = path.stat()
    except OSError:
        return False
    if (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified_ns):
        return False
    now = files_given([path])[0].sha256
    # What was kept of a file with an appendix stands for both.
    return now != "" and file.sha256 not in (now, *(joint_hash(now, each) for each in appendices))
