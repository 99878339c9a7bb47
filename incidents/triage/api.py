"""Triage in the REST API: checks, onset, findings, the severity guide, splitting."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor, current_user
from alerts.models import SEVERITIES
from core.errors import Invalid
from incidents import services as incident_services
from incidents.api_base import IncidentView
from incidents.api_serializers import IncidentSerializer
from incidents.severity_guide import AXES, suggest
from incidents.triage import services
from incidents.triage.models import CauseEvidence, OnsetEstimate
from incidents.triage.selectors import pointed_classes


class CheckSerializer(serializers.Serializer[Any]):
    item = serializers.CharField()
    text = serializers.CharField(source="check.text")
    why = serializers.CharField(source="check.why")
    done_by = serializers.CharField(source="tick.by_label", default=None, allow_null=True)
    done_at = serializers.DateTimeField(source="tick.at", default=None, allow_null=True)
    found = serializers.CharField(source="tick.found", default="")


class PointedSerializer(serializers.Serializer[Any]):
    cause_class = serializers.CharField(source="cause_class.slug")
    name = serializers.CharField(source="cause_class.name")
    because = serializers.ListField(child=serializers.CharField())
    checks = CheckSerializer(many=True, source="items")
    mitigations = serializers.ListField(child=serializers.CharField())
    evidence = serializers.ListField(child=serializers.CharField())


class TickSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(max_length=120, help_text="class/check, for example drift/which")
    done = serializers.BooleanField(default=True)
    found = serializers.CharField(required=False, allow_blank=True, max_length=500)


class OnsetSerializer(serializers.ModelSerializer[OnsetEstimate]):
    class Meta:
        model = OnsetEstimate
        fields = ["earliest", "likeliest", "latest", "basis", "by_hand", "by_label", "at"]
        read_only_fields = ["by_hand", "by_label", "at"]


class FindingSerializer(serializers.ModelSerializer[CauseEvidence]):
    sample = serializers.IntegerField(
        source="sample.number", required=False, allow_null=True, default=None
    )

    class Meta:
        model = CauseEvidence
        fields = ["stance", "text", "sample", "by_label", "at"]
        read_only_fields = ["by_label", "at"]


class SplitSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=300)
    severity = serializers.ChoiceField(choices=SEVERITIES)
    alerts = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=1000)
    causes = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=50)
    samples = serializers.ListField(
        child=serializers.IntegerField(), required=False, max_length=200, help_text="Their numbers"
    )


class SuggestedSerializer(serializers.Serializer[Any]):
    severity = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


@extend_schema(tags=["triage"])
class TriageView(IncidentView):
    serializer_class = PointedSerializer
    pagination_class = None

    @extend_schema(
        summary="Classes of failure that it points at, with checks, mitigations and evidence",
        responses=PointedSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        found = pointed_classes(current_user(request), self.incident(request, ref))
        return Response(PointedSerializer(found, many=True).data)

    @extend_schema(
        summary="Tick a check, or take the tick back",
        request=TickSerializer,
        responses=PointedSerializer(many=True),
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, TickSerializer)
        services.tick_check(incident_id=incident.pk, actor=api_actor(request), **data)
        return self.get(request, ref)


@extend_schema(tags=["triage"])
class OnsetView(IncidentView):
    serializer_class = OnsetSerializer
    queryset: QuerySet[Any] = OnsetEstimate.objects.none()
    ordering = ("-at", "-id")

    @extend_schema(
        summary="Estimates of the onset, the latest first", responses=OnsetSerializer(many=True)
    )
    def get(self, request: Request, ref: str) -> Response:
        rows = self.incident(request, ref).onsets.all()
        return self.get_paginated_response(
            OnsetSerializer(self.paginate_queryset(rows), many=True).data
        )

    @extend_schema(summary="Say when it began, with bounds", responses={201: OnsetSerializer})
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, OnsetSerializer)
        made = services.estimate_onset(incident_id=incident.pk, actor=api_actor(request), **data)
        return Response(OnsetSerializer(made).data, status=201)


@extend_schema(tags=["triage"])
class FindingsView(IncidentView):
    serializer_class = FindingSerializer
    queryset: QuerySet[Any] = CauseEvidence.objects.none()

    @extend_schema(
        summary="Keep what speaks for or against a cause", responses={201: FindingSerializer}
    )
    def post(self, request: Request, ref: str, pk: int) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, FindingSerializer)
        data["sample"] = (data.pop("sample", None) or {}).get("number")
        made = services.add_finding(
            incident_id=incident.pk, cause_id=pk, actor=api_actor(request), **data
        )
        return Response(FindingSerializer(made).data, status=201)


@extend_schema(tags=["triage"])
class SplitView(IncidentView):
    @extend_schema(
        summary="Split off an incident of its own",
        description="Answers the new one, which pages nobody by itself.",
        request=SplitSerializer,
        responses={201: IncidentSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, SplitSerializer)
        made = incident_services.split_incident(
            incident_id=incident.pk, actor=api_actor(request), **data
        )
        return self.answer(request, made.ref, status=201)


@extend_schema(
    tags=["triage"],
    parameters=[OpenApiParameter(name, enum=list(table), required=True)
                for name, (_, table) in AXES.items()],
)  # fmt: skip
class SeverityGuide(IncidentView):
    serializer_class = SuggestedSerializer
    pagination_class = None

    @extend_schema(summary="A severity for harm, reach, reversibility and autonomy, with reasons")
    def get(self, request: Request) -> Response:
        asked = {name: request.GET.get(name, "") for name in AXES}
        errors = {
            name: [f"Choose one of: {', '.join(AXES[name][1])}."]
            for name, value in asked.items()
            if value not in AXES[name][1]
        }
        if errors:
            raise Invalid("Answer the four questions.", errors=errors)
        return Response(SuggestedSerializer(suggest(**asked)).data)


urlpatterns = [
    path("severity-guide/", SeverityGuide.as_view(), name="severity-guide"),
    path("incidents/<str:ref>/triage/", TriageView.as_view(), name="incident-triage"),
    path("incidents/<str:ref>/onset/", OnsetView.as_view(), name="incident-onset"),
    path("incidents/<str:ref>/causes/<int:pk>/findings/", FindingsView.as_view(),
         name="incident-findings"),
    path("incidents/<str:ref>/split/", SplitView.as_view(), name="incident-split"),
]  # fmt: skip
