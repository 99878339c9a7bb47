"""Who reviews a document, what they say about it, who has read it, and what is due when."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from core.leases import Leased
from postmortems.models.document import Postmortem, Section


class Review(models.Model):
    """One reviewer of a document. `because` says the rule that asked for them."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        CHANGES = "changes_requested", "Changes requested"

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="reviews")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="postmortem_reviews")
    because = models.CharField(max_length=200)
    by_rule = models.BooleanField(default=False)
    state = models.CharField(max_length=17, choices=State.choices, default=State.WAITING)
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "user"], name="reviewer_once")]
        indexes = [
            models.Index(
                fields=["user"], condition=models.Q(state="waiting"), name="review_waiting"
            )
        ]


class Comment(models.Model):
    """A remark on one section. It counts against publishing until somebody resolves it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    text = models.TextField()
    quote = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]


class Read(models.Model):
    """That somebody says to have read the published document."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "user"], name="read_once")]


class Reminder(Leased):
    """Something to tell somebody at `due_at`, once; re-checked when it is due."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DROPPED = "dropped"

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="pending"),
                name="pm_reminder_pending",
            )
        ]
