"""Keep within a mail service's limits, and let a run's clock move on while it waits.

The run's moment comes in once; what is recorded later in the same run is later by as much as has really passed.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from pipeline.configuration.mail import MailSection
from pipeline.dates.calendar import DayRange, next_mail_day
from pipeline.model.mail import MailKind

ANY_DAY = frozenset({MailKind.ANSWER, MailKind.SIGN_IN, MailKind.LINK})
"""What goes on days without mail, too: a person has just written, maybe about a child, and is told whom to ring; or
has just asked for a link."""

SHORT_WAIT = timedelta(seconds=60)
"""Asked to be left alone for no longer than this, a service is asked again within the same run."""
SHORT_WAITS = 3
"""So often in a row."""

_MINUTE = timedelta(seconds=60)
_DAY = timedelta(hours=24)
_LOOK_EVERY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class SendingLimits:
    """What a mail service allows; 0 is unlimited."""

    per_minute: int = 0
    per_day: int = 0
    connections: int = 2


PROFILES: dict[str, SendingLimits] = {
    "microsoft365": SendingLimits(per_minute=30, per_day=10_000, connections=3),
    "google": SendingLimits(per_day=2_000),
    "relay": SendingLimits(),
}
"""Published limits of the services schools use."""


def limits_of(mail: MailSection) -> SendingLimits:
    """Return the limits that hold: the profile's, except where the configuration has its own number."""
    service = mail.profile or mail.way.profile
    profile = PROFILES.get(service, SendingLimits())
    own_connections = "connections" in mail.model_fields_set or not service
    return SendingLimits(
        per_minute=mail.per_minute or profile.per_minute,
        per_day=mail.per_day or profile.per_day,
        connections=mail.connections if own_connections else profile.connections,
    )


_MEASURED_MAILS = 20
_MEASURED = timedelta(hours=1)
"""Where so many mails went within the last hour, the rate is taken from them."""


def last_mail_at(
    waiting: int, limits: SendingLimits, sent: Sequence[datetime], now: datetime, closed: Sequence[DayRange]
) -> datetime | None:
    """Return when the last of ``waiting`` mails will about be out if all go from now on; None where nothing tells.

    ``sent`` is when mails of the last 24 hours went, the earliest first. The service's own limits count, and how fast
    mail has really gone in the last hour.
    """
    recent = [moment for moment in sent if moment > now - _MEASURED]
    span = (recent[-1] - recent[0]) / _MINUTE if len(recent) >= _MEASURED_MAILS else 0.0
    rates = [rate for rate in (limits.per_minute, (len(recent) - 1) / span if span > 0 else 0) if rate > 0]
    today = max(0, limits.per_day - len(sent)) if limits.per_day else waiting
    if waiting <= today:
        return now + _MINUTE * (waiting / min(rates)) if rates else None
    end = now
    for _ in range(-(-(waiting - today) // limits.per_day)):
        day = next_mail_day(end.date() + timedelta(days=1), closed)
        end = datetime.combine(day, end.timetz())
    return end


class RunClock:
    """The run's clock: begins at ``now`` and goes on as time does."""

    def __init__(
        self,
        now: datetime,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._began = now
        self._monotonic = monotonic
        self._mark = monotonic()
        self.sleep = sleep

    def now(self) -> datetime:
        """Return the present moment of this run."""
        return self._began + timedelta(seconds=self._monotonic() - self._mark)


class Pace:
    """Let one mail go at a time as the limits allow. Threads share it."""

    def __init__(
        self,
        limits: SendingLimits,
        clock: RunClock,
        sent: Iterable[datetime] = (),
        look: Callable[[datetime], Sequence[datetime]] | None = None,
    ) -> None:
        """``sent``: when mails of the last 24 hours went, the earliest first.

        ``look`` is asked every few seconds for those that have gone or are going since a moment, by whichever process:
        several programs may deliver at once, and the service counts them together.
        """
        self._limits = limits
        self._clock = clock
        self._lock = Lock()
        self._sent = deque(sent)
        self._look = look
        self._seen: Sequence[datetime] = ()
        self._looked_at: datetime | None = None

    def wait_for_turn(self, stopped: Callable[[], bool]) -> bool:
        """Wait until the next mail may go and count it; return False when the day's number is used up or the run stops.

        Waits in steps of at most a second, so that a stopped run ends soon.
        """
        while not stopped():
            with self._lock:
                pause = self._pause()
                if pause is None:
                    return False
                if pause <= timedelta(0):
                    self._sent.append(self._clock.now())
                    return True
            self._clock.sleep(min(1.0, pause.total_seconds()))
        return False

    def take_turn(self) -> bool:
        """Count the next mail where it may go at this moment; return whether it may."""
        with self._lock:
            pause = self._pause()
            if pause is None or pause > timedelta(0):
                return False
            self._sent.append(self._clock.now())
            return True

    def give_back(self) -> None:
        """Take back the last turn: its mail did not go."""
        with self._lock:
            if self._sent:
                self._sent.pop()

    def _pause(self) -> timedelta | None:
        """Return how long to wait; None when nothing more goes today."""
        now, limits = self._clock.now(), self._limits
        while self._sent and self._sent[0] <= now - _DAY:
            self._sent.popleft()
        seen = self._look_around(now)
        if limits.per_day and max(len(self._sent), len(seen)) >= limits.per_day:
            return None
        full = [each for each in (self._sent, seen) if limits.per_minute and len(each) >= limits.per_minute]
        return max((each[-limits.per_minute] + _MINUTE - now for each in full), default=timedelta(0))

    def _look_around(self, now: datetime) -> Sequence[datetime]:
        """Return when mails went by the register, as of a few seconds ago at most; nothing where nothing is limited."""
        if self._look is None or not (self._limits.per_minute or self._limits.per_day):
            return ()
        if self._looked_at is None or now - self._looked_at >= _LOOK_EVERY:
            self._seen = self._look(now - (_DAY if self._limits.per_day else _MINUTE))
            self._looked_at = now
        return self._seen
