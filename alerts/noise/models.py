"""What holds alerts back, and which alerts are held back by what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from catalog.models import System
from core.ids import new_id


class Silence(models.Model):
    """Alerts that its matchers fit are kept but page nobody while one of its windows holds.

    With a `system` it is planned maintenance: it fits all alerts of that system that its matchers
    (if any) fit too. `starts_at` to `ends_at` is the only window, or the first one of a
    `recurrence`; `last_ends_at` is when the last one ends. `due_at` is when something is to be
    done for it next (a window begins or ends, its author is told); null when all is done.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    slug = models.SlugField(max_length=63, unique=True)
    match = models.JSONField(default=list, blank=True)
    system = models.ForeignKey(
        System, null=True, blank=True, on_delete=models.CASCADE, related_name="silences"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recurrence = models.CharField(max_length=500, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    last_ends_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    ends_when_resolved = models.BooleanField(default=False)
    author = models.CharField(max_length=200)
    created_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    via = models.CharField(max_length=10, blank=True, help_text="The door it came through")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    expired_at = models.DateTimeField(null=True, blank=True)
    expired_by = models.CharField(max_length=200, blank=True)
    held = models.PositiveIntegerField(default=0, help_text="How many alerts it has held back")
    told_for = models.DateTimeField(
        null=True, blank=True, help_text="The end of which its author was told"
    )
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="silence_has_an_end"
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="silence_recent"),
            models.Index(fields=["last_ends_at"], name="silence_last_end"),
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="silence_due"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_maintenance(self) -> bool:
        return self.system_id is not None


class Hold(models.Model):
    """One thing that keeps one alert from paging, until `due_at`, when it is looked at again.

    `ref` is the silence's id, the inhibition's slug, or empty; `by_alert` the alert on whose
    account it is held. Rows go when the alert is over or free; the trace keeps what was.
    """

    class Kind(models.TextChoices):
        SILENCE = "silence", "Silence"
        MAINTENANCE = "maintenance", "Planned maintenance"
        INHIBITION = "inhibition", "Inhibition"
        DEPENDENCY = "dependency", "A dependency fires"
        FLAPPING = "flapping", "Flapping"

    alert = models.ForeignKey("alerts.Alert", on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    ref = models.CharField(max_length=64, blank=True)
    by_alert = models.UUIDField(null=True)
    text = models.CharField(max_length=300)
    since = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "kind", "ref"], name="hold_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="hold_due"),
            models.Index(fields=["kind", "ref"], name="hold_by_rule"),
            models.Index(
                fields=["by_alert"],
                condition=models.Q(by_alert__isnull=False),
                name="hold_by_alert",
            ),
        ]


class Inhibition(models.Model):
    """While an alert that `source_match` fits is firing, alerts that `target_match` fits and that
    agree with it in the `equal` labels page nobody. As Alertmanager's inhibit rules."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    source_match = models.JSONField(default=list)
    target_match = models.JSONField(default=list)
    equal = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class NoiseSettings(models.Model):
    """One row: what holds for the whole house."""

    class Follow(models.TextChoices):
        NEVER = "never", "Never"
        CHOSEN = "chosen", "For the systems chosen below"
        ALL = "all", "For every system"

    id = models.SmallIntegerField(primary_key=True, default=1)
    follow_dependencies = models.CharField(
        max_length=6, choices=Follow.choices, default=Follow.NEVER
    )
    systems: models.ManyToManyField[System, models.Model] = models.ManyToManyField(
        System, blank=True, related_name="+"
    )
    flapping_changes = models.PositiveSmallIntegerField(default=6)
    flapping_window = models.PositiveIntegerField(default=1800, help_text="Seconds")
    flapping_calm = models.PositiveIntegerField(default=1800, help_text="Seconds")
    flapping_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_noise_settings")]


class Flap(models.Model):
    """When a condition that comes back opened of late. `flapping_since` is set while it flaps."""

    source = models.ForeignKey("alerts.Source", on_delete=models.CASCADE, related_name="+")
    dedup_key = models.CharField(max_length=512)
    openings = ArrayField(models.DateTimeField(), default=list)
    flapping_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "dedup_key"], name="flap_once"),
        ]
        indexes = [models.Index(fields=["changed_at"], name="flap_age")]
