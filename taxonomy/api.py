"""The taxonomy in the REST API, over the same selectors as the pages."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers

from taxonomy import selectors
from taxonomy.models import Cause, CauseClass


class FollowUp(TypedDict):
    type: str
    title: str


class CauseClassSerializer(serializers.ModelSerializer[CauseClass]):
    class Meta:
        model = CauseClass
        fields = ["slug", "name", "definition", "position"]
        read_only_fields = fields


class FollowUpSerializer(serializers.Serializer[FollowUp]):
    type = serializers.CharField(help_text="`prevent`, `detect`, `mitigate` or `process`")
    title = serializers.CharField()


class CauseSerializer(serializers.ModelSerializer[Cause]):
    cause_class = serializers.SlugRelatedField[CauseClass](read_only=True, slug_field="slug")
    applies_to = serializers.ListField(child=serializers.CharField(), read_only=True)
    external = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        read_only=True,
        help_text="Codes of other schemes, by scheme",
    )
    detection_signals = serializers.ListField(child=serializers.CharField(), read_only=True)
    immediate_mitigations = serializers.ListField(child=serializers.CharField(), read_only=True)
    follow_up_actions = FollowUpSerializer(many=True, read_only=True)
    regulatory_check = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Cause
        fields = [
            "slug",
            "name",
            "cause_class",
            "definition",
            "applies_to",
            "external",
            "detection_signals",
            "immediate_mitigations",
            "follow_up_actions",
            "regulatory_check",
            "shipped",
        ]
        read_only_fields = fields


@extend_schema(tags=["taxonomy"], summary="The classes of AI failure")
class CauseClassList(generics.ListAPIView[CauseClass]):
    serializer_class = CauseClassSerializer
    queryset = CauseClass.objects.none()
    ordering = ("position", "id")

    def get_queryset(self) -> QuerySet[CauseClass]:
        return selectors.all_classes()


@extend_schema(
    tags=["taxonomy"],
    summary="The causes, by class",
    parameters=[
        OpenApiParameter("class", str, description="Slug of a class"),
        OpenApiParameter("q", str, description="Words in name, slug, definition or class"),
    ],
)
class CauseList(generics.ListAPIView[Cause]):
    serializer_class = CauseSerializer
    queryset = Cause.objects.none()
    ordering = ("position", "id")

    def get_queryset(self) -> QuerySet[Cause]:
        asked = self.request.query_params
        causes = selectors.causes_matching(asked.get("q", ""))
        class_slug = asked.get("class", "").replace("\x00", "")
        return causes.filter(cause_class__slug=class_slug) if class_slug else causes


urlpatterns = [
    path("taxonomy/classes/", CauseClassList.as_view(), name="taxonomy-class-list"),
    path("taxonomy/causes/", CauseList.as_view(), name="taxonomy-cause-list"),
]
