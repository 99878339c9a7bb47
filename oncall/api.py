"""Schedules, escalation policies and pages in the REST API, over the services and selectors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from oncall import api_calendars, api_cover, api_looks, selectors, services
from oncall.api_times import moment_given
from oncall.load import api as load_api
from oncall.models import EscalationPolicy, Page, Schedule
from oncall.serializers import (
    OnCallSerializer,
    OverrideSerializer,
    PageSerializer,
    PolicySerializer,
    PolicyWriteSerializer,
    ScheduleSerializer,
    ScheduleWriteSerializer,
)


@extend_schema(tags=["on-call"])
class ScheduleList(generics.ListAPIView[Schedule]):
    """The schedules with their rotations and the overrides to come."""

    serializer_class = ScheduleSerializer
    queryset = Schedule.objects.none()
    ordering = ("id",)
    write_role = Role.MANAGER

    def get_queryset(self) -> QuerySet[Schedule]:
        return selectors.with_members(selectors.visible_schedules(current_user(self.request)))

    @extend_schema(request=ScheduleWriteSerializer, responses={201: ScheduleSerializer})
    def post(self, request: Request) -> Response:
        """Create a schedule, or bring the one with this slug to exactly this state."""
        given = ScheduleWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        schedule = services.save_schedule(**given.validated_data, actor=api_actor(request))
        shown = selectors.with_members(Schedule.objects.filter(pk=schedule.pk)).get()
        return Response(ScheduleSerializer(shown).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"])
class ScheduleDetail(generics.RetrieveAPIView[Schedule]):
    """One schedule."""

    serializer_class = ScheduleSerializer
    queryset = Schedule.objects.none()
    write_role = Role.MANAGER

    def get_object(self) -> Schedule:
        schedule = selectors.schedule_for(current_user(self.request), self.kwargs["slug"])
        return selectors.with_members(Schedule.objects.filter(pk=schedule.pk)).get()

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Take it away with its overrides, swaps, hand-off notes and calendar addresses; its hours
        count for no pay any more. Refused (409) while something pages by it."""
        services.delete_schedule(slug=slug, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(
    tags=["on-call"],
    responses=OnCallSerializer,
    parameters=[OpenApiParameter("at", OpenApiTypes.DATETIME, description="Now unless given")],
)
class ScheduleOnCall(APIView):
    """Who is on call at an instant, and why."""

    def get(self, request: Request, slug: str) -> Response:
        found = selectors.on_call_of(current_user(request), slug, at=moment_given(request, "at"))
        return Response(OnCallSerializer(found).data)


@extend_schema(tags=["on-call"], request=OverrideSerializer, responses={201: OverrideSerializer})
class OverrideCreate(APIView):
    """Somebody takes the whole schedule for a while."""

    def post(self, request: Request, slug: str) -> Response:
        given = OverrideSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = given.validated_data
        override = services.add_override(
            schedule_slug=slug,
            user=data["user"]["email"],
            starts=data["starts"],
            ends=data["ends"],
            reason=data.get("reason", ""),
            replaces=(data.get("replaces") or {}).get("email"),
            actor=api_actor(request),
        )
        return Response(OverrideSerializer(override).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], responses={204: None})
class OverrideDelete(APIView):
    """Take an override back."""

    def delete(self, request: Request, slug: str, pk: int) -> Response:
        services.remove_override(schedule_slug=slug, override_id=pk, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["on-call"])
class PolicyList(generics.ListAPIView[EscalationPolicy]):
    """The escalation policies with their steps."""

    serializer_class = PolicySerializer
    queryset = EscalationPolicy.objects.none()
    ordering = ("id",)
    write_role = Role.MANAGER

    def get_queryset(self) -> QuerySet[EscalationPolicy]:
        return selectors.visible_policies(current_user(self.request))

    @extend_schema(request=PolicyWriteSerializer, responses={201: PolicySerializer})
    def post(self, request: Request) -> Response:
        """Create a policy, or bring the one with this slug to exactly this state."""
        given = PolicyWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        policy = services.save_policy(**given.validated_data, actor=api_actor(request))
        shown = selectors.policy_for(current_user(request), policy.slug)
        return Response(PolicySerializer(shown).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"])
class PolicyDetail(generics.RetrieveAPIView[EscalationPolicy]):
    """One escalation policy."""

    serializer_class = PolicySerializer
    queryset = EscalationPolicy.objects.none()
    write_role = Role.MANAGER

    def get_object(self) -> EscalationPolicy:
        return selectors.policy_for(current_user(self.request), self.kwargs["slug"])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Take it away. Refused (409) while a system or a route pages by it, and for the fallback.
        Escalations that run keep what they started with."""
        services.delete_policy(slug=slug, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["on-call"])
class PageList(generics.ListAPIView[Page]):
    """Who was paged when through what, with each delivery's outcome. Pages about what the asker
    may not see are left out, so a page of the list can be short."""

    serializer_class = PageSerializer
    queryset = Page.objects.none()
    ordering = ("-created_at", "-id")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(selectors.all_pages())
        pages = selectors.visible_pages(current_user(request), rows or [])
        data = PageSerializer(selectors.page_lines(pages), many=True).data
        return self.get_paginated_response(data)


urlpatterns = [
    path("schedules/", ScheduleList.as_view(), name="schedule-list"),
    path("schedules/<slug:slug>/", ScheduleDetail.as_view(), name="schedule-detail"),
    path("schedules/<slug:slug>/on-call/", ScheduleOnCall.as_view(), name="schedule-on-call"),
    path("schedules/<slug:slug>/overrides/", OverrideCreate.as_view(), name="override-list"),
    path(
        "schedules/<slug:slug>/overrides/<int:pk>/",
        OverrideDelete.as_view(),
        name="override-detail",
    ),
    path("escalation-policies/", PolicyList.as_view(), name="policy-list"),
    path("escalation-policies/<slug:slug>/", PolicyDetail.as_view(), name="policy-detail"),
    *api_cover.urlpatterns,
    *api_looks.urlpatterns,
    *api_calendars.urlpatterns,
    *load_api.urlpatterns,
    path("pages/", PageList.as_view(), name="page-list"),
]
