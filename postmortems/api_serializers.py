"""How documents look in the REST API. No rules: the services check."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.models import SEVERITIES
from postmortems.lifecycle import STATUS_CHOICES
from postmortems.models import Addendum, Citation, Comment, Postmortem, Review, Section
from postmortems.services.review import MAX_COMMENT
from postmortems.services.rows import MAX_NOTE, MAX_TITLE, allowed_moves
from postmortems.services.sections import MAX_BODY
from postmortems.services.status import MAX_ADDENDUM


class ReviewSerializer(serializers.ModelSerializer[Review]):
    user = serializers.EmailField(source="user.email", help_text="Whose review")
    active = serializers.BooleanField(
        source="user.is_active", help_text="false: has left; choose somebody else"
    )

    class Meta:
        model = Review
        fields = ["user", "active", "because", "state", "note", "asked_at", "decided_at"]
        read_only_fields = fields


class PostmortemSerializer(serializers.ModelSerializer[Postmortem]):
    ref = serializers.CharField(read_only=True, help_text="PM-42")
    incident = serializers.CharField(source="incident.ref", help_text="INC-42")
    severity = serializers.ChoiceField(source="incident.severity", choices=SEVERITIES)
    systems = serializers.SlugRelatedField[Any](
        source="incident.systems", many=True, read_only=True, slug_field="slug", help_text="Slugs"
    )
    owner = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    reviews = ReviewSerializer(many=True, read_only=True)
    open_comments = serializers.IntegerField(read_only=True)
    set_aside = serializers.SerializerMethodField(help_text="No document is needed")
    allowed_transitions = serializers.SerializerMethodField(
        help_text="What `transition/` takes as `to` now"
    )

    class Meta:
        model = Postmortem
        fields = [
            "ref",
            "title",
            "status",
            "incident",
            "severity",
            "systems",
            "owner",
            "reviews",
            "open_comments",
            "created_at",
            "due_at",
            "submitted_at",
            "approved_at",
            "published_at",
            "set_aside",
            "set_aside_reason",
            "allowed_transitions",
            "version",
        ]
        read_only_fields = fields

    def get_set_aside(self, postmortem: Postmortem) -> bool:
        return postmortem.set_aside_at is not None

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=STATUS_CHOICES))
    )
    def get_allowed_transitions(self, postmortem: Postmortem) -> list[str]:
        return allowed_moves(postmortem)


class StartSerializer(serializers.Serializer[Any]):
    incident = serializers.CharField(max_length=40, help_text="INC-42")
    template = serializers.SlugField(
        max_length=63, required=False, help_text="The one that fits, unless given"
    )


class ChangeSerializer(serializers.Serializer[Any]):
    """Everything is optional; what is not given stays."""

    title = serializers.CharField(max_length=MAX_TITLE, required=False)
    owner = serializers.EmailField(required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class PostmortemTransitionSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=40, help_text="The status to move to")
    note = serializers.CharField(allow_blank=True, default="", max_length=MAX_NOTE)
    expected_version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refuse (409) when it has changed since"
    )


class SectionSerializer(serializers.ModelSerializer[Section]):
    generated = serializers.ListField(
        child=serializers.CharField(), help_text="Drafted lines that nobody has accepted yet"
    )

    class Meta:
        model = Section
        fields = ["key", "title", "required", "body", "generated", "version", "updated_at"]
        read_only_fields = fields


class WriteSectionSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(
        allow_blank=True, max_length=MAX_BODY, trim_whitespace=False, help_text="Markdown"
    )
    expected_version = serializers.IntegerField(
        min_value=1, help_text="The version that was read; 409 when there is a newer one"
    )


class CommentSerializer(serializers.ModelSerializer[Comment]):
    section = serializers.CharField(source="section.key")
    author = serializers.CharField(source="author_label")

    class Meta:
        model = Comment
        fields = ["id", "section", "author", "text", "quote", "created_at", "resolved_at"]
        read_only_fields = fields


class NewCommentSerializer(serializers.Serializer[Any]):
    section = serializers.CharField(max_length=63, help_text="Its key")
    text = serializers.CharField(max_length=MAX_COMMENT, help_text="Markdown")
    quote = serializers.CharField(max_length=300, allow_blank=True, default="")


class ReviewerSerializer(serializers.Serializer[Any]):
    user = serializers.EmailField()


class CitationSerializer(serializers.ModelSerializer[Citation]):
    class Meta:
        model = Citation
        fields = ["number", "kind", "target", "title", "url", "occurred_at", "frozen", "cited_at"]
        read_only_fields = fields


class CiteSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=20, help_text="event, alert or change")
    target = serializers.CharField(max_length=200, help_text="Its id")


class AddendumSerializer(serializers.ModelSerializer[Addendum]):
    author = serializers.CharField(source="author_label")

    class Meta:
        model = Addendum
        fields = ["number", "body", "author", "created_at"]
        read_only_fields = fields


class NewAddendumSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(max_length=MAX_ADDENDUM, help_text="Markdown")
