"""Links by mail: a person who types a work address is answered at once, and all the rest is done behind the answer.

So a stranger's address takes neither a longer nor a shorter time than one with an account. One thread does it, in turn.
"""

import logging
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from pipeline.errors import PolicyPipelineError
from pipeline.letters.sign_in import write_sign_in_mail
from pipeline.mail.outbox import Seams, deliver
from pipeline.model.mail import MailKind
from pipeline.register.deciding import deciding
from pipeline.web.sessions import account_of, make_mailed_link
from pipeline.web.site import Site

_log = logging.getLogger(__name__)
_MOST_WAITING = 200
_PATIENCE_SECONDS = 1.0
_ASKED_ON_A_PAGE = "the sign-in page"


class LinkMailer:
    """Mails links to people who ask and have an account, while it works for a site."""

    def __init__(self, environ: Mapping[str, str], seams: Seams | None = None) -> None:
        self._environ, self._seams = environ, seams or Seams()
        self._asked: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)

    @contextmanager
    def working_for(self, site: Site) -> Iterator[None]:
        """Mail what is asked for, on a thread of its own, inside the ``with`` statement."""
        thread = threading.Thread(target=self._work, args=(site,), name="sign-in-links", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with suppress(queue.Full):
                self._asked.put_nowait(None)
                thread.join(timeout=_PATIENCE_SECONDS)

    def ask(self, address: str) -> None:
        """Note that a person wants a link. Returns at once, with an account or without."""
        try:
            self._asked.put_nowait(address)
        except queue.Full:
            _log.warning("a sign-in link was not mailed: too many are asked for at once")

    def send(self, site: Site, address: str) -> bool:
        """Mail a link to ``address`` if it has an account; return whether one was queued.

        Raises:
            ConfigurationError: the mail cannot be written or the route not be used.
            RegisterError: the register cannot be written.
        """
        config, now = site.config(), site.clock()
        today = site.today(now)
        with site.register.reading() as tx:
            account = account_of(tx, site.register.school, config, address, today)
        if account is None:
            _log.info("no sign-in link was mailed: the address that was typed has no account")
            return False
        with deciding(site.register, config.root, _ASKED_ON_A_PAGE, now, even_unsigned=True) as decision:
            tx, school = decision.tx, decision.school
            link = make_mailed_link(decision, config, account, today)
            page = f"{config.web.base_url or site.address}/sign-in/{link.token}"
            write_sign_in_mail(tx, school, config, site.secret, to=account, link=page, ends_at=link.ends_at, now=now)
        deliver(
            site.register, config, today=today, now=now, environ=self._environ, only={MailKind.SIGN_IN},
            seams=self._seams,
        )  # fmt: skip
        return True

    def _work(self, site: Site) -> None:
        while (address := self._asked.get()) is not None:
            try:
                self.send(site, address)
            except PolicyPipelineError as error:
                _log.warning("a sign-in link could not be mailed: %s", error)
            except Exception:
                # The edge of this thread: one fault must not end the mailing of links for good.
                _log.exception("a sign-in link could not be mailed")
