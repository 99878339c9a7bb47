"""The changes that may be behind an incident, in the REST API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import current_user
from incidents.api_base import IncidentView
from incidents.selectors.causes import causes_of
from incidents.selectors.suspects import suspects_of


class SuspectSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(source="place", help_text="1 is the likeliest")
    change = serializers.UUIDField(source="change.pk", help_text="Its id in `changes/`")
    system = serializers.CharField(source="change.system.slug")
    distance = serializers.IntegerField(help_text="Dependencies between; 0 is the system itself")
    kind = serializers.CharField(source="change.kind")
    version = serializers.CharField(source="change.version")
    previous_version = serializers.CharField(source="change.previous_version")
    summary = serializers.CharField(source="change.summary")
    occurred_at = serializers.DateTimeField(source="change.occurred_at")
    url = serializers.CharField(source="change.url")
    rollback_url = serializers.CharField(source="change.rollback_url")
    score = serializers.FloatField(help_text="Only for the order")
    reasons = serializers.ListField(child=serializers.CharField())


SUSPECTS = inline_serializer(
    "Suspects",
    {
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": SuspectSerializer(many=True),
    },
)


@extend_schema(tags=["incidents"])
class IncidentSuspects(IncidentView):
    serializer_class = SuspectSerializer
    pagination_class = None

    @extend_schema(
        summary="Changes that may be behind it, likeliest first, with reasons",
        description="Of the affected systems and of all they depend on, in the 30 days before the "
        "onset. At most 500, on one page.",
        responses=SUSPECTS,
    )
    def get(self, request: Request, ref: str) -> Response:
        user, incident = current_user(request), self.incident(request, ref)
        systems = list(incident.systems.defer("search"))
        found = suspects_of(user, incident, systems, causes_of(incident))
        results = SuspectSerializer(found, many=True).data
        return Response({"next": None, "previous": None, "results": results})


urlpatterns = [
    path("incidents/<str:ref>/suspects/", IncidentSuspects.as_view(), name="incident-suspects")
]
