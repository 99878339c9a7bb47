"""The key by which browsers know this installation. One row; written by `keys`."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from core.secrets import EncryptedTextField


class VapidKey(models.Model):
    """Made once. A new one would make every subscription useless."""

    only = models.BooleanField(primary_key=True, default=True)
    private_pem = EncryptedTextField()
    public = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_vapid_key")]
