"""What a policy would do, and calendar addresses, in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from core import clock
from core.errors import Invalid
from oncall import selectors
from oncall.api_times import moment_given
from oncall.escalation import SEVERITIES
from oncall.feed_services import create_feed, revoke_feed
from oncall.models import CalendarFeed
from oncall.policy_preview import policy_preview
from oncall.snapshot import policy_snapshot


class PreviewPersonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    because = serializers.CharField()


class PreviewStepSerializer(serializers.Serializer[Any]):
    """`due_at` is null for a step that is passed by; then `why_not` says why. `missing` are
    targets that reach nobody at that time."""

    step = serializers.CharField(source="label")
    due_at = serializers.DateTimeField(allow_null=True)
    people = PreviewPersonSerializer(many=True)
    missing = serializers.ListField(child=serializers.CharField())
    why_not = serializers.CharField()


class PolicyPreviewSerializer(serializers.Serializer[Any]):
    """The first round step by step; `later` has a sentence for each repeat."""

    severity = serializers.CharField()
    at = serializers.DateTimeField()
    steps = PreviewStepSerializer(many=True)
    later = serializers.ListField(child=serializers.CharField())
    exhausted_at = serializers.DateTimeField(
        allow_null=True, help_text="When the last step is done and nobody has acknowledged"
    )
    pages_fallback = serializers.BooleanField(
        help_text="No step is for this, so the fallback's steps are shown"
    )


class CalendarFeedSerializer(serializers.ModelSerializer[CalendarFeed]):
    """`schedule` is null for one's own shifts; `hint` is the end of the address."""

    schedule = serializers.SlugField(source="schedule.slug", allow_null=True, default=None)

    class Meta:
        model = CalendarFeed
        fields = ["id", "schedule", "hint", "created_at", "last_read_at"]
        read_only_fields = ["hint", "created_at", "last_read_at"]


class CalendarFeedMadeSerializer(CalendarFeedSerializer):
    """The address is shown this once."""

    address = serializers.URLField(read_only=True)

    class Meta(CalendarFeedSerializer.Meta):
        fields = [*CalendarFeedSerializer.Meta.fields, "address"]


@extend_schema(
    tags=["on-call"],
    responses=PolicyPreviewSerializer,
    parameters=[
        OpenApiParameter("severity", OpenApiTypes.STR, enum=list(SEVERITIES), default="sev2"),
        OpenApiParameter("at", OpenApiTypes.DATETIME, description="Now unless given"),
    ],
)
class PolicyPreviewApi(APIView):
    """What would happen if something of this severity fired then. Nobody is paged by asking, and
    nobody's turn is used up."""

    def get(self, request: Request, slug: str) -> Response:
        policy = selectors.policy_for(current_user(request), slug)
        severity = request.query_params.get("severity") or "sev2"
        if severity not in SEVERITIES:
            sentence = f"Give one of: {', '.join(SEVERITIES)}."
            raise Invalid(sentence, errors={"severity": [sentence]})
        at = moment_given(request, "at") or clock.now()
        found = policy_preview(policy_snapshot(policy), severity=severity, at=at)
        return Response(PolicyPreviewSerializer(found).data)


@extend_schema(tags=["on-call"])
class CalendarFeedList(generics.ListAPIView[CalendarFeed]):
    """One's own secret calendar addresses."""

    serializer_class = CalendarFeedSerializer
    queryset = CalendarFeed.objects.none()
    ordering = ("id",)
    write_role = Role.VIEWER

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        user = current_user(self.request)
        return CalendarFeed.objects.filter(owner=user).select_related("schedule")

    @extend_schema(request=CalendarFeedSerializer, responses={201: CalendarFeedMadeSerializer})
    def post(self, request: Request) -> Response:
        """Make an address of a schedule, or without one of one's own shifts."""
        given = CalendarFeedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = current_user(request)
        slug = (given.validated_data.get("schedule") or {}).get("slug")
        schedule = selectors.schedule_for(user, slug) if slug else None
        feed, key = create_feed(owner=user, schedule=schedule, actor=api_actor(request))
        address = request.build_absolute_uri(reverse("calendar-feed", args=[key]))
        shown = {**CalendarFeedSerializer(feed).data, "address": address}
        return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], responses={204: None})
class CalendarFeedDelete(APIView):
    write_role = Role.VIEWER

    def delete(self, request: Request, pk: int) -> Response:
        """Take an address back: it answers nobody any more."""
        revoke_feed(feed_id=pk, owner=current_user(request), actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns = [
    path(
        "escalation-policies/<slug:slug>/preview/",
        PolicyPreviewApi.as_view(),
        name="policy-preview",
    ),
    path("calendar-feeds/", CalendarFeedList.as_view(), name="calendar-feed-list"),
    path("calendar-feeds/<int:pk>/", CalendarFeedDelete.as_view(), name="calendar-feed-detail"),
]
