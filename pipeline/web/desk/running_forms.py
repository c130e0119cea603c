"""A run, or a delivery, begun from the desk: long work whose page says how far it is, and what came of it."""

from pipeline.acknowledgements.keys import find_keys
from pipeline.decisions.rights import Action
from pipeline.errors import RegisterInUseError
from pipeline.mail.outbox import DeliveryReport
from pipeline.mail.rehearsal import say_rest
from pipeline.reasons.reason import Voice, say
from pipeline.register.jobs import last_run_at
from pipeline.register.mail.campaigns import CampaignState, count_mails
from pipeline.run import run_pipeline
from pipeline.stages.day import RunReport
from pipeline.stages.mail import deliver_due
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.mail.mailings import MAILINGS
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.web.desk.work import Finished, Piece, Progress
from pipeline.wording import say_count, say_list

_RUN, _MAIL = "run", "mail"
"""Lines of long work: a mailing that takes hours keeps no run from beginning."""
_GOES_ON = (
    "A run is going on just now, begun by the schedule or by somebody else, and two never go on at once. Wait until it "
    "has finished; the desk’s first page says when the last one was."
)


def send_soon(doing: Doing) -> str:
    """Have the mail that is due sent, and return a sentence on when it goes."""
    if doing.site.schedules:
        doing.site.wake()
        return "What is due begins to go within a minute."
    _begin_sending(doing)
    return "What is due goes now; “Work” says how far it is."


def show_send(view: View) -> Answer:
    """Show how much would go now, and ask whether it is to."""
    fields = {"going": count_mails(view.tx, view.school)[CampaignState.OPEN], "route": view.config.mail.route}
    return Answer("send_now.html", "Send what is due now", fields, (DESK, MAILINGS), at="/mailings")


def act_send(doing: Doing) -> Done:
    """Send what is due now."""
    return Done(_begin_sending(doing).page)


def _begin_sending(doing: Doing) -> Piece:
    site, work = doing.site, doing.work

    def send(progress: Progress) -> Finished:
        config = site.config()
        keys = find_keys(site.register, config, site.environ, make=False)
        with site.register.reading() as tx:
            of = count_mails(tx, site.register.school)[CampaignState.OPEN].mails
        gone = 0

        def count(number: int) -> None:
            nonlocal gone
            gone += number
            progress("Sending mail", min(gone, of), of)

        progress("Sending mail", 0, of)
        now = site.clock()
        delivery = deliver_due(
            site.register, config, keys, site.today(now), now, site.environ, work.is_ending, on_mail=count
        )
        rest = say_rest(site.register, config, site.today(now), now)
        said = f"{_say_delivery(delivery, config.mail.way.sent)} {rest}".strip()
        return Finished(said, "/mailings", "To the mailings")

    return work.begin("Sending what is due", doing.who.name, doing.now, send, line=_MAIL)


def _say_delivery(delivery: DeliveryReport, sent: str) -> str:
    counts = (
        (delivery.written, "written to the outbox folder"),
        (delivery.sent, sent),
        (delivery.deferred, "put off to another try"),
        (delivery.bounced, "refused"),
        (delivery.waiting, "held until somebody lets them go"),
        (delivery.later, "for a later day or try"),
    )
    said = [f"{number:,} {words}" for number, words in counts if number]
    problems = "".join(f" {say(problem.why, Voice.DESK)}" for problem in delivery.problems)
    return f"{'Mails: ' + say_list(said) if said else 'No mail was due'}.{problems}"


def show_run(view: View) -> Answer:
    """Show what a run does, and ask whether one is to begin."""
    fields = {"last": view.moment(last_run_at(view.tx, view.school)), "daily_at": view.config.schedule.daily_at}
    return Answer("run_now.html", "Run now", fields, (DESK,), at="/")


def act_run(doing: Doing) -> Done:
    """Begin a run, unless one is going on."""
    return Done(begin_run(doing).page)


def begin_run(doing: Doing) -> Piece:
    """Begin a run and return its piece of work. Raises FormError where one is going on."""
    site, work = doing.site, doing.work
    try:
        with site.register.lock():
            pass
    except RegisterInUseError as error:
        raise FormError({"": _GOES_ON}) from error

    def run(progress: Progress) -> Finished:
        config = site.config()
        now = site.clock()
        report = run_pipeline(
            config,
            today=site.today(now),
            now=now,
            environ=site.environ,
            progress=lambda stage, done, of: progress(stage.capitalize(), done, of),
            stop=work.is_ending,
        )
        waits = bool(report.campaign.readers)
        href, link = ("/mailings/confirm", "Look at the mailing that waits") if waits else ("/", "To the desk")
        said = f"{_say_run(report, config.mail.way.sent)} {site.config.say_faults()}".strip()
        return Finished(said, href, link)

    return work.begin("A run", doing.who.name, doing.now, run, line=_RUN)


def _say_run(report: RunReport, sent: str) -> str:
    """Return what a run did in a few sentences; everything it found stands on the desk's pages."""
    need = len(report.need_you)
    files = say_count(len(report.read), "new or changed file was", "new or changed files were")
    copies = say_count(len(report.copies.made), "copy was", "copies were")
    sentences = [f"The run has finished: {files} read, {copies} made."]
    if report.staff.new or report.staff.left:
        people = say_count(len(report.staff.new), "person", "people")
        sentences.append(f"From the lists of people: {people} new, {len(report.staff.left)} left.")
    sentences.append(_say_delivery(report.delivery, sent))
    if report.campaign.readers:
        people = say_count(report.campaign.people, "person", "people")
        sentences.append(f"A mailing to {people} waits for your word.")
    if need:
        sentences.append(f"{say_count(need, 'policy needs', 'policies need')} you; the desk says which.")
    return " ".join(sentences)


SEND_NOW = Form(show_send, act_send, Action.CONFIRM_MAILING)
RUN_NOW = Form(show_run, act_run, Action.CONFIRM_MAILING)
RUNNING_FORMS: dict[str, Form] = {"/mailings/send": SEND_NOW, "/run": RUN_NOW}


# --- how far it is ---------------------------------------------------------------------------------------------------

WORK = Crumb("Work", "/work")
_EVERY = "3"
"""Seconds between two looks of the page by itself, which the reader can switch off."""


def show_pieces(view: View) -> Answer:
    """Show what is being done, what waits and what is done since the program was started."""
    return Answer("pieces.html", "Work", {"pieces": view.work.list()}, (DESK,))


def show_piece(view: View) -> Answer:
    """Show how far one piece of work is; asked so, the page looks again by itself until it is over."""
    number = view.key("number")
    piece = view.work.find(number) if number is not None else None
    if piece is None:
        return not_here("piece of work", (WORK,))
    looks = view.request.query_params.get("look") == "on" and not piece.is_over
    fields = {"piece": piece, "looks": looks}
    return Answer("piece.html", piece.title, fields, (DESK, WORK), headers={"Refresh": _EVERY} if looks else {})
