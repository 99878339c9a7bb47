"""The same objectives as Prometheus rules on the same machine, beside AIRE's own evaluation.

Needs `prometheus` and `promtool` on the PATH (Debian: `apt install prometheus`). The server gets a
few objectives' minutes of 28 days as blocks and evaluates, for each, the ratio over four windows
and an alert; its own metric says how long a round took. Both sides are told per objective.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench import slo_evaluate
from bench.program import free_port
from bench.report import Result, at_least, percentile

OBJECTIVES = 20
DAYS = 28
WINDOWS = ("1h", "6h", "3d", "28d")
TARGET = 5.0
TOOK = re.compile(r"^prometheus_rule_group_last_duration_seconds\{[^}]*\} (\S+)$", re.MULTILINE)


def run() -> Result:
    result = Result("slo_prometheus", "Evaluating objectives: AIRE beside Prometheus rules")
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        result.notes.append("Not measured: prometheus and promtool are not installed.")
        return result
    theirs = _prometheus() / OBJECTIVES
    found = slo_evaluate.run()
    median = float(found.figures[0].value.split()[0].replace(",", ""))
    ours = median / slo_evaluate.OBJECTIVES
    result.add("Prometheus, an objective", f"{1000 * theirs:.2f} ms")
    result.add("AIRE, an objective", f"{1000 * ours:.2f} ms")
    at_least(result, "faster by", theirs / ours, TARGET)
    result.notes.append(
        f"Prometheus: {OBJECTIVES} objectives, {DAYS} days of minutes, a ratio over each of "
        f"{', '.join(WINDOWS)} and an alert, the median of its rounds. AIRE: a round of "
        f"{slo_evaluate.OBJECTIVES:,} objectives with four rules each over seven windows."
    )
    return result


def _prometheus() -> float:
    """Seconds of a round of all rules."""
    with tempfile.TemporaryDirectory(prefix="aire-bench-prometheus-") as name:
        folder = Path(name)
        (folder / "points").write_text("".join(_points()))
        tsdb = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
        subprocess.run([*tsdb, "points", "data"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (folder / "points").unlink()
        (folder / "rules.yml").write_text(_rules())
        (folder / "prometheus.yml").write_text(
            "global: {evaluation_interval: 10s}\nrule_files: [rules.yml]\n"
        )
        port = free_port()
        server = subprocess.Popen(
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
             "--storage.tsdb.retention.time=60d", f"--web.listen-address=127.0.0.1:{port}",
             "--log.level=error"],
            cwd=folder,
        )  # fmt: skip
        try:
            return percentile(list(_rounds(port)), 0.5)
        finally:
            server.terminate()
            server.wait(30)


def _rounds(port: int) -> Iterator[float]:
    """How long some rounds took; the first ones, which read cold blocks, are left out."""
    seen: list[float] = []
    for _ in range(120):
        time.sleep(1)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                found = TOOK.search(answer.read().decode())
        except OSError:
            continue
        took = float(found[1]) if found else 0.0
        if took and took not in seen:
            seen.append(took)
        if len(seen) == 6:
            break
    yield from seen[2:]


def _points() -> Iterator[str]:
    end = int(time.time()) // 60 * 60
    minutes = range(end - DAYS * 86_400, end + 1, 60)
    for metric in ("good", "all"):
        yield f"# TYPE {metric} counter\n"
        for objective in range(OBJECTIVES):
            for count, at in enumerate(minutes):
                value = count * 100 - (count * 2 if metric == "good" else 0)
                yield f'{metric}_total{{slo="s{objective}"}} {value} {at}\n'
    yield "# EOF\n"


def _rules() -> str:
    lines = ["groups:", "- name: slos", "  rules:"]
    for objective in range(OBJECTIVES):
        which = f'{{slo="s{objective}"}}'
        for window in WINDOWS:
            bad = (
                f"1 - increase(good_total{which}[{window}]) / increase(all_total{which}[{window}])"
            )
            lines += [f"  - record: slo:bad:ratio_{window}", f"    expr: '{bad}'",
                      f"    labels: {{slo: s{objective}}}"]  # fmt: skip
        burning = f"slo:bad:ratio_1h{which} > 0.28 and slo:bad:ratio_6h{which} > 0.28"
        lines += [f"  - alert: Burning{objective}", f"    expr: '{burning}'"]
    return "\n".join(lines) + "\n"
