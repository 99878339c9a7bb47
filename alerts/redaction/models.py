"""What a source has redacted, and the raw bytes of deliveries, encrypted, for a short while."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

KEEP_HOURS = 72


class Redaction(models.Model):
    """Without a row a source has keys redacted and its raw bytes kept for `KEEP_HOURS`."""

    class Level(models.TextChoices):
        OFF = "off", "Nothing"
        KEYS = "keys", "Keys and tokens"
        PERSONAL = "personal", "Keys, tokens and personal data"

    source = models.OneToOneField(
        "alerts.Source", on_delete=models.CASCADE, related_name="redaction", primary_key=True
    )
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.KEYS)
    own = models.JSONField(default=list, blank=True)
    keep_hours = models.PositiveSmallIntegerField(default=KEEP_HOURS)


class RawBody(models.Model):
    """The bytes of a delivery in which something was redacted, compressed and encrypted.

    `receipt_id` is no foreign key: deliveries go by whole days, these by the hour.
    """

    receipt_id = models.UUIDField(primary_key=True)
    source = models.ForeignKey("alerts.Source", on_delete=models.CASCADE, related_name="+")
    sealed = models.TextField()
    found = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_default=Now())
    delete_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["delete_at"], name="rawbody_delete")]
