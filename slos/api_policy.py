"""Corrections, exemptions and the answer to a pipeline's question in the REST API."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from catalog.models import Change
from catalog.selectors import system_for
from core.errors import Invalid, NotFound
from core.idempotency import IdempotentMixin
from slos import selectors, services
from slos.api_serializers import CorrectionSerializer, ExemptionSerializer
from slos.models import Correction, Exemption


@extend_schema(tags=["slos"])
class SloCorrections(IdempotentMixin, generics.GenericAPIView[Correction]):
    serializer_class = CorrectionSerializer
    queryset = Correction.objects.none()
    ordering = ("-start", "-id")
    write_role = Role.MANAGER

    @extend_schema(summary="Spans that the objective does not count, withdrawn ones included")
    def get(self, request: Request, slug: str) -> Response:
        slo = selectors.slo_for(current_user(request), slug)
        page = self.paginate_queryset(Correction.objects.filter(slo=slo))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="Leave a span out of the numbers", responses={201: CorrectionSerializer})
    def post(self, request: Request, slug: str) -> Response:
        slo = selectors.slo_for(current_user(request), slug)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = services.correct_budget(
            slo=slo, actor=api_actor(request), **serializer.validated_data
        )
        return Response(self.get_serializer(made).data, status=201)


@extend_schema(tags=["slos"])
class SloCorrection(IdempotentMixin, generics.GenericAPIView[Correction]):
    serializer_class = CorrectionSerializer
    queryset = Correction.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="Withdraw a correction; the record stays", responses={204: None})
    def delete(self, request: Request, slug: str, pk: str) -> Response:
        slo = selectors.slo_for(current_user(request), slug)
        correction = Correction.objects.select_related("slo").filter(slo=slo, pk=pk).first()
        if correction is None:
            raise NotFound("There is no such correction.")
        services.withdraw_correction(correction=correction, actor=api_actor(request))
        return Response(status=204)


@extend_schema(tags=["systems"])
class SystemExemptions(IdempotentMixin, generics.GenericAPIView[Exemption]):
    serializer_class = ExemptionSerializer
    queryset = Exemption.objects.none()
    ordering = ("-start", "-id")
    write_role = Role.MANAGER

    @extend_schema(summary="Who was let off a promotion freeze, and why")
    def get(self, request: Request, slug: str) -> Response:
        system = system_for(current_user(request), slug)
        rows = Exemption.objects.filter(system=system).select_related("slo")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Let promotions through in spite of a freeze", responses={201: ExemptionSerializer}
    )
    def post(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        system = system_for(user, slug)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        named = (data.pop("slo", None) or {}).get("slug")
        try:
            slo = selectors.slo_for(user, named) if named else None
        except NotFound as error:
            raise Invalid(error.message, errors={"slo": [error.message]}) from error
        made = services.exempt(system=system, slo=slo, actor=api_actor(request), **data)
        return Response(self.get_serializer(made).data, status=201)


@extend_schema(tags=["systems"])
class SystemExemption(IdempotentMixin, generics.GenericAPIView[Exemption]):
    serializer_class = ExemptionSerializer
    queryset = Exemption.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="Withdraw an exemption; the record stays", responses={204: None})
    def delete(self, request: Request, slug: str, pk: str) -> Response:
        system = system_for(current_user(request), slug)
        found = Exemption.objects.select_related("system").filter(system=system, pk=pk).first()
        if found is None:
            raise NotFound("There is no such exemption.")
        services.withdraw_exemption(exemption=found, actor=api_actor(request))
        return Response(status=204)


class ReasonSerializer(serializers.Serializer[Any]):
    slo = serializers.CharField(source="obligation.slo.slug")
    rule = serializers.CharField(source="obligation.rule")
    reason = serializers.CharField(source="obligation.reason")
    changes = serializers.ListField(
        source="obligation.changes", child=serializers.CharField(), help_text="Kinds it holds back"
    )
    since = serializers.DateTimeField(source="obligation.since")
    holds = serializers.BooleanField(help_text="False where an exemption lets it through")
    exemption = serializers.UUIDField(source="exemption.pk", allow_null=True, default=None)


class RefusalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(help_text="Path of the page that it is about")


class PromotionSerializer(serializers.Serializer[Any]):
    allowed = serializers.BooleanField()
    at = serializers.DateTimeField()
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="The oldest evaluation that the answer rests on"
    )
    reasons = ReasonSerializer(many=True, source="freezes")
    refusals = RefusalSerializer(
        many=True, help_text="Other reasons against, for example an evaluation case that regressed"
    )
    unknown = serializers.SerializerMethodField(
        help_text="Objectives without data: they hold nothing back, but nobody knows"
    )

    def get_unknown(self, found: selectors.Promotion) -> list[str]:
        return [slo.slug for slo in found.unknown]


@extend_schema(tags=["systems"])
class SystemPromotion(generics.GenericAPIView[Any]):
    serializer_class: Any = PromotionSerializer

    @extend_schema(
        summary="May changes of this system be promoted now?",
        description="For pipelines: ask before a model or prompt goes live. The answer is 200 "
        "either way; `allowed` says yes or no, `reasons` and `refusals` why.",
        parameters=[OpenApiParameter("change", enum=Change.Kind.values, required=False)],
    )
    def get(self, request: Request, slug: str) -> Response:
        user = current_user(request)
        change = request.GET.get("change", "")
        if change and change not in Change.Kind.values:
            sentence = f"Choose one of: {', '.join(Change.Kind.values)}."
            raise Invalid(sentence, errors={"change": [sentence]})
        found = selectors.promotion(user, system_for(user, slug), change=change)
        return Response(PromotionSerializer(found).data)


urlpatterns = [
    path("slos/<str:slug>/corrections/", SloCorrections.as_view(), name="slo-corrections"),
    path("slos/<str:slug>/corrections/<uuid:pk>/", SloCorrection.as_view(), name="slo-correction"),
    path("systems/<str:slug>/exemptions/", SystemExemptions.as_view(), name="system-exemptions"),
    path(
        "systems/<str:slug>/exemptions/<uuid:pk>/",
        SystemExemption.as_view(),
        name="system-exemption",
    ),
    path("systems/<str:slug>/promotion/", SystemPromotion.as_view(), name="system-promotion"),
]
