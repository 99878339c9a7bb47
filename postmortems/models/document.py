"""The document: its head, its sections, every version of each, and what was added after."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from incidents.models import Incident
from postmortems.lifecycle import POSTMORTEM, STATUS_CHOICES
from postmortems.models.template import TemplateVersion


class PostmortemQuerySet(models.QuerySet["Postmortem"]):
    def visible_to(self, user: User) -> PostmortemQuerySet:
        """Those of the incidents that this person may see; no other rule."""
        return self.filter(incident__in=Incident.objects.visible_to(user))

    def active(self) -> PostmortemQuerySet:
        """Without those that were set aside ("no postmortem needed", merged incidents)."""
        return self.filter(set_aside_at__isnull=True)


class Postmortem(models.Model):
    """Known to people as PM-<id>. An incident has at most one that is not set aside."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="postmortems")
    title = models.CharField(max_length=300)
    status = models.CharField(max_length=17, choices=STATUS_CHOICES, default="draft")
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="postmortems"
    )
    template_version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="postmortems"
    )
    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=0, help_text="How often it went to review")
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.TextField(blank=True)
    search = models.GeneratedField(
        expression=SearchVector("title", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PostmortemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(set_aside_at__isnull=True),
                name="one_active_postmortem_an_incident",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                name="published_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="postmortem_recent"),
            models.Index(fields=["status", "-created_at", "-id"], name="postmortem_by_status"),
            models.Index(
                fields=["due_at"],
                condition=~models.Q(status="published") & models.Q(set_aside_at__isnull=True),
                name="postmortem_unpublished",
            ),
            GinIndex(fields=["search"], name="postmortem_search"),
        ]
        triggers = [
            pgtrigger.FSM(name="lifecycle", field="status", transitions=list(POSTMORTEM.pairs()))
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"PM-{self.pk}"

    @property
    def subject_key(self) -> str:
        """How messages and live pages name this document."""
        return f"postmortem:{self.pk}"


class Section(models.Model):
    """One part of the document, in markdown. `generated` are the lines that were drafted by rule
    and that nobody has accepted or changed yet; each is a whole line of `body`."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=63)
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=False)
    body = models.TextField(blank=True)
    generated = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    search = models.GeneratedField(
        expression=SearchVector("body", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "key"], name="section_key_once")
        ]
        indexes = [GinIndex(fields=["search"], name="section_search")]
        triggers = [
            pgtrigger.Trigger(
                name="locked_when_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT 1 FROM postmortems_postmortem p
                                WHERE p.id = NEW.postmortem_id AND p.status = 'published') THEN
                        RAISE EXCEPTION 'postmortem % is published and locked', NEW.postmortem_id;
                    END IF;
                    RETURN NEW;""",
            )
        ]


class SectionRevision(models.Model):
    """A section as it was saved. Append-only, so that nothing anybody wrote is lost."""

    id = models.UUIDField(primary_key=True, default=new_id)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["section", "version"], name="revision_once")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Addendum(models.Model):
    """What was learnt after publishing. The published text itself stays as it was read."""

    id = models.UUIDField(primary_key=True, default=new_id)
    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    body = models.TextField()
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "number"], name="addendum_once")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
