"""How incidents look in the REST API. No rules: the services check."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.models import SEVERITIES
from incidents.lifecycle import INCIDENT
from incidents.models import Incident, IncidentEvent, IncidentMember, IncidentRole, IncidentTask
from incidents.services.rows import MAX_TITLE
from incidents.timeline import MAX_TEXT

STATUSES = [(state.name, state.label) for state in INCIDENT.states]


class RoleHeldSerializer(serializers.ModelSerializer[IncidentRole]):
    user = serializers.EmailField(source="user.email", help_text="Who holds it")
    name = serializers.CharField(source="user.name")

    class Meta:
        model = IncidentRole
        fields = ["role", "user", "name", "since"]
        read_only_fields = fields


class IncidentCauseSerializer(serializers.Serializer[Any]):
    """A cause of the taxonomy, in short; `causes/` has what is said about it."""

    cause = serializers.CharField(source="cause.slug", help_text="Slug in the taxonomy")
    role = serializers.CharField()
    confidence = serializers.CharField()


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    ref = serializers.CharField(read_only=True, help_text="INC-42")
    systems = serializers.SlugRelatedField[Any](
        many=True, read_only=True, slug_field="slug", help_text="Slugs"
    )
    roles = RoleHeldSerializer(many=True, read_only=True)
    causes = IncidentCauseSerializer(many=True, read_only=True, help_text="The surest first")
    merged_into = serializers.SerializerMethodField(
        help_text="The reference of the incident that stays, if the reader may see it"
    )
    allowed_transitions = serializers.SerializerMethodField(
        help_text="What `transition/` takes as `to` now"
    )
    version = serializers.IntegerField(
        read_only=True, help_text="Rises with every change; for `expected_version`"
    )

    class Meta:
        model = Incident
        fields = [
            "ref",
            "title",
            "summary",
            "status",
            "severity",
            "systems",
            "roles",
            "causes",
            "onset_at",
            "detected_at",
            "opened_at",
            "acknowledged_at",
            "mitigated_at",
            "resolved_at",
            "closed_at",
            "cancelled_at",
            "drill",
            "private",
            "merged_into",
            "allowed_transitions",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_merged_into(self, incident: Incident) -> str | None:
        seen: set[int] = self.context.get("visible_targets", set())
        return f"INC-{incident.merged_into_id}" if incident.merged_into_id in seen else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=STATUSES)))
    def get_allowed_transitions(self, incident: Incident) -> list[str]:
        return [move.to for move in INCIDENT.moves_from(incident.status)]


class DeclareSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=MAX_TITLE)
    severity = serializers.ChoiceField(choices=SEVERITIES)
    systems = serializers.ListField(
        child=serializers.CharField(max_length=63), default=list, max_length=50, help_text="Slugs"
    )
    summary = serializers.CharField(
        allow_blank=True, default="", max_length=MAX_TEXT, help_text="Markdown"
    )
    private = serializers.BooleanField(default=False)


class EditSerializer(serializers.Serializer[Any]):
    """Everything is optional; what is not given stays."""

    title = serializers.CharField(max_length=MAX_TITLE, required=False)
    summary = serializers.CharField(allow_blank=True, required=False, max_length=MAX_TEXT)
    systems = serializers.ListField(
        child=serializers.CharField(max_length=63), required=False, max_length=50
    )
    severity = serializers.ChoiceField(choices=SEVERITIES, required=False)
    private = serializers.BooleanField(required=False)


class TransitionSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=40, help_text="The status to move to")
    note = serializers.CharField(allow_blank=True, default="", max_length=MAX_TEXT)
    expected_version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refuse (409) when it has changed since"
    )


class EventSerializer(serializers.ModelSerializer[IncidentEvent]):
    actor = serializers.CharField(source="actor_label", help_text="Who, as people read it")

    class Meta:
        model = IncidentEvent
        fields = [
            "id",
            "kind",
            "occurred_at",
            "recorded_at",
            "actor",
            "via",
            "text",
            "detail",
            "replaces",
            "withdraws",
        ]
        read_only_fields = fields


class NoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=MAX_TEXT, help_text="Markdown")
    occurred_at = serializers.DateTimeField(required=False, help_text="Now, unless given")


class MergeSerializer(serializers.Serializer[Any]):
    into = serializers.CharField(max_length=40, help_text="INC-42")


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=IncidentRole.Role.choices)
    user = serializers.EmailField(allow_null=True, help_text="null: nobody holds it any more")


class TaskSerializer(serializers.ModelSerializer[IncidentTask]):
    owner = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    title = serializers.CharField(max_length=MAX_TITLE)

    class Meta:
        model = IncidentTask
        fields = ["id", "title", "owner", "created_at", "done_at"]
        read_only_fields = ["id", "created_at", "done_at"]


class TaskDoneSerializer(serializers.Serializer[Any]):
    done = serializers.BooleanField()


class MemberSerializer(serializers.ModelSerializer[IncidentMember]):
    user = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name", read_only=True)

    class Meta:
        model = IncidentMember
        fields = ["user", "name", "because", "added_at"]
        read_only_fields = ["name", "because", "added_at"]
