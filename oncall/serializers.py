"""How the on-call room looks in the API. Rules are the services'."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from notifications.serializers import DeliverySerializer
from oncall import rotation
from oncall.models import (
    EscalationPolicy,
    Override,
    PolicyStep,
    PolicyTarget,
    Rotation,
    RotationChange,
    Schedule,
)
from oncall.selectors import OnCallNow, PageLine


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["email", "name"]
        read_only_fields = fields


class RotationChangeSerializer(serializers.ModelSerializer[RotationChange]):
    users = serializers.SerializerMethodField(help_text="Mail addresses in order")

    class Meta:
        model = RotationChange
        fields = ["since", "users"]
        read_only_fields = fields

    def get_users(self, change: RotationChange) -> list[str]:
        return [member.user.email for member in change.members.all()]


class RotationSerializer(serializers.ModelSerializer[Rotation]):
    users = serializers.SerializerMethodField(help_text="Mail addresses in order")
    changes = RotationChangeSerializer(many=True, read_only=True)

    class Meta:
        model = Rotation
        fields = [
            "name", "users", "starts", "handoff", "shift_length", "restrictions", "changes", "ends",
            "shadow",
        ]  # fmt: skip
        read_only_fields = fields

    def get_users(self, rotation: Rotation) -> list[str]:
        return [member.user.email for member in rotation.members.all()]


class OverrideSerializer(serializers.ModelSerializer[Override]):
    user = serializers.EmailField(source="user.email", help_text="Mail address")
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200)
    replaces = serializers.EmailField(
        source="replaces.email",
        required=False,
        default=None,
        allow_null=True,
        help_text="Only where this person would be on call",
    )

    class Meta:
        model = Override
        fields = ["id", "user", "starts", "ends", "reason", "replaces", "kind"]
        read_only_fields = ["id", "kind"]


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    rotations = RotationSerializer(many=True, read_only=True)
    overrides = OverrideSerializer(many=True, read_only=True, source="coming")

    class Meta:
        model = Schedule
        fields = ["slug", "name", "time_zone", "holidays_move_cover", "rotations", "overrides"]
        read_only_fields = fields


class RestrictionWriteSerializer(serializers.Serializer[Any]):
    weekdays = serializers.ListField(child=serializers.CharField(), required=False)
    start = serializers.CharField()
    end = serializers.CharField()


class ChangeWriteSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    users = serializers.ListField(child=serializers.CharField(), help_text="Mail addresses")


class RotationWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    users = serializers.ListField(child=serializers.CharField(), help_text="Mail addresses")
    starts = serializers.DateTimeField()
    handoff = serializers.CharField(default="09:00", help_text="Time of day in the zone")
    shift_length = serializers.CharField(default="1w", help_text="12h, 1d, 2w")
    restrictions = RestrictionWriteSerializer(many=True, required=False)
    changes = ChangeWriteSerializer(many=True, required=False)
    ends = serializers.DateTimeField(required=False, allow_null=True)
    shadow = serializers.BooleanField(default=False)


class OverrideWriteSerializer(serializers.Serializer[Any]):
    user = serializers.CharField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True)
    replaces = serializers.CharField(required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=["override", "swap"], default="override")


class ScheduleWriteSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField(default="UTC")
    holidays_move_cover = serializers.BooleanField(default=False)
    rotations = RotationWriteSerializer(many=True)
    overrides = OverrideWriteSerializer(
        many=True, required=False, help_text="Left as they are unless given"
    )


class OnCallSerializer(serializers.Serializer[OnCallNow]):
    """`on_call` is null in a gap."""

    schedule = serializers.CharField(source="schedule.slug")
    on_call = PersonSerializer(source="duty.user", allow_null=True, default=None)
    because = serializers.SerializerMethodField()
    name = serializers.CharField(source="duty.name", default="")
    since = serializers.DateTimeField(source="duty.since", default=None, allow_null=True)
    until = serializers.DateTimeField(source="duty.until", default=None, allow_null=True)
    instead_of = PersonSerializer(
        source="duty.instead_of",
        allow_null=True,
        default=None,
        help_text="Of a cover: whose turn it is; of a swap: who gave the shift away",
    )
    reason = serializers.CharField(
        source="duty.reason", default="", help_text="Of a cover: why they are away"
    )
    shadows = serializers.SerializerMethodField(help_text="Who looks on and is not paged")
    next = serializers.SerializerMethodField()

    @extend_schema_field(
        {"type": "string", "enum": ["rotation", "cover", "override", "swap", "gap"]}
    )
    def get_because(self, found: OnCallNow) -> str:
        return found.duty.because if found.duty else "gap"

    @extend_schema_field(PersonSerializer(many=True))
    def get_shadows(self, found: OnCallNow) -> Any:
        return PersonSerializer([duty.user for duty in found.shadows], many=True).data

    def get_next(self, found: OnCallNow) -> dict[str, Any] | None:
        if found.next is None:
            return None
        return _stretch(found.next)


def _stretch(shift: rotation.Shift[User]) -> dict[str, Any]:
    return {
        "user": shift.user.email if shift.user else None,
        "starts": shift.start.isoformat(),
    }


class TargetSerializer(serializers.ModelSerializer[PolicyTarget]):
    """Exactly one of the five is set."""

    user = serializers.CharField(source="user.email", default=None, allow_null=True)
    schedule = serializers.CharField(source="schedule.slug", default=None, allow_null=True)
    team = serializers.CharField(source="team.slug", default=None, allow_null=True)
    slack_channel = serializers.CharField()
    contact = serializers.CharField(source="contact.slug", default=None, allow_null=True)

    class Meta:
        model = PolicyTarget
        fields = ["user", "schedule", "team", "slack_channel", "contact"]
        read_only_fields = fields


class StepSerializer(serializers.ModelSerializer[PolicyStep]):
    targets = TargetSerializer(many=True, read_only=True)

    class Meta:
        model = PolicyStep
        fields = ["after_seconds", "targets", "severities", "hours", "round_robin"]
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer[EscalationPolicy]):
    steps = StepSerializer(many=True, read_only=True)

    class Meta:
        model = EscalationPolicy
        fields = ["slug", "name", "repeat", "is_fallback", "ack_timeout_seconds", "steps"]
        read_only_fields = fields


class TargetWriteSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(required=False)
    schedule = serializers.CharField(required=False)
    team = serializers.CharField(required=False)
    slack_channel = serializers.CharField(required=False)
    contact = serializers.CharField(required=False, help_text="A room or webhook by its name")


class HoursSerializer(serializers.Serializer[Any]):
    time_zone = serializers.CharField(default="UTC")
    windows = RestrictionWriteSerializer(many=True)
    outside = serializers.BooleanField(default=False)


class StepWriteSerializer(serializers.Serializer[Any]):
    after_seconds = serializers.IntegerField(default=0, min_value=0)
    targets = TargetWriteSerializer(many=True)
    severities = serializers.ListField(child=serializers.CharField(), required=False)
    hours = HoursSerializer(required=False, allow_null=True)
    round_robin = serializers.BooleanField(default=False)


class PolicyWriteSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    repeat = serializers.IntegerField(default=0)
    is_fallback = serializers.BooleanField(default=False)
    ack_timeout_seconds = serializers.IntegerField(default=0, min_value=0)
    steps = StepWriteSerializer(many=True)


class PageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="page.id")
    subject = serializers.CharField(source="page.escalation.subject_key")
    ref = serializers.SerializerMethodField()
    user = PersonSerializer(source="page.user", allow_null=True)
    target = serializers.CharField(source="page.target")
    because = serializers.CharField(source="page.because")
    step = serializers.CharField(source="step_label")
    is_fallback = serializers.BooleanField(source="page.is_fallback")
    created_at = serializers.DateTimeField(source="page.created_at")
    acknowledged_at = serializers.DateTimeField(source="page.acknowledged_at", allow_null=True)
    deliveries = DeliverySerializer(many=True)

    def get_ref(self, line: PageLine) -> str:
        return str(line.page.escalation.card.get("ref") or "")
