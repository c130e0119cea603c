"""Fetch the staff list from the school's Microsoft 365: the people in one group of it, kept as a file.

Called before a run takes its lock, since an answer may take its time; ``policy staff fetch`` asks it alone. What came
last stands in the file that ``[people] source`` names, and counts until something new comes: the run takes it in like
any list that the office exported. A dry run fetches nothing.

Source: Microsoft Graph, "List group transitive members" (paging, OData cast, permissions GroupMember.Read.All and
User.Read.All), "user resource type".
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.config import Config
from pipeline.errors import ConfigurationError, DeliveryError, ExitCode, PolicyPipelineError, say_system_error
from pipeline.mail.oauth.graph_answers import STANDS_BETWEEN, THROTTLED, graph_address, read_error, say_refusal
from pipeline.mail.oauth.graph_reading import GraphAnswer, GraphReader, GraphSilentError
from pipeline.mail.routes.tokens import KeptToken, Purpose
from pipeline.mail.words import one_line
from pipeline.private_files import write_file
from pipeline.secret_sources import KEYRING_SERVICE, read_secret
from pipeline.wording import say_day

SECRET = "POLICY_MICROSOFT_PEOPLE_SECRET"
_TABLE = "people.microsoft"
_WAIT_SECONDS = 30
_AT_ONCE = 999
"""Graph's most."""
_MOST_PAGES = 200
_ASKED = ("id", "givenName", "surname", "displayName", "mail", "jobTitle", "department", "accountEnabled",
          "employeeHireDate")  # fmt: skip
_COUNTED = {"ConsistencyLevel": "eventual"}
"""Users alone can be asked for only so, with ``$count``."""
_WHO_LIFTS = {
    401: "Microsoft Graph does not take the app's token. Your IT provider can see why in the sign-in log of the app.",
    403: "Microsoft does not let the app read who is in the group. An administrator of the school's Microsoft 365 "
    "gives it the application permissions GroupMember.Read.All and User.Read.All.",
    404: "Microsoft 365 has no group of that id. Look at [people.microsoft] group: it is the group's object id.",
}
_NO_NAMES = (
    "Microsoft says who is in the group but not what they are called. An administrator of the school's Microsoft 365 "
    "gives the app the application permission User.Read.All as well."
)


class ListNotFetchedError(PolicyPipelineError):
    """The staff list was not fetched; the message says why and who can lift it."""

    exit_code = ExitCode.UNREADABLE


@dataclass(frozen=True, slots=True)
class FetchedList:
    """What the group gave."""

    people: int
    path: Path
    """Where it is kept."""


def fetch_or_say(config: Config, environ: Mapping[str, str], today: date, *, dry_run: bool) -> tuple[str, ...]:
    """Fetch the staff list where that is asked for; return what the owner is to be told where it did not come."""
    if dry_run or not config.people.microsoft.is_used:
        return ()
    try:
        fetch_staff_list(config, environ, today)
    except ListNotFetchedError as error:
        return (f"The staff list was not fetched from Microsoft 365. {error} {_say_kept(config)}",)
    return ()


def fetch_staff_list(
    config: Config,
    environ: Mapping[str, str],
    today: date,
    *,
    context: ssl.SSLContext | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> FetchedList:
    """Fetch who is in the group of ``[people.microsoft]`` and keep it; the list before stays where that fails.

    ``context`` verifies Microsoft; None is the system's own trust.

    Raises:
        ListNotFetchedError: with the reason and who can lift it.
    """
    section = config.people.microsoft
    try:
        tokens = KeptToken(_sign_in(config, environ, context))
        reader = GraphReader(
            graph_address(section.oauth), tokens, context=context, sleep=sleep, wait_seconds=_WAIT_SECONDS
        )
        try:
            people = [_person(one) for one in _members(reader, graph_address(section.oauth), section.group)]
        finally:
            reader.close()
    except GraphSilentError as error:
        raise ListNotFetchedError(
            f"Microsoft Graph {error.why}. {error.who_lifts}; the next run tries again."
        ) from error
    except (DeliveryError, ConfigurationError) as error:
        raise ListNotFetchedError(str(error)) from error
    return _kept(config, people, today)


def _sign_in(config: Config, environ: Mapping[str, str], context: ssl.SSLContext | None) -> Any:
    from pipeline.mail.oauth.microsoft import ClientCredentials

    section = config.people.microsoft
    secret = read_secret(environ, SECRET, section.client_id)
    if not secret:
        raise ConfigurationError(
            f"The client secret of the app {section.client_id} is not set. Put it into the environment as {SECRET}, "
            f"into a file named by {SECRET}_FILE, or into the system keyring (service {KEYRING_SERVICE}, name "
            f"{section.client_id})."
        )
    if not (secret.isascii() and secret.isprintable()):
        raise ConfigurationError("The client secret holds letters that none has; copy its value once more.")
    return ClientCredentials(
        section.oauth, "the app of the staff list", Purpose.GROUP_READ, secret, context, table=_TABLE
    ).fetch


# --- what Graph says --------------------------------------------------------------------------------------------------


def _members(reader: GraphReader, address: str, group: str) -> Iterator[Mapping[str, Any]]:
    """Yield everybody in the group, also by a group within it, each once. Raises ListNotFetchedError."""
    users = f"{address}/groups/{quote(group, safe='')}/transitiveMembers/microsoft.graph.user"
    url = f"{users}?$count=true&$select={','.join(_ASKED)}&$top={_AT_ONCE}"
    asked: set[str] = set()
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        asked.add(url)
        answer = reader.get(url, _COUNTED)
        if answer.status != 200:
            raise _refused(answer)
        found = answer.objects()
        if found is None:
            raise _nonsense(answer)
        for one in found["value"]:
            if one["id"] not in seen:
                seen.add(one["id"])
                yield one
        if "@odata.nextLink" not in found:
            return
        url = str(found["@odata.nextLink"])
        if not reader.is_own(url) or url in asked:
            raise _nonsense(answer)
    raise ListNotFetchedError("The group holds more people than any school has. Look at [people.microsoft] group.")


def _person(one: Mapping[str, Any]) -> dict[str, str]:
    """Return a person as a row of a staff list; a name that stands in one piece is taken apart at its first space."""
    told = {name: one[name].strip() if isinstance(one.get(name), str) else "" for name in _ASKED}
    first, last = told["givenName"], told["surname"]
    if not first or not last:
        whole = told["displayName"] or " ".join(filter(None, (first, last)))
        first, _, last = whole.partition(" ")
    return {
        "person_id": told["id"],
        "first_name": first,
        "last_name": last.strip(),
        "work_email": told["mail"],
        "role": told["jobTitle"],
        "department": told["department"],
        "start_date": _day(told["employeeHireDate"]),
        "accountEnabled": "false" if one.get("accountEnabled") is False else "true",
    }


def _day(moment: str) -> str:
    """Return the day of a moment; empty where Graph says none, or the year 1, which is its way of saying none."""
    try:
        day = datetime.fromisoformat(moment).date()
    except ValueError:
        return ""
    return "" if day.year < 1950 else day.isoformat()


def _refused(answer: GraphAnswer) -> ListNotFetchedError:
    code, words = read_error(answer.text)
    said = say_refusal(answer.status, code, words)
    if answer.status in THROTTLED or answer.status >= 500:
        return ListNotFetchedError(f"Microsoft cannot answer just now. Nobody need do anything. {said}")
    if not code or answer.status < 400:
        return _nonsense(answer)
    return ListNotFetchedError(f"{_WHO_LIFTS.get(answer.status, STANDS_BETWEEN)} {said}")


def _nonsense(answer: GraphAnswer) -> ListNotFetchedError:
    said = f"It said: {answer.status} {one_line(answer.text, 80)}".rstrip(". ")
    return ListNotFetchedError(f"What came is no answer of Microsoft Graph. {STANDS_BETWEEN} {said}.")


# --- what is kept -----------------------------------------------------------------------------------------------------


def _kept(config: Config, people: list[dict[str, str]], today: date) -> FetchedList:
    """Keep the list in place of the one before. Raises ListNotFetchedError where it is none, or cannot be written."""
    path = config.staff_list
    if not people:
        raise ListNotFetchedError("The group holds nobody. Look at [people.microsoft] group, or put the staff into it.")
    if not any(one["first_name"] or one["last_name"] for one in people):
        raise ListNotFetchedError(_NO_NAMES)
    text = json.dumps({"fetched_on": today.isoformat(), "value": people}, ensure_ascii=False, indent=1)
    try:
        write_file(path, text.encode("utf-8"))
    except OSError as error:
        raise ListNotFetchedError(f"{path} cannot be written: {say_system_error(error)}.") from error
    return FetchedList(len(people), path)


def _say_kept(config: Config) -> str:
    path = config.staff_list
    if not path.exists():
        return "There is none from before, so nobody was added or changed."
    try:
        fetched_on = date.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["fetched_on"])
    except (OSError, ValueError, KeyError, TypeError):
        fetched_on = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    return f"The list of {say_day(fetched_on)} counts until it comes."
