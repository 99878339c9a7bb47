"""What a policy would do, in the REST API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import current_user
from core import clock
from core.errors import Invalid
from oncall import selectors
from oncall.api_times import moment_given
from oncall.escalation import SEVERITIES
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


urlpatterns = [
    path(
        "escalation-policies/<slug:slug>/preview/",
        PolicyPreviewApi.as_view(),
        name="policy-preview",
    ),
]
