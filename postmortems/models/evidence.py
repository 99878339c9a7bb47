"""What a document leans on: citations with their frozen copies, and attached files."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from postmortems.models.document import Postmortem, Section


class Citation(models.Model):
    """Something live (an event, an alert, a change, a chart) as it looked when it was cited.

    `kind` names the provider in `postmortems.evidence`, `target` what it calls the thing. In the
    text a citation is written `[E3]`, after its number in the document."""

    id = models.UUIDField(primary_key=True, default=new_id)
    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="citations")
    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="citations"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=2048, blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(default=dict)
    cited_at = models.DateTimeField(db_default=Now())
    cited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cited_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "number"], name="citation_number_once"),
            models.UniqueConstraint(
                fields=["postmortem", "kind", "target"], name="citation_target_once"
            ),
        ]


class Attachment(models.Model):
    """A file's card. `media_type` was found in its content; the sender's claim is not kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "sha256"], name="attachment_once")
        ]


class AttachmentContent(models.Model):
    """The bytes, apart from the card so that no list loads them."""

    attachment = models.OneToOneField(
        Attachment, primary_key=True, on_delete=models.CASCADE, related_name="content"
    )
    data = models.BinaryField()
