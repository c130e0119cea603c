"""Say when staff are told of a change of contacts: now, on a day, or the head tells them. One step, no number."""

from pipeline.contacts.notices import CHANGED_AGAIN, NoticeDecision, decide_notice, look_at_waiting
from pipeline.decisions.rights import Action
from pipeline.people.away import away_through
from pipeline.people.lists.staff_list import without_own_address
from pipeline.register.policies.contact_notices import Chosen
from pipeline.web.desk.contacts.contacts import CONTACTS
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.running_forms import begin_run
from pipeline.web.desk.typed import FormError, read_day
from pipeline.web.desk.view import DESK, Answer, View
from pipeline.wording import say_near_day

TELL = "/contacts/tell"
_TITLE = "Tell staff about new contacts"


def show_tell(view: View) -> Answer:
    """Show what staff will read and how many they are, and ask when they are told."""
    waiting = look_at_waiting(view.tx, view.school, view.config, view.picture.standings, view.today)
    if waiting is None or not waiting.is_todays:
        words = "No change of contacts waits: staff were told, or need not be." if waiting is None else CHANGED_AGAIN
        return Answer("nothing_to_do.html", _TITLE, {"words": words}, (DESK, CONTACTS), at="/contacts")
    rows = [row for row in view.picture.people if row.id in waiting.people]
    alone = without_own_address(rows, view.today)
    fields = {
        "waiting": waiting,
        "is_decided": waiting.row.chosen is not Chosen.NOTHING,
        "goes_on": say_near_day(waiting.row.goes_on, view.today),
        "by_mail": len(rows) - len(alone),
        "on_paper": len(alone),
        "away": sum(away_through(row.person, view.today) is not None for row in rows),
    }
    return Answer("contact_tell.html", _TITLE, fields, (DESK, CONTACTS), at="/contacts")


def act_tell(doing: Doing) -> Done:
    """Record when staff are told; where that is now, begin the update that tells them."""
    how, day = doing.sent.of("how"), None
    if how not in ("now", "day", "head"):
        raise FormError({"": "Choose when staff are told"})
    if how == "day":
        day = read_day(doing.sent, "day", "Give the day on which staff are told")
    with doing.deciding() as decision:
        telling = NoticeDecision(how, day, doing.sent.of("seen"))
        row = decide_notice(decision, doing.config, telling, today=doing.today)
    if how == "head":
        return Done("/contacts", "Noted: the head tells staff. Nobody gets an e-mail about it.")
    when = say_near_day(row.goes_on, doing.today)
    if row.goes_on > doing.today:
        return Done("/contacts", f"Noted: staff are told on {when}.")
    try:
        return Done(begin_run(doing).page, "Noted: staff are told now, with the renewed copies.")
    except FormError:
        return Done("/contacts", "Noted: staff are told with the update that follows the one that is going on now.")


CONTACT_TELL = Form(show_tell, act_tell, Action.TELL_CONTACTS)
