"""The three pictures of an objective and the figures beside them: what is left, how fast it goes,
what fails. Pure: draws what the selectors found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.safestring import SafeString

from core.charts import (
    Band,
    Line,
    Scale,
    Tick,
    interval_bar,
    limit_bar,
    line_chart,
    nice_ticks,
)
from slos.bands import TimeBand
from slos.comparison import Measured, Part
from slos.windows import Span

_DAY = timedelta(days=1)
_LOWEST = -1.0
"""A budget overspent by more than all of it is drawn at the edge; the words say how much."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the same figures as a table."""

    svg: SafeString
    caption: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    key: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of figures with its drawing."""

    label: str
    value: str
    limit: str
    svg: SafeString
    note: str = ""
    tone: str = ""


def burn_down(
    days: Sequence[tuple[date, float | None]],
    *,
    left: float | None,
    as_of: datetime,
    span: Span,
    seconds_left: float | None,
    at_risk_below: float,
    lasting: Sequence[TimeBand] = (),
) -> Chart:
    """The share of the budget left at the end of each day, now, and where it is heading.
    `span` is what the drawing covers; incidents are bands across it."""
    points = [(_end_of(day), value) for day, value in days if _end_of(day) < as_of]
    points.append((as_of, left))
    x = _time_scale(*span)
    known = [value for _, value in points if value is not None]
    low = max(_LOWEST, min([0.0, *known]))
    y = Scale(low, 1.0, [Tick(tick, f"{tick:.0%}") for tick in nice_ticks(low, 1.0)])
    lines = [Line("left", [(at.timestamp(), value) for at, value in points], filled=low >= 0)]
    if left is not None and seconds_left:
        lines.append(_heading(left, as_of, span[1], seconds_left))
    shown = [band for band in lasting if band.start < span[1]]
    svg = line_chart(
        lines,
        x=x,
        y=y,
        title=f"Error budget left, {span[0]:%-d %b} to {as_of:%-d %b}: {_percent(left)} now",
        bands=[_band(band, as_of) for band in shown],
        marks=[Tick(at_risk_below, f"at risk below {at_risk_below:.0%}")],
    )
    rows = [(f"{at:%-d %b %Y %H:%M}", _percent(value)) for at, value in reversed(points)]
    key = [f"Dashed across: at risk below {at_risk_below:.0%}"]
    if len(lines) > 1:
        key.append("Dotted: at the present pace")
    if shown:
        key.append("Bands: incidents")
    return Chart(svg, "Error budget left", ("As of (UTC)", "Left"), rows, key)


def burn_bar(
    label: str, burn: float | None, limit: float, *, pages: bool, warning: str = ""
) -> Bar:
    """One rule: how fast its long window burns against the rate from which it fires."""
    top = max(limit * 1.25, (burn or 0.0) * 1.05)
    said = "no data" if burn is None else f"{burn:.2g} times the allowed rate"
    does = "pages" if pages else "makes a ticket"
    title = f"{label}: {said}, {does} from {limit:.3g}"
    over = burn is not None and burn >= limit
    return Bar(
        label=label,
        value="No data" if burn is None else f"{burn:.2g}×",
        limit=f"{does} from {limit:.3g}×",
        svg=limit_bar(burn, limit=limit, top=top, title=title),
        note=warning,
        tone="danger" if over else "",
    )


def pace_bar(over: str, burn: float | None) -> Bar:
    """The present pace against the rate that spends the budget within the window."""
    said = "no data" if burn is None else f"{burn:.2g} times the allowed rate"
    return Bar(
        label=f"pace: {over}",
        value="No data" if burn is None else f"{burn:.2g}×",
        limit="the budget lasts up to 1×",
        svg=limit_bar(burn, limit=1.0, top=max(2.0, (burn or 0.0) * 1.05), title=f"Pace: {said}"),
        tone="warn" if burn is not None and burn > 1 else "",
    )


def failing(measured: Sequence[Measured], *, allowed: float) -> list[Bar]:
    """Bad ratios of cohorts and evaluators with their intervals against what is allowed."""
    shown = [one for one in measured if one.part.total > 0]
    top = max([allowed * 2, *(one.high for one in shown)], default=1.0)
    words = {"worse": "clearly above what is allowed", "better": "clearly below", "unsure": ""}
    bars = []
    for one in shown:
        interval = f"{_percent(one.low)} to {_percent(one.high)}"
        verdict = one.against(allowed)
        bars.append(
            Bar(
                label=one.part.label,
                value=_percent(one.bad_ratio),
                limit=f"{interval} of {one.part.total:,.0f}",
                svg=interval_bar(
                    one.bad_ratio,
                    low=one.low,
                    high=one.high,
                    limit=allowed,
                    top=top,
                    title=f"{one.part.label}: {_percent(one.bad_ratio)} bad, interval {interval}, "
                    f"allowed {_percent(allowed)}",
                ),
                note=words[verdict],
                tone="danger" if verdict == "worse" else "",
            )
        )
    return bars


def by_day(
    found: Iterable[tuple[Part, Sequence[tuple[date, float, float]]]],
    *,
    allowed: float,
    span: Span,
) -> Chart:
    """Bad ratios by day, one line a part; at most four, which can still be told apart."""
    tones = ("accent", "warn", "ok", "muted")
    chosen = list(found)[: len(tones)]
    series = [
        (part, [(day, 1 - good / total if total else None) for day, good, total in rows])
        for part, rows in chosen
    ]
    most = max(
        [allowed * 2, *(value or 0.0 for _, rows in series for _, value in rows)], default=1.0
    )
    lines = [
        Line(part.label, [(_noon(day).timestamp(), value) for day, value in rows], tone, dashed)
        for (part, rows), tone, dashed in zip(
            series, tones, (False, False, True, True), strict=False
        )
    ]
    ticks = nice_ticks(0, most)
    svg = line_chart(
        lines,
        x=_time_scale(*span),
        y=Scale(0, most, [Tick(tick, _percent(tick)) for tick in ticks]),
        title=f"Bad ratio by day of {', '.join(part.label for part, _ in series) or 'nothing'}",
        marks=[Tick(allowed, f"allowed {_percent(allowed)}")],
    )
    rows = [
        (f"{day:%-d %b %Y}", part.label, _percent(value))
        for part, values in series
        for day, value in values
    ]
    kinds = ("blue", "amber", "green dashed", "grey dashed")
    key = [f"{part.label}: {kind}" for (part, _), kind in zip(series, kinds, strict=False)]
    return Chart(svg, "Bad ratio by day", ("Day (UTC)", "Part", "Bad"), rows, key)


def _heading(left: float, as_of: datetime, end: datetime, seconds_left: float) -> Line:
    """From now to zero, or to where the drawing ends."""
    gone = seconds_left
    room = max(0.0, (end - as_of).total_seconds())
    share = min(1.0, room / gone)
    points = [(as_of.timestamp(), left), (as_of.timestamp() + gone * share, left * (1 - share))]
    return Line("at this pace", points, tone="danger", dashed=True)


def _band(band: TimeBand, as_of: datetime) -> Band:
    return Band(band.start.timestamp(), (band.end or as_of).timestamp(), band.label)


def _time_scale(start: datetime, end: datetime) -> Scale:
    """Four dates, or times where it is about a day."""
    pattern = "%-d %b" if end - start > 3 * _DAY else "%-d %b %H:%M"
    places = [start + (end - start) * part / 3 for part in range(4)]
    ticks = [Tick(at.timestamp(), at.astimezone(UTC).strftime(pattern)) for at in places]
    return Scale(start.timestamp(), end.timestamp(), ticks)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), tzinfo=UTC)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _percent(share: float | None) -> str:
    """Digits enough to tell a small ratio from nothing."""
    if share is None:
        return "no data"
    size = abs(share)
    digits = 0 if size >= 0.1 or size == 0 else 1 if size >= 0.01 else 2
    return f"{share * 100:.{digits}f}%"
