"""Schedules of drills in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from catalog.selectors import system_named
from core.idempotency import IdempotentMixin
from incidents.drills import scheduling, selectors
from incidents.drills.models import DrillSchedule
from incidents.drills.scenario import scenarios


class DrillScheduleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField(max_length=63, help_text="A DNS label; fixed once created")
    scenario = serializers.ChoiceField(choices=list(scenarios()))
    system = serializers.CharField(source="system.slug", max_length=63, help_text="Its slug")
    recurrence = serializers.CharField(
        max_length=500, help_text="RFC 5545 without its hour, as FREQ=WEEKLY;BYDAY=WE"
    )
    at = serializers.TimeField(format="%H:%M", help_text="Time of day in the zone, as 14:00")
    time_zone = serializers.CharField(max_length=64, default="UTC")
    starts_on = serializers.DateField(required=False, help_text="Today, unless given")
    paused = serializers.BooleanField(default=False)
    state = serializers.CharField(read_only=True, help_text="`pending`, `paused` or `over`")
    words = serializers.SerializerMethodField()
    next_at = serializers.SerializerMethodField()
    last_drill = serializers.IntegerField(source="last_drill_id", read_only=True, allow_null=True)
    last_skipped = serializers.CharField(
        read_only=True, help_text="Why the last time was left out; empty when it ran"
    )

    def get_words(self, row: DrillSchedule) -> str:
        return scheduling.recurring_of(row).words

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_at(self, row: DrillSchedule) -> Any:
        """Null while it is paused, and when it is over."""
        return row.due_at if row.state == DrillSchedule.State.PENDING else None


class DrillScheduleView(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class: Any = DrillScheduleSerializer
    queryset: QuerySet[Any] = DrillSchedule.objects.none()
    ordering: Any = ("slug",)
    write_role = Role.MANAGER


@extend_schema(tags=["drills"])
class DrillScheduleList(DrillScheduleView):
    @extend_schema(summary="Drills that come back", responses=DrillScheduleSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.visible_schedules(current_user(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Make a schedule, or bring the one with this slug to this state",
        request=DrillScheduleSerializer,
        responses={201: DrillScheduleSerializer},
    )
    def post(self, request: Request) -> Response:
        filled = DrillScheduleSerializer(data=request.data)
        filled.is_valid(raise_exception=True)
        data = dict(filled.validated_data)
        system = system_named(current_user(request), data.pop("system")["slug"])
        row = scheduling.save_schedule(system=system, actor=api_actor(request), **data)
        return Response(DrillScheduleSerializer(row).data, status=201)


@extend_schema(tags=["drills"])
class DrillScheduleDetail(DrillScheduleView):
    @extend_schema(summary="One schedule of drills", responses=DrillScheduleSerializer)
    def get(self, request: Request, slug: str) -> Response:
        row = selectors.schedule_for(current_user(request), slug)
        return Response(DrillScheduleSerializer(row).data)

    @extend_schema(summary="Take a schedule away; its drills stay", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        row = selectors.schedule_for(current_user(request), slug)
        scheduling.delete_schedule(slug=row.slug, actor=api_actor(request))
        return Response(status=204)


urlpatterns = [
    path("drill-schedules/", DrillScheduleList.as_view(), name="drill-schedules"),
    path("drill-schedules/<slug:slug>/", DrillScheduleDetail.as_view(), name="drill-schedule"),
]
