"""Updates and reminders of an incident in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor
from incidents import services
from incidents.api_base import IncidentView
from incidents.follow_up import MAX_NEXT, MAX_SNOOZE
from incidents.models import IncidentReminder, IncidentUpdate
from incidents.services.updates import MAX_UPDATE


class UpdateSerializer(serializers.ModelSerializer[IncidentUpdate]):
    author = serializers.CharField(source="author_label", read_only=True)
    text = serializers.CharField(max_length=MAX_UPDATE, help_text="How it stands; Markdown")
    next_in_minutes = serializers.IntegerField(
        write_only=True,
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=MAX_NEXT,
        help_text="When people hear again; null is what is usual for the severity, 0 never",
    )

    class Meta:
        model = IncidentUpdate
        fields = ["id", "text", "author", "via", "said_at", "next_due_at", "next_in_minutes"]
        read_only_fields = ["id", "via", "said_at", "next_due_at"]


class ReminderSerializer(serializers.ModelSerializer[IncidentReminder]):
    times_told = serializers.IntegerField(source="number", read_only=True)

    class Meta:
        model = IncidentReminder
        fields = ["id", "kind", "state", "due_at", "times_told", "last_told_at", "outcome"]
        read_only_fields = fields


class SnoozeSerializer(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1, max_value=MAX_SNOOZE)


@extend_schema(tags=["incidents"])
class IncidentUpdates(IncidentView):
    serializer_class = UpdateSerializer
    queryset: QuerySet[Any] = IncidentUpdate.objects.none()
    ordering = ("-said_at", "-id")

    @extend_schema(summary="Updates, newest first", responses=UpdateSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        page = self.paginate_queryset(self.incident(request, ref).updates.all())
        return self.get_paginated_response(UpdateSerializer(page, many=True).data)

    @extend_schema(
        summary="Say how it stands, and when people hear again",
        request=UpdateSerializer,
        responses={201: UpdateSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, UpdateSerializer)
        update = services.post_update(incident_id=incident.pk, actor=api_actor(request), **data)
        return Response(UpdateSerializer(update).data, status=201)


@extend_schema(tags=["incidents"])
class IncidentReminders(IncidentView):
    serializer_class = ReminderSerializer
    queryset: QuerySet[Any] = IncidentReminder.objects.none()
    ordering = ("-due_at", "-id")

    @extend_schema(summary="What people are reminded of", responses=ReminderSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        page = self.paginate_queryset(self.incident(request, ref).reminders.all())
        return self.get_paginated_response(ReminderSerializer(page, many=True).data)


@extend_schema(tags=["incidents"])
class ReminderSnooze(IncidentView):
    serializer_class = ReminderSerializer

    @extend_schema(
        summary="Be reminded later", request=SnoozeSerializer, responses=ReminderSerializer
    )
    def post(self, request: Request, ref: str, pk: int) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, SnoozeSerializer)
        reminder = services.snooze_reminder(
            incident_id=incident.pk, reminder_id=pk, actor=api_actor(request), **data
        )
        return Response(ReminderSerializer(reminder).data)


@extend_schema(tags=["incidents"])
class ReminderStop(IncidentView):
    serializer_class = ReminderSerializer

    @extend_schema(
        summary="Stop reminding people of it", request=None, responses=ReminderSerializer
    )
    def post(self, request: Request, ref: str, pk: int) -> Response:
        incident = self.incident(request, ref)
        reminder = services.stop_reminder(
            incident_id=incident.pk, reminder_id=pk, actor=api_actor(request)
        )
        return Response(ReminderSerializer(reminder).data)


urlpatterns = [
    path("incidents/<str:ref>/updates/", IncidentUpdates.as_view(), name="incident-updates"),
    path("incidents/<str:ref>/reminders/", IncidentReminders.as_view(), name="incident-reminders"),
    path(
        "incidents/<str:ref>/reminders/<int:pk>/snooze/",
        ReminderSnooze.as_view(),
        name="incident-reminder-snooze",
    ),
    path(
        "incidents/<str:ref>/reminders/<int:pk>/stop/",
        ReminderStop.as_view(),
        name="incident-reminder-stop",
    ),
]
