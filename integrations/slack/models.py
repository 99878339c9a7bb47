"""Who somebody is in Slack, who asked without being known, and how Slack is. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class SlackIdentity(models.Model):
    """Kept so that neither a page nor a button waits for a look-up. `checked_at` is when Slack last
    said that they are a full member of the workspace."""

    class LinkedBy(models.TextChoices):
        EMAIL = "email", "by e-mail address"
        SELF = "self", "by themselves"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="slack_identity")
    email = models.EmailField()
    slack_user_id = models.CharField(max_length=32, unique=True)
    linked_by = models.CharField(
        max_length=5, choices=LinkedBy.choices, default=LinkedBy.EMAIL, db_default="email"
    )
    found_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"


class SlackStranger(models.Model):
    """Somebody in Slack who asked for something and was refused for who they are."""

    slack_user_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=200)
    may_link = models.BooleanField(default=False)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"


class SlackWorkspace(models.Model):
    """What Slack last said of the bot token. `token_digest` tells one token from another."""

    token_digest = models.CharField(max_length=64, unique=True)
    team = models.CharField(max_length=32)
    name = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=300, blank=True)
    bot_user_id = models.CharField(max_length=32, blank=True)
    scopes = models.JSONField(default=list)
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"


class SlackFault(models.Model):
    """Something that Slack refuses until a person mends it. `subject` is the method, the scope or
    the channel that it is about; cleared when it works again."""

    code = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "integrations"
        constraints = [models.UniqueConstraint(fields=["code", "subject"], name="slack_fault_once")]
