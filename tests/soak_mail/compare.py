"""Compare what a mail server took with what the register says of it.

``python -I compare.py FOLDER CONNECTIONS [--accepted FILE] [--refused FILE]``, with FOLDER that of one run. It
knows nothing of the program: it reads the register with ``sqlite3`` and the logs of the run. Prints one JSON object:
``counts``, and ``faults`` as pairs of a code and a sentence. All times are nanoseconds of one clock.
"""

import argparse
import json
import sqlite3
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

LOST, UNSENT, UNASKED, ELSEWHERE = "lost", "unsent", "cancelled-unasked", "elsewhere"
LATE, REPEATED, TOO_MANY, SILENT, FAILED = "sent-too-late", "repeated-unkilled", "too-many-repeats", "silent", "failed"
UNREFUSED, ASKED_AGAIN = "bounced-unrefused", "asked-again"


class Comparison:
    """What is known of one run, and what is wrong with it."""

    def __init__(
        self, folder: Path, connections: int, *, accepted: Path | None = None, refused: Path | None = None
    ) -> None:
        self.connections = connections
        self.planned: dict[str, str] = dict(json.loads((folder / "planned.json").read_text("ascii")))
        self.decided = _lines(folder / "decided.jsonl")
        self.lives = _lines(folder / "lives.jsonl")
        self.taken: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in sorted(_lines(accepted or folder / "accepted.jsonl"), key=lambda line: line["begun"]):
            self.taken[line["message"]].append(line)
        self.refusals = _lines(refused or folder / "refused.jsonl")
        self.refused: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in self.refusals:
            if line["whose"] == "recipient":
                self.refused[line["recipient"]].append(line)
        self.states, self.told = read_register(folder)
        self.faults: list[tuple[str, str]] = []
        self.most_repeats = 0

    def fault(self, code: str, words: str) -> None:
        """Note one fault."""
        self.faults.append((code, words))

    def life_at(self, moment: int) -> dict[str, Any] | None:
        """Return the delivering process that lived at a moment, None where there was none."""
        number = bisect_right([life["began"] for life in self.lives], moment) - 1
        return self.lives[number] if number >= 0 and moment < self.lives[number]["ended"] else None

    def compare(self) -> None:
        """Find every fault."""
        for life in self.lives:
            if life["failed"] is not None:
                self.fault(FAILED, f"The delivery {life['pid']} ended with exit code {life['failed']}.")
        self._compare_states()
        self._compare_decisions()
        self._compare_repeats()
        self._compare_refusals()

    def _compare_states(self) -> None:
        """0 lost: what is recorded as sent was taken, and all that was planned was sent or had a reason not to be."""
        stopped = {message for line in self.decided for message, _ in line["messages"]}
        for message in self.planned.keys() | self.states.keys() | self.taken.keys():
            state, taken = self.states.get(message), self.taken.get(message, [])
            if state == "sent" and not taken:
                self.fault(LOST, f"{message} is recorded as sent, and the server never took it.")
            elif state == "cancelled" and message not in stopped:
                self.fault(UNASKED, f"{message} was cancelled, and nobody had decided so.")
            elif state == "bounced" and self.planned.get(message) not in self.refused:
                self.fault(UNREFUSED, f"{message} is recorded as refused for good, and the server never did so.")
            elif state not in ("sent", "cancelled", "bounced"):
                self.fault(UNSENT, f"{message} never went: its state is {state}.")
            wrong = {line["recipient"] for line in taken} - {self.planned.get(message)}
            if wrong:
                self.fault(ELSEWHERE, f"{message} was taken for {', '.join(sorted(wrong))}.")

    def _compare_decisions(self) -> None:
        """0 sent after its reason was gone. What a process was sending just then may still end, once."""
        for line in self.decided:
            for message, sender in line["messages"]:
                late = [taken for taken in self.taken.get(message, []) if taken["begun"] > line["since"]]
                lives = [self.life_at(taken["begun"]) for taken in late]
                was_on_its_way = sender is not None and len(late) == 1 and lives[0] and lives[0]["pid"] == sender
                if late and not was_on_its_way:
                    self.fault(LATE, f"{message} was sent after the office had decided ({line['act']}).")

    def _compare_repeats(self) -> None:
        """Each repeat has a kill in whose life the mail had gone, and a line in the ledger."""
        by_life: Counter[int] = Counter()
        for message, taken in self.taken.items():
            for before in taken[:-1]:
                life = self.life_at(before["begun"])
                if life is None or not life["killed"]:
                    self.fault(REPEATED, f"{message} was taken again, though its delivery was not killed.")
                else:
                    by_life[life["began"]] += 1
            if len(taken) - 1 > self.told[message]:
                self.fault(SILENT, f"{message} was taken {len(taken)} times; the ledger tells {self.told[message]}.")
        for number in by_life.values():
            if number > self.connections:
                self.fault(TOO_MANY, f"One kill repeated {number} mails over {self.connections} connections.")
        self.most_repeats = max(by_life.values(), default=0)

    def _compare_refusals(self) -> None:
        """Who was refused for good is written to again only where a kill came before that was recorded."""
        for recipient, refused in self.refused.items():
            for before in refused[:-1]:
                life = self.life_at(before["at"])
                if life is None or not life["killed"]:
                    self.fault(ASKED_AGAIN, f"{recipient} was written to again, though refused for good before.")

    def counts(self) -> dict[str, int]:
        """Return what was compared."""
        states = Counter(self.states.values())
        taken = [line for lines in self.taken.values() for line in lines]
        refusals = Counter(line["whose"] for line in self.refusals)
        on_the_way = [sender for line in self.decided for _, sender in line["messages"] if sender is not None]
        return {
            "planned": len(self.planned),
            "kills": sum(life["killed"] for life in self.lives),
            "starts": len(self.lives),
            "taken": len(taken),
            "pipelining": sum(line.get("pipelining", False) for line in taken),
            "late_answers": sum(line.get("late", 0) > 0 for line in taken),
            "refused": refusals["recipient"],
            "put_off": refusals["moment"],
            "route_refused": refusals["route"],
            "sent": states["sent"],
            "bounced": states["bounced"],
            "cancelled": states["cancelled"],
            "decisions": len(self.decided),
            "on_the_way": len(on_the_way),
            "repeats": sum(len(taken) - 1 for taken in self.taken.values()),
            "most_repeats": self.most_repeats,
            "told": sum(self.told.values()),
        }


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return a log, oldest first; empty where nothing was ever logged."""
    return [json.loads(line) for line in path.read_text("ascii").splitlines()] if path.exists() else []


def read_register(folder: Path) -> tuple[dict[str, str], Counter[str]]:
    """Return the state of each message, and how many repeats of each the ledger tells, both by Message-ID."""
    with closing(sqlite3.connect(folder / "school" / "distribution" / "register.sqlite3")) as register:
        states = dict(register.execute("SELECT message_id, state FROM message"))
        records = [json.loads(record) for (record,) in register.execute("SELECT record FROM ledger_record")]
    told = Counter(each["fields"]["message_id"] for each in records if each["kind"] == "mail-repeated")
    return states, told


def main(arguments: list[str]) -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("connections", type=int)
    for log in ("--accepted", "--refused"):
        parser.add_argument(log, type=Path, help="another log than the run's own")
    wanted = parser.parse_args(arguments)
    comparison = Comparison(wanted.folder, wanted.connections, accepted=wanted.accepted, refused=wanted.refused)
    comparison.compare()
    print(json.dumps({"counts": comparison.counts(), "faults": comparison.faults}))


if __name__ == "__main__":
    main(sys.argv[1:])
