"""Shadow mode, hand-off notes and on-call load in the REST API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import path
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
from oncall.handoff.models import HandoffNote
from oncall.handoff.services import write_note
from oncall.load.selectors import report
from oncall.shadow.models import Shadow
from oncall.shadow.services import begin_shadow, end_shadow


class ShadowSerializer(serializers.ModelSerializer[Shadow]):
    """`scope` is `source:<slug>` or `team:<slug>`."""

    class Meta:
        model = Shadow
        fields = ["id", "scope", "reason", "started_at", "started_by", "until", "ended_at"]
        read_only_fields = ["started_at", "started_by", "ended_at"]


class HandoffNoteSerializer(serializers.ModelSerializer[HandoffNote]):
    author = serializers.CharField(source="author.email", read_only=True)

    class Meta:
        model = HandoffNote
        fields = ["id", "text", "author", "written_at"]
        read_only_fields = ["written_at"]


class LoadSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(source="user.email")
    hours_on_call = serializers.FloatField(source="hours")
    pages = serializers.IntegerField(source="load.pages")
    interruptions = serializers.IntegerField(source="load.interruptions")
    outside_working_hours = serializers.IntegerField(source="load.outside")
    hours_woken = serializers.IntegerField(source="load.woken")


@extend_schema(tags=["on-call"])
class ShadowList(generics.ListAPIView[Shadow]):
    """What is or was in shadow mode: everything runs, nobody is paged."""

    serializer_class = ShadowSerializer
    queryset = Shadow.objects.all()
    ordering = ("-started_at", "-id")
    write_role = Role.MANAGER

    @extend_schema(request=ShadowSerializer, responses={201: ShadowSerializer})
    def post(self, request: Request) -> Response:
        """From now on nobody is paged about what only this source or team is about."""
        given = ShadowSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        shadow = begin_shadow(
            scope=data["scope"],
            until=data.get("until"),
            reason=data.get("reason", ""),
            actor=api_actor(request),
        )
        return Response(ShadowSerializer(shadow).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], responses=ShadowSerializer)
class ShadowDetail(APIView):
    write_role = Role.MANAGER

    def delete(self, request: Request, pk: int) -> Response:
        """What begins from now on pages for real."""
        shadow = end_shadow(shadow_id=pk, actor=api_actor(request))
        return Response(ShadowSerializer(shadow).data)


@extend_schema(tags=["on-call"])
class HandoffNotes(generics.ListAPIView[HandoffNote]):
    """The hand-off notes of a schedule, newest first."""

    serializer_class = HandoffNoteSerializer
    queryset = HandoffNote.objects.none()
    ordering = ("-written_at", "-id")

    def get_queryset(self) -> QuerySet[HandoffNote]:
        if getattr(self, "swagger_fake_view", False):
            return HandoffNote.objects.none()
        schedule = selectors.schedule_for(current_user(self.request), self.kwargs["slug"])
        return HandoffNote.objects.filter(schedule=schedule).select_related("author")

    @extend_schema(request=HandoffNoteSerializer, responses={201: HandoffNoteSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Write one, or correct one's own of the last hour."""
        given = HandoffNoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = current_user(request)
        note = write_note(
            schedule=selectors.schedule_for(user, slug),
            text=given.validated_data["text"],
            author=user,
            actor=api_actor(request),
        )
        return Response(HandoffNoteSerializer(note).data, status=status.HTTP_201_CREATED)


@extend_schema(
    tags=["on-call"],
    responses=LoadSerializer(many=True),
    parameters=[
        OpenApiParameter("since", OpenApiTypes.DATETIME, description="28 days ago unless given"),
        OpenApiParameter("until", OpenApiTypes.DATETIME, description="Now unless given"),
    ],
)
class OnCallLoad(APIView):
    """What on-call cost: oneself, or as a manager everybody, by name."""

    def get(self, request: Request) -> Response:
        user, now = current_user(request), clock.now()
        until = moment_given(request, "until") or now
        since = moment_given(request, "since") or until - timedelta(days=28)
        if not timedelta() < until - since <= timedelta(days=366):
            raise Invalid("The period ends after it begins, within a year.")
        found = report(user, since, until)
        rows = found.rows or ([found.mine] if found.mine else [])
        return Response(LoadSerializer(rows, many=True).data)


urlpatterns = [
    path("shadows/", ShadowList.as_view(), name="shadow-list"),
    path("shadows/<int:pk>/", ShadowDetail.as_view(), name="shadow-detail"),
    path("schedules/<slug:slug>/handoff/", HandoffNotes.as_view(), name="handoff-notes"),
    path("on-call-load/", OnCallLoad.as_view(), name="on-call-load"),
]
