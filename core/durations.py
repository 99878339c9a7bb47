"""Times and spans in words, for people. Pure: the moment of reading is an argument."""

from __future__ import annotations

from datetime import datetime

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_DAY = 86_400


def seconds_words(seconds: float) -> str:
    """The two largest units of a span: "4 min 10 s", "3 h 12 min", "2 d 5 h"."""
    whole = round(abs(seconds))
    parts: list[str] = []
    for index, (size, unit) in enumerate(_UNITS):
        if whole < size and not (size == 1 and not parts):
            continue
        parts = [f"{whole // size} {unit}"]
        if index + 1 < len(_UNITS):
            smaller, small_unit = _UNITS[index + 1]
            if rest := whole % size // smaller:
                parts.append(f"{rest} {small_unit}")
        break
    return ("-" if seconds < 0 and whole else "") + " ".join(parts)


def age_words(moment: datetime, *, at: datetime) -> str:
    """The distance from `at` in its largest unit: "3 min ago", "in 5 min"; a date after 30 days.

    static/js/ages.js says the same while the page is open: change both together.
    """
    seconds = (at - moment).total_seconds()
    distance = abs(seconds)
    if distance < 5:
        return "just now"
    if distance >= 30 * _DAY:
        return f"{moment.day} {moment:%b %Y}"
    size, unit = next((s, u) for s, u in _UNITS if distance >= s)
    count = int(distance // size)
    word = ("day" if count == 1 else "days") if unit == "d" else unit
    return f"{count} {word} ago" if seconds > 0 else f"in {count} {word}"


def exact_words(local: datetime) -> str:
    """A zoned moment in full: "Fri 21 Nov 2025, 06:29:10 CET"."""
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}".rstrip()
