"""Drills in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor, current_user
from catalog.selectors import system_named
from core.idempotency import IdempotentMixin
from incidents.drills import selectors, services
from incidents.drills.models import Drill
from incidents.drills.scenario import scenarios
from incidents.drills.selectors import DrillPage

RUNNING = OpenApiResponse(description="A drill of the system is running, or it is over already")


class DrillSerializer(serializers.ModelSerializer[Drill]):
    system = serializers.CharField(source="system.slug")
    started_by = serializers.CharField(source="started_by_label")

    class Meta:
        model = Drill
        fields = ["id", "scenario", "system", "started_by", "started_at", "ended_at"]
        read_only_fields = fields


class LineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(
        help_text="`detected`, `paged`, `acknowledged`, `mitigated`, `class` or `mitigation`"
    )
    what = serializers.CharField(source="label", help_text="The same in words")
    mark = serializers.CharField(help_text="`met`, `missed` or `waiting`")
    said = serializers.CharField()
    seconds = serializers.FloatField(allow_null=True, help_text="After the start, for times")


class ScoredDrillSerializer(serializers.Serializer[DrillPage]):
    """A drill with its incident and its score."""

    id = serializers.IntegerField(source="drill.pk")
    scenario = serializers.CharField(source="drill.scenario")
    system = serializers.CharField(source="drill.system.slug")
    started_by = serializers.CharField(source="drill.started_by_label")
    started_at = serializers.DateTimeField(source="drill.started_at")
    ended_at = serializers.DateTimeField(source="drill.ended_at", allow_null=True)
    incident = serializers.SerializerMethodField()
    chosen = serializers.ListField(child=serializers.CharField(), source="drill.chosen")
    learned = serializers.CharField(source="drill.learned")
    met = serializers.IntegerField(help_text="Lines of the scorecard that are met")
    scorecard = LineSerializer(many=True, source="lines")

    def get_incident(self, found: DrillPage) -> str | None:
        """Its reference; null until its first alert is read, or where you may not see it."""
        return found.incident.ref if found.incident else None


class DrillStartSerializer(serializers.Serializer[Any]):
    scenario = serializers.ChoiceField(choices=list(scenarios()))
    system = serializers.CharField(max_length=63, help_text="Its slug")


class DrillDebriefSerializer(serializers.Serializer[Any]):
    chosen = serializers.ListField(
        child=serializers.CharField(max_length=200),
        max_length=50,
        help_text="Mitigations out of the scenario's choices",
    )
    learned = serializers.CharField(
        required=False, allow_blank=True, max_length=services.MAX_LEARNED, help_text="Markdown"
    )


@extend_schema(tags=["drills"])
class DrillList(IdempotentMixin, generics.ListAPIView[Drill]):
    """The drills, newest first."""

    serializer_class = DrillSerializer
    queryset = Drill.objects.none()
    ordering = selectors.LIST_ORDER

    def get_queryset(self) -> QuerySet[Drill]:
        return selectors.visible_drills(current_user(self.request))

    @extend_schema(
        summary="Start a drill",
        description="Pages whoever a real failure of the system would page, marked as a drill.",
        request=DrillStartSerializer,
        responses={201: ScoredDrillSerializer, 409: RUNNING},
    )
    def post(self, request: Request) -> Response:
        data = _read(request, DrillStartSerializer)
        system = system_named(current_user(request), data["system"])
        drill = services.start_drill(name=data["scenario"], system=system, actor=api_actor(request))
        return _answer(request, drill.pk, status=201)


@extend_schema(tags=["drills"], responses=ScoredDrillSerializer)
class DrillDetail(IdempotentMixin, generics.GenericAPIView[Any]):
    """One drill with its score."""

    serializer_class = ScoredDrillSerializer
    queryset = Drill.objects.none()

    def get(self, request: Request, pk: int) -> Response:
        return _answer(request, pk)

    @extend_schema(
        summary="Note what people did and learned",
        request=DrillDebriefSerializer,
        responses=ScoredDrillSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        drill = selectors.drill_for(current_user(request), pk)
        data = _read(request, DrillDebriefSerializer)
        services.debrief_drill(drill_id=drill.pk, actor=api_actor(request), **data)
        return _answer(request, pk)


@extend_schema(
    tags=["drills"],
    summary="End a drill: its alerts are resolved",
    request=None,
    responses={200: ScoredDrillSerializer, 409: RUNNING},
)
class DrillEnd(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class = ScoredDrillSerializer
    queryset = Drill.objects.none()

    def post(self, request: Request, pk: int) -> Response:
        drill = selectors.drill_for(current_user(request), pk)
        services.end_drill(drill_id=drill.pk, actor=api_actor(request))
        return _answer(request, pk)


def _read(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    filled = serializer(data=request.data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def _answer(request: Request, pk: int, *, status: int = 200) -> Response:
    user = current_user(request)
    found = selectors.drill_page(user, selectors.drill_for(user, pk))
    return Response(ScoredDrillSerializer(found).data, status=status)


urlpatterns = [
    path("drills/", DrillList.as_view(), name="drills"),
    path("drills/<int:pk>/", DrillDetail.as_view(), name="drill-detail"),
    path("drills/<int:pk>/end/", DrillEnd.as_view(), name="drill-end"),
]
