"""Readiness in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from catalog.models import System
from catalog.readiness import selectors, services
from catalog.readiness.models import ReadinessReview
from catalog.readiness.scoring import Answer
from catalog.selectors import system_for
from core.idempotency import IdempotentMixin


class ReadinessCheckSerializer(serializers.Serializer[Any]):
    check = serializers.CharField(source="check.slug")
    text = serializers.CharField(source="check.text")
    blocking = serializers.BooleanField(source="check.blocking")
    answer = serializers.CharField(help_text=f"One of {', '.join(Answer)}")
    evidence = serializers.CharField(source="row.evidence", default="")
    evidence_url = serializers.CharField(source="row.evidence_url", default="")
    owner = serializers.EmailField(source="row.owner.email", default=None, allow_null=True)
    waived_until = serializers.DateField(source="row.waived_until", default=None, allow_null=True)
    waiver = serializers.CharField(source="row.waiver", default="")


class ReadinessSectionSerializer(serializers.Serializer[Any]):
    section = serializers.CharField(source="score.section")
    rubric = serializers.CharField(source="score.rubric", help_text="`ml-test-score` or `aire`")
    points = serializers.FloatField(source="score.points")
    most = serializers.FloatField(source="score.most")
    checks = ReadinessCheckSerializer(many=True, source="asked")


class ReadinessReviewSerializer(serializers.ModelSerializer[ReadinessReview]):
    by = serializers.CharField(source="by_label")

    class Meta:
        model = ReadinessReview
        fields = ["at", "by", "ml_test_score", "share", "passed", "blocking", "waived", "note"]
        read_only_fields = fields


class ReadinessSerializer(serializers.Serializer[Any]):
    """The present answers and what they add up to, and the reviews that were closed."""

    ml_test_score = serializers.FloatField(
        source="score.ml_test_score",
        allow_null=True,
        help_text="The lowest of the four sections, 0 to 7; null without a model of its own",
    )
    verdict = serializers.CharField(source="score.verdict")
    share = serializers.FloatField(
        source="score.share", allow_null=True, help_text="Of AIRE's list, 0 to 1"
    )
    passes = serializers.BooleanField(source="score.passes")
    blocking = serializers.ListField(source="score.blocking", child=serializers.CharField())
    waived = serializers.ListField(source="score.waived", child=serializers.CharField())
    unanswered = serializers.IntegerField(source="score.unanswered")
    due = serializers.CharField(help_text="Why it has to be reviewed again; empty when it has not")
    sections = ReadinessSectionSerializer(many=True)
    reviews = ReadinessReviewSerializer(many=True, help_text="The latest twelve, newest first")


class AnswerWriteSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=20, help_text=f"One of {', '.join(Answer)}")
    evidence = serializers.CharField(
        required=False, allow_blank=True, max_length=services.MAX_EVIDENCE, help_text="Markdown"
    )
    evidence_url = serializers.CharField(required=False, allow_blank=True, max_length=2048)
    owner = serializers.CharField(
        required=False, allow_blank=True, max_length=254, help_text="An address"
    )
    waived_until = serializers.DateField(required=False, allow_null=True)
    waiver = serializers.CharField(required=False, allow_blank=True, max_length=500)


class CloseSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, allow_blank=True, max_length=services.MAX_NOTE)


class _View(IdempotentMixin, generics.GenericAPIView[System]):
    serializer_class: Any = ReadinessSerializer
    queryset = System.objects.none()
    lookup_field = "slug"

    def system(self, request: Request, slug: str) -> System:
        return system_for(current_user(request), slug)

    def read(self, request: Request, serializer: Any) -> dict[str, Any]:
        given = serializer(data=request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def answer(self, request: Request, system: System, *, status: int = 200) -> Response:
        page = selectors.readiness_page(current_user(request), system)
        return Response(ReadinessSerializer(page).data, status=status)


@extend_schema(tags=["systems"], responses=ReadinessSerializer)
class Readiness(_View):
    @extend_schema(summary="Is it ready for production, and on what evidence")
    def get(self, request: Request, slug: str) -> Response:
        return self.answer(request, self.system(request, slug))


@extend_schema(tags=["systems"], responses=ReadinessSerializer, request=AnswerWriteSerializer)
class ReadinessCheck(_View):
    @extend_schema(summary="Answer a check")
    def put(self, request: Request, slug: str, check: str) -> Response:
        system = self.system(request, slug)
        data = self.read(request, AnswerWriteSerializer)
        services.answer_check(system=system, check=check, actor=api_actor(request), **data)
        return self.answer(request, system)


@extend_schema(tags=["systems"])
class ReadinessReviews(_View):
    write_role = Role.MANAGER

    @extend_schema(
        summary="Close a review: the score of today is kept",
        request=CloseSerializer,
        responses={
            201: ReadinessSerializer,
            409: OpenApiResponse(description="Nothing is answered yet"),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        system = self.system(request, slug)
        data = self.read(request, CloseSerializer)
        services.close_review(system=system, actor=api_actor(request), **data)
        return self.answer(request, system, status=201)


urlpatterns = [
    path("systems/<str:slug>/readiness/", Readiness.as_view(), name="readiness"),
    path(
        "systems/<str:slug>/readiness/reviews/",
        ReadinessReviews.as_view(),
        name="readiness-reviews",
    ),
    path(
        "systems/<str:slug>/readiness/<str:check>/",
        ReadinessCheck.as_view(),
        name="readiness-check",
    ),
]
