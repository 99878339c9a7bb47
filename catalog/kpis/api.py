"""KPIs and their values in the REST API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import current_user
from catalog import selectors
from catalog.kpis.checks import DEFAULTS
from catalog.kpis.models import Kpi
from catalog.kpis.selectors import Seen, Window, kpi_for, seen_in, visible_kpis
from catalog.kpis.services import MOST_VALUES, record_values
from core import clock
from core.errors import Invalid

MOST_DAYS = 60


class KpiSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField(max_length=63)
    name = serializers.CharField(max_length=120, required=False)
    unit = serializers.CharField(max_length=40, allow_blank=True, default="")
    direction = serializers.ChoiceField(
        choices=Kpi.Direction.choices, default=DEFAULTS["direction"]
    )
    aggregate = serializers.ChoiceField(
        choices=Kpi.Aggregate.choices,
        default=DEFAULTS["aggregate"],
        help_text="Whether what is lost adds up over time, or is a distance",
    )
    every_seconds = serializers.ChoiceField(
        choices=Kpi.Every.choices, default=DEFAULTS["every_seconds"]
    )
    time_zone = serializers.CharField(
        max_length=64, default="UTC", help_text="By whose clock the hours of its week are"
    )
    feed = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="Where the values come from"
    )


class KpiStepSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField(help_text="When the step begins, with the zone")
    value = serializers.FloatField()


class KpiUsualSerializer(KpiStepSerializer):
    low = serializers.FloatField(allow_null=True)
    usual = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class KpiValuesSerializer(serializers.Serializer[Any]):
    values = KpiStepSerializer(many=True, help_text=f"At most {MOST_VALUES:,}")


class KpiRecordedSerializer(serializers.Serializer[Any]):
    recorded = serializers.IntegerField()


class KpiSeenSerializer(serializers.Serializer[Any]):
    kpi = serializers.CharField()
    values = KpiUsualSerializer(
        many=True, help_text="With what is usual at that hour of the week, as far as it is known"
    )


@extend_schema(tags=["systems"])
class KpiList(generics.GenericAPIView[Kpi]):
    serializer_class = KpiSerializer
    queryset = Kpi.objects.none()
    pagination_class = None

    @extend_schema(summary="The KPIs of a system", responses=KpiSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        kpis = visible_kpis(user, [selectors.system_for(user, slug)])
        return Response(KpiSerializer(kpis, many=True).data)


@extend_schema(tags=["systems"])
class KpiValues(generics.GenericAPIView[Kpi]):
    serializer_class = KpiValuesSerializer
    queryset = Kpi.objects.none()
    write_role = Role.RESPONDER

    @extend_schema(
        summary="Values of a KPI with what is usual around them",
        parameters=[OpenApiParameter("days", int, description=f"1 to {MOST_DAYS}; 7 unless given")],
        responses=KpiSeenSerializer,
    )
    def get(self, request: Request, slug: str, kpi: str) -> Response:
        found = self._kpi(request, slug, kpi)
        given = request.query_params.get("days", "7")
        days = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
        if not 1 <= days <= MOST_DAYS:
            sentence = f"Give a whole number from 1 to {MOST_DAYS}."
            raise Invalid(sentence, errors={"days": [sentence]})
        now = clock.now()
        seen = seen_in([found], Window(now - timedelta(days=days), now))[0]
        return Response({"kpi": found.slug, "values": [_step(seen, *one) for one in seen.values]})

    @extend_schema(
        summary="Write values of a KPI down; the same step again replaces its value",
        responses=KpiRecordedSerializer,
    )
    def post(self, request: Request, slug: str, kpi: str) -> Response:
        found = self._kpi(request, slug, kpi)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(
            {"recorded": record_values(kpi=found, values=given.validated_data["values"])}
        )

    def _kpi(self, request: Request, slug: str, kpi: str) -> Kpi:
        user = current_user(request)
        return kpi_for(user, selectors.system_for(user, slug), kpi)


def _step(seen: Seen, start: Any, value: float) -> dict[str, Any]:
    low, usual, high = seen.usual_at(start) or (None, None, None)
    at = serializers.DateTimeField().to_representation(start)
    return {"start": at, "value": value, "low": low, "usual": usual, "high": high}


urlpatterns = [
    path("systems/<str:slug>/kpis/", KpiList.as_view(), name="kpi-list"),
    path("systems/<str:slug>/kpis/<str:kpi>/values/", KpiValues.as_view(), name="kpi-values"),
]
