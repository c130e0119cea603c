"""Papers printed from the desk: packs for those whom mail does not reach, sheets for a staff room, cards for supply.

As ``policy pack`` and ``policy card``. It is long work; the file is given to the person who had it printed, since
papers name people and hold the codes of their lines.
"""

import zipfile
from pathlib import Path

from pipeline.acknowledgements.keys import secret_of_codes
from pipeline.decisions.rights import Action
from pipeline.papers.cards import KEYWORDS, order_cards, print_cards
from pipeline.papers.files import check_paper_path
from pipeline.papers.orders import PackOrder, PackReport, order_packs
from pipeline.papers.readings import choose_on_paper, choose_people
from pipeline.register.people.persons import find_person, list_people
from pipeline.web.desk.downloads import begin_file
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.readings.readings import team_members
from pipeline.web.desk.typed import FormError, read_key
from pipeline.web.desk.view import DESK, PEOPLE, Answer, View
from pipeline.web.desk.work import Progress
from pipeline.wording import say_count, say_list

_LINE = "papers"
_MOST_CARDS = 1000
_CHOICES = {
    "unreached": "Everybody whom mail does not reach",
    "team": "One team",
    "people": "Some people, a team or a role, by name",
}
_ABOVE = (DESK, PEOPLE)


# --- packs ------------------------------------------------------------------------------------------------------


def show_packs(view: View) -> Answer:
    """Ask for whom papers are to be printed."""
    number = read_key(view.request.query_params.get("who", "") or view.sent.of("who"))
    one = find_person(view.tx, view.school, number, view.today) if number else None
    fields = {
        "one": one,
        "choices": _CHOICES,
        "teams": {team: team for team in team_members(view)},
        "unreached": len(choose_on_paper(view.picture.people, view.config, view.today)),
    }
    return Answer("papers.html", "Print papers to read and sign", fields, _ABOVE, at="/people")


def act_packs(doing: Doing) -> Done:
    """Begin to print papers."""
    wanted = _wanted(doing)
    site = doing.site
    with site.register.reading() as tx:
        people = list_people(tx, site.register.school, doing.today)
        # What is wrong with the choice is said at the form, and not on the page of the work.
        chosen = (
            choose_people(people, wanted, doing.today) if wanted else choose_on_paper(people, doing.config, doing.today)
        )
    if not chosen:
        raise FormError({"whose": "Mail reaches everybody here. Choose a team, or name people"})
    by_policy = doing.sent.of("by-policy") == "yes"

    def make(folder: Path, progress: Progress) -> tuple[Path | None, str]:
        config = site.config()
        now = site.clock()
        out = folder / "papers"
        with site.register.reading() as tx:
            secret = secret_of_codes(tx, site.register.school, config, site.environ)
        report = order_packs(
            site.register,
            config,
            PackOrder(wanted, out, by_policy),
            secret=secret,
            today=site.today(now),
            now=now,
            progress=lambda stage, done, of: progress(stage.capitalize(), done, of),
        )
        packed = _one_file(out, f"papers-{site.today(now)}") if report.packs.files else None
        return packed, _say_packs(report)

    what = "Sheets to sign" if by_policy else "Papers to read and sign"
    return begin_file(doing, what, make, line=_LINE, again="/papers")


def _wanted(doing: Doing) -> tuple[str | int, ...]:
    """Return whom papers are wanted for; empty for everybody whom mail does not reach."""
    sent, whose = doing.sent, doing.sent.of("whose")
    if key := read_key(sent.of("who")):
        return (key,)
    if whose == "team":
        if not sent.of("team"):
            raise FormError({"team": "Choose the team"})
        return (sent.of("team"),)
    if whose == "people":
        named = [line.strip() for line in sent.of("people").splitlines() if line.strip()]
        if not named:
            raise FormError({"people": "Name somebody, each on a line of their own"})
        return tuple(named)
    if whose != "unreached":
        raise FormError({"whose": "Say for whom papers are to be printed"})
    return ()


def _one_file(folder: Path, name: str) -> Path:
    """Return all that was printed as one file: the only one as it is, several packed."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if len(files) == 1:
        return files[0]
    packed = folder.parent / f"{name}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for path in files:
            package.write(path, path.name)
    return packed


def _say_packs(report: PackReport) -> str:
    sentences = []
    if files := report.packs.files:
        pages = sum(one.pages for one in files)
        sentences.append(
            f"{say_count(len(files), 'file')}, {say_count(pages, 'page')}: print double-sided. The file is here for "
            "two hours, for you alone. Once they were handed over, record that under Papers: the days to read begin "
            "then. Signed lines are entered under Readings."
        )
    if beside := sum(len(one.beside) for one in files):
        sentences.append(
            f"{say_count(beside, 'copy is a file', 'copies are files')} of {'its' if beside == 1 else 'their'} own, "
            "to be printed with them."
        )
    if report.nothing_owed:
        names = say_list([row.person.name for row in report.nothing_owed][:12])
        sentences.append(f"Nothing to read at the moment: {names}.")
    if report.waiting_for_copy:
        sentences.append(
            f"Not printed, since there is no right copy today: {say_list(list(report.waiting_for_copy))}. The next run "
            "makes it, or says what it waits for."
        )
    return " ".join(sentences) or "Nothing was printed."


# --- cards ------------------------------------------------------------------------------------------------------


def show_cards(view: View) -> Answer:
    """Ask how many cards are to be printed."""
    return Answer("papers_cards.html", "Print cards for supply staff", {}, _ABOVE, at="/people")


def act_cards(doing: Doing) -> Done:
    """Begin to print cards."""
    typed = doing.sent.of("number")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0
    if not 1 <= number <= _MOST_CARDS:
        raise FormError({"number": f"Type how many cards, from 1 to {_MOST_CARDS:,}"})
    with doing.deciding() as decision:
        secret = secret_of_codes(decision.tx, decision.school, doing.config, doing.site.environ)
        order = order_cards(decision, doing.config, number, secret=secret, today=doing.today)

    def make(folder: Path, progress: Progress) -> tuple[Path, str]:
        progress("Printing cards", 0, 0)
        out = folder / f"cards-{doing.today}.pdf"
        check_paper_path(out, KEYWORDS)
        print_cards(order, doing.site.config(), out, doing.today)
        said = (
            f"{say_count(len(order.codes), 'card')} on {say_count(order.sheets, 'sheet')}: print double-sided, turned "
            "on the long edge, at full size, and cut along the marks. The file is here for two hours, for you alone."
        )
        if not order.stack.essentials:
            said += " No child protection policy is in use, so the cards name none; they say whom to go to."
        return out, said

    return begin_file(doing, "Cards for supply staff", make, line=_LINE)


PACKS = Form(show_packs, act_packs, Action.RECORD_READINGS)
CARDS = Form(show_cards, act_cards, Action.RECORD_READINGS)
PAPER_FORMS: dict[str, Form] = {"/papers": PACKS, "/papers/cards": CARDS}
