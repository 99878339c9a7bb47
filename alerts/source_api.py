"""Sources and their keys in the REST API, over the same selectors and services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from alerts import services, source_selectors
from alerts.api_input import field_names, refuse_changed, valid
from alerts.models import Source, SourceKey
from core.idempotency import IdempotentMixin

SERVICE_FIELDS = {"auto_resolve_after": "auto_resolve_after_seconds", "options": "mapping"}
TAKEN = OpenApiResponse(description="The slug is taken")


class SourceKeySerializer(serializers.ModelSerializer[SourceKey]):
    """A live key: enough to recognise it, never the key itself."""

    class Meta:
        model = SourceKey
        fields = ["id", "hint", "created_at", "last_used_at"]


class SourceSerializer(serializers.Serializer[Source]):
    """The Source kind. `key` stands only in the answer to its creation and rotation."""

    slug = serializers.CharField(max_length=63, help_text="A DNS label; fixed once created")
    name = serializers.CharField(max_length=120)
    format = serializers.CharField(max_length=20, help_text="What it speaks; fixed once created")
    system = serializers.CharField(
        source="system_slug", max_length=63, allow_null=True, default=None, help_text="Slug"
    )
    mapping = serializers.DictField(
        source="options",
        default=dict,
        help_text="For `generic`: which field means what; for others the format's options",
    )
    auto_resolve_after_seconds = serializers.IntegerField(
        source="auto_resolve_after", allow_null=True, default=None
    )
    enabled = serializers.BooleanField(default=True)
    signing_secret = serializers.CharField(
        max_length=1000, allow_blank=True, write_only=True, required=False,
        help_text="What the sender signs with; never shown again. Empty takes it away",
    )  # fmt: skip
    signed = serializers.BooleanField(read_only=True, help_text="Unsigned deliveries are refused")
    keys = SourceKeySerializer(many=True, read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: Source) -> dict[str, Any]:
        return {
            "slug": instance.slug,
            "name": instance.name,
            "format": instance.format,
            "system": instance.system.slug if instance.system else None,
            "mapping": instance.options,
            "auto_resolve_after_seconds": instance.auto_resolve_after,
            "enabled": instance.enabled,
            "signed": bool(instance.signing_secret),
            "keys": SourceKeySerializer(instance.keys.all(), many=True).data,
            "created_at": self.fields["created_at"].to_representation(instance.created_at),
        }


class SourceWithKeySerializer(SourceSerializer):
    key = serializers.CharField(read_only=True, help_text="Shown this once")


def _sources(request: Request) -> QuerySet[Source]:
    live = SourceKey.objects.filter(revoked_at=None).order_by("-created_at", "-pk")
    visible = source_selectors.visible_sources(current_user(request))
    return visible.prefetch_related(Prefetch("keys", live))


def _source(request: Request, slug: str) -> Source:
    found = source_selectors.source_for(current_user(request), slug)
    return _sources(request).get(pk=found.pk)


class KeyShownOnce(APIView):
    """Puts a new key into the answer after an idempotent call has kept the answer without it: the
    key itself is stored nowhere, and the answer given again has none."""

    _shown_key: str | None = None

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        if self._shown_key and response.status_code == status.HTTP_201_CREATED:
            response.data = {**response.data, "key": self._shown_key}
        return super().finalize_response(request, response, *args, **kwargs)

    def created(self, request: Request, slug: str, key: str | None) -> Response:
        self._shown_key = key
        shown = SourceSerializer(_source(request, slug)).data
        return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(tags=["sources"])
class SourceList(KeyShownOnce, IdempotentMixin, generics.GenericAPIView[Source]):
    serializer_class = SourceSerializer
    queryset = Source.objects.none()
    ordering = source_selectors.SOURCE_ORDER
    write_role = Role.MANAGER

    @extend_schema(summary="Where alerts come from, by name", responses=SourceSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(_sources(request))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Connect a source; the answer has its key, this once",
        responses={201: SourceWithKeySerializer, 409: TAKEN},
    )
    def post(self, request: Request) -> Response:
        data = valid(self.get_serializer(data=request.data))
        with field_names(SERVICE_FIELDS):
            source, key = services.create_source(actor=api_actor(request), **data)
        return self.created(request, source.slug, key)


@extend_schema(tags=["sources"])
class SourceDetail(IdempotentMixin, generics.GenericAPIView[Source]):
    serializer_class = SourceSerializer
    queryset = Source.objects.none()
    write_role = Role.MANAGER

    @extend_schema(summary="One source")
    def get(self, request: Request, slug: str) -> Response:
        return Response(self.get_serializer(_source(request, slug)).data)

    @extend_schema(summary="Change parts of a source")
    def patch(self, request: Request, slug: str) -> Response:
        source = _source(request, slug)
        changes = valid(self.get_serializer(data=request.data, partial=True))
        refuse_changed(changes, slug=source.slug, format=source.format)
        present = {
            "slug": source.slug,
            "name": source.name,
            "format": source.format,
            "system_slug": source.system.slug if source.system else None,
            "options": source.options,
            "auto_resolve_after": source.auto_resolve_after,
            "enabled": source.enabled,
        }
        with field_names(SERVICE_FIELDS):
            services.save_source(actor=api_actor(request), **{**present, **changes})
        return Response(self.get_serializer(_source(request, slug)).data)

    @extend_schema(
        summary="Drop a source that never received anything",
        responses={204: None, 409: OpenApiResponse(description="It has received alerts")},
    )
    def delete(self, request: Request, slug: str) -> Response:
        services.delete_source(source=_source(request, slug), actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["sources"])
class SourceRotate(KeyShownOnce, IdempotentMixin, APIView):
    write_role = Role.MANAGER

    @extend_schema(
        summary="Make a second key; the answer has it, this once",
        request=None,
        responses={
            201: SourceWithKeySerializer,
            409: OpenApiResponse(description="Two keys are live already"),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        key = services.rotate_source_key(source=_source(request, slug), actor=api_actor(request))
        return self.created(request, slug, key)


@extend_schema(tags=["sources"])
class SourceKeyRevoke(IdempotentMixin, APIView):
    write_role = Role.MANAGER

    @extend_schema(summary="End a key: who still sends with it is refused", responses={204: None})
    def delete(self, request: Request, slug: str, key_id: int) -> Response:
        source = _source(request, slug)
        services.revoke_source_key(source=source, key_id=key_id, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns = [
    path("sources/", SourceList.as_view(), name="source-list"),
    path("sources/<str:slug>/", SourceDetail.as_view(), name="source-detail"),
    path("sources/<str:slug>/rotate/", SourceRotate.as_view(), name="source-rotate"),
    path("sources/<str:slug>/keys/<int:key_id>/", SourceKeyRevoke.as_view(), name="source-key"),
]
