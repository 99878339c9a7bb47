"""Reads of the evidence of one incident that its reader was allowed to see, ready to be drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.safestring import SafeString

from core import charts
from incidents.evidence.models import (
    AffectedCount,
    EvidenceReport,
    EvidenceSample,
    Reproduction,
)
from incidents.evidence.sample import LABELS
from incidents.evidence.wilson import Rate, wilson
from incidents.extensions import why_held
from incidents.models import Incident

SHOWN_REPORTS_BY_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Tried:
    row: Reproduction
    rate: Rate
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Counted:
    row: AffectedCount
    share: float | None
    bar: SafeString | str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    cells: list[str]
    bar: SafeString | str


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    title: str
    headers: list[str]
    rows: list[DrawnRow]
    note: str
    left_out: int
    has_bars: bool


@dataclass(frozen=True, slots=True)
class Attached:
    row: EvidenceReport
    blocks: list[DrawnBlock]


@dataclass(frozen=True, slots=True)
class Evidence:
    samples: list[EvidenceSample]
    tried: list[Tried]
    counted: list[Counted]
    attached: list[Attached]
    held: str
    kept: int

    @property
    def cases(self) -> list[EvidenceSample]:
        return [sample for sample in self.samples if sample.case]


def evidence_of(incident: Incident) -> Evidence:
    """Six queries, whatever there is; without what samples hold, which may be 50 MB of it."""
    tried = incident.reproductions.select_related("sample")
    return Evidence(
        samples=list(incident.samples.defer("sealed", "shown")),
        tried=[_tried(row) for row in tried.defer("sample__sealed", "sample__shown")],
        counted=[_counted(row) for row in incident.affected.all()],
        attached=[Attached(row, [_drawn(block) for block in row.blocks])
                  for row in incident.evidence_reports.all()],
        held=next((because for hold in why_held if (because := hold(incident))), ""),
        kept=incident.kept_receipts.count(),
    )  # fmt: skip


def parts_of(shown: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of each part that says something, as text."""
    return [
        (label, _as_text(value)) for name, label in LABELS.items() if (value := shown.get(name))
    ]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n\n".join(value)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _tried(row: Reproduction) -> Tried:
    rate = wilson(row.k, row.n)
    bar = charts.interval_bar(
        rate.share, low=rate.low, high=rate.high, limit=1.0, top=1.0, title=rate.words
    )
    return Tried(row, rate, bar)


def _counted(row: AffectedCount) -> Counted:
    share = row.count / row.of if row.of else None
    title = f"{row.count:,} of {row.of:,}" if row.of else ""
    bar = charts.limit_bar(share, limit=1.0, top=1.0, title=title) if share is not None else ""
    return Counted(row, share, bar)


def _drawn(block: dict[str, Any]) -> DrawnBlock:
    rows = block["rows"]
    at = next((place for place in range(1, len(block["headers"]))
               if any(_number(row, place) is not None for row in rows)), None)  # fmt: skip
    reach = max((abs(_number(row, at) or 0.0) for row in rows), default=0.0) if at else 0.0
    signed = any((_number(row, at) or 0.0) < 0 for row in rows)
    spans = block.get("intervals") or []
    bars = [_bar(row, at, reach, signed=signed) for row in rows]
    if any(spans):
        bars = _intervals(rows, spans, block.get("mark"))
    return DrawnBlock(
        title=block["title"],
        headers=block["headers"],
        rows=[
            DrawnRow([_shown(cell) for cell in row], bar)
            for row, bar in zip(rows, bars, strict=True)
        ],
        note=block["note"],
        left_out=block["left_out"],
        has_bars=bool(at and reach) or any(spans),
    )


def _intervals(
    rows: list[list[Any]], spans: list[list[float] | None], mark: float | None
) -> list[SafeString | str]:
    """On one scale, so that groups can be compared; red where the mark lies outside."""
    top = max((span[1] for span in spans if span), default=1.0)
    top = max(top, mark or 0.0) * 1.02 or 1.0
    drawn: list[SafeString | str] = []
    for row, span in zip_longest(rows, spans):
        value = _number(row, 1)
        if span is None or value is None:
            drawn.append("")
            continue
        outside = mark is not None and not span[0] <= mark <= span[1]
        title = f"{row[0]}: {value:.4g}, 95 % interval {span[0]:.3f} to {span[1]:.3f}"
        drawn.append(
            charts.interval_bar(
                value, low=span[0], high=span[1], limit=mark if mark is not None else top,
                top=top, title=title, alarming=outside,
            )
        )  # fmt: skip
    return drawn


def _bar(row: list[Any], at: int | None, reach: float, *, signed: bool) -> SafeString | str:
    value = _number(row, at) if at else None
    if value is None or not reach:
        return ""
    title = f"{row[0]}: {value:.4g}"
    if not signed:
        return charts.limit_bar(value, limit=reach * 1.01, top=reach * 1.01, title=title)
    return charts.signed_bar(value, reach=reach, title=title)


def _number(row: list[Any], at: int | None) -> float | None:
    value = row[at] if at is not None and at < len(row) else None
    return float(value) if isinstance(value, int | float) else None


def _shown(cell: Any) -> str:
    if cell is None:
        return "not known"
    return f"{cell:.4g}" if isinstance(cell, int | float) else str(cell)
