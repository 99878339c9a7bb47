"""Reports by people and their clusters in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts.models import SEVERITIES
from catalog.selectors import system_for, system_named
from core.errors import Invalid, NotFound
from core.idempotency import IdempotentMixin
from incidents.people_reports import clusters, selectors, services
from incidents.people_reports.models import PeopleReport, ReportCluster, ReportRule
from incidents.people_reports.services import LIMITS, Said
from incidents.selectors import incident_for

NARROWING = ("state", "system", "version", "q", "order")
NOT_NOW = OpenApiResponse(description="It belongs to an incident already")


class PeopleReportSerializer(serializers.ModelSerializer[PeopleReport]):
    system = serializers.CharField(source="cluster.system.slug")
    version = serializers.CharField(source="cluster.version")
    cluster = serializers.SerializerMethodField()
    likeness = serializers.SerializerMethodField()
    shared = serializers.SerializerMethodField()
    redacted = serializers.DictField(source="found", help_text="What was redacted, and how often")

    class Meta:
        model = PeopleReport
        fields = ["id", "cluster", "system", "version", "text", "answer", "prompt", "trace_id",
                  "severity", "via", "reported_at", "likeness", "shared", "redacted"]  # fmt: skip
        read_only_fields = fields

    def get_cluster(self, report: PeopleReport) -> int | None:
        """null where it belongs to an incident that is not yours to see."""
        return None if self.context.get("hidden") else report.cluster_id

    def get_likeness(self, report: PeopleReport) -> float | None:
        """Jaccard's measure against the first report of its cluster."""
        return None if self.context.get("hidden") else report.likeness

    def get_shared(self, report: PeopleReport) -> list[str]:
        """Words that it has in common with that."""
        return [] if self.context.get("hidden") else list(report.shared)


class NewReportSerializer(serializers.Serializer[Any]):
    system = serializers.CharField(max_length=63, help_text="Its slug")
    text = serializers.CharField(max_length=LIMITS["text"], help_text="What was wrong")
    answer = serializers.CharField(required=False, allow_blank=True, max_length=LIMITS["answer"])
    prompt = serializers.CharField(required=False, allow_blank=True, max_length=LIMITS["prompt"])
    version = serializers.CharField(required=False, allow_blank=True, max_length=LIMITS["version"])
    trace_id = serializers.CharField(
        required=False, allow_blank=True, max_length=LIMITS["trace_id"]
    )
    contact = serializers.CharField(required=False, allow_blank=True, max_length=LIMITS["contact"])
    severity = serializers.ChoiceField(required=False, choices=SEVERITIES)
    reporter = serializers.CharField(
        required=False, max_length=200,
        help_text="Who said it, in your own words for them: one person counts once. Kept as a "
        "digest only; by default the owner of the key",
    )  # fmt: skip


class ReportClusterSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="cluster.pk")
    system = serializers.CharField(source="cluster.system.slug")
    version = serializers.CharField(source="cluster.version")
    title = serializers.CharField(source="cluster.title")
    words = serializers.ListField(child=serializers.CharField(), source="cluster.words")
    count = serializers.IntegerField(source="cluster.count")
    last_day = serializers.IntegerField(source="recent", help_text="Reports of the last 24 h")
    people_last_day = serializers.IntegerField(source="people")
    first_at = serializers.DateTimeField(source="cluster.first_at")
    last_at = serializers.DateTimeField(source="cluster.last_at")
    alerted_at = serializers.DateTimeField(source="cluster.alerted_at", allow_null=True)
    incident = serializers.SerializerMethodField()
    dismissed = serializers.CharField(
        source="cluster.dismissed_reason", help_text="Why it is no fault; empty when it may be one"
    )

    def get_incident(self, row: selectors.Row) -> str | None:
        return row.incident.ref if row.incident else None


class DismissReportsSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class LinkReportsSerializer(serializers.Serializer[Any]):
    incident = serializers.CharField(max_length=40, allow_null=True, help_text="null: none")


class DeclareFromReportsSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=300)
    severity = serializers.ChoiceField(choices=SEVERITIES)


class ReportRuleSerializer(serializers.ModelSerializer[ReportRule]):
    class Meta:
        model = ReportRule
        fields = ["people", "within_minutes", "severity"]


@extend_schema(tags=["people reports"])
class PeopleReports(IdempotentMixin, generics.ListAPIView[PeopleReport]):
    """Reports, newest first; `?cluster=` and `?system=` narrow them."""

    serializer_class = PeopleReportSerializer
    queryset = PeopleReport.objects.none()
    ordering = selectors.REPORT_ORDER
    write_role = Role.VIEWER

    def get_queryset(self) -> QuerySet[PeopleReport]:
        rows = selectors.visible_reports(current_user(self.request))
        cluster, system = self.request.GET.get("cluster", ""), self.request.GET.get("system")
        if cluster:
            rows = rows.filter(cluster=int(cluster)) if _is_id(cluster) else rows.none()
        if system:
            rows = rows.filter(cluster__system__slug=system)
        return rows.select_related("cluster__system")

    @extend_schema(
        summary="Say that an answer was wrong",
        description="It is kept with the reports that are like it; when enough people say the "
        "same, they become an alert. Anybody with an account may.",
        request=NewReportSerializer,
        responses={201: PeopleReportSerializer},
    )
    def post(self, request: Request) -> Response:
        user = current_user(request)
        data = _read(request, NewReportSerializer)
        system = system_named(user, data.pop("system"))
        reporter = data.pop("reporter", "")
        report = services.take_report(
            system=system, said=Said(**data), via="api", actor=api_actor(request),
            reporter=f"api:{reporter}" if reporter else f"user:{user.pk}",
        )  # fmt: skip
        seen = selectors.visible_clusters(user).filter(pk=report.cluster_id).exists()
        shown = PeopleReportSerializer(report, context={"hidden": not seen})
        return Response(shown.data, status=201)


@extend_schema(tags=["people reports"])
class ClusterList(generics.GenericAPIView[Any]):
    serializer_class: Any = ReportClusterSerializer
    queryset = ReportCluster.objects.none()
    ordering = selectors.ORDERS["latest"]

    @extend_schema(
        summary="Clusters of reports",
        parameters=[
            OpenApiParameter("state", enum=[state for state, _ in selectors.STATES]),
            OpenApiParameter("system"),
            OpenApiParameter("version"),
            OpenApiParameter("q", description="Words that a report holds"),
        ],
        responses=ReportClusterSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        user = current_user(request)
        given = {name: request.GET[name] for name in NARROWING if request.GET.get(name)}
        page = self.paginate_queryset(selectors.clusters(user, selectors.Asked(**given)))
        rows = selectors.rows_of(user, list(page or []))
        return self.get_paginated_response(ReportClusterSerializer(rows, many=True).data)


class _ClusterView(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class: Any = ReportClusterSerializer
    queryset = ReportCluster.objects.none()

    def seen(self, request: Request, pk: int) -> ReportCluster:
        return selectors.cluster_for(current_user(request), pk)

    def answer(self, request: Request, pk: int, *, status: int = 200) -> Response:
        user = current_user(request)
        row = selectors.rows_of(user, [selectors.cluster_for(user, pk)])[0]
        return Response(ReportClusterSerializer(row).data, status=status)


@extend_schema(tags=["people reports"])
class ClusterDetail(_ClusterView):
    @extend_schema(summary="One cluster")
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk)


@extend_schema(tags=["people reports"])
class ClusterLink(_ClusterView):
    @extend_schema(
        summary="Say which incident it belongs to",
        request=LinkReportsSerializer,
        responses={200: ReportClusterSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.seen(request, pk)
        ref = _read(request, LinkReportsSerializer)["incident"]
        if ref is None:
            clusters.unlink_cluster(cluster_id=pk, actor=api_actor(request))
            return self.answer(request, pk)
        try:
            incident = incident_for(current_user(request), ref)
        except NotFound as error:
            raise Invalid(error.message, errors={"incident": [error.message]}) from error
        clusters.link_cluster(cluster_id=pk, incident_id=incident.pk, actor=api_actor(request))
        return self.answer(request, pk)


@extend_schema(tags=["people reports"])
class ClusterDeclare(_ClusterView):
    @extend_schema(
        summary="Declare an incident about it",
        request=DeclareFromReportsSerializer,
        responses={201: ReportClusterSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.seen(request, pk)
        data = _read(request, DeclareFromReportsSerializer)
        clusters.declare_from_cluster(cluster_id=pk, actor=api_actor(request), **data)
        return self.answer(request, pk, status=201)


@extend_schema(tags=["people reports"])
class ClusterDismiss(_ClusterView):
    @extend_schema(
        summary="Say that it is no fault",
        request=DismissReportsSerializer,
        responses=ReportClusterSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        self.seen(request, pk)
        data = _read(request, DismissReportsSerializer)
        clusters.dismiss_cluster(cluster_id=pk, actor=api_actor(request), **data)
        return self.answer(request, pk)

    @extend_schema(
        summary="Take that back",
        operation_id="report_clusters_reopen",
        responses=ReportClusterSerializer,
    )
    def delete(self, request: Request, pk: int) -> Response:
        self.seen(request, pk)
        clusters.reopen_cluster(cluster_id=pk, actor=api_actor(request))
        return self.answer(request, pk)


@extend_schema(tags=["people reports"])
class SystemReportRule(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class: Any = ReportRuleSerializer
    queryset = ReportRule.objects.none()

    @extend_schema(summary="When reports about a system become an alert")
    def get(self, request: Request, slug: str) -> Response:
        system = system_for(current_user(request), slug)
        return Response(ReportRuleSerializer(services.rule_of(system)).data)

    @extend_schema(summary="Set it")
    def put(self, request: Request, slug: str) -> Response:
        system = system_for(current_user(request), slug)
        data = _read(request, ReportRuleSerializer)
        wanted = {**ReportRuleSerializer(services.rule_of(system)).data, **data}
        rule = services.save_rule(system=system, actor=api_actor(request), **wanted)
        return Response(ReportRuleSerializer(rule).data)


def _read(request: Request, serializer: Any) -> dict[str, Any]:
    filled = serializer(data=request.data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


urlpatterns = [
    path("people-reports/", PeopleReports.as_view(), name="people-reports"),
    path("report-clusters/", ClusterList.as_view(), name="report-clusters"),
    path("report-clusters/<int:pk>/", ClusterDetail.as_view(), name="report-cluster"),
    path("report-clusters/<int:pk>/link/", ClusterLink.as_view(), name="report-cluster-link"),
    path("report-clusters/<int:pk>/declare/", ClusterDeclare.as_view(),
         name="report-cluster-declare"),
    path("report-clusters/<int:pk>/dismiss/", ClusterDismiss.as_view(),
         name="report-cluster-dismiss"),
    path("systems/<str:slug>/report-rule/", SystemReportRule.as_view(), name="report-rule"),
]  # fmt: skip
