"""Measurements and their roll-ups. Written by SQL in `slos.recording` and `slos.rollups`."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from slos.models.sli import Sli


class Track(models.Model):
    """The measurements of one indicator by one evaluator for one cohort.

    `counts` says whether they enter the budget: where totals (an empty cohort) come in, cohorts
    beside them only compare; where only cohorts come in, their sum counts.
    """

    sli = models.ForeignKey(Sli, on_delete=models.CASCADE, related_name="tracks")
    evaluator = models.CharField(max_length=200, blank=True)
    cohort = models.CharField(max_length=200, blank=True)
    counts = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sli", "evaluator", "cohort"], name="track_once")
        ]


class Measurement(models.Model):
    """`good` of `total` unit events in [started, ended). It belongs to the moment of its end: a
    window (a, b] holds it when a < ended <= b."""

    pk = models.CompositePrimaryKey("track_id", "ended", "started")
    # No constraint in the database: checking it costs as much as the row. Whoever writes locks
    # the track (`slos.recording`), so that it cannot go meanwhile.
    track = models.ForeignKey(
        Track,
        on_delete=models.CASCADE,
        related_name="measurements",
        db_index=False,
        db_constraint=False,
    )
    started = models.DateTimeField()
    ended = models.DateTimeField()
    good = models.FloatField()
    total = models.FloatField()
    sample_rate = models.FloatField(default=1.0)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(started__lt=models.F("ended")), name="measurement_has_length"
            ),
            models.CheckConstraint(
                condition=models.Q(good__gte=0, total__gte=models.F("good")),
                name="measurement_good_of_total",
            ),
        ]
        indexes = [models.Index(fields=["ended"], name="measurement_by_time")]


class Series(models.Model):
    """One way of counting an indicator; objectives that count alike share it.

    `slice_seconds` is 0 for occurrences. A slice of [n·s, (n+1)·s) is one unit: good when its
    ratio reaches `slice_target` (timeslices), or good by its ratio (ratio timeslices).
    """

    class Method(models.TextChoices):
        OCCURRENCES = "occurrences", "Occurrences"
        TIMESLICES = "timeslices", "Time slices"
        RATIO_TIMESLICES = "ratio_timeslices", "Ratio of time slices"

    sli = models.ForeignKey(Sli, on_delete=models.CASCADE, related_name="series")
    method = models.CharField(max_length=16, choices=Method.choices, default=Method.OCCURRENCES)
    slice_seconds = models.PositiveIntegerField(default=0)
    slice_target = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sli", "method", "slice_seconds", "slice_target"], name="series_once"
            )
        ]


class HourCount(models.Model):
    """What a series counted in the full hour (at, at + 1 h]."""

    pk = models.CompositePrimaryKey("series_id", "at")
    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        related_name="hours",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    good = models.FloatField()
    total = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="hourcount_by_time")]


class DayCount(models.Model):
    """What a series counted in the full UTC day (at, at + 1 d]."""

    pk = models.CompositePrimaryKey("series_id", "at")
    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        related_name="days",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    good = models.FloatField()
    total = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="daycount_by_time")]


class StaleHour(models.Model):
    """An hour of an indicator whose measurements changed since it was rolled up. Writers of
    measurements lock this row; see `slos.rollups` for why that is enough."""

    pk = models.CompositePrimaryKey("sli_id", "at")
    sli = models.ForeignKey(
        Sli, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["at"], name="stalehour_by_time")]


class Arrival(models.Model):
    """The newest measurement of an indicator: a row of its own, because each batch writes it."""

    sli = models.OneToOneField(
        Sli, on_delete=models.CASCADE, primary_key=True, related_name="arrival"
    )
    last_end = models.DateTimeField()
    last_span_seconds = models.FloatField()
    recorded_at = models.DateTimeField()
