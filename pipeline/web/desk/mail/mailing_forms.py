"""What becomes of mail, said from the desk: let it go, stop it, let it go on, drop it, try it again.

As ``policy send`` does it. Whatever holds mail back is never refused; whatever lets it go asks for the second step, and
shows first to whom it goes.
"""

from pipeline.dates.calendar import knows_terms
from pipeline.decisions.rights import Action
from pipeline.letters.contributors.undelivered import list_standing_undelivered
from pipeline.mail import mailings
from pipeline.mail.holds import is_held_for_register, list_held_in, say_hold
from pipeline.mail.mailings import needs_number, needs_terms, reading_minutes, summary_in, to_confirm
from pipeline.model.mail import DeliveryState
from pipeline.reasons.reason import Voice
from pipeline.register.mail.bounced import list_undelivered
from pipeline.register.mail.campaigns import CampaignState, count_mails
from pipeline.register.mail.deliveries import find_pause
from pipeline.register.mail.lists import find_mail_line
from pipeline.register.mail.outbox import count_messages
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.mail.mailings import MAILINGS
from pipeline.web.desk.running_forms import send_soon
from pipeline.web.desk.typed import FormError, read_key
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.wording import say_count, say_moment

_FIRST_NAMED = 8
_ABOVE = (DESK, MAILINGS)


# --- let it go --------------------------------------------------------------------------------------------------


def show_confirm(view: View) -> Answer:
    """Show to whom what waits would go, and ask for their number."""
    tx, school, config = view.tx, view.school, view.config
    held = list_held_in(tx, view.site.register)
    waits = to_confirm(tx, school, held=is_held_for_register(tx, view.site.register))
    ahead = mailings.look_ahead_in(tx, school, config, view.now)
    at = ahead.last_mail_at
    fields = {
        "waits": waits,
        "readers": [(each.name, each.recipient, reading_minutes(each)) for each in ahead.waiting.readers],
        "first": _FIRST_NAMED,
        "minutes": ahead.waiting.minutes,
        "holds": [say_hold(reason, view.site.register, Voice.DESK) for reason in held.reasons],
        "held": held.mails,
        "is_first": ahead.is_first,
        "look_first": mailings.look_first(ahead),
        "ends_at": say_moment(at.astimezone(config.zone)) if at else "",
        "asks_number": needs_number(config),
        "lacks_terms": needs_terms(config) and not knows_terms(config.calendar.terms, view.today),
        "is_copy": view.site.register.copied_from is not None,
    }
    return Answer("send_confirm.html", "Let mail go", fields, _ABOVE, at="/mailings")


def act_confirm(doing: Doing) -> Done:
    """Let everything that waits go."""
    register, config, sent = doing.site.register, doing.config, doing.sent
    number = _check_number(doing) if needs_number(config) else None
    summary = mailings.confirm(
        register,
        config,
        by=doing.who.name,
        today=doing.today,
        now=doing.now,
        people=number,
        seen=sent.of("seen"),
    )
    to = say_count(summary.people, "person", "people")
    return Done("/mailings", f"Let go: {_mails(summary)} to {to}. {send_soon(doing)}")


def _check_number(doing: Doing) -> int:
    """Return the number of people that was typed; ``confirm`` looks once more whether it is right.

    Raises:
        FormError: none was typed, or another than was shown.
    """
    typed, register = doing.sent.of("people"), doing.site.register
    plain = typed.replace(",", "").replace(" ", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 9:
        raise FormError({"people": "Type the number of people as it stands above, in digits"})
    number = int(plain)
    with register.reading() as tx:
        waits = to_confirm(tx, register.school, held=is_held_for_register(tx, register))
    if waits.seen == doing.sent.of("seen") and waits.people != number:
        people = say_count(waits.people, "person", "people")
        raise FormError({"people": f"You typed {number:,}, and it goes to {people}: nothing was sent"})
    return number


def _mails(summary: mailings.CampaignSummary) -> str:
    return say_count(summary.mails, "mail")


# --- stop it ----------------------------------------------------------------------------------------------------


def show_stop(view: View) -> Answer:
    """Show how much is going out, and the button that stops it."""
    going = count_mails(view.tx, view.school)[CampaignState.OPEN]
    crumbs = _ABOVE if view.sees_names else (DESK,)
    return Answer("send_stop.html", "Stop mail that is going out", {"going": going}, crumbs, at="/mailings")


def act_stop(doing: Doing) -> Done:
    """Hold back all that has not gone."""
    summary = mailings.pause(doing.site.register, doing.config.root, by=doing.who.name, now=doing.now)
    to = "/mailings" if doing.who.may(Action.SEE_NAMES) else "/"
    if not summary.readers:
        return Done(to, "Nothing is going out that could be stopped.")
    people = say_count(summary.people, "person", "people")
    return Done(
        to,
        f"Stopped: {_mails(summary)} to {people} {'has' if len(summary.readers) == 1 else 'have'} not gone, and will "
        "not until somebody lets them go on. A mail that was on its way just then may still arrive.",
    )


def show_resume(view: View) -> Answer:
    """Show what is paused, and ask whether it is to go on."""
    summary = summary_in(view.tx, view.school, CampaignState.PAUSED)
    pause = find_pause(view.tx, view.school, view.config.mail.route)
    rests = pause if pause and pause.holds(view.now) else None
    fields = {"summary": summary, "rests": rests, "first": _FIRST_NAMED}
    return Answer("send_resume.html", "Let mail go on", fields, _ABOVE, at="/mailings")


def act_resume(doing: Doing) -> Done:
    """Let what was paused, and a route that rests, go on."""
    summary = mailings.resume(doing.site.register, doing.config.root, by=doing.who.name, now=doing.now)
    people = say_count(summary.people, "person", "people")
    return Done("/mailings", f"Mail goes on: {_mails(summary)} to {people}. {send_soon(doing)}")


# --- drop it ----------------------------------------------------------------------------------------------------


def show_cancel(view: View) -> Answer:
    """Show what would be dropped, and ask whether it is to be."""
    counts = count_mails(view.tx, view.school)
    kinds = {
        "waits for your word": counts[CampaignState.WAITING],
        "is going out": counts[CampaignState.OPEN],
        "is paused": counts[CampaignState.PAUSED],
        "is being planned": counts[CampaignState.PLANNING],
    }
    fields = {"kinds": {words: left for words, left in kinds.items() if left.mails}}
    crumbs = _ABOVE if view.sees_names else (DESK,)
    return Answer("send_cancel.html", "Drop mail that has not gone", fields, crumbs, at="/mailings")


def act_cancel(doing: Doing) -> Done:
    """Drop all that has not gone."""
    if doing.sent.of("sure") != "yes":
        raise FormError({"sure": "Tick that it is to be dropped; or go back, and nothing is changed"})
    summary = mailings.cancel(doing.site.register, doing.config.root, by=doing.who.name, now=doing.now)
    moving = ""
    if summary.on_their_way:
        moving = (
            f" {say_count(summary.on_their_way, 'mail was', 'mails were')} on the way just then and may have gone; "
            "none is sent again."
        )
    to = "/mailings" if doing.who.may(Action.SEE_NAMES) else "/"
    if not summary.readers and not moving:
        return Done(to, "No mailing waits or is going out, so nothing was dropped.")
    return Done(to, f"Dropped: {_mails(summary)} to {say_count(summary.people, 'person', 'people')}.{moving}")


# --- try again --------------------------------------------------------------------------------------------------


def show_retry(view: View) -> Answer:
    """Show what was put off and what came back, and ask which is to be tried again."""
    fields = {
        "put_off": count_messages(view.tx, view.school)[DeliveryState.DEFERRED],
        "refused": list_undelivered(view.tx, view.school),
        "first": _FIRST_NAMED,
        "choices": {"put-off": "Only what was put off", "refused": "What came back as well"},
    }
    return Answer("send_retry.html", "Try mail again", fields, _ABOVE, at="/mailings")


def act_retry(doing: Doing) -> Done:
    """Let what was put off, or came back too, be tried again now."""
    which = doing.sent.of("which")
    if which not in ("put-off", "refused"):
        raise FormError({"which": "Say what is to be tried again"})
    mails = mailings.retry(
        doing.site.register, doing.config.root, by=doing.who.name, now=doing.now, refused=which == "refused"
    )
    if not mails:
        return Done("/mailings", "No mail waits to be tried again.")
    return Done("/mailings", f"{say_count(mails, 'mail is', 'mails are')} tried again. {send_soon(doing)}")


# --- mail that came back ----------------------------------------------------------------------------------------


def show_drop(view: View) -> Answer:
    """Show the address that mail came back from, and ask whether it is to be named no more."""
    key = view.key("mail")
    line = None if key is None else find_mail_line(view.tx, view.school, key)
    if line is None:
        return not_here("mail", (MAILINGS,))
    named = list_standing_undelivered(view.tx, view.school, view.config, view.picture.people, view.today)
    mine = [one for one in named if one.recipient.casefold() == line.recipient.casefold()]
    fields = {"line": line, "is_named": bool(mine), "detail": mine[0].detail if mine else ""}
    crumbs = (*_ABOVE, Crumb("Mail that came back", "/mailings/returned"))
    return Answer("mail_drop.html", f"Mail to {line.recipient} came back", fields, crumbs, at="/mailings")


def act_drop(doing: Doing) -> Done:
    """Name mail that came back from an address no more."""
    with doing.site.register.reading() as tx:
        line = find_mail_line(tx, doing.site.register.school, read_key(doing.part("mail")))
    if line is None:
        raise FormError({"": "This mail is not known any more; nothing was changed."})
    mails = mailings.drop(doing.site.register, doing.config.root, line.recipient, by=doing.who.name, now=doing.now)
    said = "it is" if mails == 1 else "they are"
    return Done(
        "/mailings/returned",
        f"Dropped: {say_count(mails, 'mail')} to {line.recipient}; {said} named no more and not written again.",
    )


CONFIRM = Form(show_confirm, act_confirm, Action.CONFIRM_MAILING)
STOP = Form(show_stop, act_stop, Action.STOP_MAILING)
RESUME = Form(show_resume, act_resume, Action.CONFIRM_MAILING)
CANCEL = Form(show_cancel, act_cancel, Action.STOP_MAILING)
RETRY = Form(show_retry, act_retry, Action.CONFIRM_MAILING)
DROP = Form(show_drop, act_drop, Action.LOOK_AFTER_PEOPLE)
MAILING_FORMS: dict[str, Form] = {
    "/mailings/confirm": CONFIRM,
    "/mailings/stop": STOP,
    "/mailings/resume": RESUME,
    "/mailings/cancel": CANCEL,
    "/mailings/retry": RETRY,
    "/mail/{mail}/drop": DROP,
}
