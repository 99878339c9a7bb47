"""One's own quiet hours, limits and test page in the REST API, over the services of the pages."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role, User
from accounts.permissions import api_actor, current_user
from core.clock import WEEKDAYS
from core.idempotency import IdempotentMixin
from notifications import contact_services, selectors
from notifications.models import QuietHours
from notifications.rules import URGENCY_CHOICES, Urgency
from notifications.serializers import DeliverySerializer


class QuietHoursSerializer(serializers.Serializer[Any]):
    """Both times null: no quiet hours. A night belongs to the weekday on which it begins."""

    starts = serializers.TimeField(allow_null=True)
    ends = serializers.TimeField(allow_null=True)
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(choices=WEEKDAYS), default=list(WEEKDAYS)
    )
    time_zone = serializers.CharField(read_only=True, help_text="One's own, of the profile")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["starts"] is None) != (attrs["ends"] is None):
            raise serializers.ValidationError({"ends": "Give both times or none."})
        return attrs


class LimitSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="At most so many messages")
    seconds = serializers.IntegerField(help_text="within so long")
    used = serializers.IntegerField(help_text="that one has had of them by now")


class ChannelLimitsSerializer(serializers.Serializer[Any]):
    channel = serializers.CharField()
    limits = LimitSerializer(many=True)


class TestPageSerializer(serializers.Serializer[Any]):
    urgency = serializers.ChoiceField(choices=URGENCY_CHOICES, default=Urgency.HIGH)


@extend_schema(tags=["notifications"])
class OwnQuietHours(APIView):
    write_role = Role.VIEWER

    @extend_schema(responses=QuietHoursSerializer)
    def get(self, request: Request) -> Response:
        """When only what is urgent reaches one."""
        return Response(_quiet(current_user(request)))

    @extend_schema(request=QuietHoursSerializer, responses=QuietHoursSerializer)
    def put(self, request: Request) -> Response:
        """Bring them to exactly this; two nulls take them away."""
        given = QuietHoursSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user, data = current_user(request), given.validated_data
        contact_services.save_quiet_hours(
            user=user,
            starts=data["starts"],
            ends=data["ends"],
            weekdays=[WEEKDAYS.index(day) for day in data["weekdays"]],
            actor=api_actor(request),
        )
        return Response(_quiet(user))


def _quiet(user: User) -> dict[str, Any]:
    row = QuietHours.objects.filter(user=user).first()
    shown = {
        "starts": row.starts if row else None,
        "ends": row.ends if row else None,
        "weekdays": [WEEKDAYS[day] for day in row.weekdays] if row else [],
        "time_zone": user.time_zone,
    }
    return dict(QuietHoursSerializer(shown).data)


@extend_schema(tags=["notifications"], responses=ChannelLimitsSerializer(many=True))
class OwnLimits(APIView):
    """How many messages a channel sends to one person at most, and how many one has had."""

    def get(self, request: Request) -> Response:
        return Response(
            [
                {
                    "channel": use.name,
                    "limits": [
                        {"count": limit.count, "seconds": limit.seconds, "used": used}
                        for used, limit in use.counts
                    ],
                }
                for use in selectors.limits_used(current_user(request))
            ]
        )


@extend_schema(tags=["notifications"])
class TestPage(IdempotentMixin, APIView):
    write_role = Role.VIEWER

    @extend_schema(responses=DeliverySerializer(many=True))
    def get(self, request: Request) -> Response:
        """What became of one's last test page: each delivery with its attempts."""
        return Response(_tested(current_user(request)))

    @extend_schema(request=TestPageSerializer, responses={202: DeliverySerializer(many=True)})
    def post(self, request: Request) -> Response:
        """Page oneself, and nobody else, by one's own rules. It is marked as a test."""
        given = TestPageSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = current_user(request)
        contact_services.send_test_page(user=user, urgency=given.validated_data["urgency"])
        return Response(_tested(user), status=status.HTTP_202_ACCEPTED)


def _tested(user: User) -> list[Any]:
    rows = [row for _, row in selectors.last_test(user)]
    return list(DeliverySerializer(rows, many=True).data)


urlpatterns = [
    path("quiet-hours/", OwnQuietHours.as_view(), name="quiet-hours"),
    path("notification-limits/", OwnLimits.as_view(), name="notification-limits"),
    path("test-page/", TestPage.as_view(), name="test-page"),
]
