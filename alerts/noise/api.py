"""Silences, inhibition rules and noise settings in the REST API, over the same services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts import services
from alerts.api_input import field_names, refuse_changed, valid
from alerts.models import SEVERITIES, Alert, Inhibition, NoiseSettings, Silence
from alerts.noise import selectors
from alerts.noise.flaps import Flapping, flapping_conditions
from alerts.noise.loading import noise_settings
from alerts.noise.preview import preview_silence
from core import clock
from core.errors import Invalid
from core.idempotency import IdempotentMixin

SILENCE_FIELDS = {"system_slug": "system"}


def _match(**options: Any) -> Any:
    text = "Label matchers, as Alertmanager writes them; all must hold"
    child = serializers.CharField(max_length=16_384)
    return serializers.ListField(child=child, help_text=text, **options)


class SilenceSerializer(serializers.Serializer[Silence]):
    """With a `system` it is planned maintenance of that system. A `recurrence` repeats the stretch
    from `starts_at` to `ends_at`."""

    slug = serializers.CharField(max_length=63, required=False, default="")
    match = _match(default=list)
    system = serializers.CharField(
        source="system_slug", max_length=63, allow_null=True, default=None, help_text="Slug"
    )
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField()
    recurrence = serializers.CharField(
        max_length=500, allow_blank=True, default="", help_text="RFC 5545, with UNTIL or COUNT"
    )
    time_zone = serializers.CharField(max_length=64, default="UTC")
    reason = serializers.CharField(max_length=500)
    ends_when_resolved = serializers.BooleanField(default=False)
    id = serializers.UUIDField(read_only=True)
    state = serializers.ChoiceField(choices=selectors.STATES, read_only=True)
    author = serializers.CharField(read_only=True)
    holding = serializers.IntegerField(read_only=True, help_text="Alerts held back now")
    held = serializers.IntegerField(read_only=True, help_text="Alerts held back so far")
    last_ends_at = serializers.DateTimeField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    expired_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: Silence) -> dict[str, Any]:
        counts: dict[UUID, int] = self.context.get("holding", {})
        names = ("slug", "match", "starts_at", "ends_at", "recurrence", "time_zone", "reason",
                 "ends_when_resolved", "author", "held", "last_ends_at", "created_at",
                 "expired_at")  # fmt: skip
        return {
            "id": instance.pk,
            "state": selectors.state_of(instance, clock.now()),
            "system": instance.system.slug if instance.system else None,
            "holding": counts.get(instance.pk, 0),
            **{name: getattr(instance, name) for name in names},
        }


class PreviewedAlertSerializer(serializers.Serializer[Alert]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITIES)


class PreviewSerializer(serializers.Serializer[Any]):
    """What matchers would hit; nothing is saved. The lists hold the newest."""

    match = _match(default=list, write_only=True)
    system = serializers.CharField(max_length=63, allow_null=True, default=None, write_only=True)
    now = PreviewedAlertSerializer(many=True, read_only=True)
    now_count = serializers.IntegerField(read_only=True)
    week = PreviewedAlertSerializer(many=True, read_only=True)
    week_count = serializers.IntegerField(read_only=True)
    week_total = serializers.IntegerField(read_only=True)
    warnings = serializers.ListField(child=serializers.CharField(), read_only=True)


@extend_schema(tags=["silences"])
class SilenceList(IdempotentMixin, generics.GenericAPIView[Silence]):
    serializer_class = SilenceSerializer
    queryset = Silence.objects.none()
    ordering = selectors.ORDER

    def get_queryset(self) -> QuerySet[Silence]:
        asked = self.request.query_params
        state = asked.get("state", "")
        if state not in ("", "current", "over"):
            raise Invalid("Not a state.", errors={"state": ["Choose current or over."]})
        system = asked.get("system", "").replace("\x00", "")
        return selectors.silence_query(current_user(self.request), state=state, system=system)

    @extend_schema(
        summary="Silences and planned maintenance, the newest first",
        responses=SilenceSerializer(many=True),
        parameters=[
            OpenApiParameter("state", OpenApiTypes.STR, enum=["current", "over"]),
            OpenApiParameter("system", OpenApiTypes.STR, description="Slug of a system"),
        ],
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(_with_counts(page))

    @extend_schema(
        summary="Silence alerts, or plan maintenance of a system",
        responses={201: SilenceSerializer, 409: OpenApiResponse(description="The slug is taken")},
    )
    def post(self, request: Request) -> Response:
        data = valid(self.get_serializer(data=request.data))
        with field_names(SILENCE_FIELDS):
            silence = services.create_silence(actor=api_actor(request), **data)
        return Response(_with_counts([silence])[0], status=status.HTTP_201_CREATED)


@extend_schema(tags=["silences"])
class SilenceDetail(IdempotentMixin, generics.GenericAPIView[Silence]):
    serializer_class = SilenceSerializer
    queryset = Silence.objects.none()

    @extend_schema(summary="One silence")
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(_with_counts([selectors.silence_for(current_user(request), pk)])[0])

    @extend_schema(
        summary="Change parts of a silence",
        responses={200: SilenceSerializer, 409: OpenApiResponse(description="It is over")},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        silence = selectors.silence_for(current_user(request), pk)
        changes = valid(self.get_serializer(data=request.data, partial=True))
        refuse_changed(changes, slug=silence.slug)
        changes.pop("slug", None)
        changes.setdefault("system_slug", silence.system.slug if silence.system else None)
        with field_names(SILENCE_FIELDS):
            services.edit_silence(silence_id=pk, actor=api_actor(request), **changes)
        return Response(_with_counts([selectors.silence_for(current_user(request), pk)])[0])

    @extend_schema(
        summary="End a silence now",
        description="It stays readable. What it held back and still fires pages.",
        responses={200: SilenceSerializer},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        silence = selectors.silence_for(current_user(request), pk)
        services.expire_silence(silence_id=silence.pk, actor=api_actor(request))
        return Response(_with_counts([selectors.silence_for(current_user(request), pk)])[0])


@extend_schema(tags=["silences"])
class SilencePreviewView(APIView):
    write_role = Role.VIEWER

    @extend_schema(
        summary="What a silence would hit", request=PreviewSerializer, responses=PreviewSerializer
    )
    def post(self, request: Request) -> Response:
        data = valid(PreviewSerializer(data=request.data))
        found = preview_silence(
            current_user(request), match=data["match"], system_slug=data["system"]
        )
        return Response(PreviewSerializer(found).data)


class InhibitionSerializer(serializers.Serializer[Inhibition]):
    """While an alert that `source_match` fits fires, those that `target_match` fits and that agree
    with it in `equal` page nobody."""

    slug = serializers.CharField(max_length=63)
    name = serializers.CharField(max_length=120)
    source_match = _match()
    target_match = _match()
    equal = serializers.ListField(child=serializers.CharField(max_length=200), default=list)
    enabled = serializers.BooleanField(default=True)


@extend_schema(tags=["noise"])
class InhibitionList(IdempotentMixin, generics.GenericAPIView[Inhibition]):
    serializer_class = InhibitionSerializer
    queryset = Inhibition.objects.none()
    ordering = ("name", "id")
    write_role = Role.MANAGER

    @extend_schema(summary="Inhibition rules", responses=InhibitionSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(selectors.visible_inhibitions(current_user(request)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="Add an inhibition rule", responses={201: InhibitionSerializer})
    def post(self, request: Request) -> Response:
        data = valid(self.get_serializer(data=request.data))
        rule = services.create_inhibition(actor=api_actor(request), **data)
        return Response(self.get_serializer(rule).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["noise"])
class InhibitionDetail(IdempotentMixin, generics.GenericAPIView[Inhibition]):
    serializer_class = InhibitionSerializer
    queryset = Inhibition.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="One inhibition rule")
    def get(self, request: Request, slug: str) -> Response:
        rule = selectors.inhibition_for(current_user(request), slug)
        return Response(self.get_serializer(rule).data)

    @extend_schema(summary="Change parts of an inhibition rule")
    def patch(self, request: Request, slug: str) -> Response:
        rule = selectors.inhibition_for(current_user(request), slug)
        changes = valid(self.get_serializer(data=request.data, partial=True))
        refuse_changed(changes, slug=slug)
        present = self.get_serializer(rule).data
        rule = services.save_inhibition(actor=api_actor(request), **{**present, **changes})
        return Response(self.get_serializer(rule).data)

    @extend_schema(summary="Delete an inhibition rule", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        rule = selectors.inhibition_for(current_user(request), slug)
        services.delete_inhibition(rule=rule, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class NoiseSettingsSerializer(serializers.Serializer[Any]):
    follow_dependencies = serializers.ChoiceField(choices=NoiseSettings.Follow.choices)
    systems = serializers.ListField(
        source="system_slugs", child=serializers.CharField(max_length=63), help_text="Slugs"
    )
    flapping_enabled = serializers.BooleanField()
    flapping_changes = serializers.IntegerField()
    flapping_window_seconds = serializers.IntegerField(source="flapping_window")
    flapping_calm_seconds = serializers.IntegerField(source="flapping_calm")


@extend_schema(tags=["noise"])
class NoiseSettingsView(APIView):
    write_role = Role.MANAGER

    @extend_schema(summary="What holds for the whole house", responses=NoiseSettingsSerializer)
    def get(self, request: Request) -> Response:
        return Response(NoiseSettingsSerializer(_settings()).data)

    @extend_schema(
        summary="Change parts of it",
        request=NoiseSettingsSerializer,
        responses=NoiseSettingsSerializer,
    )
    def patch(self, request: Request) -> Response:
        changes = valid(NoiseSettingsSerializer(data=request.data, partial=True))
        with field_names({"flapping_window": "flapping_window_seconds"}):
            services.save_noise_settings(actor=api_actor(request), **{**_settings(), **changes})
        return Response(NoiseSettingsSerializer(_settings()).data)


class FlappingSerializer(serializers.Serializer[Flapping]):
    alert = serializers.UUIDField(source="alert.pk", help_text="The condition's last alert")
    title = serializers.CharField(source="alert.title")
    source = serializers.CharField(source="alert.source.slug")
    since = serializers.DateTimeField()
    last_opened_at = serializers.DateTimeField()
    calm_at = serializers.DateTimeField(
        allow_null=True, help_text="When it counts as calm if nothing more opens; null: it is calm"
    )


@extend_schema(tags=["noise"])
class FlappingView(APIView):
    @extend_schema(
        summary="Conditions that flap or did of late", responses=FlappingSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        found = flapping_conditions(current_user(request))
        return Response(FlappingSerializer(found, many=True).data)


def _settings() -> dict[str, Any]:
    chosen = noise_settings()
    systems = [] if chosen._state.adding else list(chosen.systems.values_list("slug", flat=True))
    names = ("follow_dependencies", "flapping_enabled", "flapping_changes", "flapping_window",
             "flapping_calm")  # fmt: skip
    return {"system_slugs": systems, **{name: getattr(chosen, name) for name in names}}


def _with_counts(silences: Sequence[Silence]) -> list[dict[str, Any]]:
    """Each with how many alerts it holds back now; one query for all."""
    holding = {one.silence.pk: one.holding for one in selectors.shown(silences)}
    context = {"holding": holding}
    return [SilenceSerializer(silence, context=context).data for silence in silences]


urlpatterns = [
    path("silences/", SilenceList.as_view(), name="silence-list"),
    path("silences/preview/", SilencePreviewView.as_view(), name="silence-preview"),
    path("silences/<uuid:pk>/", SilenceDetail.as_view(), name="silence-detail"),
    path("inhibitions/", InhibitionList.as_view(), name="inhibition-list"),
    path("inhibitions/<str:slug>/", InhibitionDetail.as_view(), name="inhibition-detail"),
    path("flapping/", FlappingView.as_view(), name="flapping"),
    path("noise-settings/", NoiseSettingsView.as_view(), name="noise-settings"),
]
