"""What an incident did to the business, in the REST API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import current_user
from incidents.api_base import IncidentView
from incidents.selectors.business import business_cost


class BusinessImpactSerializer(serializers.Serializer[Any]):
    """Amounts are signed: above zero is worse, whatever the KPI's direction."""

    system = serializers.CharField(source="kpi.system.slug")
    kpi = serializers.CharField(source="kpi.slug")
    unit = serializers.CharField(source="kpi.unit")
    amount = serializers.FloatField(source="estimate.amount", default=None, allow_null=True)
    low = serializers.FloatField(source="estimate.low", default=None, allow_null=True)
    high = serializers.FloatField(source="estimate.high", default=None, allow_null=True)
    known = serializers.FloatField(
        source="estimate.known",
        default=None,
        allow_null=True,
        help_text="Share of the time that is known, 0 to 1",
    )
    words = serializers.CharField()


@extend_schema(tags=["incidents"])
class IncidentBusiness(IncidentView):
    serializer_class = BusinessImpactSerializer
    pagination_class = None

    @extend_schema(
        summary="What it did to the KPIs of its systems, estimated from their usual band",
        responses=BusinessImpactSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        costs = business_cost(current_user(request), self.incident(request, ref))
        return Response(BusinessImpactSerializer(costs, many=True).data)


urlpatterns = [
    path("incidents/<str:ref>/business-impact/", IncidentBusiness.as_view(), name="business-impact")
]
