"""Incidents in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import path
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor, current_user
from core.errors import Invalid, NotFound
from incidents import (
    api_business,
    api_causes,
    api_people,
    api_suspects,
    api_updates,
    selectors,
    services,
)
from incidents.api_base import IncidentView, systems_named
from incidents.api_serializers import (
    DeclareSerializer,
    EditSerializer,
    EventSerializer,
    IncidentSerializer,
    MergeSerializer,
    NoteSerializer,
    TransitionSerializer,
)
from incidents.filters import IncidentFilter
from incidents.models import Incident, IncidentEvent

NOT_NOW = OpenApiResponse(description="Not possible in the present state; `allowed` says what is")


@extend_schema(tags=["incidents"])
class IncidentList(IncidentView):
    filter_backends = [DjangoFilterBackend]
    filterset_class = IncidentFilter

    def get_queryset(self) -> QuerySet[Incident]:
        return selectors.incident_rows(current_user(self.request))

    @extend_schema(
        summary="Incidents, newest first",
        description="Private incidents are there for their people only.",
        responses=IncidentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.shown(request, page or []))

    @extend_schema(
        summary="Declare an incident",
        description="Severities that page start paging at once.",
        request=DeclareSerializer,
        responses={201: IncidentSerializer},
    )
    def post(self, request: Request) -> Response:
        data = self.read(request, DeclareSerializer)
        data["systems"] = systems_named(request, data["systems"])
        incident = services.open_incident(actor=api_actor(request), **data)
        return self.answer(request, incident.ref, status=201)


@extend_schema(tags=["incidents"])
class IncidentDetail(IncidentView):
    @extend_schema(summary="One incident", responses=IncidentSerializer)
    def get(self, request: Request, ref: str) -> Response:
        return self.answer(request, ref)

    @extend_schema(
        summary="Change title, summary, systems, severity or privacy",
        request=EditSerializer,
        responses=IncidentSerializer,
    )
    def patch(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, EditSerializer)
        change_incident(request, incident, data)
        return self.answer(request, ref)


@extend_schema(tags=["incidents"])
class IncidentTransition(IncidentView):
    @extend_schema(
        summary="Move an incident to another status",
        request=TransitionSerializer,
        responses={200: IncidentSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, TransitionSerializer)
        services.transition_incident(incident_id=incident.pk, actor=api_actor(request), **data)
        return self.answer(request, ref)


@extend_schema(tags=["incidents"])
class IncidentStillOnIt(IncidentView):
    @extend_schema(
        summary="Say that one is still on it, where an acknowledgement counts for a while only",
        request=None,
        responses={200: IncidentSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        services.confirm_still_on_it(incident_id=incident.pk, actor=api_actor(request))
        return self.answer(request, ref)


@extend_schema(tags=["incidents"])
class IncidentEvents(IncidentView):
    serializer_class = EventSerializer
    queryset: QuerySet[Any] = IncidentEvent.objects.none()
    ordering = selectors.EVENT_ORDER

    @extend_schema(
        summary="The timeline, newest first",
        parameters=[
            OpenApiParameter(
                "show",
                enum=list(selectors.SHOWN),
                description="`key`: the story. `done`: what was done against it. Else everything",
            )
        ],
        responses=EventSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        events = self.incident(request, ref).events.all()
        show = request.query_params.get("show", "")
        if show and show not in selectors.SHOWN:
            raise Invalid(
                "Choose one.", errors={"show": [f"One of: {', '.join(selectors.SHOWN)}."]}
            )
        if show:
            events = events.standing().filter(selectors.SHOWN[show])
        page = self.paginate_queryset(events)
        return self.get_paginated_response(EventSerializer(page, many=True).data)

    @extend_schema(summary="Write a note", request=NoteSerializer, responses={201: EventSerializer})
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, NoteSerializer)
        services.add_note(incident_id=incident.pk, actor=api_actor(request), **data)
        written = incident.events.filter(kind=IncidentEvent.Kind.NOTE, actor=request.user.pk)
        return Response(EventSerializer(written.latest("recorded_at", "id")).data, status=201)


@extend_schema(tags=["incidents"])
class IncidentMerge(IncidentView):
    @extend_schema(
        summary="Merge into another incident",
        description="Answers the incident that stays.",
        request=MergeSerializer,
        responses={200: IncidentSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        into = self.read(request, MergeSerializer)["into"]
        try:
            target = self.incident(request, into)
        except NotFound as error:
            raise Invalid(error.message, errors={"into": [error.message]}) from error
        services.merge_incident(
            incident_id=incident.pk, into_id=target.pk, actor=api_actor(request)
        )
        return self.answer(request, target.ref)


@transaction.atomic
def change_incident(request: Request, incident: Incident, data: dict[str, Any]) -> None:
    """Each part by the service that owns it, all or nothing."""
    actor = api_actor(request)
    words: dict[str, Any] = {name: data[name] for name in ("title", "summary") if name in data}
    if "systems" in data:
        words["systems"] = systems_named(request, data["systems"])
    if words:
        services.edit_incident(incident_id=incident.pk, actor=actor, **words)
    if "severity" in data:
        services.change_severity(incident_id=incident.pk, actor=actor, severity=data["severity"])
    if "private" in data:
        services.set_private(incident_id=incident.pk, actor=actor, private=data["private"])


urlpatterns = [
    path("incidents/", IncidentList.as_view(), name="incident-list"),
    path("incidents/<str:ref>/", IncidentDetail.as_view(), name="incident-detail"),
    path(
        "incidents/<str:ref>/transition/", IncidentTransition.as_view(), name="incident-transition"
    ),
    path(
        "incidents/<str:ref>/still-on-it/", IncidentStillOnIt.as_view(), name="incident-still-on-it"
    ),
    path("incidents/<str:ref>/events/", IncidentEvents.as_view(), name="incident-events"),
    path("incidents/<str:ref>/merge/", IncidentMerge.as_view(), name="incident-merge"),
    *api_causes.urlpatterns,
    *api_people.urlpatterns,
    *api_updates.urlpatterns,
    *api_suspects.urlpatterns,
    *api_business.urlpatterns,
]
