"""`python -m bench`: runs the benchmarks, prints their tables and writes `bench/RESULTS.md`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from bench import (
    absorb,
    accept,
    cost,
    growth,
    idle,
    lists,
    live,
    pages,
    postmortems,
    report_clusters,
    reports,
    schedule_oracle,
    schedules,
    singles,
    slack_ack,
    slack_cards,
    slo_evaluate,
    slo_ingest,
    slo_prometheus,
    slo_simulation,
    soak,
    start,
    storm,
    suspects,
    visible,
)
from bench.report import Result, show, write

BENCHMARKS: dict[str, Callable[[], Result]] = {
    "accept": accept.run,
    "absorb": absorb.run,
    "singles": singles.run,
    "storm": storm.run,
    "growth": growth.run,
    "soak": soak.run,
    "cost": cost.run,
    "visible": visible.run,
    "pages": pages.run,
    "lists": lists.run,
    "reports": reports.run,
    "suspects": suspects.run,
    "report_clusters": report_clusters.run,
    "postmortems": postmortems.run,
    "live": live.run,
    "schedule_oracle": schedule_oracle.run,
    "schedules": schedules.run,
    "slack_ack": slack_ack.run,
    "slack_cards": slack_cards.run,
    "slo_evaluate": slo_evaluate.run,
    "slo_ingest": slo_ingest.run,
    "slo_prometheus": slo_prometheus.run,
    "start": start.run,
    "idle": idle.run,
    "slo-simulation": slo_simulation.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), metavar="NAME",
                        help=f"one of {', '.join(BENCHMARKS)}; may be given again")  # fmt: skip
    chosen = parser.parse_args().only or list(BENCHMARKS)
    results = []
    for name in chosen:
        began = time.monotonic()
        result = BENCHMARKS[name]()
        show(result)
        print(f"  ({time.monotonic() - began:.0f} s)")
        results.append(result)
    write(results)
    missed = [f for result in results for f in result.figures if f.met is False]
    print(f"\n{len(missed)} of the targets missed." if missed else "\nEvery target met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
