"""Rooms and services that policies page by name, in the REST API. For managers, as on the page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user, require_role
from core.idempotency import IdempotentMixin
from notifications import contact_services, selectors
from notifications.models import ContactMethod


class RoomSerializer(serializers.ModelSerializer[ContactMethod]):
    """`slug` is how policies name it. The address is written and never shown; a room that is there
    keeps its own where none is given."""

    slug = serializers.SlugField(max_length=63)
    name = serializers.CharField(source="label", max_length=120)
    address = serializers.CharField(write_only=True, required=False, max_length=1_500)

    class Meta:
        model = ContactMethod
        fields = ["slug", "name", "channel", "address", "verified_at", "failing_since", "failure"]
        read_only_fields = ["verified_at", "failing_since", "failure"]


@extend_schema(tags=["notifications"])
class RoomList(IdempotentMixin, generics.ListAPIView[ContactMethod]):
    """A Teams channel, say: an address of nobody in particular."""

    serializer_class = RoomSerializer
    queryset = ContactMethod.objects.none()
    ordering = ("slug",)
    write_role = Role.MANAGER

    def get_queryset(self) -> QuerySet[ContactMethod]:
        require_role(current_user(self.request), Role.MANAGER)
        return selectors.visible_rooms(current_user(self.request))

    @extend_schema(request=RoomSerializer, responses={201: RoomSerializer})
    def post(self, request: Request) -> Response:
        """Name one, or bring the one with this slug to exactly this state."""
        given = RoomSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = {"address": None, **given.validated_data}
        room = contact_services.save_named_contact(actor=api_actor(request), **data)
        return Response(RoomSerializer(room).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["notifications"])
class RoomDetail(APIView):
    write_role = Role.MANAGER

    @extend_schema(responses=RoomSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One room."""
        return Response(RoomSerializer(selectors.room_for(current_user(request), slug)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Nothing is sent there any more. Refused while a policy pages it."""
        room = selectors.room_for(current_user(request), slug)
        contact_services.remove_named_contact(slug=room.slug or "", actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


urlpatterns = [
    path("rooms/", RoomList.as_view(), name="room-list"),
    path("rooms/<slug:slug>/", RoomDetail.as_view(), name="room-detail"),
]
