"""The taxonomy in the REST API, over the same selectors as the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor
from core.idempotency import IdempotentMixin
from taxonomy import editing, selectors
from taxonomy.models import Cause, CauseClass
from taxonomy.shipped import shipped


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
            "retired",
            "version",
        ]
        read_only_fields = fields


class NewCauseSerializer(serializers.Serializer[Any]):
    cause_class = serializers.CharField(max_length=63, help_text="Slug of a class")
    local_name = serializers.CharField(max_length=50, help_text="Behind the class in the slug")
    name = serializers.CharField(max_length=editing.MAX_NAME)
    definition = serializers.CharField(max_length=editing.MAX_DEFINITION)
    applies_to = serializers.ListField(child=serializers.CharField(), required=False)
    external = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    detection_signals = serializers.ListField(child=serializers.CharField(), required=False)
    immediate_mitigations = serializers.ListField(child=serializers.CharField(), required=False)
    follow_up_actions = FollowUpSerializer(many=True, required=False)
    regulatory_check = serializers.ListField(child=serializers.CharField(), required=False)
    expected_version = serializers.IntegerField(required=False, min_value=1)


class FacetValueSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    definition = serializers.CharField()


class OneFacetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    values = FacetValueSerializer(many=True)


class FacetSerializer(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="Of the shipped taxonomy")
    facets = OneFacetSerializer(many=True)


@extend_schema(tags=["taxonomy"], summary="The classes of AI failure")
class CauseClassList(generics.ListAPIView[CauseClass]):
    serializer_class = CauseClassSerializer
    queryset = CauseClass.objects.none()
    ordering = ("position", "id")

    def get_queryset(self) -> QuerySet[CauseClass]:
        return selectors.all_classes()


@extend_schema_view(
    get=extend_schema(
        tags=["taxonomy"],
        summary="The causes, by class",
        parameters=[
            OpenApiParameter("class", str, description="Slug of a class"),
            OpenApiParameter("q", str, description="Words in name, slug, definition or class"),
        ],
    )
)
class CauseList(IdempotentMixin, generics.ListAPIView[Cause]):
    write_role = Role.ADMIN
    serializer_class = CauseSerializer
    queryset = Cause.objects.none()
    ordering = ("position", "id")

    def get_queryset(self) -> QuerySet[Cause]:
        asked = self.request.query_params
        causes = selectors.causes_matching(asked.get("q", "")).filter(retired=False)
        class_slug = asked.get("class", "").replace("\x00", "")
        return causes.filter(cause_class__slug=class_slug) if class_slug else causes

    @extend_schema(
        tags=["taxonomy"],
        summary="Make a cause, or word one otherwise",
        description="What is made here survives upgrades. Needs the role admin.",
        request=NewCauseSerializer,
        responses={201: CauseSerializer},
    )
    def post(self, request: Request) -> Response:
        filled = NewCauseSerializer(data=request.data)
        filled.is_valid(raise_exception=True)
        data = dict(filled.validated_data)
        cause = editing.save_cause(
            class_slug=data.pop("cause_class"), actor=api_actor(request), **data
        )
        return Response(CauseSerializer(cause).data, status=201)


class CauseDetail(IdempotentMixin, generics.GenericAPIView[Cause]):
    serializer_class = CauseSerializer
    queryset = Cause.objects.none()
    lookup_field = "slug"
    write_role = Role.ADMIN

    @extend_schema(tags=["taxonomy"], summary="One cause", responses=CauseSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(CauseSerializer(selectors.cause_for(slug)).data)

    @extend_schema(
        tags=["taxonomy"],
        summary="Take away a cause that was made here",
        description="One that incidents name is retired; a shipped one goes back to the wording "
        "of the release.",
        responses={204: None},
    )
    def delete(self, request: Request, slug: str) -> Response:
        editing.remove_cause(slug=slug, actor=api_actor(request))
        return Response(status=204)


class FacetList(generics.GenericAPIView[Cause]):
    serializer_class = FacetSerializer
    queryset = Cause.objects.none()
    pagination_class = None

    @extend_schema(
        tags=["taxonomy"], summary="The facets and their values", responses=FacetSerializer
    )
    def get(self, request: Request) -> Response:
        rows = [
            {"name": name, "values": [asdict(value) for value in values]}
            for name, values in selectors.facets().items()
        ]
        return Response({"version": shipped().version, "facets": rows})


urlpatterns = [
    path("taxonomy/facets/", FacetList.as_view(), name="taxonomy-facet-list"),
    path("taxonomy/causes/<str:slug>/", CauseDetail.as_view(), name="taxonomy-cause-detail"),
    path("taxonomy/classes/", CauseClassList.as_view(), name="taxonomy-class-list"),
    path("taxonomy/causes/", CauseList.as_view(), name="taxonomy-cause-list"),
]
