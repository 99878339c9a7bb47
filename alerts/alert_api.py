"""Alerts and receipts in the REST API, over the same selectors and services as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts import selectors, services, source_selectors
from alerts.models import SEVERITIES, Alert, Receipt
from alerts.selectors import AlertFilters
from alerts.trace import trace
from core.errors import Invalid
from core.idempotency import IdempotentMixin
from core.urls import safe_href


class LinkSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    href = serializers.CharField()


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """`key` names the condition within its source, `episode` one time that it was there."""

    key = serializers.CharField(source="dedup_key")
    source = serializers.CharField(  # type: ignore[assignment]  # the metaclass takes it out
        source="source.slug", help_text="Slug"
    )
    system = serializers.CharField(
        source="system.slug", allow_null=True, default=None, help_text="Slug"
    )
    route = serializers.CharField(
        source="route.slug", allow_null=True, default=None, help_text="Slug; null: the default"
    )
    labels = serializers.DictField(child=serializers.CharField())
    annotations = serializers.DictField(child=serializers.CharField())
    links = serializers.SerializerMethodField()

    class Meta:
        model = Alert
        fields = [
            "id", "title", "status", "severity", "system", "source", "route", "key", "episode",
            "group_key", "labels", "annotations", "links", "count", "drill", "is_test",
            "started_at", "first_seen_at", "last_seen_at", "acknowledged_at", "resolved_at",
        ]  # fmt: skip

    @extend_schema_field(LinkSerializer(many=True))
    def get_links(self, alert: Alert) -> list[dict[str, str]]:
        """Only what may be followed: the sender's other links are left out."""
        return [link for link in alert.links if safe_href(link["href"])]


class TraceStepSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.CharField(help_text="A stable word for programs")
    text = serializers.CharField(help_text="A sentence for people")
    detail = serializers.DictField()
    url = serializers.CharField(help_text='Where to look, "" for nowhere')


class TraceSerializer(serializers.Serializer[Any]):
    results = TraceStepSerializer(many=True)


def _filter(name: str, text: str, enum: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=text, enum=enum)


@extend_schema(tags=["alerts"])
class AlertList(generics.GenericAPIView[Alert]):
    serializer_class = AlertSerializer
    queryset = Alert.objects.none()
    ordering = selectors.ALERT_ORDER

    def get_queryset(self) -> QuerySet[Alert]:
        filters = AlertFilters.read_strictly(self.request.query_params)
        return selectors.alert_query(current_user(self.request), filters)

    @extend_schema(
        summary="Alerts, the last heard of first",
        responses=AlertSerializer(many=True),
        parameters=[
            _filter("status", "Firing, resolved or silenced", list(Alert.Status.values)),
            _filter("severity", "Severity", list(dict(SEVERITIES))),
            _filter("system", "Slug of a system"),
            _filter("source", "Slug of a source"),
            _filter("incident", "Ref of an incident, such as INC-42"),
            _filter("q", "Words of the title and label=value pairs; all must be found"),
        ],
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


@extend_schema(tags=["alerts"])
class AlertDetail(generics.GenericAPIView[Alert]):
    serializer_class = AlertSerializer
    queryset = Alert.objects.none()

    @extend_schema(summary="One alert")
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(self.get_serializer(selectors.alert_for(current_user(request), pk)).data)


@extend_schema(tags=["alerts"])
class AlertTrace(APIView):
    @extend_schema(
        summary="What happened to an alert and why, oldest first", responses=TraceSerializer
    )
    def get(self, request: Request, pk: UUID) -> Response:
        user = current_user(request)
        steps = trace(selectors.alert_for(user, pk), user)
        return Response(TraceSerializer({"results": steps}).data)


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    source = serializers.CharField(  # type: ignore[assignment]  # the metaclass takes it out
        source="source.slug", help_text="Slug"
    )
    size_bytes = serializers.IntegerField(source="size")
    notes = serializers.ListField(child=serializers.CharField())
    headers = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Receipt
        fields = [
            "id", "source", "format", "state", "reason", "notes", "signals", "headers",
            "size_bytes", "drill", "received_at",
        ]  # fmt: skip


@extend_schema(tags=["receipts"])
class ReceiptList(generics.GenericAPIView[Receipt]):
    serializer_class = ReceiptSerializer
    queryset = Receipt.objects.none()
    ordering = source_selectors.RECEIPT_ORDER

    def get_queryset(self) -> QuerySet[Receipt]:
        found = source_selectors.visible_receipts(current_user(self.request))
        state = self.request.query_params.get("state", "")
        source = self.request.query_params.get("source", "").replace("\x00", "")
        if state and state not in Receipt.State.values:
            known = ", ".join(Receipt.State.values)
            raise Invalid(
                "A filter could not be read.", errors={"state": [f"Choose one of: {known}."]}
            )
        found = found.filter(state=state) if state else found
        return found.filter(source__slug=source) if source else found

    @extend_schema(
        summary="Deliveries as they came, newest first",
        responses=ReceiptSerializer(many=True),
        parameters=[
            _filter("state", "Waiting, read or set aside", list(Receipt.State.values)),
            _filter("source", "Slug of a source"),
        ],
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


@extend_schema(tags=["receipts"])
class ReceiptReplay(IdempotentMixin, APIView):
    write_role = Role.RESPONDER

    @extend_schema(
        summary="Have a delivery that was set aside read again",
        request=None,
        responses={202: ReceiptSerializer, 409: OpenApiResponse(description="Not set aside")},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        user = current_user(request)
        receipt = source_selectors.receipt_for(user, pk)
        services.replay_receipt(receipt=receipt, actor=api_actor(request))
        replayed = source_selectors.receipt_for(user, pk)
        return Response(ReceiptSerializer(replayed).data, status=status.HTTP_202_ACCEPTED)


urlpatterns = [
    path("alerts/", AlertList.as_view(), name="alert-list"),
    path("alerts/<uuid:pk>/", AlertDetail.as_view(), name="alert-detail"),
    path("alerts/<uuid:pk>/trace/", AlertTrace.as_view(), name="alert-trace"),
    path("receipts/", ReceiptList.as_view(), name="receipt-list"),
    path("receipts/<uuid:pk>/replay/", ReceiptReplay.as_view(), name="receipt-replay"),
]
