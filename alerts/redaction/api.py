"""What a source has redacted, in the REST API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts import services, source_selectors
from alerts.api_input import field_names, valid
from alerts.models import Redaction
from alerts.redaction.models import KEEP_HOURS


class RedactionSerializer(serializers.Serializer[Redaction]):
    """What is taken out of deliveries before they are kept, and for how long the raw bytes stay,
    encrypted."""

    level = serializers.ChoiceField(choices=Redaction.Level.choices, default="keys")
    patterns = serializers.ListField(
        source="own", child=serializers.CharField(), default=list, help_text="RE2, up to 20"
    )
    keep_hours = serializers.IntegerField(
        default=KEEP_HOURS, help_text="Of the raw bytes; 0: not at all"
    )


@extend_schema(tags=["sources"])
class RedactionDetail(generics.GenericAPIView[Redaction]):
    serializer_class = RedactionSerializer
    queryset = Redaction.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="What a source has redacted")
    def get(self, request: Request, slug: str) -> Response:
        source = source_selectors.source_for(current_user(request), slug)
        row = Redaction.objects.filter(source=source).first() or Redaction(source=source)
        return Response(self.get_serializer(row).data)

    @extend_schema(summary="Set what a source has redacted from now on")
    def put(self, request: Request, slug: str) -> Response:
        source = source_selectors.source_for(current_user(request), slug)
        data: dict[str, Any] = valid(self.get_serializer(data=request.data))
        with field_names({"own": "patterns"}):
            row = services.save_redaction(source=source, actor=api_actor(request), **data)
        return Response(self.get_serializer(row).data)


urlpatterns = [
    path("sources/<slug:slug>/redaction/", RedactionDetail.as_view(), name="source-redaction")
]
