"""Pure functions that draw small pictures as SVG text: no settings, no database, no clock."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Shape carries the meaning where colours collapse for colour-blind readers: see docs/design.md.
_SEVERITY_SHAPES = {
    1: ("M6.2 1.2h7.6l5 5v7.6l-5 5H6.2l-5-5V6.2z", 14),
    2: ("M10 1.4 19.2 18H.8z", 15.8),
    3: ("M10 .9 19.1 10 10 19.1.9 10z", 14),
    4: ("M10 1.2a8.8 8.8 0 1 0 0 17.6 8.8 8.8 0 0 0 0-17.6z", 14),
}

_RING = '<circle class="status-line" cx="7" cy="7" r="5.6"/>'
_STATUS_SHAPES = {
    "solid": '<circle class="status-fill" cx="7" cy="7" r="6.4"/>',
    "half": _RING + '<path class="status-fill" d="M7 1.4a5.6 5.6 0 0 0 0 11.2z"/>',
    "stripe": _RING
    + '<path class="status-line" d="M3.4 10.2 10.2 3.4M6.6 12 12 6.6M2 7.4 7.4 2"/>',
    "check": _RING + '<path class="status-line" d="m4.6 7.2 1.7 1.7 3.2-3.6"/>',
    "outline": _RING,
    "dash": _RING + '<path class="status-line" d="M4.6 7h4.8"/>',
    "slash": _RING + '<path class="status-line" d="m3.2 10.8 7.6-7.6"/>',
    "cross": _RING + '<path class="status-line" d="m5 5 4 4m0-4L5 9"/>',
    "dots": '<circle class="status-line" cx="7" cy="7" r="5.6" stroke-dasharray="1.6 2.8"/>',
}

Value = float | int | None


def severity_shape(level: int) -> SafeString:
    """Octagon, triangle, diamond, circle for 1 to 4; the number inside. Hidden from readers:
    the word stands beside it."""
    path, baseline = _SEVERITY_SHAPES[level]
    return format_html(
        '<svg viewBox="0 0 20 20" aria-hidden="true">'
        '<path class="sev-shape" d="{}"/><text class="sev-digit" x="10" y="{}">{}</text></svg>',
        path,
        baseline,
        level,
    )


def status_shape(shape: str) -> SafeString:
    """One of the marks of `_STATUS_SHAPES`; a name that is not known is drawn as the outline."""
    inner = mark_safe(_STATUS_SHAPES.get(shape, _RING))  # noqa: S308  our own constants
    return format_html('<svg viewBox="0 0 14 14" aria-hidden="true">{}</svg>', inner)


def sparkline(
    values: Sequence[Value], *, title: str, width: int = 80, height: int = 20
) -> SafeString:
    """A line over `values`, oldest first. `None` is a gap, never zero; all gaps draw a dashed
    line, so that no data does not look like a quiet system."""
    clean = [_finite(value) for value in values]
    runs = _runs(_points(clean, width, height))
    if not runs:
        body = format_html(
            '<path class="spark-line spark-none" d="M1 {y}H{x}"/>', y=height / 2, x=width - 1
        )
    else:
        body = format_html(
            '<path class="spark-area" d="{}"/><path class="spark-line" d="{}"/>',
            "".join(_area(run, height) for run in runs),
            "".join(_line(run) for run in runs),
        )
    return format_html(
        '<svg class="spark" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none">'
        "<title>{}</title>{}</svg>",
        width,
        height,
        title,
        body,
    )


def bar(percent: float, *, tone: str, title: str) -> SafeString:
    """A bar filled to `percent`, cut to 0..100: what exceeds that is said in words beside it."""
    filled = min(100.0, max(0.0, _finite(percent) or 0.0))
    return format_html(
        '<svg class="bar bar-{}" role="img" viewBox="0 0 100 8" preserveAspectRatio="none">'
        '<title>{}</title><rect class="bar-track" width="100" height="8"/>'
        '<rect class="bar-fill" width="{}" height="8"/></svg>',
        tone,
        title,
        _round(filled),
    )


def parts_bar(
    parts: Sequence[Value], *, highest: float, title: str, standing: bool, overlay: bool = False
) -> SafeString:
    """One bar of a chart, its parts end to end, or with `overlay` each from the start and the
    later ones behind. `highest` is the full length; a chart whose values are all zero draws none.
    """
    length = 100.0
    rects, at = [], 0.0
    for number, part in enumerate(parts, start=1):
        size = length * min(1.0, max(0.0, _finite(part) or 0.0) / highest) if highest > 0 else 0.0
        begin = 0.0 if overlay else at
        box = (0.0, length - begin - size, 8.0, size) if standing else (begin, 0.0, size, 8.0)
        if size:
            rects.append(format_html('<rect class="part-{}" x="{}" y="{}" width="{}" height="{}"/>',
                                     number, *map(_round, box)))  # fmt: skip
        at += size
    return format_html(
        '<svg class="parts" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none">'
        "<title>{}</title>{}</svg>",
        *((8, 100) if standing else (100, 8)),
        title,
        mark_safe("".join(reversed(rects))),  # noqa: S308  made of our own rectangles
    )


def swatch(number: int) -> SafeString:
    """The colour of a chart's nth part, beside its name in the legend."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 8 8" aria-hidden="true">'
        '<rect class="part-{}" width="8" height="8"/></svg>',
        number,
    )


def _finite(value: Value) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _points(
    values: Sequence[float | None], width: int, height: int
) -> list[tuple[float, float] | None]:
    present = [value for value in values if value is not None]
    if not present:
        return []
    low, high = min(0.0, *present), max(present)
    span = (high - low) or 1.0
    step = (width - 2) / max(1, len(values) - 1)
    return [
        None
        if value is None
        else (1 + index * step, height - 2 - (value - low) / span * (height - 4))
        for index, value in enumerate(values)
    ]


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(run: Sequence[tuple[float, float]]) -> str:
    # A run of one point is a dot: a line of no length with round ends.
    points = list(run) if len(run) > 1 else [run[0], run[0]]
    return "M" + "L".join(f"{_round(x)} {_round(y)}" for x, y in points)


def _area(run: Sequence[tuple[float, float]], height: int) -> str:
    return f"{_line(run)}L{_round(run[-1][0])} {height}L{_round(run[0][0])} {height}z"


def _round(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
