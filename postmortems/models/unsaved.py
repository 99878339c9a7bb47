"""What somebody has typed into a section and not saved yet, so that a closed tab loses nothing."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from postmortems.models.document import Section


class UnsavedText(models.Model):
    """Seen by its author alone. `base_version` is the version of the section it began from."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="unsaved")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    base_version = models.PositiveIntegerField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "user"], name="unsaved_once")]
