"""Roles, tasks and people of an incident in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor
from core.errors import NotFound
from incidents import services
from incidents.api_base import IncidentView, person_named
from incidents.api_serializers import (
    MemberSerializer,
    RoleHeldSerializer,
    RoleSerializer,
    TaskDoneSerializer,
    TaskSerializer,
)
from incidents.models import Incident, IncidentMember, IncidentRole, IncidentTask


@extend_schema(tags=["incidents"])
class IncidentRoles(IncidentView):
    serializer_class = RoleHeldSerializer
    queryset: QuerySet[Any] = IncidentRole.objects.none()
    pagination_class = None

    @extend_schema(summary="Who holds which role", responses=RoleHeldSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        return self._held(self.incident(request, ref))

    @extend_schema(
        summary="Give a role to somebody, or to nobody",
        request=RoleSerializer,
        responses=RoleHeldSerializer(many=True),
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, RoleSerializer)
        person = person_named(data["user"]) if data["user"] else None
        services.assign_role(
            incident_id=incident.pk, role=data["role"], user=person, actor=api_actor(request)
        )
        return self._held(incident)

    def _held(self, incident: Incident) -> Response:
        held = incident.roles.select_related("user").order_by("id")
        return Response(RoleHeldSerializer(held, many=True).data)


@extend_schema(tags=["incidents"])
class IncidentTasks(IncidentView):
    serializer_class = TaskSerializer
    queryset: QuerySet[Any] = IncidentTask.objects.none()
    ordering = ("id",)

    @extend_schema(summary="Tasks, oldest first", responses=TaskSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        page = self.paginate_queryset(_tasks(self.incident(request, ref)))
        return self.get_paginated_response(TaskSerializer(page, many=True).data)

    @extend_schema(summary="Add a task", request=TaskSerializer, responses={201: TaskSerializer})
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data = self.read(request, TaskSerializer)
        email = (data.get("owner") or {}).get("email")
        task = services.add_task(
            incident_id=incident.pk,
            title=data["title"],
            owner=person_named(email) if email else None,
            actor=api_actor(request),
        )
        return Response(TaskSerializer(task).data, status=201)


@extend_schema(tags=["incidents"])
class IncidentTaskDetail(IncidentView):
    serializer_class = TaskSerializer
    queryset: QuerySet[Any] = IncidentTask.objects.none()

    @extend_schema(
        summary="Tick a task off, or open it again",
        request=TaskDoneSerializer,
        responses=TaskSerializer,
    )
    def patch(self, request: Request, ref: str, pk: int) -> Response:
        incident = self.incident(request, ref)
        done: bool = self.read(request, TaskDoneSerializer)["done"]
        services.finish_task(
            incident_id=incident.pk, task_id=pk, done=done, actor=api_actor(request)
        )
        task = _tasks(incident).filter(pk=pk).first()
        if task is None:
            raise NotFound("There is no such task.")
        return Response(TaskSerializer(task).data)


@extend_schema(tags=["incidents"])
class IncidentMembers(IncidentView):
    serializer_class = MemberSerializer
    queryset: QuerySet[Any] = IncidentMember.objects.none()
    ordering = ("id",)

    @extend_schema(summary="Who belongs to it", responses=MemberSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        members = self.incident(request, ref).members.select_related("user")
        page = self.paginate_queryset(members)
        return self.get_paginated_response(MemberSerializer(page, many=True).data)

    @extend_schema(
        summary="Let somebody in", request=MemberSerializer, responses={201: MemberSerializer}
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = self.incident(request, ref)
        data: dict[str, Any] = self.read(request, MemberSerializer)
        person = person_named(data["user"]["email"])
        services.grant_access(incident_id=incident.pk, user=person, actor=api_actor(request))
        member = incident.members.select_related("user").get(user=person)
        return Response(MemberSerializer(member).data, status=201)


def _tasks(incident: Incident) -> QuerySet[IncidentTask]:
    return incident.tasks.select_related("owner")


urlpatterns = [
    path("incidents/<str:ref>/roles/", IncidentRoles.as_view(), name="incident-roles"),
    path("incidents/<str:ref>/tasks/", IncidentTasks.as_view(), name="incident-tasks"),
    path(
        "incidents/<str:ref>/tasks/<int:pk>/",
        IncidentTaskDetail.as_view(),
        name="incident-task-detail",
    ),
    path("incidents/<str:ref>/members/", IncidentMembers.as_view(), name="incident-members"),
]
