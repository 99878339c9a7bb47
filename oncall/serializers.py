"""How the on-call room looks in the API. Rules are the services'."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from notifications.models import Delivery, DeliveryAttempt
from oncall import rotation
from oncall.models import EscalationPolicy, Override, PolicyStep, PolicyTarget, Rotation, Schedule
from oncall.selectors import OnCallNow, PageLine


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["email", "name"]
        read_only_fields = fields


class RotationSerializer(serializers.ModelSerializer[Rotation]):
    users = serializers.SerializerMethodField(help_text="Mail addresses in order")

    class Meta:
        model = Rotation
        fields = ["name", "users", "starts", "handoff", "shift_length", "restrictions"]
        read_only_fields = fields

    def get_users(self, rotation: Rotation) -> list[str]:
        return [member.user.email for member in rotation.members.all()]


class OverrideSerializer(serializers.ModelSerializer[Override]):
    user = serializers.EmailField(source="user.email", help_text="Mail address")
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=200)

    class Meta:
        model = Override
        fields = ["id", "user", "starts", "ends", "reason"]
        read_only_fields = ["id"]


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    rotations = RotationSerializer(many=True, read_only=True)
    overrides = OverrideSerializer(many=True, read_only=True, source="coming")

    class Meta:
        model = Schedule
        fields = ["slug", "name", "time_zone", "rotations", "overrides"]
        read_only_fields = fields


class RestrictionWriteSerializer(serializers.Serializer[Any]):
    weekdays = serializers.ListField(child=serializers.CharField(), required=False)
    start = serializers.CharField()
    end = serializers.CharField()


class RotationWriteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    users = serializers.ListField(child=serializers.CharField(), help_text="Mail addresses")
    starts = serializers.DateTimeField()
    handoff = serializers.CharField(default="09:00", help_text="Time of day in the zone")
    shift_length = serializers.CharField(default="1w", help_text="12h, 1d, 2w")
    restrictions = RestrictionWriteSerializer(many=True, required=False)


class OverrideWriteSerializer(serializers.Serializer[Any]):
    user = serializers.CharField()
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True)


class ScheduleWriteSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField(default="UTC")
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
    next = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["string", "null"], "enum": ["rotation", "override", "gap"]})
    def get_because(self, found: OnCallNow) -> str:
        return found.duty.because if found.duty else "gap"

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
    """Exactly one of the four is set."""

    user = serializers.CharField(source="user.email", default=None, allow_null=True)
    schedule = serializers.CharField(source="schedule.slug", default=None, allow_null=True)
    team = serializers.CharField(source="team.slug", default=None, allow_null=True)
    slack_channel = serializers.CharField()

    class Meta:
        model = PolicyTarget
        fields = ["user", "schedule", "team", "slack_channel"]
        read_only_fields = fields


class StepSerializer(serializers.ModelSerializer[PolicyStep]):
    targets = TargetSerializer(many=True, read_only=True)

    class Meta:
        model = PolicyStep
        fields = ["after_seconds", "targets"]
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer[EscalationPolicy]):
    steps = StepSerializer(many=True, read_only=True)

    class Meta:
        model = EscalationPolicy
        fields = ["slug", "name", "repeat", "is_fallback", "steps"]
        read_only_fields = fields


class TargetWriteSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(required=False)
    schedule = serializers.CharField(required=False)
    team = serializers.CharField(required=False)
    slack_channel = serializers.CharField(required=False)


class StepWriteSerializer(serializers.Serializer[Any]):
    after_seconds = serializers.IntegerField(default=0, min_value=0)
    targets = TargetWriteSerializer(many=True)


class PolicyWriteSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    repeat = serializers.IntegerField(default=0)
    is_fallback = serializers.BooleanField(default=False)
    steps = StepWriteSerializer(many=True)


class AttemptSerializer(serializers.ModelSerializer[DeliveryAttempt]):
    class Meta:
        model = DeliveryAttempt
        fields = ["number", "started_at", "finished_at", "outcome", "detail", "may_repeat"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    attempts = AttemptSerializer(many=True, read_only=True, source="tries")

    class Meta:
        model = Delivery
        fields = [
            "id", "channel", "state", "reason", "provider_ref", "created_at", "sent_at", "attempts",
        ]  # fmt: skip
        read_only_fields = fields


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
