"""Figures, the table on the terminal, and `bench/RESULTS.md`."""

from __future__ import annotations

import math
import os
import platform
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
_SECTION = re.compile(r"<!-- (\S+) -->\n(.*?)<!-- end -->\n", re.DOTALL)


@dataclass(frozen=True)
class Figure:
    """`met` is None where there is no target, only a yardstick."""

    what: str
    value: str
    target: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "MISSED", None: ""}[self.met]


@dataclass
class Result:
    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, value: str, target: str = "", met: bool | None = None) -> None:
        self.figures.append(Figure(what, value, target, met))


def at_most(result: Result, what: str, value: float, target: float, unit: str = "ms") -> None:
    result.add(what, f"{value:,.1f} {unit}", f"≤ {target:,g} {unit}", value <= target)


def at_least(result: Result, what: str, value: float, target: float) -> None:
    result.add(what, f"{value:.2f} ×", f"≥ {target:g} ×", value >= target)


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile; NaN of nothing, which meets no target."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def show(result: Result) -> None:
    print(f"\n{result.title}")
    width = max(len(figure.what) for figure in result.figures)
    for figure in result.figures:
        line = f"  {figure.what:<{width}}  {figure.value:>16}  {figure.target:<12} {figure.verdict}"
        print(line.rstrip())
    for note in result.notes:
        print(f"  ({note})")
    sys.stdout.flush()


def write(results: Sequence[Result]) -> None:
    """Replace the sections of what was measured now; the others stay as they were."""
    old = RESULTS.read_text() if RESULTS.exists() else ""
    sections = dict(_SECTION.findall(old))
    sections.update({result.name: _section(result) for result in results})
    head = (
        "# Benchmark results\n\n"
        "Made by `make bench`; each section says how to make it again. Absolute figures move from "
        "machine to machine: the ratios are measured in one run.\n\n"
    )
    parts = [f"<!-- {name} -->\n{text}<!-- end -->\n" for name, text in sections.items()]
    RESULTS.write_text(head + "\n".join(parts))


def _section(result: Result) -> str:
    lines = [
        f"## {result.title}",
        "",
        f"`{shlex.join(['python', '-m', 'bench', '--only', result.name])}` on {machine()}.",
        "",
        "| what | measured | target | |",
        "|---|---|---|---|",
        *(f"| {f.what} | {f.value} | {f.target} | {f.verdict} |" for f in result.figures),
        "",
        *(f"- {note}" for note in result.notes),
    ]
    return "\n".join(lines).rstrip() + "\n"


def machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "uvicorn", "psycopg"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[1]
    return (
        f"{os.cpu_count()} cores (load average {load:.1f}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {packages}, PostgreSQL 18 (private server)"
    )
