"""Where a source is looked at, in the REST API. The authorization is written, never read."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts import source_selectors
from alerts.api_input import field_names, valid
from alerts.looking.models import Look
from alerts.looking.services import save_look
from core.errors import NotFound


class LookSerializer(serializers.Serializer[Look]):
    """An empty `url` ends it. `authorization` is the whole value of the header."""

    url = serializers.CharField(max_length=500, allow_blank=True)
    every_seconds = serializers.IntegerField(source="every", default=300)
    authorization = serializers.CharField(max_length=2000, required=False, write_only=True)
    looked_at = serializers.DateTimeField(read_only=True)
    firing = serializers.IntegerField(read_only=True)
    opened = serializers.IntegerField(read_only=True)
    closed = serializers.IntegerField(read_only=True)
    error = serializers.CharField(read_only=True)


@extend_schema(tags=["sources"])
class LookDetail(generics.GenericAPIView[Look]):
    serializer_class = LookSerializer
    queryset = Look.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="Where AIRE looks at a source, and what the last look came to")
    def get(self, request: Request, slug: str) -> Response:
        source = source_selectors.source_for(current_user(request), slug)
        look = Look.objects.filter(source=source).first()
        if look is None:
            raise NotFound("AIRE does not look at this source.")
        return Response(self.get_serializer(look).data)

    @extend_schema(summary="Set where AIRE looks at a source")
    def put(self, request: Request, slug: str) -> Response:
        source = source_selectors.source_for(current_user(request), slug)
        data: dict[str, Any] = valid(self.get_serializer(data=request.data))
        with field_names({"every": "every_seconds"}):
            look = save_look(source=source, actor=api_actor(request), **data)
        return Response(self.get_serializer(look or Look(source=source, url="")).data)


urlpatterns = [path("sources/<slug:slug>/look/", LookDetail.as_view(), name="source-look")]
