"""When a silence holds: one stretch of time, or one that comes back by an RFC 5545 rule. Pure.

A rule repeats the first stretch in the wall-clock time of a zone, so that "22:00 to 06:00" stays
that on the days the clocks change. Every rule ends (UNTIL or COUNT) and repeats at most
`MAX_OCCURRENCES` times within `MAX_SPAN`, so all of its windows can be listed at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import rrule

MAX_OCCURRENCES = 1000
MAX_SPAN = timedelta(days=5 * 366)
MAX_WINDOW = timedelta(days=366)
MAX_RULE = 500

_FREQUENCIES: Mapping[str, Any] = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
}
_DAYS = {
    "MO": rrule.MO, "TU": rrule.TU, "WE": rrule.WE, "TH": rrule.TH, "FR": rrule.FR,
    "SA": rrule.SA, "SU": rrule.SU,
}  # fmt: skip
_NUMBERS = {
    "BYMONTH": ("bymonth", 1, 12),
    "BYMONTHDAY": ("bymonthday", -31, 31),
    "BYYEARDAY": ("byyearday", -366, 366),
    "BYWEEKNO": ("byweekno", -53, 53),
    "BYHOUR": ("byhour", 0, 23),
    "BYSETPOS": ("bysetpos", -366, 366),
}
_ZERO_IS_FINE = frozenset({"BYHOUR"})


class RuleError(ValueError):
    """A recurrence that cannot be used; the text says what to do about it."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From `starts` up to, but not including, `ends`; both aware, in UTC."""

    starts: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        return self.starts <= at < self.ends


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `RuleError` for what is none."""
    try:
        if not name or name.startswith(("/", ".")) or "\x00" in name:
            raise ValueError
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RuleError(f"There is no time zone {name[:60]!r}.") from None


@lru_cache(maxsize=2048)
def windows(
    starts: datetime, ends: datetime, recurrence: str = "", time_zone: str = "UTC"
) -> tuple[Window, ...]:
    """All windows, in order, overlapping ones joined. Raises `RuleError`."""
    first = Window(starts.astimezone(UTC), ends.astimezone(UTC))
    if not first.starts < first.ends:
        raise RuleError("It ends before it starts.")
    if first.ends - first.starts > MAX_WINDOW:
        raise RuleError("One stretch lasts at most 366 days.")
    if not recurrence:
        return (first,)
    here = zone(time_zone)
    local_start = starts.astimezone(here).replace(tzinfo=None)
    length = ends.astimezone(here).replace(tzinfo=None) - local_start
    rule, most = _rule(recurrence, local_start, here)
    times = list(islice(rule, min(most, MAX_OCCURRENCES) + 1))
    if len(times) > MAX_OCCURRENCES and most > MAX_OCCURRENCES:
        raise RuleError(f"It repeats more than {MAX_OCCURRENCES:,} times. Give an earlier end.")
    if not times:
        raise RuleError("It never comes to pass: no day fits the rule.")
    return _joined(Window(_utc(at, here), _utc(at + length, here)) for at in times[:most])


def active_window(found: tuple[Window, ...], at: datetime) -> Window | None:
    """The window that holds at this instant."""
    place = bisect_right(found, at, key=lambda window: window.starts) - 1
    return found[place] if place >= 0 and found[place].holds(at) else None


def next_change(found: tuple[Window, ...], at: datetime) -> datetime | None:
    """When a window begins or ends next after this instant; None when all are over."""
    place = bisect_right(found, at, key=lambda window: window.starts) - 1
    if place >= 0 and found[place].ends > at:
        return found[place].ends
    return found[place + 1].starts if place + 1 < len(found) else None


def next_occurrence(
    first: datetime, recurrence: str, time_zone: str, *, after: datetime
) -> datetime | None:
    """When a rule, which need not end, comes next after an instant, in UTC; None when it is over.
    `first` is where it begins, without zone, in the wall-clock time of `time_zone`. Raises
    `RuleError` for a rule that cannot be read or has no day within five years."""
    here = zone(time_zone)
    try:
        # From a day before, since an hour that comes twice is told apart only as an instant.
        since = max(after.astimezone(here).replace(tzinfo=None) - timedelta(days=1), first)
    except OverflowError:
        raise RuleError("The first day is out of range.") from None
    rule, most = _rule(recurrence, first, here, horizon=_clamped(since, MAX_SPAN))
    for at in islice(rule, most):
        if at >= since and (found := _utc(at, here)) > after:
            return found
    if "UNTIL" in recurrence.upper() or most < 10**9:
        return None
    raise RuleError("It never comes to pass: no day within five years fits the rule.")


def _joined(found: Any) -> tuple[Window, ...]:
    joined: list[Window] = []
    for window in sorted(window for window in found if window.starts < window.ends):
        if joined and window.starts <= joined[-1].ends:
            joined[-1] = Window(joined[-1].starts, max(joined[-1].ends, window.ends))
        else:
            joined.append(window)
    if not joined:
        raise RuleError("It never comes to pass: its time is skipped when the clocks change.")
    return tuple(joined)


def _utc(local: datetime, here: ZoneInfo) -> datetime:
    """Of a time that comes twice the first; one that is skipped moves ahead by the gap."""
    return local.replace(tzinfo=here).astimezone(UTC)


def _rule(
    text: str, start: datetime, here: ZoneInfo, *, horizon: datetime | None = None
) -> tuple[rrule.rrule, int]:
    """The rule, bounded in time, and how often it may come at most. With a horizon it need not
    end by itself."""
    parts = _parts(text)
    if horizon is None and not {"UNTIL", "COUNT"} & parts.keys():
        raise RuleError("A recurrence needs an end: add UNTIL=… or COUNT=….")
    last = horizon or _clamped(start, MAX_SPAN)
    if "UNTIL" in parts:
        given = _until(parts["UNTIL"], here)
        if given < start:
            raise RuleError("UNTIL lies before the start.")
        last = min(last, given)
    most = _number("COUNT", parts["COUNT"], 1, MAX_OCCURRENCES) if "COUNT" in parts else 10**9
    options: dict[str, Any] = {
        "dtstart": start,
        "until": last,
        "interval": _number("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000),
        "wkst": _weekday(parts.get("WKST", "MO"), plain=True),
    }
    for name, (keyword, least, greatest) in _NUMBERS.items():
        if name in parts:
            options[keyword] = _numbers(name, parts[name], least, greatest)
    if "BYDAY" in parts:
        options["byweekday"] = [_weekday(day) for day in parts["BYDAY"].split(",")]
    try:
        return rrule.rrule(_FREQUENCIES[parts["FREQ"]], **options), most
    except (ValueError, TypeError, OverflowError):
        raise RuleError("These parts of the recurrence do not go together.") from None


def _parts(text: str) -> Mapping[str, str]:
    if len(text) > MAX_RULE:
        raise RuleError(f"A recurrence has at most {MAX_RULE} characters.")
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, sign, value = part.partition("=")
        if not sign or not value:
            raise RuleError(f"{part[:40]!r} is no NAME=VALUE of a recurrence.")
        if name not in _KNOWN:
            raise RuleError(f"AIRE does not know {name[:20]!r} in a recurrence.")
        if name in parts:
            raise RuleError(f"{name} is given twice.")
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency in ("SECONDLY", "MINUTELY"):
        raise RuleError("It comes too often: HOURLY is the most frequent.")
    if frequency not in _FREQUENCIES:
        raise RuleError("A recurrence begins with FREQ=HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY.")
    return parts


_KNOWN = frozenset({"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYDAY", *_NUMBERS})


def _until(text: str, here: ZoneInfo) -> datetime:
    """RFC 5545: a date, a local time, or a time in UTC; here as a local time."""
    for form in ("%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"):
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007 - local, or made so below
        except ValueError:
            continue
        if form.endswith("Z"):
            try:
                return read.replace(tzinfo=UTC).astimezone(here).replace(tzinfo=None)
            except OverflowError:
                return read
        return read.replace(hour=23, minute=59, second=59) if form == "%Y%m%d" else read
    raise RuleError("Write UNTIL as 20271231 or 20271231T220000Z.")


def _number(name: str, text: str, least: int, greatest: int) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        raise RuleError(f"{name} is no whole number.")
    number = int(text)
    if not least <= number <= greatest or (number == 0 and least < 0 and name not in _ZERO_IS_FINE):
        raise RuleError(f"{name} lies between {least} and {greatest:,}.")
    return number


def _numbers(name: str, text: str, least: int, greatest: int) -> list[int]:
    numbers = [_number(name, item, least, greatest) for item in text.split(",")]
    if any(number == 0 for number in numbers) and name not in _ZERO_IS_FINE:
        raise RuleError(f"{name} cannot be 0.")
    return numbers


def _weekday(text: str, *, plain: bool = False) -> Any:
    day, place = _DAYS.get(text[-2:]), text[:-2]
    if day is None or (plain and place):
        raise RuleError(f"{text[:10]!r} is no day of the week such as MO.")
    return day(_number("BYDAY", place, -53, 53)) if place else day


def _clamped(start: datetime, span: timedelta) -> datetime:
    return start + span if start < datetime.max - span else datetime.max  # noqa: DTZ901 - local
