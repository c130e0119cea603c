"""The trust's own pages: every school at a glance, the report to trustees, evidence for all, and how far that is."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.configuration.trust import Trust
from pipeline.decisions.rights import Action, Who, say_rights
from pipeline.errors import ExitCode
from pipeline.evidence.writing import EvidenceOrder
from pipeline.secret_sources import SHORTEST_PASSPHRASE
from pipeline.trust.evidence import write_evidence
from pipeline.trust.outcomes import read_last_night
from pipeline.trust.own_settings import unknown_schools
from pipeline.trust.schools import School, list_schools
from pipeline.trust.status import Glance, total
from pipeline.trust.trustees import as_paper, make_report
from pipeline.web.desk.downloads import DOWNLOAD
from pipeline.web.desk.policies.evidence_forms import READERS, read_order
from pipeline.web.desk.receiving import NotTakenError, Receiving, Sent, Upload
from pipeline.web.desk.typed import Filled, FormError
from pipeline.web.desk.work import Finished, Progress
from pipeline.web.gate import Gate
from pipeline.web.guard import FORM_TOKEN, is_from_elsewhere
from pipeline.web.trust.glances import Glances
from pipeline.web.trust.own_site import LiveTrust, TrustSite
from pipeline.web.trust.rows import SchoolRow, row_of
from pipeline.web.trust.visitors import rights_there
from pipeline.wording import say_count, say_day, say_list, say_moment

_EVERY = "3"
"""Seconds between two looks of a page by itself."""
_LONGEST_NUMBER = 12
_REPORT_SECONDS = 600.0
_TOO_LONG = "It could not be looked at within ten minutes."


class TrustPages:
    """Serves the trust's own pages to its own people."""

    def __init__(self, site: TrustSite, live: LiveTrust, gate: Gate, glances: Glances) -> None:
        self._site, self._live, self._gate, self._glances = site, live, gate, glances
        self._begun: dict[int, int] = {}
        """Whose work each piece is, by its number: the session that began it."""
        self._packed: dict[str, frozenset[str]] = {}
        """Of which schools a kept file is, by its key: it is given out while evidence of all of them may be had."""

    def routes(self) -> Sequence[Route]:
        """Return which address shows what."""
        return [
            Route("/", self._for(self._home), methods=["GET"]),
            Route("/schools", lambda request: RedirectResponse("/", status_code=303), methods=["GET"]),
            Route("/schools/", lambda request: RedirectResponse("/", status_code=303), methods=["GET"]),
            Route("/report", self._for(self._report), methods=["GET"]),
            Route("/report.pdf", self._for(self._paper), methods=["GET"]),
            Route("/evidence", self._for(self._ask_evidence), methods=["GET"]),
            Route("/evidence", self._make_evidence, methods=["POST"]),
            Route("/work/{number}", self._for(self._piece), methods=["GET"]),
            Route(DOWNLOAD + "{key}", self._for(self._download), methods=["GET"]),
        ]

    def not_open(self, who: Who | None, name: str, said: Sequence[str]) -> Response:
        """Return the page of a school whose pages cannot be served now; why, for those who may be told."""
        is_told = who is not None and (who.may(Action.SEE_NAMES) or who.may(Action.CHANGE_ROUTE))
        return self._site.page(
            "trust/not_open.html", title=f"{name} cannot be opened", status=503, name=name, said=said if is_told else ()
        )

    def _for(self, show: Callable[[Request, Who], Response]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            who = self._gate.pass_for(request, Action.SEE_DESK)
            return who if isinstance(who, Response) else show(request, who)

        return answer

    def _page(self, template: str, title: str, who: Who, at: str, *, status: int = 200, **fields: object) -> Response:
        gives = bool(self._keys(self._live.now(), who, Action.GIVE_EVIDENCE))
        page = f"trust/{template}"
        return self._site.page(page, title=title, status=status, who=who, at=at, gives_evidence=gives, **fields)

    @staticmethod
    def _keys(trust: Trust, who: Who, action: Action = Action.SEE_DESK) -> list[str]:
        """Return the schools at which a person may do something, in the order of the file."""
        return [one.key for one in trust.schools if rights_there(trust, who, one.key).may(action)]

    # --- every school at a glance ---

    def _home(self, request: Request, who: Who) -> Response:
        trust, now = self._live.now(), self._site.clock()
        keys = self._keys(trust, who)
        seen, nights = self._glances.of(trust, keys), read_last_night(trust.root)
        rows = [
            row_of(
                trust, named, seen.get(named.key), nights.get(named.key, {}), rights_there(trust, who, named.key), now
            )
            for named in self._site.names()
            if named.key in keys
        ]
        missing = [row for row in rows if not row.at]
        response = self._page(
            "home.html", "Schools", who, "/",
            trust_name=trust.name, rows=rows, sums=total([seen[key].glance for key in keys if key in seen]),
            missing=len(missing), day=say_day(self._site.today(now)), at_time=_oldest(rows),
            faults=self._say_faults(who), broken=sum(bool(one.glance.problem) for one in seen.values()),
            say_count=say_count,
        )  # fmt: skip
        if missing:
            response.headers["Refresh"] = _EVERY
        return response

    def _say_faults(self, who: Who) -> tuple[str, ...]:
        """Return what is wrong with ``trust.toml``; to a person who has counts only, that something is."""
        faults = (*self._live.faults, *map(str, unknown_schools(self._live.trust)))
        if not faults or who.may(Action.SEE_SETTINGS):
            return faults
        return ("trust.toml has mistakes; whoever looks after it is shown which.",) if self._live.faults else ()

    # --- the report to trustees ---

    def _glances_of(self, trust: Trust, who: Who) -> list[Glance]:
        """Return every school of theirs as it stands: a report waits until all were looked at, and leaves none out."""
        keys = self._keys(trust, who)
        seen = self._glances.of(trust, keys, wait_seconds=_REPORT_SECONDS)
        named = {one.key: one.name for one in self._site.names()}
        schools = [
            School(one, trust.folder_of(one), None, called=named.get(one.key, ""))
            for one in trust.schools
            if one.key in keys
        ]
        return [
            seen[one.key].glance if one.key in seen else Glance(one, None, (_TOO_LONG,), ExitCode.REGISTER)
            for one in schools
        ]

    def _report(self, request: Request, who: Who) -> Response:
        trust, today = self._live.now(), self._site.today(self._site.clock())
        report = make_report(trust, self._glances_of(trust, who), today)
        return self._page("report.html", report.title, who, "/report", report=report)

    def _paper(self, request: Request, who: Who) -> Response:
        trust, today = self._live.now(), self._site.today(self._site.clock())
        report = make_report(trust, self._glances_of(trust, who), today)
        paper = as_paper(report, self._site.config().templates)
        name = f'attachment; filename="policies-{today}.pdf"'
        return Response(paper, media_type="application/pdf", headers={"Content-Disposition": name})

    # --- evidence ---

    def _ask_evidence(self, request: Request, who: Who) -> Response:
        return self._refused(who) or self._gate.require_second_step(request, who) or self._show_evidence(request, who)

    def _refused(self, who: Who) -> Response | None:
        """Return the page for people who may give evidence of no school."""
        if self._keys(self._live.now(), who, Action.GIVE_EVIDENCE):
            return None
        return self._site.page(
            "not_theirs.html", title="This page is not yours to see", status=403, rights=say_rights(who.rights)
        )

    def _show_evidence(
        self, request: Request, who: Who, sent: Sent | None = None, faults: Mapping[str, str] | None = None
    ) -> Response:
        trust = self._live.now()
        keys = self._keys(trust, who, Action.GIVE_EVIDENCE)
        view = _FormView(Filled(sent or Sent(), faults or {}, self._gate.form_token(request)))
        names = {one.key: one.name for one in self._site.names()}
        return self._page(
            "evidence.html", "Error: Evidence" if faults else "Evidence", who, "/evidence", view=view,
            status=422 if faults else 200, readers=READERS, shortest=SHORTEST_PASSPHRASE,
            offered={key: names.get(key, key) for key in keys},
        )  # fmt: skip

    async def _make_evidence(self, request: Request) -> Response:
        if is_from_elsewhere(request, self._site.config().web.base_url):
            return self._gate.refuse()
        with Receiving() as receiving:
            try:
                sent = await receiving.read(request)
            except NotTakenError:
                return self._gate.refuse()
        return await run_in_threadpool(self._begin_evidence, request, sent)

    def _begin_evidence(self, request: Request, sent: Sent) -> Response:
        who = self._gate.act(request, {FORM_TOKEN: sent.of(FORM_TOKEN)}, Action.SEE_DESK)
        if isinstance(who, Response):
            return who
        if refused := self._refused(who) or self._gate.require_second_step(request, who):
            return refused
        trust, now = self._live.now(), self._site.clock()
        allowed = self._keys(trust, who, Action.GIVE_EVIDENCE)
        asked = sent.all("school")
        try:
            if not asked or not set(asked) <= {*allowed}:
                raise FormError({"school": "Say of which schools"})
            order = read_order(sent, self._site.today(now))
        except FormError as error:
            return self._show_evidence(request, who, sent, error.faults)
        schools = list_schools(trust, [key for key in allowed if key in asked])
        piece = self._site.work.begin("Evidence of the schools", who.name, now, self._packs(trust, schools, order, who))
        self._begun[piece.number] = who.session
        return RedirectResponse(piece.page, status_code=303)

    def _packs(
        self, trust: Trust, schools: Sequence[School], order: EvidenceOrder, who: Who
    ) -> Callable[[Progress], Finished]:
        """Return the work that makes packs of schools, for the person who asked for them."""
        site = self._site

        def make(progress: Progress) -> Finished:
            def tell(school: School, done: int) -> None:
                progress(f"Putting the pack of {school.name} together", done, len(schools))

            now = site.clock()
            name = f"evidence-{now.astimezone(ZoneInfo(trust.section.time_zone)):%Y-%m-%d-%H%M}"
            with tempfile.TemporaryDirectory(prefix="policy-evidence-") as folder:
                made = write_evidence(schools, Path(folder), order, name=name, actor=who.name, now=now, progress=tell)
                upload = Upload(made.archive.name, made.archive, made.archive.stat().st_size)
                key = site.kept.keep_file(who.session, upload, now)
            self._packed[key] = frozenset(one.key for one in made.schools)
            left = [one.school.name for one in made.left_out]
            said = f"Packs of {say_count(len(made.schools), 'school')} in one ZIP, a folder each."
            said += f" Left out, since none could be made: {say_list(left)}." if left else ""
            return Finished(said, DOWNLOAD + key, "Download it")

        return make

    def _piece(self, request: Request, who: Who) -> Response:
        asked = str(request.path_params["number"])
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _LONGEST_NUMBER else 0
        piece = self._site.work.find(number) if self._begun.get(number) == who.session else None
        if piece is None:
            return self._page("not_here.html", "Page not found", who, "", status=404)
        looks = request.query_params.get("look") == "on" and not piece.is_over
        begun = say_moment(piece.begun.astimezone(self._site.config().zone))
        response = self._page("piece.html", piece.title, who, "/evidence", piece=piece, looks=looks, begun=begun)
        if looks:
            response.headers["Refresh"] = _EVERY
        return response

    def _download(self, request: Request, who: Who) -> Response:
        key = str(request.path_params["key"])
        found = self._site.kept.file(who.session, key, self._site.clock())
        allowed = self._keys(self._live.now(), who, Action.GIVE_EVIDENCE)
        if found is None or not self._packed.get(key, frozenset()) <= {*allowed}:
            return self._page("not_here.html", "Page not found", who, "", status=404)
        return FileResponse(found.path, filename=found.name, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class _FormView:
    """What the parts of the desk's forms ask of a page."""

    filled: Filled

    @property
    def sent(self) -> Sent:
        return self.filled.sent

    @property
    def faults(self) -> Mapping[str, str]:
        return self.filled.faults

    def fault(self, name: str) -> str:
        return self.filled.faults.get(name, "")


def _oldest(rows: Sequence[SchoolRow]) -> str:
    """Return since when the oldest of what is shown is known; empty where nothing is."""
    return min((row.at for row in rows if row.at), default="")
