"""Shadow mode and hand-off notes in the REST API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from oncall import selectors
from oncall.handoff.models import HandoffNote
from oncall.handoff.services import write_note
from oncall.shadow.models import Shadow
from oncall.shadow.services import begin_shadow, end_shadow


class ShadowSerializer(serializers.ModelSerializer[Shadow]):
    """`scope` is `source:<slug>` or `team:<slug>`."""

    class Meta:
        model = Shadow
        fields = ["id", "scope", "reason", "started_at", "started_by", "until", "ended_at"]
        read_only_fields = ["started_at", "started_by", "ended_at"]


class HandoffNoteSerializer(serializers.ModelSerializer[HandoffNote]):
    author = serializers.CharField(source="author.email", read_only=True)

    class Meta:
        model = HandoffNote
        fields = ["id", "text", "author", "written_at"]
        read_only_fields = ["written_at"]


@extend_schema(tags=["on-call"])
class ShadowList(generics.ListAPIView[Shadow]):
    """What is or was in shadow mode: everything runs, nobody is paged."""

    serializer_class = ShadowSerializer
    queryset = Shadow.objects.all()
    ordering = ("-started_at", "-id")
    write_role = Role.MANAGER

    @extend_schema(request=ShadowSerializer, responses={201: ShadowSerializer})
    def post(self, request: Request) -> Response:
        """From now on nobody is paged about what only this source or team is about."""
        given = ShadowSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        shadow = begin_shadow(
            scope=data["scope"],
            until=data.get("until"),
            reason=data.get("reason", ""),
            actor=api_actor(request),
        )
        return Response(ShadowSerializer(shadow).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"], responses=ShadowSerializer)
class ShadowDetail(APIView):
    write_role = Role.MANAGER

    def delete(self, request: Request, pk: int) -> Response:
        """What begins from now on pages for real."""
        shadow = end_shadow(shadow_id=pk, actor=api_actor(request))
        return Response(ShadowSerializer(shadow).data)


@extend_schema(tags=["on-call"])
class HandoffNotes(generics.ListAPIView[HandoffNote]):
    """The hand-off notes of a schedule, newest first."""

    serializer_class = HandoffNoteSerializer
    queryset = HandoffNote.objects.none()
    ordering = ("-written_at", "-id")

    def get_queryset(self) -> QuerySet[HandoffNote]:
        if getattr(self, "swagger_fake_view", False):
            return HandoffNote.objects.none()
        schedule = selectors.schedule_for(current_user(self.request), self.kwargs["slug"])
        return HandoffNote.objects.filter(schedule=schedule).select_related("author")

    @extend_schema(request=HandoffNoteSerializer, responses={201: HandoffNoteSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Write one, or correct one's own of the last hour."""
        given = HandoffNoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = current_user(request)
        note = write_note(
            schedule=selectors.schedule_for(user, slug),
            text=given.validated_data["text"],
            author=user,
            actor=api_actor(request),
        )
        return Response(HandoffNoteSerializer(note).data, status=status.HTTP_201_CREATED)


urlpatterns = [
    path("shadows/", ShadowList.as_view(), name="shadow-list"),
    path("shadows/<int:pk>/", ShadowDetail.as_view(), name="shadow-detail"),
    path("schedules/<slug:slug>/handoff/", HandoffNotes.as_view(), name="handoff-notes"),
]
