"""Routes in the REST API, over the same selectors and services as the pages."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts import selectors, services
from alerts.api_input import field_names, refuse_changed, valid
from alerts.dry_run import DAYS, MOST_DAYS, difference
from alerts.matchers import MatcherError, parse_matchers
from alerts.models import SEVERITIES, Route
from alerts.preview import Draft
from core.errors import Invalid
from core.idempotency import IdempotentMixin

SERVICE_FIELDS = {"policy_slug": "escalation_policy", "fold_within": "fold_within_seconds"}


class RouteSerializer(serializers.Serializer[Route]):
    """The Route kind."""

    slug = serializers.CharField(max_length=63, help_text="A DNS label; fixed once created")
    name = serializers.CharField(max_length=120)
    order = serializers.IntegerField(
        default=100, min_value=-(2**31), max_value=2**31 - 1, help_text="The lowest is tried first"
    )
    match = serializers.ListField(
        child=serializers.CharField(max_length=16_384),
        default=list,
        help_text="Label matchers, as Alertmanager writes them; all must hold",
    )
    system = serializers.CharField(
        source="system_slug", max_length=63, allow_null=True, default=None, help_text="Slug"
    )
    severity = serializers.ChoiceField(choices=SEVERITIES, allow_blank=True, default="")
    escalation_policy = serializers.CharField(
        source="policy_slug", max_length=63, allow_null=True, default=None, help_text="Slug"
    )
    group_by = serializers.ListField(child=serializers.CharField(max_length=200), default=list)
    open_incident = serializers.ChoiceField(
        choices=Route.OpenIncident.choices, default=Route.OpenIncident.ALWAYS.value
    )
    fold_within_seconds = serializers.IntegerField(
        source="fold_within",
        default=0,
        min_value=0,
        help_text="Alerts of one system that begin within so many seconds are one problem",
    )
    cause_hint = serializers.CharField(allow_blank=True, default="", max_length=80)
    enabled = serializers.BooleanField(default=True)

    def to_representation(self, instance: Route) -> dict[str, Any]:
        policy = instance.escalation_policy
        return {
            "slug": instance.slug,
            "name": instance.name,
            "order": instance.order,
            "match": instance.match,
            "system": instance.system.slug if instance.system else None,
            "severity": instance.severity,
            "escalation_policy": policy.slug if policy else None,
            "group_by": instance.group_by,
            "open_incident": instance.open_incident,
            "fold_within_seconds": instance.fold_within,
            "cause_hint": instance.cause_hint,
            "enabled": instance.enabled,
        }


@extend_schema(tags=["routes"])
class RouteList(IdempotentMixin, generics.GenericAPIView[Route]):
    serializer_class = RouteSerializer
    queryset = Route.objects.none()
    ordering = ("order", "id")
    write_role = Role.MANAGER

    @extend_schema(
        summary="Routes in the order in which they are tried", responses=RouteSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.visible_routes(current_user(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Add a route",
        responses={201: RouteSerializer, 409: OpenApiResponse(description="The slug is taken")},
    )
    def post(self, request: Request) -> Response:
        data = valid(self.get_serializer(data=request.data))
        with field_names(SERVICE_FIELDS):
            route = services.create_route(actor=api_actor(request), **data)
        return Response(self.get_serializer(route).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["routes"])
class RouteDetail(IdempotentMixin, generics.GenericAPIView[Route]):
    serializer_class = RouteSerializer
    queryset = Route.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="One route")
    def get(self, request: Request, slug: str) -> Response:
        route = selectors.route_for(current_user(request), slug)
        return Response(self.get_serializer(route).data)

    @extend_schema(summary="Change parts of a route")
    def patch(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        route = selectors.route_for(user, slug)
        changes = valid(self.get_serializer(data=request.data, partial=True))
        refuse_changed(changes, slug=slug)
        present = self.get_serializer(route).data
        present["system_slug"] = present.pop("system")
        present["policy_slug"] = present.pop("escalation_policy")
        present["fold_within"] = present.pop("fold_within_seconds")
        with field_names(SERVICE_FIELDS):
            services.save_route(actor=api_actor(request), **{**present, **changes})
        return Response(self.get_serializer(selectors.route_for(user, slug)).data)

    @extend_schema(summary="Delete a route", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        route = selectors.route_for(current_user(request), slug)
        services.delete_route(route=route, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DryRunSerializer(RouteSerializer):
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, default=DAYS, help_text="How far back it looks"
    )


class MovedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="alert.pk")
    title = serializers.CharField(source="alert.title")
    what = serializers.CharField(help_text="What would be different, in words")


class DifferenceSerializer(serializers.Serializer[Any]):
    """`results` are the newest of the alerts that would have gone another way."""

    looked_at = serializers.IntegerField()
    days = serializers.IntegerField()
    moved = serializers.IntegerField()
    pages_before = serializers.IntegerField()
    pages_after = serializers.IntegerField()
    incidents_before = serializers.IntegerField()
    incidents_after = serializers.IntegerField()
    results = MovedSerializer(source="shown", many=True)


@extend_schema(tags=["routes"])
class RouteDryRun(APIView):
    write_role = Role.VIEWER

    @extend_schema(
        summary="What saving a route would have changed in the last days",
        request=DryRunSerializer,
        responses=DifferenceSerializer,
    )
    def post(self, request: Request) -> Response:
        data = valid(DryRunSerializer(data=request.data))
        try:
            parse_matchers(data["match"])
        except MatcherError as error:
            raise Invalid("It cannot be tried.", errors={"match": [f"{error}."]}) from error
        draft = Draft(
            slug=data["slug"],
            name=data["name"],
            order=data["order"],
            match=tuple(data["match"]),
            system=data["system_slug"],
            severity=data["severity"],
            group_by=tuple(data["group_by"]),
            open_incident=data["open_incident"],
            enabled=data["enabled"],
        )
        found = difference(current_user(request), draft, days=data["days"])
        return Response(DifferenceSerializer(found).data)


urlpatterns = [
    path("routes/dry-run/", RouteDryRun.as_view(), name="route-dry-run"),
    path("routes/", RouteList.as_view(), name="route-list"),
    path("routes/<str:slug>/", RouteDetail.as_view(), name="route-detail"),
]
