"""What can be done, and through what: playbooks and connections."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from catalog.models import System
from core.secrets import EncryptedTextField


class Connection(models.Model):
    """A system outside through which steps act. `kind` names the remedy in `playbooks.remedies`;
    `allowed` are the namespaces, repositories or models that it may touch."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    base_url = models.CharField(max_length=2048)
    options = models.JSONField(default=dict)
    allowed = models.JSONField(default=list)
    token = EncryptedTextField(blank=True, default="")
    secret = EncryptedTextField(blank=True, default="")
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class PlaybookQuerySet(models.QuerySet["Playbook"]):
    def visible_to(self, user: User) -> PlaybookQuerySet:
        """As the systems they are for: everyone who may sign in."""
        return self if user.is_active else self.none()


class Playbook(models.Model):
    """Steps against a kind of failure. `definition` is the body of the document as
    `playbooks.definition` reads it; `version` counts what was changed of it. `automatic` are the
    causes and classes for which its owner lets it start by itself."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    definition = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    systems: models.ManyToManyField[System, models.Model] = models.ManyToManyField(
        System, related_name="playbooks", blank=True
    )
    automatic = models.JSONField(default=list)
    automatic_by = models.CharField(max_length=200, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = PlaybookQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
