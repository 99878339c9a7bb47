"""Templates of postmortems and their versions. A version never changes once it is written."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class PostmortemTemplate(models.Model):
    """Chosen for an incident by the kinds of its systems and the class of its suspected cause."""

    slug = models.SlugField(max_length=63, unique=True)
    shipped = models.BooleanField(default=False)
    retired = models.BooleanField(default=False, help_text="Kept for old documents, not chosen")
    position = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.slug


class TemplateVersion(models.Model):
    """What the template said at one time. `body` has the shape of `templates.TemplateBody`."""

    template = models.ForeignKey(
        PostmortemTemplate, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_label = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="templateversion_once")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"
