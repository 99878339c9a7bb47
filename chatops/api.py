"""Daily digests of channels in the REST API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor
from chatops.digesting import delete_digest, save_digest
from chatops.models import ChannelDigest
from core.errors import NotFound
from core.idempotency import IdempotentMixin


class DigestSerializer(serializers.ModelSerializer[ChannelDigest]):
    team = serializers.SlugField(
        source="team.slug", allow_null=True, default=None, help_text="A team's slug; null is all"
    )
    chat = serializers.CharField(default="slack", max_length=30)
    next_at = serializers.DateTimeField(source="due_at", read_only=True)

    class Meta:
        model = ChannelDigest
        fields = [
            "slug",
            "chat",
            "channel",
            "team",
            "hour",
            "time_zone",
            "weekdays_only",
            "next_at",
            "last_sent_at",
            "last_error",
        ]
        read_only_fields = ["last_sent_at", "last_error"]
        # The service decides between creating and changing.
        extra_kwargs: ClassVar[dict[str, Any]] = {"slug": {"validators": []}}


class DigestView(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class: Any = DigestSerializer
    queryset: QuerySet[Any] = ChannelDigest.objects.select_related("team")
    lookup_field = "slug"
    ordering: Any = ("slug",)
    write_role = Role.MANAGER


@extend_schema(tags=["chat"])
class DigestList(DigestView):
    @extend_schema(
        summary="Channels that are told once a day", responses=DigestSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(DigestSerializer(page, many=True).data)

    @extend_schema(
        summary="Create a digest, or bring the one with this slug to this state",
        request=DigestSerializer,
        responses={201: DigestSerializer},
    )
    def post(self, request: Request) -> Response:
        filled = DigestSerializer(data=request.data)
        filled.is_valid(raise_exception=True)
        data = dict(filled.validated_data)
        team = (data.pop("team", None) or {}).get("slug")
        row = save_digest(actor=api_actor(request), team=team, **data)
        return Response(DigestSerializer(row).data, status=201)


@extend_schema(tags=["chat"])
class DigestDetail(DigestView):
    @extend_schema(summary="One digest", responses=DigestSerializer)
    def get(self, request: Request, slug: str) -> Response:
        row = self.get_queryset().filter(slug=slug).first()
        if row is None:
            raise NotFound("There is no such digest.")
        return Response(DigestSerializer(row).data)

    @extend_schema(summary="Take a digest away", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        delete_digest(slug=slug, actor=api_actor(request))
        return Response(status=204)


urlpatterns = [
    path("channel-digests/", DigestList.as_view(), name="channel-digest-list"),
    path("channel-digests/<slug:slug>/", DigestDetail.as_view(), name="channel-digest-detail"),
]
