"""Whether an SLO's spec follows OpenSLO v1: indicator, time window, objectives."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from slos.openslo.durations import DurationError, parse_shorthand, parse_slice
from slos.openslo.place import Place
from slos.openslo.sli_check import check_sli

METHODS = ("Occurrences", "Timeslices", "RatioTimeslices")
OPERATORS = ("lte", "gte", "lt", "gt")
_FIELDS = (
    "description",
    "service",
    "indicator",
    "indicatorRef",
    "timeWindow",
    "budgetingMethod",
    "objectives",
    "alertPolicies",
)
_OBJECTIVE = (
    "displayName",
    "op",
    "value",
    "target",
    "targetPercent",
    "timeSliceTarget",
    "timeSliceWindow",
    "indicator",
    "indicatorRef",
    "compositeWeight",
)


def check_slo(place: Place) -> None:
    place.mapping(_FIELDS)
    place["description"].description()
    place["service"].text(required=True)
    composite = _is_composite(place)
    if not composite:
        check_indicator(place, required=True)
    _check_window(place["timeWindow"])
    if not place["budgetingMethod"].given:
        place["budgetingMethod"].warn("is missing; it is read as Occurrences")
    else:
        place["budgetingMethod"].one_of(METHODS)
    _check_objectives(place, composite)
    policies = place["alertPolicies"]
    if policies.present and policies.value is None:
        policies.warn("is left empty; it is read as no alert policies")
    else:
        policies.list()


def _is_composite(place: Place) -> bool:
    """An SLO whose objectives bring their own indicators (the specification's newer text)."""
    return not (place["indicator"].given or place["indicatorRef"].given) and any(
        item["indicator"].given or item["indicatorRef"].given for item in place["objectives"]
    )


def check_indicator(place: Place, *, required: bool) -> None:
    inline, reference = place["indicator"], place["indicatorRef"]
    if inline.given and reference.given:
        place.error("has both indicator and indicatorRef; only one is allowed")
    elif reference.given:
        reference.text(required=True)
    elif inline.given:
        if inline.mapping(("apiVersion", "kind", "metadata", "spec")):
            inline["kind"].one_of(("SLI",))
            if inline["metadata"].required() and inline["spec"].mapping(required=True):
                check_sli(inline["spec"])
    elif required:
        place.error("needs indicator or indicatorRef")


def _check_window(place: Place) -> None:
    if not place.given:
        place.warn("is missing; it is read as 28 rolling days")
        return
    if not place.list(required=True, most=1):
        return
    window = place[0]
    if not window.mapping(("duration", "isRolling", "calendar"), required=True):
        return
    window["isRolling"].boolean()
    if window["calendar"].given:
        if window["isRolling"].value is True:
            window.error("is rolling and has a calendar; only one is allowed")
        _check_calendar(window)
    elif window["isRolling"].value is False:
        window.error("needs a calendar where it is not rolling")
    else:
        _check_rolling(window)


def _check_rolling(window: Place) -> None:
    if not window["isRolling"].given:
        window.warn("says neither isRolling nor calendar; it is read as rolling")
    duration = window["duration"]
    try:
        if duration.required():
            found = parse_shorthand(duration.value)
            if not found.exact:
                days = found.length.days
                duration.warn(f"has no fixed length; a rolling one is read as {days} days")
            elif found.length.total_seconds() < 3600:
                duration.error("must be an hour or longer")
    except DurationError as error:
        duration.error(str(error))


def _check_calendar(window: Place) -> None:
    duration, calendar = window["duration"], window["calendar"]
    try:
        if duration.required():
            found = parse_shorthand(duration.value)
            if (found.number, found.unit) == (1, "m"):
                duration.warn("is a minute (a month is 1M); it is read as one month")
            elif not found.calendar_unit:
                duration.error("must be a day, week, month, quarter or year: 1d, 1w, 1M, 1Q, 1Y")
    except DurationError as error:
        duration.error(str(error))
    if not calendar.mapping(("startTime", "timeZone")):
        return
    if calendar["startTime"].text(required=True) and not _is_moment(calendar["startTime"].value):
        calendar["startTime"].error("must be a date with time, as 2026-01-31 12:30:00")
    if calendar["timeZone"].text(required=True) and not _is_zone(calendar["timeZone"].value):
        calendar["timeZone"].error("is no time zone of the IANA database")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text.strip())
    except (ValueError, OSError, KeyError):
        return False
    return True


def _check_objectives(place: Place, composite: bool) -> None:
    objectives = place["objectives"]
    if not objectives.list(required=True):
        return
    threshold = place["indicator"]["spec"]["thresholdMetric"].given
    if threshold and len(objectives.value) > 1:
        objectives.error("has several items; a thresholdMetric allows only one")
    for item in objectives:
        if item.mapping(_OBJECTIVE, required=True):
            _check_objective(item, place, threshold=threshold)
            if composite:
                check_indicator(item, required=True)
                if item["compositeWeight"].number() and (item["compositeWeight"].value or 1) <= 0:
                    item["compositeWeight"].error("must be above 0")


def _check_objective(item: Place, spec: Place, *, threshold: bool) -> None:
    item["displayName"].text()
    item["value"].number(required=threshold)
    # A reference may lead to a thresholdMetric, so only an inline ratio tells.
    ratio = spec["indicator"]["spec"]["ratioMetric"].given
    if item["op"].one_of(OPERATORS, required=threshold) and item["op"].given and ratio:
        item["op"].warn("says nothing for a ratioMetric; it is ignored")
    _check_target(item)
    method = spec["budgetingMethod"].value
    sliced = method in ("Timeslices", "RatioTimeslices")
    _check_slice(item, target=method == "Timeslices", window=sliced)


def _check_target(item: Place) -> None:
    target, percent = item["target"], item["targetPercent"]
    if target.given and percent.given:
        item.error("has both target and targetPercent; only one is allowed")
    elif not target.given and not percent.given:
        item.error("needs target or targetPercent")
    for place, most in ((target, 1), (percent, 100)):
        if place.given and place.number():
            if not 0 <= place.value < most:
                place.error(f"must be at least 0 and below {most}")
            elif place.value == 0:
                place.error("is 0: an objective that everything meets has no budget to burn")


def _check_slice(item: Place, *, target: bool, window: bool) -> None:
    share = item["timeSliceTarget"]
    if share.number(required=target) and share.given and not 0 < share.value <= 1:
        share.error("must be above 0 and at most 1")
    length = item["timeSliceWindow"]
    if not length.given:
        if window:
            length.required()
        return
    try:
        parse_slice(length.value)
    except DurationError as error:
        length.error(str(error))
