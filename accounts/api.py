"""People and teams in the REST API, over the same selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request

from accounts import selectors
from accounts.authentication import ApiKeyAuthentication
from accounts.models import Role, Team, User
from accounts.permissions import current_user, require_role


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API's description says that a key is sent. Defining it registers it."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "aire_…",
            "description": "A key made at /settings/keys/. It acts as its user within its scopes.",
        }


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name", "role"]
        read_only_fields = fields


class TeamSerializer(serializers.ModelSerializer[Team]):
    members = serializers.SlugRelatedField[User](
        many=True, read_only=True, slug_field="email", help_text="Mail addresses"
    )

    class Meta:
        model = Team
        fields = ["slug", "name", "members"]
        read_only_fields = fields


@extend_schema(tags=["people"], summary="The people of this organisation (managers)")
class UserList(generics.ListAPIView[User]):
    serializer_class = UserSerializer
    queryset = User.objects.none()
    ordering = ("id",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_role(current_user(request), Role.MANAGER)

    def get_queryset(self) -> QuerySet[User]:
        return selectors.visible_people(current_user(self.request))


@extend_schema(tags=["people"], summary="The teams with their members")
class TeamList(generics.ListAPIView[Team]):
    serializer_class = TeamSerializer
    queryset = Team.objects.none()
    ordering = ("id",)

    def get_queryset(self) -> QuerySet[Team]:
        return selectors.visible_teams(current_user(self.request)).prefetch_related("members")


urlpatterns = [
    path("users/", UserList.as_view(), name="user-list"),
    path("teams/", TeamList.as_view(), name="team-list"),
]
