"""Connections to issue trackers, and which action is which issue over there."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import Team
from core.ids import new_id
from core.leases import Leased
from core.secrets import EncryptedTextField
from postmortems.models.action import Action


class Tracker(models.Model):
    """A place where a team keeps its work. `kind` names the client in `postmortems.trackers`;
    `options` are what that client asks for (a repository, a project)."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    base_url = models.CharField(max_length=2048)
    options = models.JSONField(default=dict)
    token = EncryptedTextField(blank=True, default="")
    webhook_secret = EncryptedTextField(blank=True, default="")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="trackers"
    )
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class TrackerLink(Leased):
    """An action and its issue. Due while something has still to be told over there: `wanted` is
    the version of the action to be told, `told` the last one that the tracker took."""

    class State(models.TextChoices):
        PENDING = "pending", "To be told"
        SYNCED = "synced", "Up to date"
        FAILED = "failed", "Needs somebody"

    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="link")
    tracker = models.ForeignKey(Tracker, on_delete=models.PROTECT, related_name="links")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    external_id = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2048, blank=True)
    remote_status = models.CharField(max_length=80, blank=True)
    wanted = models.PositiveIntegerField(default=1)
    told = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tracker", "external_id"],
                condition=~models.Q(external_id=""),
                name="tracker_issue_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="tracker_link_pending"
            )
        ]


class TrackerDelivery(models.Model):
    """A webhook that a tracker has sent; kept so that the same one counts once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="+")
    delivery_id = models.CharField(max_length=200)
    received_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tracker", "delivery_id"], name="tracker_delivery_once")
        ]
        indexes = [models.Index(fields=["received_at"], name="tracker_delivery_age")]
