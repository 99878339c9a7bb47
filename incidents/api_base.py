"""What the API's incident views share: finding the incident, answering with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import current_user
from catalog.models import System
from catalog.selectors import system_named
from core.errors import Invalid
from core.idempotency import IdempotentMixin
from incidents import selectors
from incidents.api_serializers import IncidentSerializer
from incidents.models import Incident
from incidents.selectors.causes import with_causes


class IncidentView(IdempotentMixin, generics.GenericAPIView[Any]):
    """What the views of one incident share: finding it, and answering with it."""

    serializer_class: Any = IncidentSerializer
    queryset: QuerySet[Any] = Incident.objects.none()
    lookup_field = "ref"
    # The lists' order; views of one incident are not paged.
    ordering: Sequence[str] = selectors.LIST_ORDER

    def incident(self, request: Request, ref: str) -> Incident:
        return selectors.incident_for(current_user(request), ref)

    def read(self, request: Request, serializer: Any) -> dict[str, Any]:
        filled = serializer(data=request.data)
        filled.is_valid(raise_exception=True)
        return dict(filled.validated_data)

    def answer(self, request: Request, ref: str, *, status: int = 200) -> Response:
        incident = selectors.incident_with(current_user(request), ref)
        return Response(self.shown(request, [incident])[0], status=status)

    def shown(self, request: Request, incidents: Sequence[Incident]) -> list[Any]:
        prefetch_related_objects(incidents, with_causes())
        merged = [row.merged_into_id for row in incidents if row.merged_into_id]
        targets = selectors.visible_incidents(current_user(request)).filter(pk__in=merged)
        context = {"visible_targets": set(targets.values_list("pk", flat=True)) if merged else ()}
        return list(IncidentSerializer(incidents, many=True, context=context).data)


def systems_named(request: Request, slugs: Sequence[str]) -> list[System]:
    """In the order given, each once. Raises `Invalid` naming the one that is not there."""
    user = current_user(request)
    try:
        return [system_named(user, slug) for slug in dict.fromkeys(slugs)]
    except Invalid as error:
        raise Invalid(error.message, errors={"systems": [error.message]}) from error


def person_named(email: str) -> User:
    """Somebody active, by address. Raises `Invalid`."""
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise Invalid(
            "There is no such person.", errors={"user": [f"Nobody active has {email[:254]}."]}
        )
    return person
