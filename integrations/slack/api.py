"""How Slack is, in the REST API: the same selectors as the page of the settings. For admins."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import current_user, require_role
from core.errors import Conflict
from integrations.slack.health import selectors
from integrations.slack.health.manifest import manifest
from integrations.slack.health.workspace import look
from integrations.slack.posts.selectors import given_up, waiting
from notifications.channels import DeliveryError


class SlackScopeSerializer(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField()
    why = serializers.CharField()
    needed = serializers.BooleanField()
    granted = serializers.BooleanField()


class SlackFaultSerializer(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField(help_text="Slack's word for it")
    subject = serializers.CharField(help_text="The scope or the channel; empty for the token")
    sentence = serializers.CharField()
    mend = serializers.CharField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()


class SlackStrangerSerializer(serializers.Serializer[dict[str, Any]]):
    slack_user_id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    reason = serializers.CharField()
    may_link = serializers.BooleanField()
    last_at = serializers.DateTimeField()


class SlackGivenUpSerializer(serializers.Serializer[dict[str, Any]]):
    channel = serializers.CharField()
    reason = serializers.CharField()
    number = serializers.IntegerField(help_text="Messages; `slack/try-again/` takes up the cards")
    last_at = serializers.DateTimeField()


class SlackWaitingSerializer(serializers.Serializer[dict[str, Any]]):
    number = serializers.IntegerField(help_text="Messages that are due and not in Slack yet")
    since = serializers.DateTimeField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())


class SlackStatusSerializer(serializers.Serializer[dict[str, Any]]):
    state = serializers.CharField(help_text="`absent` `unknown` `failing` `lacking` `ok`")
    workspace = serializers.CharField()
    hears = serializers.BooleanField(help_text="Whether what people do in Slack can arrive")
    socket_mode = serializers.BooleanField()
    last_request_at = serializers.DateTimeField(allow_null=True)
    scopes = SlackScopeSerializer(many=True)
    faults = SlackFaultSerializer(many=True)
    not_linked = SlackStrangerSerializer(many=True)
    given_up = SlackGivenUpSerializer(many=True)
    waiting = SlackWaitingSerializer()


class SlackCheckedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The workspace")
    team = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    checked_at = serializers.DateTimeField()


class SlackStatus(APIView):
    @extend_schema(responses=SlackStatusSerializer, operation_id="slack_status")
    def get(self, request: Request) -> Response:
        """Whether Slack works for this installation. For admins."""
        require_role(current_user(request), Role.ADMIN)
        health = selectors.health()
        answer = {
            "state": health.state,
            "workspace": health.workspace.name if health.workspace else "",
            "hears": health.hears,
            "socket_mode": health.socket_wanted,
            "last_request_at": health.received_at,
            "scopes": [
                {
                    "name": one.scope.name,
                    "why": one.scope.why,
                    "needed": one.scope.needed,
                    "granted": one.granted,
                }
                for one in health.scopes
            ],
            "faults": health.faults,
            "not_linked": selectors.strangers(),
            "given_up": given_up(),
            "waiting": waiting(),
        }
        return Response(SlackStatusSerializer(answer).data)


class SlackCheck(APIView):
    write_role = Role.ADMIN

    @extend_schema(request=None, responses=SlackCheckedSerializer, operation_id="slack_check")
    def post(self, request: Request) -> Response:
        """Ask Slack now whether it knows AIRE, and which scopes it grants. For admins."""
        try:
            found = look()
        except DeliveryError as error:
            raise Conflict(error.sentence) from error
        return Response(SlackCheckedSerializer(found).data)


class SlackManifest(APIView):
    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        operation_id="slack_manifest",
        parameters=[OpenApiParameter("transport", str, enum=["http", "socket"])],
    )
    def get(self, request: Request) -> Response:
        """The manifest of the Slack app for this installation. For admins."""
        require_role(current_user(request), Role.ADMIN)
        chosen = request.query_params.get("transport")
        socket = chosen == "socket" if chosen else bool(settings.AIRE_SLACK_APP_TOKEN)
        return Response(manifest(base_url=settings.AIRE_BASE_URL, socket_mode=socket))


urlpatterns = [
    path("slack/", SlackStatus.as_view(), name="slack"),
    path("slack/check/", SlackCheck.as_view(), name="slack-check"),
    path("slack/manifest/", SlackManifest.as_view(), name="slack-manifest"),
]
