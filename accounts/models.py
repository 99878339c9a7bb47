"""People, teams, API keys and the audit trail. No rules beyond constraints."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now

from core.ids import new_id


class Role(models.TextChoices):
    """What somebody may do; each includes the ones before it."""

    VIEWER = "viewer", "Viewer"
    RESPONDER = "responder", "Responder"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Admin"


ROLE_RANK = {role: rank for rank, role in enumerate(Role.values)}


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person, known by e-mail address. Never deleted, only deactivated: history names them."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(
        max_length=5, blank=True, choices=[("light", "Light"), ("dark", "Dark")]
    )
    single_keys = models.BooleanField(default=True, db_default=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.email

    def has_role(self, role: str) -> bool:
        """True when this person's role includes `role`."""
        return self.is_active and ROLE_RANK[self.role] >= ROLE_RANK[role]

    @property
    def is_staff(self) -> bool:
        return self.has_role(Role.ADMIN)

    @property
    def can_respond(self) -> bool:
        return self.has_role(Role.RESPONDER)

    @property
    def can_manage(self) -> bool:
        return self.has_role(Role.MANAGER)


class Team(models.Model):
    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    members: models.ManyToManyField[User, TeamMembership] = models.ManyToManyField(
        User, through="TeamMembership", related_name="teams"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]


class ApiKey(models.Model):
    """A key acts as its user, no further than its scopes. Only the digest is stored."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"
        METRICS = "metrics", "Metrics"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=63, unique=True, null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    scopes = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who changed what, when and through what. The database refuses to change or drop a line."""

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    via = models.CharField(max_length=10)
    action = models.CharField(max_length=80)
    target_kind = models.CharField(max_length=40)
    target_ref = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target_kind", "target_ref", "-at"], name="audit_target")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
