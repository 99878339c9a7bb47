"""Who somebody is in Slack, and which button presses were taken already. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class SlackIdentity(models.Model):
    """Found by e-mail address; kept so that neither a page nor a button waits for a look-up."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="slack_identity")
    email = models.EmailField()
    slack_user_id = models.CharField(max_length=32, unique=True)
    found_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"


class SlackInteraction(models.Model):
    """A button press that was taken. Slack sends one again when the answer was slow."""

    key = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
