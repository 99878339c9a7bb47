"""What the roof keeps for itself: documents the files manage, counts for `/metrics`, who left."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from core.secrets import EncryptedTextField


class ManagedDocument(models.Model):
    """A document that `apply` wrote. `--prune` takes away those that the files no longer name.

    `identity` is what other documents call it: the address of a User, the name of all others.
    What the metadata says is kept here for the kinds that have no place of their own for it.
    """

    kind = models.CharField(max_length=40)
    identity = models.CharField(max_length=320)
    name = models.CharField(max_length=63)
    display_name = models.CharField(max_length=120, blank=True)
    labels = models.JSONField(default=dict)
    annotations = models.JSONField(default=dict)
    first_applied_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "identity"], name="managed_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class PageLatencyCount(models.Model):
    """How many pages took at most `upto_ms` from alert to channel, and longer than the bucket
    below. Only ever counted up, so that the histogram is monotonic whoever answers a scrape.
    The bucket without an end has `upto_ms` 0."""

    upto_ms = models.PositiveIntegerField(unique=True)
    pages = models.PositiveBigIntegerField(default=0)
    total_seconds = models.FloatField(default=0.0)

    class Meta:
        ordering = ["upto_ms"]


class FirstRunLeft(models.Model):
    """Somebody who does not want to be reminded of the first run any more."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    left_at = models.DateTimeField(db_default=Now())


class KeptExport(models.Model):
    """What was read of another tool, between the preview and its confirmation. It may hold keys
    and numbers, so it is encrypted, and forgotten within hours."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=new_id)
    content = EncryptedTextField()
    created_at = models.DateTimeField(db_default=Now())


class WatchdogLook(models.Model):
    """When the watchdog last looked, and what was wrong then. One row, written by the watchdog,
    which loads no models."""

    only = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField()
    faults = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="one_watchdog_look")
        ]
