"""What a system is made of, in the REST API: serializers of its lists, and what really answers."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from catalog import selectors, services
from catalog.models import System, SystemPart
from catalog.parts.keeping import Served


class PartSerializer(serializers.Serializer[SystemPart]):
    kind = serializers.ChoiceField(choices=SystemPart.Kind.choices)
    name = serializers.CharField(max_length=120)
    version = serializers.CharField(
        max_length=200,
        allow_blank=True,
        allow_null=True,
        default=None,
        help_text="What is asked for. Null, or left out: it stays as changes told it",
    )
    url = serializers.CharField(max_length=2048, allow_blank=True, default="")
    settings = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500),
        default=dict,
        help_text="For example decoding parameters, or the tools",
    )
    since = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When this version came"
    )
    served = serializers.CharField(read_only=True, help_text="What answered last, when told")
    served_at = serializers.DateTimeField(read_only=True, allow_null=True)
    served_state = serializers.ChoiceField(
        choices=[(one.value, one.name.lower()) for one in Served],
        read_only=True,
        help_text="`same`, `alias` (the asked name stands for the served one), `differs`, or "
        "empty where one of them is not known",
    )


class ContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    address = serializers.CharField(
        max_length=2048, help_text="A mail address, a telephone number or an http(s) address"
    )


class ServedSerializer(serializers.Serializer[Any]):
    served = serializers.CharField(
        max_length=200, help_text="As the provider's answer names it, such as its `model` field"
    )
    part = serializers.CharField(
        max_length=120,
        allow_blank=True,
        default="",
        help_text="Which model or provider, where the system has several",
    )


@extend_schema(tags=["systems"])
class SystemServed(generics.GenericAPIView[System]):
    serializer_class = ServedSerializer
    queryset = System.objects.none()
    write_role = Role.RESPONDER

    @extend_schema(
        summary="Tell which version answered; another one than before becomes a change",
        responses=PartSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        system = selectors.system_for(current_user(request), slug)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        part = services.record_served(
            system=system, actor=api_actor(request), **given.validated_data
        )
        return Response(PartSerializer(part).data)


class NeighbourSerializer(serializers.Serializer[selectors.Neighbour]):
    system = serializers.SlugField(source="system.slug")
    name = serializers.CharField(source="system.name")
    tier = serializers.IntegerField(source="system.tier")
    distance = serializers.IntegerField(help_text="Dependencies between, 1 for a direct one")


class DependenciesSerializer(serializers.Serializer[Any]):
    depends_on = NeighbourSerializer(many=True, source="upstream")
    dependents = NeighbourSerializer(
        many=True, help_text="The blast radius: who fails with it, the nearest first"
    )
    circle = serializers.ListField(
        child=serializers.CharField(),
        help_text="The names along which it depends on itself; empty when it does not",
    )


@extend_schema(tags=["systems"], responses=DependenciesSerializer)
class SystemDependencies(generics.GenericAPIView[System]):
    serializer_class = DependenciesSerializer
    queryset = System.objects.none()

    @extend_schema(summary="What it depends on, and what depends on it, up to five steps away")
    def get(self, request: Request, slug: str) -> Response:
        around = selectors.surroundings(current_user(request), slug)
        return Response(DependenciesSerializer(around).data)


urlpatterns = [
    path("systems/<str:slug>/served/", SystemServed.as_view(), name="system-served"),
    path(
        "systems/<str:slug>/dependencies/",
        SystemDependencies.as_view(),
        name="system-dependencies",
    ),
]
