"""What moves cover or lets people look at it from outside: time off, holidays, swaps, feeds."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class TimeOff(models.Model):
    """A person takes no turn in any schedule for a while; whoever is next in order covers.

    `calendar_uid` is the event of an imported calendar that it came from.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="time_off")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    calendar_uid = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["starts", "id"]
        indexes = [models.Index(fields=["user", "ends"], name="time_off_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="time_off_ends_after_start"
            )
        ]


class HolidayPlace(models.Model):
    """Whose public holidays a person has: a country (ISO 3166-1) and perhaps a part of it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="holiday_place")
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=10, blank=True)


class SwapRequest(models.Model):
    """Somebody asks that another takes their shifts between two times, or offers them to
    `partner` for those of theirs in return. Taking it makes an override of kind swap for each."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        TAKEN = "taken", "Taken"
        WITHDRAWN = "withdrawn", "Withdrawn"

    schedule = models.ForeignKey("oncall.Schedule", on_delete=models.CASCADE, related_name="swaps")
    asker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    partner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    return_starts = models.DateTimeField(null=True)
    return_ends = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    override = models.ForeignKey(
        "oncall.Override", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    return_override = models.ForeignKey(
        "oncall.Override", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts", "id"]
        indexes = [
            models.Index(fields=["ends"], condition=models.Q(state="open"), name="swap_open")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="swap_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(partner=None, return_starts=None, return_ends=None)
                | models.Q(
                    partner__isnull=False,
                    return_starts__isnull=False,
                    return_ends__gt=models.F("return_starts"),
                    return_ends__isnull=False,
                ),
                name="swap_returns_from_a_partner",
            ),
        ]


class CalendarFeed(models.Model):
    """A secret address under which a calendar program reads shifts: those of its owner, or a whole
    schedule. Only the digest of the secret is kept."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    schedule = models.ForeignKey(
        "oncall.Schedule", null=True, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=20)
    created_at = models.DateTimeField(db_default=Now())
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
