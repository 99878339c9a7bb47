"""The causes of an incident in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor, current_user
from incidents import services
from incidents.api_base import IncidentView
from incidents.models import IncidentCause
from incidents.selectors.causes import cause_on, cause_rows, causes_of
from incidents.selectors.likely import likely_causes, related_incidents
from incidents.services.causes import MAX_EXPLAINS
from incidents.timeline import MAX_TEXT

REFUSED = OpenApiResponse(description="Somebody else changed it, or it may not be taken away")
ROLE_HELP = "`trigger`, `contributing`, `latent`, `detection-gap` or `response-gap`"
CONFIDENCE_HELP = "`suspected`, `likely`, `confirmed`, `disputed` or `ruled-out`"


class AttachedCauseSerializer(serializers.ModelSerializer[IncidentCause]):
    cause = serializers.CharField(source="cause.slug", help_text="Slug in the taxonomy")
    name = serializers.CharField(source="cause.name")
    set_by = serializers.CharField(source="set_by_label", help_text="Who said so last")

    class Meta:
        model = IncidentCause
        fields = [
            "id",
            "cause",
            "name",
            "role",
            "confidence",
            "explains",
            "evidence",
            "set_by",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class _Said(serializers.Serializer[Any]):
    role = serializers.CharField(max_length=20, required=False, help_text=ROLE_HELP)
    confidence = serializers.CharField(max_length=20, required=False, help_text=CONFIDENCE_HELP)
    explains = serializers.CharField(
        max_length=MAX_EXPLAINS, required=False, allow_blank=True, help_text="Markdown"
    )
    evidence = serializers.CharField(
        max_length=MAX_TEXT, required=False, allow_blank=True, help_text="Markdown"
    )


class AttachCauseSerializer(_Said):
    cause = serializers.CharField(max_length=80, help_text="Slug in the taxonomy")


class ChangeCauseSerializer(_Said):
    expected_version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refuse (409) when it has changed since"
    )


@extend_schema(tags=["incidents"])
class IncidentCauses(IncidentView):
    serializer_class = AttachedCauseSerializer
    queryset: QuerySet[Any] = IncidentCause.objects.none()
    ordering = ("id",)

    @extend_schema(
        summary="The causes, in the order in which they were named",
        responses=AttachedCauseSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        page = self.paginate_queryset(cause_rows(self.incident(request, ref)))
        return self.get_paginated_response(AttachedCauseSerializer(page, many=True).data)

    @extend_schema(
        summary="Attach a cause",
        description="The same cause in the same role again changes what is said about it.",
        request=AttachCauseSerializer,
        responses={201: AttachedCauseSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, AttachCauseSerializer)
        attached = services.attach_cause(incident_id=incident.pk, actor=api_actor(request), **data)
        return Response(AttachedCauseSerializer(attached).data, status=201)


@extend_schema(tags=["incidents"])
class IncidentCauseDetail(IncidentView):
    serializer_class = AttachedCauseSerializer
    queryset: QuerySet[Any] = IncidentCause.objects.none()

    @extend_schema(
        summary="Change what is said about a cause",
        request=ChangeCauseSerializer,
        responses={200: AttachedCauseSerializer, 409: REFUSED},
    )
    def patch(self, request: Request, ref: str, pk: int) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, ChangeCauseSerializer)
        services.change_cause(
            incident_id=incident.pk, cause_id=pk, actor=api_actor(request), **data
        )
        return Response(AttachedCauseSerializer(cause_on(incident, pk)).data)

    @extend_schema(
        summary="Take away a cause that was attached by mistake",
        description="Only while it is suspected; later it can be ruled out.",
        responses={204: None, 409: REFUSED},
    )
    def delete(self, request: Request, ref: str, pk: int) -> Response:
        incident = self.incident(request, ref)
        services.remove_cause(incident_id=incident.pk, cause_id=pk, actor=api_actor(request))
        return Response(status=204)


class SuggestionSerializer(serializers.Serializer[Any]):
    cause = serializers.CharField(source="slug")
    name = serializers.CharField()
    score = serializers.FloatField(help_text="Only for the order")
    reasons = serializers.ListField(child=serializers.CharField())


@extend_schema(tags=["incidents"])
class IncidentSuggestions(IncidentView):
    serializer_class = SuggestionSerializer
    pagination_class = None

    @extend_schema(
        summary="Likely causes that nobody has named, each with its reasons",
        description="Read from alerts, the route's hint, changes and the past. Nothing is set.",
        responses=SuggestionSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        found = likely_causes(current_user(request), incident, causes_of(incident))
        return Response(SuggestionSerializer(found, many=True).data)


class RelatedSerializer(serializers.Serializer[Any]):
    ref = serializers.CharField(source="incident.ref")
    title = serializers.CharField(source="incident.title")
    status = serializers.CharField(source="incident.status")
    opened_at = serializers.DateTimeField(source="incident.opened_at")
    because = serializers.CharField(help_text="What the two have in common")


@extend_schema(tags=["incidents"])
class IncidentRelated(IncidentView):
    serializer_class = RelatedSerializer
    pagination_class = None

    @extend_schema(
        summary="Incidents like this one, by cause, system, change and words",
        responses=RelatedSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        found = related_incidents(current_user(request), incident, causes_of(incident))
        return Response(RelatedSerializer(found, many=True).data)


urlpatterns = [
    path(
        "incidents/<str:ref>/causes/suggestions/",
        IncidentSuggestions.as_view(),
        name="incident-suggestions",
    ),
    path("incidents/<str:ref>/related/", IncidentRelated.as_view(), name="incident-related"),
    path("incidents/<str:ref>/causes/", IncidentCauses.as_view(), name="incident-causes"),
    path(
        "incidents/<str:ref>/causes/<int:pk>/",
        IncidentCauseDetail.as_view(),
        name="incident-cause-detail",
    ),
]
