"""Calendars in and out, and public holidays, in the REST API, over the services of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role, User
from accounts.permissions import api_actor, current_user
from core import clock
from core.idempotency import IdempotentMixin
from notifications.rules import zone_of
from oncall import selectors, services
from oncall.api_times import person_given
from oncall.calendar_import import Preview, apply_import, preview_import
from oncall.calendar_in import MAX_BYTES
from oncall.calendar_plan import fetch_calendar
from oncall.feed_services import create_feed, revoke_feed
from oncall.models import CalendarFeed, HolidayPlace
from oncall.public_holidays import countries, days_of
from oncall.serializers import PersonSerializer


class CalendarFeedSerializer(serializers.ModelSerializer[CalendarFeed]):
    """`schedule` is null for one's own shifts; `hint` is the end of the address."""

    schedule = serializers.SlugField(source="schedule.slug", allow_null=True, default=None)

    class Meta:
        model = CalendarFeed
        fields = ["id", "schedule", "hint", "created_at", "last_read_at"]
        read_only_fields = ["hint", "created_at", "last_read_at"]


class CalendarFeedMadeSerializer(CalendarFeedSerializer):
    """The address is shown this once."""

    address = serializers.URLField(read_only=True)

    class Meta(CalendarFeedSerializer.Meta):
        fields = [*CalendarFeedSerializer.Meta.fields, "address"]


class CalendarImportSerializer(serializers.Serializer[Any]):
    """Either `address` (https or webcal, public) or `ics`, the text of the calendar."""

    schedule = serializers.SlugField(
        allow_null=True,
        default=None,
        help_text="Its overrides, for managers; null: one's own time off",
    )
    address = serializers.CharField(max_length=2_048, required=False)
    ics = serializers.CharField(max_length=MAX_BYTES, required=False, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("address")) == bool(attrs.get("ics")):
            raise serializers.ValidationError({"address": "Give an address or the calendar."})
        return attrs


class ImportLineSerializer(serializers.Serializer[Any]):
    """`verb` is `create`, `unchanged` or `refused`; then `reason` says why."""

    verb = serializers.CharField()
    title = serializers.CharField(source="event.title")
    starts = serializers.DateTimeField(source="event.starts")
    ends = serializers.DateTimeField(source="event.ends")
    user = PersonSerializer(source="person", allow_null=True)
    reason = serializers.CharField()


class ImportProblemSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    reason = serializers.CharField()


class ImportPreviewSerializer(serializers.Serializer[Any]):
    """`token` makes exactly this, for an hour; `problems` are events that cannot be taken."""

    lines = ImportLineSerializer(many=True)
    problems = ImportProblemSerializer(many=True)
    making = serializers.IntegerField(help_text="How many lines would be created")
    token = serializers.CharField()


class ImportTokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=1_000_000)


class CalendarImportedSerializer(serializers.Serializer[Any]):
    schedule = serializers.CharField(allow_null=True)
    added = serializers.IntegerField()


class HolidayPlaceSerializer(serializers.Serializer[Any]):
    """`country` as ISO 3166-1, empty for none; `subdivision` as ISO 3166-2 writes it behind the
    country, empty for the whole of it."""

    user = serializers.CharField(
        required=False, help_text="Mail address; for managers, without it oneself"
    )
    country = serializers.CharField(max_length=3, allow_blank=True)
    subdivision = serializers.CharField(max_length=10, allow_blank=True, default="")


class HolidaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    name = serializers.CharField()


class HolidaysSerializer(HolidayPlaceSerializer):
    days = HolidaySerializer(many=True, help_text="Of the year that begins today")


class CountrySerializer(serializers.Serializer[Any]):
    country = serializers.CharField()
    subdivisions = serializers.ListField(child=serializers.CharField())


@extend_schema(tags=["on-call"])
class CalendarFeedList(generics.ListAPIView[CalendarFeed]):
    """One's own secret calendar addresses."""

    serializer_class = CalendarFeedSerializer
    queryset = CalendarFeed.objects.none()
    ordering = ("id",)
    write_role = Role.VIEWER

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        user = current_user(self.request)
        return CalendarFeed.objects.filter(owner=user).select_related("schedule")

    @extend_schema(request=CalendarFeedSerializer, responses={201: CalendarFeedMadeSerializer})
    def post(self, request: Request) -> Response:
        """Make an address of a schedule, or without one of one's own shifts."""
        given = CalendarFeedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = current_user(request)
        slug = (given.validated_data.get("schedule") or {}).get("slug")
        schedule = selectors.schedule_for(user, slug) if slug else None
        feed, key = create_feed(owner=user, schedule=schedule, actor=api_actor(request))
        address = request.build_absolute_uri(reverse("calendar-feed", args=[key]))
        shown = {**CalendarFeedSerializer(feed).data, "address": address}
        return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], responses={204: None})
class CalendarFeedDelete(APIView):
    write_role = Role.VIEWER

    def delete(self, request: Request, pk: int) -> Response:
        """Take an address back: it answers nobody any more."""
        revoke_feed(feed_id=pk, owner=current_user(request), actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(
    tags=["on-call"], request=CalendarImportSerializer, responses=ImportPreviewSerializer
)
class CalendarImportPreview(APIView):
    """What an iCal calendar would become. Writes nothing."""

    def post(self, request: Request) -> Response:
        given = CalendarImportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user, data = current_user(request), given.validated_data
        raw = data["ics"].encode() if data.get("ics") else fetch_calendar(data["address"])
        found = preview_import(
            user, into=data["schedule"] or "", raw=raw, zone=zone_of(user.time_zone)
        )
        return Response(ImportPreviewSerializer(_shown(found)).data)


def _shown(found: Preview) -> dict[str, Any]:
    problems = [{"title": title, "reason": reason} for title, reason in found.problems]
    return {
        "lines": found.lines, "problems": problems, "making": found.making, "token": found.token,
    }  # fmt: skip


@extend_schema(
    tags=["on-call"], request=ImportTokenSerializer, responses={201: CalendarImportedSerializer}
)
class CalendarImportApply(IdempotentMixin, APIView):
    """Make what a preview showed: all of it or nothing. What is there already stays."""

    def post(self, request: Request) -> Response:
        given = ImportTokenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        into, added = apply_import(
            current_user(request), token=given.validated_data["token"], actor=api_actor(request)
        )
        return Response({"schedule": into or None, "added": added}, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"])
class PublicHolidays(APIView):
    @extend_schema(
        responses=HolidaysSerializer,
        parameters=[OpenApiParameter("user", OpenApiTypes.STR, description="For managers")],
    )
    def get(self, request: Request) -> Response:
        """Whose public holidays somebody has, and the coming ones. In schedules where holidays
        move cover they take no turn on these days."""
        person = person_given(current_user(request), request.query_params.get("user"))
        return Response(_holidays(person))

    @extend_schema(request=HolidayPlaceSerializer, responses=HolidaysSerializer)
    def put(self, request: Request) -> Response:
        """Say whose; an empty country takes them away."""
        given = HolidayPlaceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        person = person_given(current_user(request), data.pop("user", None))
        services.set_holiday_place(user=person, actor=api_actor(request), **data)
        return Response(_holidays(person))


def _holidays(person: User) -> dict[str, Any]:
    place = HolidayPlace.objects.filter(user=person).first()
    country, part = (place.country, place.subdivision) if place else ("", "")
    today = clock.now().astimezone(zone_of(person.time_zone)).date()
    years = (today.year, today.year + 1)
    shown = {
        "user": person.email,
        "country": country,
        "subdivision": part,
        "days": [
            {"date": day, "name": name}
            for year in years
            for day, name in days_of(country, part, year)
            if today <= day < today + timedelta(days=366)
        ],
    }
    return dict(HolidaysSerializer(shown).data)


@extend_schema(tags=["on-call"], responses=CountrySerializer(many=True))
class PublicHolidayCountries(APIView):
    """The countries whose holidays are known, each with its parts."""

    def get(self, request: Request) -> Response:
        known = countries().items()
        return Response([{"country": one, "subdivisions": list(parts)} for one, parts in known])


urlpatterns = [
    path("calendar-feeds/", CalendarFeedList.as_view(), name="calendar-feed-list"),
    path("calendar-feeds/<int:pk>/", CalendarFeedDelete.as_view(), name="calendar-feed-detail"),
    path("calendar-imports/preview/", CalendarImportPreview.as_view(), name="calendar-preview"),
    path("calendar-imports/", CalendarImportApply.as_view(), name="calendar-import"),
    path("public-holidays/", PublicHolidays.as_view(), name="public-holidays"),
    path("public-holidays/countries/", PublicHolidayCountries.as_view(), name="holiday-countries"),
]
