"""Pure functions that draw charts with scales as SVG text: no settings, no database, no clock.

The plot is stretched to the width of the page while text and strokes keep their size: paths stand
in an inner `svg` without aspect ratio, labels in the outer one at percentages. A chart never
stands alone: `components/chart.html` puts its figures into a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH = 1000
_HEIGHT = 168
_TOP = 16
_FOOT = 24
_OUTER = _TOP + _HEIGHT + _FOOT


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y) in order of x; a y of None is a gap. `tone` is accent, ok, warn, danger or
    muted; a dashed line is an expectation, not a measurement."""

    label: str
    points: Sequence[tuple[float, float | None]]
    tone: str = "accent"
    dashed: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of x that something lasted, for example an incident."""

    start: float
    end: float
    label: str
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on a scale, and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, with its ticks. Values outside are drawn at the edge."""

    low: float
    high: float
    ticks: Sequence[Tick] = ()

    def share(self, value: float) -> float:
        """0 at the low end, 1 at the high one."""
        if self.high <= self.low:
            return 0.0
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def line_chart(
    lines: Sequence[Line],
    *,
    x: Scale,
    y: Scale,
    title: str,
    bands: Iterable[Band] = (),
    marks: Iterable[Tick] = (),
) -> SafeString:
    """Lines over time. `marks` are lines across at a value of y, for example a limit."""
    inside = [
        *(_band(band, x) for band in bands),
        *(_grid(tick, y) for tick in y.ticks),
        *(_mark(mark, y) for mark in marks),
        *(_line(line, x, y) for line in lines),
    ]
    return format_html(
        '<svg class="chart" role="img" height="{}"><title>{}</title>'
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 {} {}" '
        'preserveAspectRatio="none">{}</svg>{}{}</svg>',
        _OUTER,
        title,
        _TOP,
        _HEIGHT,
        _WIDTH,
        _HEIGHT,
        _joined(inside),
        _joined(_y_label(tick, y) for tick in y.ticks),
        _joined(
            # On a phone there is room for half of many.
            _x_label(tick, x, spare=len(x.ticks) > 5 and number % 2 == 1)
            for number, tick in enumerate(x.ticks)
        ),
    )


def strip(bands: Iterable[Band], *, marks: Iterable[Tick] = (), x: Scale, title: str) -> SafeString:
    """A low lane over time: stretches, and a stroke for each thing that happened at a moment. On
    the same scale as the charts below it."""
    strokes = format_html_join(
        "", '<path class="chart-stroke" d="M{x} 4V24"><title>{label}</title></path>',
        ({"x": _place(x, mark.at), "label": mark.label} for mark in marks),
    )  # fmt: skip
    return format_html(
        '<svg class="chart chart-strip" role="img" height="28"><title>{}</title>'
        '<svg width="100%" height="28" viewBox="0 0 {} 28" preserveAspectRatio="none">'
        '<path class="chart-grid" d="M0 14H{}"/>{}{}</svg></svg>',
        title,
        _WIDTH,
        _WIDTH,
        _joined(
            format_html(
                '<rect class="chart-span chart-{}" x="{}" y="6" width="{}" height="16">'
                "<title>{}</title></rect>",
                band.tone,
                _place(x, band.start),
                _round(max(3.0, (x.share(band.end) - x.share(band.start)) * _WIDTH)),
                band.label,
            )
            for band in bands
        ),
        strokes,
    )


def limit_bar(value: float | None, *, limit: float, top: float, title: str) -> SafeString:
    """A bar up to `value` with a mark at `limit`; beyond it the bar is red. None draws no bar."""
    scale = Scale(0.0, top)
    known = value is not None and math.isfinite(value)
    tone = "danger" if known and (value or 0.0) >= limit else "accent"
    bar = (
        format_html(
            '<rect class="chart-bar chart-{}" y="6" width="{}" height="10"/>',
            tone,
            _place(scale, value or 0.0),
        )
        if known
        else ""
    )
    at = _place(scale, limit)
    return _small(
        title,
        format_html(
            '<rect class="bar-track" y="6" width="{}" height="10"/>{}'
            '<path class="chart-limit" d="M{x} 1V21"/>',
            _WIDTH,
            bar,
            x=at,
        ),
    )


def signed_bar(value: float, *, reach: float, title: str) -> SafeString:
    """A bar to the left or right of the middle; `reach` is what half the width stands for."""
    scale = Scale(-reach, reach)
    start, end = sorted((scale.share(0.0) * _WIDTH, scale.share(value) * _WIDTH))
    return _small(
        title,
        format_html(
            '<path class="chart-grid" d="M{m} 1V21"/>'
            '<rect class="chart-bar chart-{}" x="{}" y="6" width="{}" height="10"/>',
            "danger" if value < 0 else "accent",
            _round(start),
            _round(max(2.0, end - start)),
            m=_round(_WIDTH / 2),
        ),
    )


def interval_bar(
    point: float,
    *,
    low: float,
    high: float,
    limit: float,
    top: float,
    title: str,
    alarming: bool | None = None,
) -> SafeString:
    """A value with the interval it may really lie in, and a mark at `limit`. Red when all of the
    interval is beyond it, or as `alarming` says."""
    scale = Scale(0.0, top)
    tone = "danger" if (low > limit if alarming is None else alarming) else "accent"
    return _small(
        title,
        format_html(
            '<path class="chart-grid" d="M0 11H{}"/>'
            '<rect class="chart-range chart-{}" x="{}" y="7" width="{}" height="8"/>'
            '<path class="chart-point chart-{}" d="M{p} 3V19"/>'
            '<path class="chart-limit" d="M{m} 1V21"/>',
            _WIDTH,
            tone,
            _place(scale, low),
            _round(max(2.0, (scale.share(high) - scale.share(low)) * _WIDTH)),
            tone,
            p=_place(scale, point),
            m=_place(scale, limit),
        ),
    )


def nice_ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """Round numbers between two values, at most `most` of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 2.5, 5, 10, 20):
        first = math.ceil(low / (size * factor) - 1e-9)
        last = math.floor(high / (size * factor) + 1e-9)
        if last - first < most:
            return [round(number * size * factor, 12) for number in range(first, last + 1)]
    return []


def _small(title: str, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart-row" role="img" viewBox="0 0 {} 22" preserveAspectRatio="none">'
        "<title>{}</title>{}</svg>",
        _WIDTH,
        title,
        body,
    )


def _line(line: Line, x: Scale, y: Scale) -> SafeString:
    runs = _runs(line, x, y)
    style = f"chart-line chart-{line.tone}" + (" chart-dashed" if line.dashed else "")
    area = (
        format_html(
            '<path class="chart-area chart-{}" d="{}"/>',
            line.tone,
            "".join(_area(run) for run in runs),
        )
        if line.filled
        else ""
    )
    path = "".join(_path(run) for run in runs)
    return format_html('{}<path class="{}" d="{}"/>', area, style, path)


def _runs(line: Line, x: Scale, y: Scale) -> list[list[tuple[float, float]]]:
    """The stretches without a gap, in the plot's own units."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in line.points:
        if value is None or not math.isfinite(value):
            runs.append([])
        else:
            runs[-1].append((x.share(at) * _WIDTH, (1 - y.share(value)) * _HEIGHT))
    return [run for run in runs if run]


def _path(run: Sequence[tuple[float, float]]) -> str:
    # A run of one point is a dot: a line of no length with round ends.
    points = list(run) if len(run) > 1 else [run[0], run[0]]
    return "M" + "L".join(f"{_round(at)} {_round(value)}" for at, value in points)


def _area(run: Sequence[tuple[float, float]]) -> str:
    return f"{_path(run)}L{_round(run[-1][0])} {_HEIGHT}L{_round(run[0][0])} {_HEIGHT}z"


def _band(band: Band, x: Scale) -> SafeString:
    left = x.share(band.start) * _WIDTH
    width = max(3.0, x.share(band.end) * _WIDTH - left)
    return format_html(
        '<rect class="chart-band chart-{}" x="{}" width="{}" height="{}"><title>{}</title></rect>',
        band.tone,
        _round(min(left, _WIDTH - 3)),
        _round(width),
        _HEIGHT,
        band.label,
    )


def _grid(tick: Tick, y: Scale) -> SafeString:
    return format_html('<path class="chart-grid" d="M0 {}H{}"/>', _height(tick.at, y), _WIDTH)


def _mark(mark: Tick, y: Scale) -> SafeString:
    return format_html(
        '<path class="chart-limit" d="M0 {}H{}"><title>{}</title></path>',
        _height(mark.at, y),
        _WIDTH,
        mark.label,
    )


def _y_label(tick: Tick, y: Scale) -> SafeString:
    at = _TOP + (1 - y.share(tick.at)) * _HEIGHT + 4
    # Left of the plot, in the margin that the class leaves free.
    return format_html(
        '<text class="chart-text" x="-8" y="{}" text-anchor="end">{}</text>', _round(at), tick.label
    )


def _x_label(tick: Tick, x: Scale, *, spare: bool) -> SafeString:
    share = x.share(tick.at)
    anchor = "start" if share < 0.08 else "end" if share > 0.92 else "middle"
    return format_html(
        '<text class="chart-text{}" x="{}%" y="{}" text-anchor="{}">{}</text>',
        " chart-spare" if spare else "",
        _round(share * 100),
        _OUTER - 6,
        anchor,
        tick.label,
    )


def _height(value: float, y: Scale) -> str:
    return _round((1 - y.share(value)) * _HEIGHT)


def _place(scale: Scale, value: float) -> str:
    return _round(scale.share(value) * _WIDTH)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _round(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
