"""Public holidays as absences, by the `holidays` library. Pure but for that library's data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays

from oncall.schedule_parts import Away, UserKey, zone_named
from oncall.shift_length import ScheduleError
from oncall.wallclock import DAY, first_instant

LANGUAGE = "en_US"


class Place(NamedTuple):
    """Whose holidays, and in which zone a day of it begins."""

    country: str
    subdivision: str
    time_zone: str


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[str, ...]]:
    """The countries that are known (ISO 3166-1), each with its parts."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(parts) for code, parts in sorted(known.items())}


def is_known(country: str, subdivision: str) -> bool:
    parts = countries().get(country)
    return parts is not None and (not subdivision or subdivision in parts)


@lru_cache(maxsize=2048)
def days_of(country: str, subdivision: str, year: int) -> tuple[tuple[date, str], ...]:
    """The holidays of a year in order; none of a place that is not known (any more)."""
    if not is_known(country, subdivision):
        return ()
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=LANGUAGE
    )
    return tuple(sorted(found.items()))


def holidays_off(
    user: UserKey, place: Place, since: datetime, until: datetime
) -> Iterator[Away[UserKey]]:
    """A person's holidays that touch this stretch: whole days of the person's own zone."""
    try:
        zone = zone_named(place.time_zone)
    except ScheduleError:
        zone = zone_named("UTC")
    first = (since - timedelta(days=2)).year
    for year in range(first, (until + timedelta(days=2)).year + 1):
        for day, name in days_of(place.country, place.subdivision, year):
            midnight = datetime.combine(day, time.min)
            starts, ends = first_instant(zone, midnight), first_instant(zone, midnight + DAY)
            if starts < until and ends > since and starts < ends:
                yield Away(user, starts, ends, name)
