"""Swaps, time off and the coming shifts in the REST API, over the same services and selectors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import api_actor, current_user
from core import clock
from core.errors import Conflict, Invalid, NotFound
from oncall import rotation, selectors, services
from oncall.api_times import moment_given, person_given, person_named
from oncall.models import Schedule, SwapRequest, TimeOff
from oncall.schedule_page import open_swaps, schedule_quality
from oncall.serializers import PersonSerializer
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules
from oncall.timeline import WEEKS

MARGIN = timedelta(days=31)
MAX_DAYS = 366


class ShiftSerializer(serializers.Serializer[Any]):
    """`user` is null in a gap."""

    user = PersonSerializer(allow_null=True)
    because = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    starts = serializers.DateTimeField(source="start")
    ends = serializers.DateTimeField(source="end")
    instead_of = PersonSerializer(allow_null=True)
    reason = serializers.CharField()


class QualityReasonSerializer(serializers.Serializer[Any]):
    points = serializers.IntegerField()
    text = serializers.CharField()


class ScheduleQualitySerializer(serializers.Serializer[Any]):
    """0 to 100 over the next twelve weeks, and what costs points."""

    score = serializers.IntegerField()
    reasons = QualityReasonSerializer(many=True)
    gaps = ShiftSerializer(many=True)


class SwapSerializer(serializers.ModelSerializer[SwapRequest]):
    """With a `partner` it is an exchange: the asker takes their shift from `return_starts` to
    `return_ends` in return."""

    asker = serializers.CharField(
        source="asker.email",
        required=False,
        help_text="Mail address; oneself unless a manager exchanges shifts of others",
    )
    partner = serializers.CharField(
        source="partner.email", required=False, allow_null=True, default=None
    )
    schedule = serializers.CharField(source="schedule.slug", read_only=True)
    taken_by = serializers.CharField(source="taken_by.email", read_only=True, default=None)
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()

    class Meta:
        model = SwapRequest
        fields = [
            "id", "schedule", "asker", "starts", "ends", "partner", "return_starts",
            "return_ends", "note", "state", "taken_by",
        ]  # fmt: skip
        read_only_fields = ["id", "state"]


class TakerSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(
        required=False, help_text="Mail address; for a manager to name somebody else"
    )


class TimeOffSerializer(serializers.ModelSerializer[TimeOff]):
    user = serializers.CharField(
        source="user.email", required=False, help_text="Mail address; without it oneself"
    )
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()

    class Meta:
        model = TimeOff
        fields = ["id", "user", "starts", "ends", "reason"]
        read_only_fields = ["id"]


@extend_schema(
    tags=["on-call"],
    parameters=[
        OpenApiParameter("from", OpenApiTypes.DATETIME, description="Now unless given"),
        OpenApiParameter("days", OpenApiTypes.INT, description="84 unless given, at most 366"),
    ],
    responses={"200": ShiftSerializer(many=True)},
)
class ScheduleShifts(APIView):
    """Who is on call from a time on, stretch by stretch, gaps included."""

    def get(self, request: Request, slug: str) -> Response:
        selectors.schedule_for(current_user(request), slug)
        since = moment_given(request, "from") or clock.now()
        until = since + timedelta(days=_days(request.query_params.get("days")))
        try:
            shifts = rotation.shifts(rules_of(_loaded(slug, since, until)), since, until)
        except ScheduleError as error:
            raise Conflict(str(error)) from error
        return Response({"results": ShiftSerializer(shifts, many=True).data})


def _days(given: str | None) -> int:
    days = int(given) if given and given.isascii() and given.isdigit() and len(given) < 5 else 0
    if given and not 1 <= days <= MAX_DAYS:
        raise _refused("days", f"Give a number from 1 to {MAX_DAYS}.")
    return days or WEEKS * 7


def _refused(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, errors={field: [sentence]})


def _loaded(slug: str, since: datetime, until: datetime) -> Schedule:
    (schedule,) = with_rules(since=since - MARGIN, until=until + MARGIN, slugs=[slug])
    return schedule


@extend_schema(tags=["on-call"], responses=ScheduleQualitySerializer)
class ScheduleQuality(APIView):
    """How good the next twelve weeks are, from 0 to 100, and why."""

    def get(self, request: Request, slug: str) -> Response:
        selectors.schedule_for(current_user(request), slug)
        now = clock.now()
        schedule = _loaded(slug, now, now + timedelta(weeks=WEEKS))
        try:
            found, gaps = schedule_quality(schedule, now)
        except ScheduleError as error:
            raise Conflict(str(error)) from error
        shown = {"score": found.score, "reasons": found.reasons, "gaps": gaps}
        return Response(ScheduleQualitySerializer(shown).data)


@extend_schema(tags=["on-call"])
class SwapList(generics.ListAPIView[SwapRequest]):
    """The open swaps of a schedule."""

    serializer_class = SwapSerializer
    queryset = SwapRequest.objects.none()
    ordering = ("starts", "id")

    def get_queryset(self) -> QuerySet[SwapRequest]:
        schedule = selectors.schedule_for(current_user(self.request), self.kwargs["slug"])
        return open_swaps(schedule, clock.now())

    @extend_schema(request=SwapSerializer, responses={201: SwapSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Ask the others to take one's own shifts between two times, or `partner` to exchange
        them. What a manager exchanges between others is made at once."""
        given = SwapSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data, user = dict(given.validated_data), current_user(request)
        asker = person_given(user, data.pop("asker", {}).get("email"), field="asker")
        in_return = _in_return(data)
        wanted = {"schedule_slug": slug, "asker": asker, "actor": api_actor(request), **data}
        if asker == user:
            swap = services.request_swap(in_return=in_return, **wanted)
        elif in_return is None:
            raise _refused("partner", "Name whoever exchanges their shift with them.")
        else:
            swap = services.make_swap(in_return=in_return, by=user, **wanted)
        return Response(SwapSerializer(swap).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], request=TakerSerializer, responses=SwapSerializer)
class SwapTake(APIView):
    """Stand in for whoever asked; a manager may name who does."""

    def post(self, request: Request, slug: str, pk: int) -> Response:
        given = TakerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        taker = person_given(current_user(request), given.validated_data.get("user"))
        swap = services.take_swap(
            swap_id=pk, schedule_slug=slug, taker=taker, actor=api_actor(request)
        )
        return Response(SwapSerializer(swap).data)


@extend_schema(tags=["on-call"], request=None, responses={204: None})
class SwapWithdraw(APIView):
    """Take the question back."""

    def post(self, request: Request, slug: str, pk: int) -> Response:
        services.withdraw_swap(
            swap_id=pk, schedule_slug=slug, by=current_user(request), actor=api_actor(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["on-call"])
class TimeOffList(generics.ListAPIView[TimeOff]):
    """Time off that is not over: one's own, for managers everybody's."""

    serializer_class = TimeOffSerializer
    queryset = TimeOff.objects.none()
    ordering = ("starts", "id")

    def get_queryset(self) -> QuerySet[TimeOff]:
        user = current_user(self.request)
        found = TimeOff.objects.filter(ends__gt=clock.now()).select_related("user")
        return found if user.can_manage else found.filter(user=user)

    @extend_schema(request=TimeOffSerializer, responses={201: TimeOffSerializer})
    def post(self, request: Request) -> Response:
        """Take no turn between two times."""
        given = TimeOffSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data: dict[str, Any] = given.validated_data
        named = data.pop("user", {}).get("email")
        person = person_given(current_user(request), named)
        row = services.add_time_off(user=person, actor=api_actor(request), **data)
        return Response(TimeOffSerializer(row).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], responses={204: None})
class TimeOffDelete(APIView):
    def delete(self, request: Request, pk: int) -> Response:
        """Take it back: one's own, for managers anybody's."""
        user = current_user(request)
        row = TimeOff.objects.select_related("user").filter(pk=pk).first()
        if row is None or not (user.can_manage or row.user_id == user.pk):
            raise NotFound("There is no such time off.")
        services.remove_time_off(time_off_id=pk, user=row.user, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _in_return(data: dict[str, Any]) -> services.InReturn | None:
    """Takes what says it out of `data`."""
    starts, ends = data.pop("return_starts", None), data.pop("return_ends", None)
    email = (data.pop("partner", None) or {}).get("email")
    if not email:
        if starts or ends:
            raise _refused("partner", "Name whose shift is taken in return.")
        return None
    partner = person_named(email, "partner")
    if starts is None or ends is None:
        raise _refused("return_starts", "Say from when to when, in return_starts and return_ends.")
    return services.InReturn(partner, starts, ends)


urlpatterns = [
    path("schedules/<slug:slug>/shifts/", ScheduleShifts.as_view(), name="schedule-shifts"),
    path("schedules/<slug:slug>/quality/", ScheduleQuality.as_view(), name="schedule-quality"),
    path("schedules/<slug:slug>/swaps/", SwapList.as_view(), name="swap-list"),
    path("schedules/<slug:slug>/swaps/<int:pk>/take/", SwapTake.as_view(), name="swap-take"),
    path(
        "schedules/<slug:slug>/swaps/<int:pk>/withdraw/",
        SwapWithdraw.as_view(),
        name="swap-withdraw",
    ),
    path("time-off/", TimeOffList.as_view(), name="time-off-list"),
    path("time-off/<int:pk>/", TimeOffDelete.as_view(), name="time-off-detail"),
]
