"""Follow-up actions in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import path
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Team
from accounts.permissions import api_actor, current_user
from accounts.selectors import visible_teams
from core.errors import Invalid, NotFound
from core.idempotency import IdempotentMixin
from incidents.api_base import person_named
from incidents.models import Incident
from incidents.selectors import incident_for
from postmortems.actions import selectors, services
from postmortems.actions.filters import ActionFilter
from postmortems.actions.proposals import accept_proposal, decline_proposal, proposals_for
from postmortems.actions.serializers import (
    ActionEventSerializer,
    ActionSerializer,
    AnswerSerializer,
    ChangeActionSerializer,
    MoveSerializer,
    NewActionSerializer,
    ProposalSerializer,
)
from postmortems.models import Action, ActionEvent

NOT_NOW = OpenApiResponse(description="Not possible in the present state; `allowed` says what is")


class ActionView(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class: Any = ActionSerializer
    queryset: QuerySet[Any] = Action.objects.none()
    lookup_field = "ref"
    ordering: Any = selectors.NEW_ORDER

    def read(self, request: Request, serializer: Any) -> dict[str, Any]:
        filled = serializer(data=request.data)
        filled.is_valid(raise_exception=True)
        return _resolved(request, dict(filled.validated_data))

    def answer(self, request: Request, ref: str, *, status: int = 200) -> Response:
        action = selectors.action_for(current_user(request), ref)
        return Response(ActionSerializer(action).data, status=status)


@extend_schema(tags=["actions"])
class ActionList(ActionView):
    filter_backends = [DjangoFilterBackend]
    filterset_class = ActionFilter

    def get_queryset(self) -> QuerySet[Action]:
        return selectors.visible_actions(current_user(self.request))

    @extend_schema(
        summary="Follow-up actions, newest first",
        description="Those of private incidents are there for their people only.",
        responses=ActionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ActionSerializer(page, many=True).data)

    @extend_schema(
        summary="Promise a follow-up of an incident",
        description="Without `due_on` the date follows from the severity.",
        request=NewActionSerializer,
        responses={201: ActionSerializer},
    )
    def post(self, request: Request) -> Response:
        data = self.read(request, NewActionSerializer)
        data["incident"] = _incident(request, data["incident"])
        action = services.create_action(actor=api_actor(request), **data)
        return self.answer(request, action.ref, status=201)


@extend_schema(tags=["actions"])
class ActionDetail(ActionView):
    @extend_schema(summary="One action", responses=ActionSerializer)
    def get(self, request: Request, ref: str) -> Response:
        return self.answer(request, ref)

    @extend_schema(
        summary="Change an action",
        description="`status` moves it along its lifecycle, as `transition/` does.",
        request=ChangeActionSerializer,
        responses={200: ActionSerializer, 409: NOT_NOW},
    )
    def patch(self, request: Request, ref: str) -> Response:
        action = selectors.action_for(current_user(request), ref)
        data = self.read(request, ChangeActionSerializer)
        to, reason = data.pop("status", None), data.pop("reason", "")
        actor = api_actor(request)
        with transaction.atomic():
            if data:
                services.change_action(action_id=action.pk, actor=actor, **data)
            if to is not None and to != action.status:
                services.transition_action(action_id=action.pk, to=to, reason=reason, actor=actor)
        return self.answer(request, ref)


@extend_schema(tags=["actions"])
class ActionTransition(ActionView):
    @extend_schema(
        summary="Move an action to another status",
        description="`wont_do` and reopening need a reason; a detecting action of a quality "
        "failure needs a proof (an evaluation case or an SLI) to be done.",
        request=MoveSerializer,
        responses={200: ActionSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        action = selectors.action_for(current_user(request), ref)
        data = self.read(request, MoveSerializer)
        services.transition_action(action_id=action.pk, actor=api_actor(request), **data)
        return self.answer(request, ref)


@extend_schema(tags=["actions"])
class ActionEvents(ActionView):
    serializer_class = ActionEventSerializer
    queryset: QuerySet[Any] = ActionEvent.objects.none()
    ordering = ("-at", "-id")

    @extend_schema(
        summary="What became of it, newest first", responses=ActionEventSerializer(many=True)
    )
    def get(self, request: Request, ref: str) -> Response:
        events = selectors.action_for(current_user(request), ref).events.all()
        page = self.paginate_queryset(events)
        return self.get_paginated_response(ActionEventSerializer(page, many=True).data)


@extend_schema(tags=["actions"])
class IncidentProposals(ActionView):
    serializer_class = ProposalSerializer
    pagination_class = None

    @extend_schema(
        summary="Follow-ups that the causes of an incident suggest",
        responses=ProposalSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        incident = incident_for(current_user(request), ref)
        return Response(ProposalSerializer(proposals_for(incident), many=True).data)

    @extend_schema(
        summary="Take a proposal up, or decline it with a reason",
        description="Answers the action that was made of it, or the proposal with its reason.",
        request=AnswerSerializer,
        responses={201: ActionSerializer, 200: ProposalSerializer},
    )
    def post(self, request: Request, ref: str) -> Response:
        incident = incident_for(current_user(request), ref)
        data = self.read(request, AnswerSerializer)
        key, reason = data.pop("key"), data.pop("decline", "")
        actor = api_actor(request)
        if reason:
            decline_proposal(incident=incident, key=key, reason=reason, actor=actor)
            said = next(one for one in proposals_for(incident) if one.key == key)
            return Response(ProposalSerializer(said).data)
        action = accept_proposal(incident=incident, key=key, actor=actor, **data)
        return self.answer(request, action.ref, status=201)


def _incident(request: Request, ref: str) -> Incident:
    try:
        return incident_for(current_user(request), ref)
    except NotFound as error:
        raise Invalid(error.message, errors={"incident": [error.message]}) from error


def _resolved(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    """Addresses and slugs become people and teams. Raises `Invalid` naming the field."""
    if data.get("owner"):
        try:
            data["owner"] = person_named(data["owner"])
        except Invalid as error:
            raise Invalid(error.message, errors={"owner": error.errors["user"]}) from error
    if slug := data.get("team"):
        team: Team | None = visible_teams(current_user(request)).filter(slug=slug).first()
        if team is None:
            sentence = f"There is no team “{slug}”."
            raise Invalid(sentence, errors={"team": [sentence]})
        data["team"] = team
    return data


urlpatterns = [
    path("actions/", ActionList.as_view(), name="action-list"),
    path("actions/<str:ref>/", ActionDetail.as_view(), name="action-detail"),
    path("actions/<str:ref>/transition/", ActionTransition.as_view(), name="action-transition"),
    path("actions/<str:ref>/events/", ActionEvents.as_view(), name="action-events"),
    path("incidents/<str:ref>/proposals/", IncidentProposals.as_view(), name="incident-proposals"),
]
