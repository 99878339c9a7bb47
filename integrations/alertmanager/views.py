"""What `amtool`, Grafana and scripts read and write at Alertmanager's API v2, with an API key of
AIRE as bearer. Posting alerts is an ingest door (`integrations.alertmanager.door`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path, re_path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import api_actor, current_user
from alerts.matchers import MatcherError, Matchers, parse_matchers
from alerts.models import Alert, Silence
from alerts.services.silences import create_silence, edit_silence, expire_silence, is_over
from core import clock
from core.errors import AireError, Invalid
from integrations.alertmanager.shapes import (
    RECEIVER,
    NotASilence,
    alert_shape,
    facts_of,
    matchers_of,
    read_silence,
    silence_shape,
    written,
)

MAX_ALERTS = 2000
MAX_SILENCES = 1000
STARTED = clock.now()


class AlertmanagerView(APIView):
    """Not part of AIRE's own API, and not described in its schema."""

    schema = None


def _refused(text: str, status: int = 400) -> Response:
    """Alertmanager says what is wrong as a JSON text."""
    return Response(text, status=status)


def _filters(request: Request) -> Matchers:
    return parse_matchers(request.query_params.getlist("filter")[:50])


def _wanted(request: Request, name: str) -> bool:
    return request.query_params.get(name, "true").lower() != "false"


def _open_alerts(request: Request, filters: Matchers) -> list[tuple[Alert, dict[str, Any]]]:
    """What fires or is held back, the latest first, as the query asks."""
    rows = (
        Alert.objects.visible_to(current_user(request))
        .filter(status__in=Alert.OPEN)
        .select_related("source", "system")
        .defer("system__search", "source__options")
        .prefetch_related("holds")
        .order_by("-listed_at", "-id")
    )
    if not _wanted(request, "active"):
        rows = rows.exclude(status=Alert.Status.FIRING)
    if not _wanted(request, "silenced") and not _wanted(request, "inhibited"):
        rows = rows.exclude(status=Alert.Status.SILENCED)
    found = []
    for row in rows[:MAX_ALERTS]:
        labels = facts_of(row)
        shape = alert_shape(row, labels)
        by = shape["status"]
        hidden = (by["inhibitedBy"] and not _wanted(request, "inhibited")) or (
            by["silencedBy"] and not _wanted(request, "silenced")
        )
        if filters.matches(labels) and not hidden:
            found.append((row, shape))
    return found


class StatusView(AlertmanagerView):
    def get(self, request: Request) -> Response:
        return Response(
            {
                "cluster": {"name": "aire", "status": "disabled", "peers": []},
                "config": {"original": f"route:\n  receiver: {RECEIVER}\nreceivers:\n"
                                       f"  - name: {RECEIVER}\n"},
                "uptime": written(STARTED),
                "versionInfo": {
                    "version": "0.27.0", "branch": "aire", "revision": "", "buildDate": "",
                    "buildUser": "", "goVersion": "",
                },
            }
        )  # fmt: skip


class ReceiversView(AlertmanagerView):
    def get(self, request: Request) -> Response:
        return Response([{"name": RECEIVER}])


class AlertsView(AlertmanagerView):
    def get(self, request: Request) -> Response:
        try:
            filters = _filters(request)
        except MatcherError as error:
            return _refused(f"bad matcher: {error}")
        return Response([shape for _, shape in _open_alerts(request, filters)])


class GroupsView(AlertmanagerView):
    """The groups are AIRE's own: alerts that are one problem."""

    def get(self, request: Request) -> Response:
        try:
            filters = _filters(request)
        except MatcherError as error:
            return _refused(f"bad matcher: {error}")
        groups: dict[str, dict[str, Any]] = {}
        for row, shape in _open_alerts(request, filters):
            group = groups.setdefault(
                row.group_key or str(row.pk),
                {"labels": dict(shape["labels"]), "receiver": {"name": RECEIVER}, "alerts": []},
            )
            group["alerts"].append(shape)
            common = group["labels"].items() & shape["labels"].items()
            group["labels"] = dict(sorted(common))
        return Response(list(groups.values()))


class SilencesView(AlertmanagerView):
    def get(self, request: Request) -> Response:
        """All that are not over, and the latest of those that are."""
        try:
            wanted = {str(item) for item in _filters(request).items}
        except MatcherError as error:
            return _refused(f"bad matcher: {error}")
        now = clock.now()
        rows = Silence.objects.select_related("system").defer("system__search")
        found = [
            silence_shape(row, now)
            for row in rows.order_by("-created_at", "-id")[:MAX_SILENCES]
            if wanted <= {str(item) for item in matchers_of(row).items}
        ]
        return Response(found)

    def post(self, request: Request) -> Response:
        """A new one; with the id of one that is not over, that one is changed."""
        now = clock.now()
        try:
            fields = read_silence(request.data, now)
            present = _present(fields.pop("id"))
        except NotASilence as error:
            return _refused(str(error))
        except Silence.DoesNotExist:
            return _refused("silence not found", 404)
        try:
            saved = self._saved(request, present, fields)
        except Invalid as error:
            lines = [line for found in error.errors.values() for line in found]
            return _refused(f"silence invalid: {' '.join(lines) or error.message}")
        except AireError as error:
            return _refused(error.message)
        return Response({"silenceID": str(saved.pk)})

    def _saved(self, request: Request, present: Silence | None, fields: dict[str, Any]) -> Silence:
        if present is None or is_over(present, clock.now()):
            return create_silence(actor=api_actor(request), **fields)
        fields.pop("author")
        slug = present.system.slug if present.system else None
        if slug:
            fields["match"] = [text for text in fields["match"] if text != f'system="{slug}"']
        return edit_silence(
            silence_id=present.pk, actor=api_actor(request), system_slug=slug, **fields
        )


def _present(given: object) -> Silence | None:
    """The silence that a posted id names; none for a new one."""
    if not given:
        return None
    try:
        pk = UUID(str(given))
    except ValueError:
        raise NotASilence("silence invalid: the id is no UUID") from None
    return Silence.objects.select_related("system").get(pk=pk)


class SilenceView(AlertmanagerView):
    def get(self, request: Request, silence_id: UUID) -> Response:
        row = Silence.objects.select_related("system").filter(pk=silence_id).first()
        if row is None:
            return _refused("silence not found", 404)
        return Response(silence_shape(row, clock.now()))

    def delete(self, request: Request, silence_id: UUID) -> Response:
        if not Silence.objects.filter(pk=silence_id).exists():
            return _refused("silence not found", 404)
        expire_silence(silence_id=silence_id, actor=api_actor(request), because="amtool or a tool")
        return Response(status=200)


urlpatterns = [
    path("status", StatusView.as_view()),
    path("receivers", ReceiversView.as_view()),
    re_path(r"^alerts/?$", AlertsView.as_view()),
    path("alerts/groups", GroupsView.as_view()),
    path("silences", SilencesView.as_view()),
    path("silence/<uuid:silence_id>", SilenceView.as_view()),
]
