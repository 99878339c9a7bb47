"""Alert quality in the REST API."""

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
from alerts.quality import selectors
from core.errors import Invalid


class RuleQualitySerializer(serializers.Serializer[selectors.RuleQuality]):
    rule = serializers.CharField(help_text="The label alertname, else the title")
    source = serializers.CharField(  # type: ignore[assignment]  # the metaclass takes it out
        help_text="Slug"
    )
    fired = serializers.IntegerField()
    paged = serializers.IntegerField()
    acted_on = serializers.IntegerField()
    silenced = serializers.IntegerField()
    false_alarms = serializers.IntegerField()
    acted_share = serializers.FloatField(allow_null=True, help_text="Of those that paged, 0 to 1")


class QualitySerializer(serializers.Serializer[Any]):
    definitions = serializers.DictField(child=serializers.CharField())
    results = RuleQualitySerializer(many=True)


@extend_schema(tags=["alerts"])
class AlertQuality(APIView):
    @extend_schema(
        summary="What became of the alerts of each rule",
        responses=QualitySerializer,
        parameters=[
            OpenApiParameter("days", OpenApiTypes.INT, enum=list(selectors.DAYS)),
            OpenApiParameter("sort", OpenApiTypes.STR, enum=list(selectors.SORTS)),
        ],
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        days, sort = asked.get("days", "30"), asked.get("sort", "noisiest")
        errors = {}
        if days not in {str(one) for one in selectors.DAYS}:
            errors["days"] = ["Choose 7, 30 or 90."]
        if sort not in selectors.SORTS:
            errors["sort"] = [f"Choose one of: {', '.join(selectors.SORTS)}."]
        if errors:
            raise Invalid("A parameter could not be read.", errors=errors)
        rows = selectors.rule_quality(current_user(request), days=int(days), sort=sort)
        given = {"definitions": dict(selectors.DEFINITIONS), "results": rows}
        return Response(QualitySerializer(given).data)


urlpatterns = [path("alert-quality/", AlertQuality.as_view(), name="alert-quality")]
