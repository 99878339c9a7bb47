"""Reports in the REST API: figures with their definitions, or the table as CSV."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import current_user
from core.csv_answers import CsvRenderer
from reports.asking import scope_of
from reports.catalogue import REPORTS, report_named
from reports.csv_text import csv_of
from reports.scope import Scope
from reports.shapes import UNITS, Answer, Report


class ReportListSerializer(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField()
    question = serializers.CharField()
    about = serializers.CharField()
    by = serializers.ListField(child=serializers.CharField(), help_text="Ways to cut the table")


class ReportFigureSerializer(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    value = serializers.JSONField(help_text="null: no data, which is not zero")
    unit = serializers.CharField()
    definition = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="How many cases it is made of")


class ReportColumnSerializer(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    unit = serializers.CharField()
    definition = serializers.CharField()


class ReportSerializer(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField()
    question = serializers.CharField()
    sentence = serializers.CharField()
    no_data = serializers.BooleanField()
    period = serializers.DictField(child=serializers.CharField())
    team = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    figures = ReportFigureSerializer(many=True)
    columns = ReportColumnSerializer(many=True)
    rows = serializers.ListField(child=serializers.DictField(), help_text="Values by column key")
    warnings = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


@extend_schema(
    tags=["reports"], summary="The reports there are", responses=ReportListSerializer(many=True)
)
class ReportList(APIView):
    def get(self, request: Request) -> Response:
        return Response(
            [
                {"name": one.name, "question": one.question, "about": one.about, "by": list(one.by)}
                for one in REPORTS
            ]
        )


class ReportDetail(APIView):
    renderer_classes = [JSONRenderer, CsvRenderer]

    @extend_schema(
        tags=["reports"],
        summary="One report: figures, table and what each number means",
        parameters=[
            OpenApiParameter(
                "period",
                str,
                description="`90d` (default), `2026`, `2026-10`, `2026-Q3`, "
                "`2026-01-01..2026-03-31` or `all`",
            ),
            OpenApiParameter("team", str, description="Slug of a team: only its systems"),
            OpenApiParameter("by", str, description="How the table is cut, where a report says so"),
            OpenApiParameter("format", str, enum=["json", "csv"], description="`csv`: the table"),
        ],
        responses={
            (200, "application/json"): ReportSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, name: str) -> Response:
        report = report_named(name)
        scope = scope_of(current_user(request), request.query_params.dict(), report)
        answer = report.answer(scope)
        if request.accepted_renderer.format != "csv":
            return Response(_shown(report, scope, answer))
        file = f"{report.name}-{scope.period.words.replace('..', '-to-')}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        return Response(csv_of(answer), headers=headers)


def _shown(report: Report, scope: Scope, answer: Answer) -> dict[str, Any]:
    period = scope.period
    return {
        "name": report.name,
        "question": report.question,
        "sentence": answer.sentence,
        "no_data": bool(answer.missing),
        "period": {
            "words": period.words,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        },
        "team": scope.team.slug if scope.team else None,
        "by": answer.chosen or None,
        "figures": [
            {
                "key": one.key,
                "label": one.label,
                "value": one.value,
                "unit": UNITS[one.kind],
                "definition": one.definition,
                "count": one.count,
            }
            for one in answer.figures
        ],
        "columns": [
            {
                "key": one.key,
                "label": one.label,
                "unit": UNITS[one.kind],
                "definition": one.definition,
            }
            for one in answer.columns
        ],
        "rows": [
            {column.key: row.values.get(column.key) for column in answer.columns}
            for row in answer.rows
        ],
        "warnings": list(answer.warnings),
        "notes": list(answer.notes),
    }


urlpatterns = [
    path("reports/", ReportList.as_view(), name="report-list"),
    path("reports/<slug:name>/", ReportDetail.as_view(), name="report-detail"),
]
