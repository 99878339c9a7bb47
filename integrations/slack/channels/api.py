"""Channels that are told of incidents, and incidents' own channels, in the REST API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user, require_role
from core.errors import NotFound
from core.idempotency import IdempotentMixin
from incidents.selectors import incident_for
from integrations.slack.channels import selectors, services
from integrations.slack.channels.models import (
    SlackAnnouncement,
    SlackIncidentChannel,
    SlackSetting,
)


class SlackAnnouncementSerializer(serializers.ModelSerializer[SlackAnnouncement]):
    team = serializers.SlugField(
        source="team.slug", allow_null=True, default=None, help_text="A team's slug; null is all"
    )
    system = serializers.SlugField(
        source="system.slug", allow_null=True, default=None, help_text="A slug; null is all"
    )

    class Meta:
        model = SlackAnnouncement
        fields = ["slug", "channel", "severity", "team", "system", "verbosity", "drills"]
        # The service decides between creating and changing.
        extra_kwargs: ClassVar[dict[str, Any]] = {"slug": {"validators": []}}


class IncidentSlackChannelSerializer(serializers.ModelSerializer[SlackIncidentChannel]):
    class Meta:
        model = SlackIncidentChannel
        fields = ["channel_id", "name", "private", "state", "topic", "error"]
        read_only_fields = fields


class SlackSettingsSerializer(serializers.ModelSerializer[SlackSetting]):
    event_emojis = serializers.ListField(child=serializers.CharField(), required=False)
    task_emojis = serializers.ListField(child=serializers.CharField(), required=False)

    class Meta:
        model = SlackSetting
        exclude: ClassVar[list[str]] = ["id"]
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "channel_from": {
                "help_text": "The least severity with a channel of its own; empty for none"
            },
            "archive_after_days": {"help_text": "Days after closing; null for never"},
        }


class SlackTriedSerializer(serializers.Serializer[dict[str, int]]):
    tried = serializers.IntegerField(help_text="How much that was given up is due again")


@extend_schema(tags=["chat"])
class SlackSettings(APIView):
    write_role = Role.ADMIN

    @extend_schema(summary="How Slack is used", responses={200: SlackSettingsSerializer})
    def get(self, request: Request) -> Response:
        require_role(current_user(request), Role.ADMIN)
        return Response(SlackSettingsSerializer(selectors.setting()).data)

    @extend_schema(
        summary="Change how Slack is used; what is left out stays",
        request=SlackSettingsSerializer(partial=True),
        responses={200: SlackSettingsSerializer},
    )
    def patch(self, request: Request) -> Response:
        filled = SlackSettingsSerializer(data=request.data, partial=True)
        filled.is_valid(raise_exception=True)
        row = services.save_setting(actor=api_actor(request), **filled.validated_data)
        return Response(SlackSettingsSerializer(row).data)


@extend_schema(tags=["chat"])
class SlackTryAgain(APIView):
    write_role = Role.ADMIN

    @extend_schema(
        summary="Try again what was given up because Slack refused it",
        request=None,
        responses={202: SlackTriedSerializer},
    )
    def post(self, request: Request) -> Response:
        tried = services.take_up_again(actor=api_actor(request))
        return Response(SlackTriedSerializer({"tried": tried}).data, status=202)


class AnnouncementView(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class: Any = SlackAnnouncementSerializer
    queryset: QuerySet[Any] = SlackAnnouncement.objects.select_related("team", "system")
    lookup_field = "slug"
    ordering: Any = ("slug",)
    write_role = Role.ADMIN


@extend_schema(tags=["chat"])
class AnnouncementList(AnnouncementView):
    @extend_schema(
        summary="Slack channels that are told of incidents",
        responses=SlackAnnouncementSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        require_role(current_user(request), Role.ADMIN)
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(SlackAnnouncementSerializer(page, many=True).data)

    @extend_schema(
        summary="Have a Slack channel told, or bring the one with this slug to this state",
        request=SlackAnnouncementSerializer,
        responses={201: SlackAnnouncementSerializer},
    )
    def post(self, request: Request) -> Response:
        filled = SlackAnnouncementSerializer(data=request.data)
        filled.is_valid(raise_exception=True)
        data = dict(filled.validated_data)
        team = (data.pop("team", None) or {}).get("slug")
        system = (data.pop("system", None) or {}).get("slug")
        row = services.save_announcement(actor=api_actor(request), team=team, system=system, **data)
        return Response(SlackAnnouncementSerializer(row).data, status=201)


@extend_schema(tags=["chat"])
class AnnouncementDetail(AnnouncementView):
    @extend_schema(summary="Have a Slack channel told no more", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        services.remove_announcement(slug=slug, actor=api_actor(request))
        return Response(status=204)


@extend_schema(tags=["incidents"])
class IncidentSlackChannel(APIView):
    write_role = Role.RESPONDER

    @extend_schema(summary="Its own Slack channel", responses={200: IncidentSlackChannelSerializer})
    def get(self, request: Request, ref: str) -> Response:
        incident = incident_for(current_user(request), ref)
        row = selectors.own_channel(incident)
        if row is None:
            raise NotFound(f"{incident.ref} has no Slack channel.")
        return Response(IncidentSlackChannelSerializer(row).data)

    @extend_schema(
        summary="Open a Slack channel for it",
        request=None,
        responses={202: IncidentSlackChannelSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        user = current_user(request)
        incident = incident_for(user, ref)
        require_role(user, Role.RESPONDER)
        services.open_channel(incident_id=incident.pk, actor=api_actor(request))
        row = selectors.own_channel(incident)
        return Response(IncidentSlackChannelSerializer(row).data, status=202)


urlpatterns = [
    path("slack/settings/", SlackSettings.as_view(), name="slack-settings"),
    path("slack/try-again/", SlackTryAgain.as_view(), name="slack-try-again"),
    path("slack/channels/", AnnouncementList.as_view(), name="slack-channel-list"),
    path("slack/channels/<slug:slug>/", AnnouncementDetail.as_view(), name="slack-channel-detail"),
    path(
        "incidents/<str:ref>/slack-channel/",
        IncidentSlackChannel.as_view(),
        name="incident-slack-channel",
    ),
]
