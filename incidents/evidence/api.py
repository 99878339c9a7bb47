"""Samples, tries, counts and reports of an incident in the REST API."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor
from core.problems import BoundedJSONParser
from incidents.api_base import IncidentView
from incidents.evidence import services
from incidents.evidence.models import (
    AffectedCount,
    EvidenceReport,
    EvidenceSample,
    Reproduction,
)
from incidents.evidence.reading import MAX_FILE, readers
from incidents.evidence.wilson import wilson


class SampleSerializer(serializers.ModelSerializer[EvidenceSample]):
    sample = serializers.DictField(source="shown", help_text="Redacted")
    redacted = serializers.DictField(source="found", help_text="What was redacted, how often")
    added_by = serializers.CharField(source="added_label")

    class Meta:
        model = EvidenceSample
        fields = ["ref", "number", "title", "sample", "redacted", "origin", "case", "case_state",
                  "case_commit", "case_ran_at", "added_by", "added_at"]  # fmt: skip
        read_only_fields = fields


class NewSampleSerializer(serializers.Serializer[Any]):
    sample = serializers.JSONField(
        help_text="prompt, answer, expected, wrong, context [text], tool_calls [object], versions, "
        "parameters, seed, trace_ids [text]; at most 256 KiB"
    )
    title = serializers.CharField(required=False, max_length=200)

    def validate_sample(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise serializers.ValidationError("Give an object.")
        return value


class TriesSerializer(serializers.ModelSerializer[Reproduction]):
    sample = serializers.IntegerField(source="sample.number", default=None, allow_null=True)
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()

    class Meta:
        model = Reproduction
        fields = ["k", "n", "low", "high", "sample", "settings", "tried_label", "tried_at"]
        read_only_fields = ["tried_label", "tried_at"]
        extra_kwargs = {
            "k": {"help_text": "How often it failed"}, "n": {"help_text": "How often it was tried"}
        }  # fmt: skip

    def get_low(self, row: Reproduction) -> float:
        """Lower end of Wilson's 95 % interval."""
        return wilson(row.k, row.n).low

    def get_high(self, row: Reproduction) -> float:
        return wilson(row.k, row.n).high


class AffectedSerializer(serializers.ModelSerializer[AffectedCount]):
    class Meta:
        model = AffectedCount
        fields = ["what", "cohort", "bound", "count", "of", "basis", "counted_label", "counted_at"]
        read_only_fields = ["counted_label", "counted_at"]
        validators: list[Any] = []


class EvidenceReportSerializer(serializers.ModelSerializer[EvidenceReport]):
    class Meta:
        model = EvidenceReport
        fields = ["id", "format", "title", "blocks", "sha256", "size", "added_label", "added_at"]
        read_only_fields = fields


class NewEvidenceReportSerializer(serializers.Serializer[Any]):
    report = serializers.JSONField(help_text="What the tool wrote; at most 2 MiB")
    title = serializers.CharField(required=False, max_length=200)
    format = serializers.CharField(
        required=False, max_length=20,
        help_text="`shap`, `lime`, `fairlearn`, `aif360`, `evidently`; found out when absent",
    )  # fmt: skip

    def validate_format(self, value: str) -> str:
        if value not in {one.name for one in readers}:
            known = ", ".join(one.name for one in readers)
            raise serializers.ValidationError(f"Choose one of: {known}.")
        return value


@extend_schema(tags=["evidence"])
class Samples(IncidentView):
    serializer_class = SampleSerializer
    queryset: QuerySet[Any] = EvidenceSample.objects.none()
    ordering = ("number",)

    @extend_schema(summary="Samples of what went wrong", responses=SampleSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        rows = self.incident(request, ref).samples.defer("sealed")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(SampleSerializer(page, many=True).data)

    @extend_schema(
        summary="Add a sample", request=NewSampleSerializer, responses={201: SampleSerializer}
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, NewSampleSerializer)
        made = services.add_sample(incident_id=incident.pk, actor=api_actor(request), **data)
        return Response(SampleSerializer(made).data, status=201)


@extend_schema(tags=["evidence"])
class Tries(IncidentView):
    serializer_class = TriesSerializer
    queryset: QuerySet[Any] = Reproduction.objects.none()
    ordering = ("-tried_at", "-id")

    @extend_schema(summary="Tries to reproduce it", responses=TriesSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        rows = self.incident(request, ref).reproductions.select_related("sample")
        rows = rows.defer("sample__sealed", "sample__shown")
        return self.get_paginated_response(
            TriesSerializer(self.paginate_queryset(rows), many=True).data
        )

    @extend_schema(
        summary="Say how often it failed in so many tries", responses={201: TriesSerializer}
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, TriesSerializer)
        data["sample"] = (data.pop("sample", None) or {}).get("number")
        made = services.add_reproduction(incident_id=incident.pk, actor=api_actor(request), **data)
        return Response(TriesSerializer(made).data, status=201)


@extend_schema(tags=["evidence"])
class Affected(IncidentView):
    serializer_class = AffectedSerializer
    queryset: QuerySet[Any] = AffectedCount.objects.none()
    ordering = ("what", "id")

    @extend_schema(summary="Who and what was affected", responses=AffectedSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        rows = self.incident(request, ref).affected.all()
        return self.get_paginated_response(
            AffectedSerializer(self.paginate_queryset(rows), many=True).data
        )

    @extend_schema(
        summary="Say how many were affected; the same cohort again replaces",
        responses={201: AffectedSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, AffectedSerializer)
        made = services.count_affected(incident_id=incident.pk, actor=api_actor(request), **data)
        return Response(AffectedSerializer(made).data, status=201)


class ReportParser(BoundedJSONParser):
    """Explanations are many numbers: their size bounds them. A little more than a report may
    have, for what is around it."""

    max_bytes = MAX_FILE + 64 * 1024
    max_nodes = MAX_FILE


@extend_schema(tags=["evidence"])
class EvidenceReports(IncidentView):
    parser_classes = [ReportParser]
    serializer_class = EvidenceReportSerializer
    queryset: QuerySet[Any] = EvidenceReport.objects.none()
    ordering = ("added_at", "id")

    @extend_schema(
        summary="Reports of other tools, as they were read",
        responses=EvidenceReportSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        rows = self.incident(request, ref).evidence_reports.all()
        return self.get_paginated_response(
            EvidenceReportSerializer(self.paginate_queryset(rows), many=True).data
        )

    @extend_schema(
        summary="Attach a report",
        description=f"Of at most {MAX_FILE // 2**20} MiB, however many values it has (a SHAP "
        "explanation of 2,000 rows and 40 features has 80,000). Larger ones are refused with 413 "
        "or 400 and their limit: attach a summary, such as the mean of each feature.",
        request=NewEvidenceReportSerializer,
        responses={201: EvidenceReportSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, NewEvidenceReportSerializer)
        made = services.attach_report(
            incident_id=incident.pk, name=data.get("title", ""), named=data.get("format", ""),
            data=json.dumps(data["report"], separators=(",", ":"), ensure_ascii=False).encode(
                "utf-8", "replace"
            ),
            actor=api_actor(request),
        )  # fmt: skip
        return Response(EvidenceReportSerializer(made).data, status=201)


urlpatterns = [
    path("incidents/<str:ref>/samples/", Samples.as_view(), name="incident-samples"),
    path("incidents/<str:ref>/tries/", Tries.as_view(), name="incident-tries"),
    path("incidents/<str:ref>/affected/", Affected.as_view(), name="incident-affected"),
    path("incidents/<str:ref>/evidence-reports/", EvidenceReports.as_view(),
         name="incident-evidence-reports"),
]  # fmt: skip
