"""Handing over a document in the browser: a new policy, or a new version of one; what was read is shown first."""

from pipeline.decisions.rights import Action
from pipeline.policies.intake.uploads import UploadedFile, UploadView, look_at_upload, take_upload
from pipeline.reasons.reason import Voice, say
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.receiving import LARGEST_UPLOAD_BYTES, Upload
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, ShowPage, View
from pipeline.wording import say_facts, say_size

_MOST_SHOWN = 15
"""Changed paragraphs that are unfolded."""


def show_upload(view: View) -> Answer:
    """Ask for the file of a new policy, or for the new file of one."""
    one = view.policy if "slug" in view.request.path_params else None
    crumbs = (DESK, POLICIES, Crumb(one.title, f"/policies/{one.slug}")) if one else (DESK, POLICIES)
    title = f"Upload a new version of {one.title}" if one else "Add a policy"
    fields = {"one": one, "largest": say_size(LARGEST_UPLOAD_BYTES)}
    return Answer("upload.html", title, fields, crumbs, at="/policies")


def act_upload(doing: Doing) -> Done | ShowPage:
    """Read the file and show what it comes to; after "yes" put it into the folder and record it."""
    slug, key = doing.part("slug") or None, doing.sent.of("key")
    register, config = doing.site.register, doing.config
    if key:
        kept = doing.kept.file(doing.who.session, key, doing.now)
        if kept is None:
            raise FormError({"file": "That file has waited too long, so nothing was taken. Choose it again"})
        decided = take_upload(
            register,
            config,
            UploadedFile(kept.name, kept.path, slug),
            seen=doing.sent.of("seen"),
            deciding=doing.deciding,
            today=doing.today,
        )
        doing.kept.drop_file(doing.who.session, key)
        return Done(f"/policies/{decided.slug}", say(decided.said, Voice.DESK))
    sent = doing.sent.file("file")
    if sent is None:
        raise FormError({"file": "Choose the file of the policy"})
    file = UploadedFile(sent.name, sent.path, slug)
    looked = look_at_upload(register, config, file, today=doing.today, now=doing.now)
    return _check(looked, sent, doing.kept.keep_file(doing.who.session, sent, doing.now), slug)


def _check(looked: UploadView, sent: Upload, key: str, slug: str | None) -> ShowPage:
    """Return the page that shows what was read, and asks whether the file is to count."""

    def show(view: View) -> Answer:
        # By its own title: that of a file that was taken for another one is another policy's.
        one = view.picture.by_slug(slug) if slug else None
        here = (Crumb(one.title if one else looked.title, f"/policies/{slug}"),) if slug else ()
        fields = {
            "looked": looked,
            "sent": sent,
            "size": say_size(sent.size),
            "key": key,
            "facts": say_facts(looked.reading.facts),
            "problems": looked.reading.facts.problems,
            "most": _MOST_SHOWN,
            "again": f"/policies/{slug}/upload" if slug else "/upload",
        }
        crumbs = (DESK, POLICIES, *here)
        return Answer("upload_check.html", f"Check {sent.name}", fields, crumbs, at="/policies")

    return show


UPLOAD = Form(show_upload, act_upload, Action.EDIT_POLICIES)
