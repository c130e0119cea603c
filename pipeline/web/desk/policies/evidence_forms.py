"""A pack of evidence made from the desk, by those whom the school trusts with it: ``policy evidence`` on a page."""

from datetime import date
from pathlib import Path

from pipeline.decisions.rights import Action
from pipeline.evidence.pack import PackReader
from pipeline.evidence.writing import EvidenceOrder, write_pack
from pipeline.secret_sources import SHORTEST_PASSPHRASE
from pipeline.web.desk.downloads import begin_file
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.receiving import Sent
from pipeline.web.desk.typed import FormError, read_day
from pipeline.web.desk.view import DESK, Answer, Crumb, View
from pipeline.web.desk.work import Progress
from pipeline.wording import say_count, say_moment

READERS = {
    "school": "The school: everything, by name",
    "inspector": "An inspector: figures, copies, approvals and the ledger, without names",
    "inspector-names": "An inspector, by name: an encrypted file",
    "governors": "Governors: one page of figures, without names",
}
_ABOVE = (DESK, Crumb("Inspector", "/inspector"))


def show_evidence(view: View) -> Answer:
    """Ask for whom a pack is, and of which day."""
    fields = {"readers": READERS, "shortest": SHORTEST_PASSPHRASE}
    return Answer("evidence.html", "Make a pack of evidence", fields, _ABOVE, at="/inspector")


def act_evidence(doing: Doing) -> Done:
    """Begin to make a pack."""
    order = read_order(doing.sent, doing.today)
    site, config, by = doing.site, doing.config, doing.who.name

    def make(folder: Path, progress: Progress) -> tuple[Path, str]:
        progress("Looking the day up and putting the pack together", 0, 0)
        written = write_pack(site.register, config, folder, order, actor=by, now=site.clock())
        pack = written.pack
        at = say_moment(pack.moment.at.astimezone(config.zone))
        missing = f" Not in it, since their files are gone: {', '.join(pack.missing)}." if pack.missing else ""
        said = f"{say_count(len(pack.files), 'file')} in one ZIP, as at {at}. It is noted in the ledger.{missing}"
        return written.archive, said

    return begin_file(doing, "A pack of evidence", make)


def read_order(sent: Sent, today: date) -> EvidenceOrder:
    """Return what pack a form asks for. Raises FormError."""
    reader, day = sent.of("reader"), read_day(sent, "day")
    if reader not in READERS:
        raise FormError({"reader": "Say for whom it is"})
    _check_day(day, today)
    with_names = reader == "inspector-names"
    passphrase = sent.of("passphrase")
    if with_names and len(passphrase) < SHORTEST_PASSPHRASE:
        least = f"Take a passphrase of at least {SHORTEST_PASSPHRASE} characters: four words that nobody would guess"
        raise FormError({"passphrase": least})
    return EvidenceOrder(PackReader(reader.removesuffix("-names")), day, with_names, passphrase if with_names else None)


def _check_day(day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise FormError({"day": "That day is still to come; a pack shows what is recorded"})


EVIDENCE_FORMS: dict[str, Form] = {"/evidence": Form(show_evidence, act_evidence, Action.GIVE_EVIDENCE)}
