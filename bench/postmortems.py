"""Postmortems: the draft of a long incident, the page of a document, a PDF of ten sections."""

from __future__ import annotations

import time
from typing import Any

from bench.program import Program
from bench.report import Result, at_most, percentile

EVENTS = 2_000
SECTIONS = 10
RUNS = 20
DRAFT_MS, PAGE_MS, PDF_MS = 1_000.0, 150.0, 2_000.0


def run() -> Result:
    result = Result("postmortems", f"An incident with {EVENTS:,} lines on its timeline")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        told = program.told("from bench import documents; documents.main()")
    at_most(result, "draft, p95", told["draft_ms"], DRAFT_MS)
    at_most(result, "/postmortems/PM-…/ p95", told["page_ms"], PAGE_MS)
    at_most(result, "/postmortems/ p95", told["list_ms"], PAGE_MS)
    at_most(result, f"PDF of {SECTIONS} sections, p95", told["pdf_ms"], PDF_MS)
    result.add("PDF", f"{told['pdf_bytes'] / 1024:.0f} KiB, {told['words']:,} words")
    return result


def took(do: Any, runs: int = RUNS) -> float:
    """p95 in ms; the first run, which loads modules, is not counted."""
    do()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        do()
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.95)
