"""Evaluation cases in the REST API: for pipelines."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor, current_user
from catalog.selectors import system_for
from core.errors import Invalid
from core.idempotency import IdempotentMixin
from incidents.api_base import IncidentView
from incidents.evidence import cases
from incidents.evidence.api import SampleSerializer
from incidents.evidence.models import EvidenceSample
from incidents.evidence.shapes import SHAPES

SHAPE = OpenApiParameter("shape", enum=list(SHAPES), description="`jsonl` when absent")


class CaseResultSerializer(serializers.Serializer[Any]):
    case = serializers.CharField(max_length=40, help_text="For example INC-42/3")
    passed = serializers.BooleanField()
    score = serializers.FloatField(required=False, allow_null=True)
    detail = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class CaseResultsSerializer(serializers.Serializer[Any]):
    commit = serializers.CharField(max_length=80)
    run = serializers.CharField(
        required=False, allow_blank=True, max_length=200,
        help_text="Tells two runs of one commit apart",
    )  # fmt: skip
    url = serializers.URLField(required=False, max_length=2_048, help_text="The run, for people")
    ran_at = serializers.DateTimeField(required=False)
    results = CaseResultSerializer(many=True)


class CaseStateSerializer(serializers.ModelSerializer[EvidenceSample]):
    class Meta:
        model = EvidenceSample
        fields = ["ref", "title", "case_state", "case_commit", "case_ran_at"]
        read_only_fields = fields


class MakeCaseSerializer(serializers.Serializer[Any]):
    case = serializers.BooleanField()


@extend_schema(tags=["evaluation cases"])
class IncidentCases(IncidentView):
    queryset: QuerySet[Any] = EvidenceSample.objects.none()
    serializer_class = CaseStateSerializer

    @extend_schema(
        summary="Its evaluation cases as a file, redacted",
        parameters=[SHAPE],
        responses={200: OpenApiTypes.STR},
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        incident = self.incident(request, ref)
        rows = incident.samples.filter(case=True).defer("sealed").order_by("number")
        return case_file(rows, request.GET.get("shape", "jsonl"), incident.ref)


@extend_schema(tags=["evaluation cases"])
class IncidentCase(IncidentView):
    serializer_class = SampleSerializer

    @extend_schema(
        summary="Make a sample an evaluation case, or no case any more",
        request=MakeCaseSerializer,
        responses=SampleSerializer,
    )
    def post(self, request: Request, ref: str, number: int) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, MakeCaseSerializer)
        made = cases.make_case(
            incident_id=incident.pk, number=number, actor=api_actor(request), **data
        )
        return Response(SampleSerializer(made).data)


@extend_schema(tags=["evaluation cases"])
class SystemCases(generics.GenericAPIView[Any]):
    queryset = EvidenceSample.objects.none()
    serializer_class: Any = CaseStateSerializer

    @extend_schema(
        summary="All evaluation cases of a system as a file, redacted",
        parameters=[SHAPE],
        responses={200: OpenApiTypes.STR},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        user = current_user(request)
        system = system_for(user, slug)
        rows = cases.visible_cases(user, system)
        return case_file(rows, request.GET.get("shape", "jsonl"), system.slug)


@extend_schema(tags=["evaluation cases"])
class SystemCaseResults(IdempotentMixin, generics.GenericAPIView[Any]):
    queryset = EvidenceSample.objects.none()
    serializer_class: Any = CaseStateSerializer
    ordering = ("incident", "number")

    @extend_schema(
        summary="How the evaluation cases of a system stand",
        responses=CaseStateSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        rows = cases.visible_cases(user, system_for(user, slug)).defer("sealed", "shown")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CaseStateSerializer(page, many=True).data)

    @extend_schema(
        summary="Tell how cases went at a commit",
        description="The same run of the same commit told again changes nothing. A case that "
        "passed before and fails now holds back promotions of the system.",
        request=CaseResultsSerializer,
        responses=CaseStateSerializer(many=True),
    )
    def post(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        system = system_for(user, slug)
        filled = CaseResultsSerializer(data=request.data)
        filled.is_valid(raise_exception=True)
        data = dict(filled.validated_data)
        found = cases.take_results(user=user, system=system, actor=api_actor(request), **data)
        return Response(CaseStateSerializer(found, many=True).data)


def case_file(rows: QuerySet[EvidenceSample], shape: str, name: str) -> HttpResponse:
    """A file to keep. Raises `Invalid` for a shape that there is not."""
    wanted = SHAPES.get(shape)
    if wanted is None:
        said = f"Choose one of: {', '.join(SHAPES)}."
        raise Invalid(said, errors={"shape": [said]})
    answer = HttpResponse(wanted.write(cases.exported(rows)), content_type=wanted.media_type)
    file = f"cases-{name}-{wanted.name}.{wanted.ending}"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


urlpatterns = [
    path("incidents/<str:ref>/cases/", IncidentCases.as_view(), name="incident-cases"),
    path("incidents/<str:ref>/samples/<int:number>/case/", IncidentCase.as_view(),
         name="incident-case"),
    path("systems/<str:slug>/cases/", SystemCases.as_view(), name="system-cases"),
    path("systems/<str:slug>/case-results/", SystemCaseResults.as_view(),
         name="system-case-results"),
]  # fmt: skip
