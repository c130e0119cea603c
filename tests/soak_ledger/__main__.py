"""Soak the ledger: ``python -m tests.soak_ledger [--seed 1] [--records 1000] [--stride 1] [--server]``.

Every bit of one record of each kind and of each head, one bit of each of a thousand records, every cut, moved records
and every rewrite that somebody without the key can do: each must be found by the register's own check and by the
stand-alone verifier. What no export can show (rows beside the ledger) has no figure there. One change is planted that
changes nothing: it must be missed, or the soak itself sees nothing.

With ``--server`` the ledgers are in a PostgreSQL of the soak's own, and whoever changes them does so in its tables; the
rewrites of a whole register, which are of a file, are left out.
"""

import argparse
import sys
import time
from contextlib import nullcontext

from tests.postgresql import running
from tests.registers import draw_template
from tests.soak_ledger.soaking import PLANTED, Tally, soak

_SHOWN = 20


def main(arguments: list[str]) -> int:
    """Do everything and print the table; return 1 where anything was missed that should be found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_ledger", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed changes the same bits and records")
    parser.add_argument("--records", type=int, default=1_000, help="of the long ledger")
    parser.add_argument("--stride", type=int, default=1, help="1: every bit; 7: each seventh")
    parser.add_argument("--moves", type=int, default=250, help="times that records are moved, each way")
    parser.add_argument("--server", action="store_true", help="ledgers in PostgreSQL")
    given = parser.parse_args(arguments)
    print(f"soak-ledger: seed {given.seed}, {given.records:,} records, each {given.stride}. bit", flush=True)
    started, tally = time.perf_counter(), Tally()
    with running() if given.server else nullcontext() as server:
        if server is not None:
            draw_template(server)
        how = {"seed": given.seed, "records": given.records, "stride": given.stride, "moves": given.moves}
        soak(tally, **how, server=server)
    print(f"  {'change':<52}{'by the register':>20}{'by the export':>20}")
    for change in tally.changes():
        print(f"  {change:<52}{tally.said(change, 'register'):>20}{tally.said(change, 'export'):>20}")
    print(f"  {'seconds':<52}{time.perf_counter() - started:>20.0f}", flush=True)
    missed = [(change, by, what) for (change, by), each in tally.missed.items() for what in each if change != PLANTED]
    for change, by, what in missed[:_SHOWN]:
        print(f"  missed by the {by}: {change}: {what}")
    seen = sum(len(each) for (change, _), each in tally.missed.items() if change == PLANTED)
    if seen != sum(tried for (change, _), tried in tally.tried.items() if change == PLANTED):
        print("  what was planted was not missed: the soak finds faults where there are none")
        return 1
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
