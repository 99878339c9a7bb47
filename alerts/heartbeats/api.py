"""Heartbeats in the REST API, over the same selectors and services as the pages."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts.api_input import field_names, refuse_changed, valid
from alerts.heartbeats import selectors, services
from alerts.heartbeats.models import Heartbeat
from alerts.models import SEVERITIES
from core.idempotency import IdempotentMixin

SERVICE_FIELDS = {"every": "every_seconds", "grace": "grace_seconds"}


class HeartbeatSerializer(serializers.Serializer[Heartbeat]):
    """The Heartbeat kind. `key` stands only in the answer to its creation."""

    slug = serializers.CharField(max_length=63, help_text="A DNS label; fixed once created")
    name = serializers.CharField(max_length=120)
    every_seconds = serializers.IntegerField(source="every")
    grace_seconds = serializers.IntegerField(source="grace")
    system = serializers.CharField(
        source="system_slug", max_length=63, allow_null=True, default=None, help_text="Slug"
    )
    severity = serializers.ChoiceField(choices=SEVERITIES, default="sev2")
    source = serializers.CharField(  # type: ignore[assignment]  # the kind's own word
        source="source_slug",
        max_length=63,
        allow_null=True,
        default=None,
        help_text="The source whose key pings it; without one it gets a source of its own",
    )
    ping_name = serializers.CharField(max_length=100, allow_blank=True, default="")
    paused = serializers.BooleanField(default=False)
    state = serializers.ChoiceField(choices=Heartbeat.State.choices, read_only=True)
    due_at = serializers.DateTimeField(read_only=True)
    last_ping_at = serializers.DateTimeField(read_only=True, allow_null=True)
    last_start_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: Heartbeat) -> dict[str, Any]:
        moments = ("due_at", "last_ping_at", "last_start_at")
        shown = {
            name: self.fields[name].to_representation(moment) if moment else None
            for name in moments
            for moment in [getattr(instance, name)]
        }
        return {
            "slug": instance.slug,
            "name": instance.name,
            "every_seconds": instance.every,
            "grace_seconds": instance.grace,
            "system": instance.system.slug if instance.system else None,
            "severity": instance.severity,
            "source": None if instance.has_own_source else instance.source.slug,
            "ping_name": instance.ping_name,
            "paused": instance.state == Heartbeat.State.PAUSED,
            "state": instance.state,
            **shown,
        }


class HeartbeatWithKeySerializer(HeartbeatSerializer):
    key = serializers.CharField(read_only=True, help_text="Shown this once")


@extend_schema(tags=["heartbeats"])
class HeartbeatList(IdempotentMixin, generics.GenericAPIView[Heartbeat]):
    serializer_class = HeartbeatSerializer
    queryset = Heartbeat.objects.none()
    ordering = selectors.API_ORDER
    write_role = Role.MANAGER

    @extend_schema(summary="Heartbeats by name", responses=HeartbeatSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.visible_heartbeats(current_user(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Make a heartbeat; the answer has its key, this once",
        responses={
            201: HeartbeatWithKeySerializer,
            409: OpenApiResponse(description="The slug is taken"),
        },
    )
    def post(self, request: Request) -> Response:
        data = valid(self.get_serializer(data=request.data))
        with field_names(SERVICE_FIELDS):
            made, key = services.create_heartbeat(actor=api_actor(request), **data)
        self._shown_key = key
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    _shown_key: str | None = None

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        # After an idempotent call has kept the answer without the key, which is stored nowhere.
        if self._shown_key and response.status_code == status.HTTP_201_CREATED:
            response.data = {**response.data, "key": self._shown_key}
        return super().finalize_response(request, response, *args, **kwargs)


@extend_schema(tags=["heartbeats"])
class HeartbeatDetail(IdempotentMixin, generics.GenericAPIView[Heartbeat]):
    serializer_class = HeartbeatSerializer
    queryset = Heartbeat.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="One heartbeat")
    def get(self, request: Request, slug: str) -> Response:
        row = selectors.heartbeat_for(current_user(request), slug)
        return Response(self.get_serializer(row).data)

    @extend_schema(summary="Change parts of a heartbeat")
    def patch(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        row = selectors.heartbeat_for(user, slug)
        changes = valid(self.get_serializer(data=request.data, partial=True))
        refuse_changed(changes, slug=slug)
        present = {
            "slug": slug,
            "name": row.name,
            "every": row.every,
            "grace": row.grace,
            "system_slug": row.system.slug if row.system else None,
            "severity": row.severity,
            "source_slug": None if row.has_own_source else row.source.slug,
            "ping_name": row.ping_name,
            "paused": row.state == Heartbeat.State.PAUSED,
        }
        with field_names(SERVICE_FIELDS):
            services.save_heartbeat(actor=api_actor(request), **{**present, **changes})
        return Response(self.get_serializer(selectors.heartbeat_for(user, slug)).data)

    @extend_schema(summary="Delete a heartbeat", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        row = selectors.heartbeat_for(current_user(request), slug)
        services.delete_heartbeat(heartbeat=row, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns = [
    path("heartbeats/", HeartbeatList.as_view(), name="heartbeat-list"),
    path("heartbeats/<str:slug>/", HeartbeatDetail.as_view(), name="heartbeat-detail"),
]
