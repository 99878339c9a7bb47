"""Objectives in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from catalog.selectors import system_named
from core.errors import Conflict, Invalid
from core.idempotency import IdempotentMixin
from slos import api_measurements, api_policy, selectors, services
from slos.api_serializers import SloInputSerializer, SloSerializer, read_definition
from slos.filters import SloFilter
from slos.models import Sli, Slo
from slos.plans import definition_of


@extend_schema(tags=["slos"])
class SloList(IdempotentMixin, generics.ListAPIView[Slo]):
    serializer_class: Any = SloSerializer
    queryset = Slo.objects.none()
    filter_backends = [DjangoFilterBackend]
    filterset_class = SloFilter
    ordering = selectors.LIST_ORDER
    write_role = Role.MANAGER

    def get_queryset(self) -> QuerySet[Slo]:
        return selectors.visible_slos(current_user(self.request))

    @extend_schema(summary="The objectives, the least budget left first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Make an objective",
        description="Names an indicator that exists, or makes one of its own.",
        request=SloInputSerializer,
        responses={201: SloSerializer, 409: OpenApiResponse(description="The slug is taken")},
    )
    def post(self, request: Request) -> Response:
        data = _read(request)
        user = current_user(request)
        if Slo.objects.filter(slug=data["slug"]).exists():
            raise Conflict(f"There is an objective “{data['slug'][:63]}” already.")
        system = system_named(user, data["system"])
        sli = _indicator(request, data, system)
        slo = services.create_slo(
            slug=data["slug"], name=data["name"], description=data["description"], system=system,
            sli=sli, definition=read_definition(data, None), enabled=data["enabled"],
            failure_class=data["failure_class"], actor=api_actor(request),
        )  # fmt: skip
        return Response(SloSerializer(selectors.slo_for(user, slo.slug)).data, status=201)


@extend_schema(tags=["slos"])
class SloDetail(IdempotentMixin, generics.GenericAPIView[Slo]):
    serializer_class: Any = SloSerializer
    queryset = Slo.objects.none()
    lookup_field = "slug"
    write_role = Role.MANAGER

    @extend_schema(summary="One objective with its budget and burn rates")
    def get(self, request: Request, slug: str) -> Response:
        return Response(SloSerializer(selectors.slo_for(current_user(request), slug)).data)

    @extend_schema(
        summary="Change parts of an objective",
        description="A changed definition is a new version; past numbers stay as they were.",
        request=SloInputSerializer(partial=True),
        responses=SloSerializer,
    )
    def patch(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        slo = selectors.slo_for(user, slug)
        data = _read(request, partial=True)
        if data.get("slug", slug) != slug:
            raise Invalid("A slug cannot be changed.", errors={"slug": ["It cannot be changed."]})
        services.save_slo(
            slug=slug,
            name=data.get("name", slo.name),
            description=data.get("description", slo.description),
            system=system_named(user, data["system"]) if "system" in data else slo.system,
            sli=_indicator(request, data, slo.system) if "indicator" in data else slo.sli,
            definition=read_definition(data, definition_of(slo)),
            labels=slo.labels,
            failure_class=data.get("failure_class", slo.failure_class),
            enabled=data.get("enabled", slo.enabled),
            actor=api_actor(request),
        )
        return self.get(request, slug)

    @extend_schema(
        summary="Drop an objective",
        description="With its history. The indicator and its measurements stay.",
        responses={204: None},
    )
    def delete(self, request: Request, slug: str) -> Response:
        slo = selectors.slo_for(current_user(request), slug)
        services.delete_slo(slo=slo, actor=api_actor(request))
        return Response(status=204)


def _read(request: Request, *, partial: bool = False) -> dict[str, Any]:
    serializer = SloInputSerializer(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _indicator(request: Request, data: dict[str, Any], system: Any) -> Sli:
    """The one that is named by slug, else a new one as described."""
    given = dict(data.get("indicator") or {})
    slug = given.pop("slug", None) or data.get("slug", "")
    known = Sli.objects.visible_to(current_user(request)).filter(slug=slug).first()
    if known is not None:
        return known
    if not given:
        given = {"kind": Sli.Kind.RATIO}
    return services.save_sli(
        slug=slug,
        name=str(given.pop("name", None) or data.get("name", slug)),
        system=system,
        actor=api_actor(request),
        **given,
    )


urlpatterns = [
    path("slos/", SloList.as_view(), name="slo-list"),
    path("slos/<str:slug>/", SloDetail.as_view(), name="slo-detail"),
    path(
        "slos/<str:slug>/measurements/",
        api_measurements.SloMeasurements.as_view(),
        name="slo-measurements",
    ),
    *api_policy.urlpatterns,
]
