"""Whether an SLI's spec follows OpenSLO v1; also of indicators inside an SLO."""

from __future__ import annotations

from slos.openslo.place import Place

RAW_TYPES = ("success", "failure")


def check_sli(place: Place) -> None:
    place.mapping(("description", "thresholdMetric", "ratioMetric"))
    place["description"].description()
    threshold, ratio = place["thresholdMetric"], place["ratioMetric"]
    if threshold.given and ratio.given:
        place.error("has both thresholdMetric and ratioMetric; only one is allowed")
    elif threshold.given:
        _check_metric(threshold)
    elif ratio.given:
        _check_ratio(ratio)
    else:
        place.error("needs thresholdMetric or ratioMetric")


def _check_ratio(place: Place) -> None:
    if not place.mapping(("counter", "good", "bad", "total", "raw", "rawType")):
        return
    place["counter"].boolean()
    if place["raw"].given:
        _check_raw(place)
        return
    if place["rawType"].given:
        place["rawType"].error("is only used with raw")
    good, bad, total = place["good"], place["bad"], place["total"]
    if good.given and bad.given:
        place.error("has both good and bad; only one is allowed")
    elif not good.given and not bad.given:
        place.error("needs good or bad beside total, or raw")
    if total.required():
        _check_metric(total)
    for metric in (good, bad):
        if metric.given:
            _check_metric(metric)


def _check_raw(place: Place) -> None:
    for name in ("good", "bad", "total"):
        if place[name].given:
            place[name].error("cannot be used together with raw")
    place["rawType"].one_of(RAW_TYPES, required=True)
    _check_metric(place["raw"])


def _check_metric(place: Place) -> None:
    if not place.mapping(("metricSource",)):
        return
    source = place["metricSource"]
    if not source.mapping(("metricSourceRef", "type", "spec"), required=True):
        return
    source["metricSourceRef"].text()
    source["type"].text()
    if not source["type"].given and not source["metricSourceRef"].given:
        source.error("needs type where it has no metricSourceRef")
    source["spec"].mapping(required=True)
