"""Slack in the settings: how it is, what to paste into Slack, who is not linked. For admins."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from accounts.permissions import role_required
from core.urls import safe_href
from integrations.slack.health import selectors
from integrations.slack.health.manifest import as_yaml, creating_link, manifest
from integrations.slack.health.workspace import look
from notifications.channels import DeliveryError

REACHABLE = "https://"


@require_safe
@role_required(Role.ADMIN)
def overview(request: HttpRequest) -> HttpResponse:
    health = selectors.health()
    socket = _socket_mode(request)
    content = manifest(base_url=settings.AIRE_BASE_URL, socket_mode=socket)
    base = settings.AIRE_BASE_URL.rstrip("/")
    context = {
        "health": health,
        "socket": socket,
        "manifest": as_yaml(content),
        "creating_link": safe_href(creating_link(content)) or creating_link(content),
        "addresses": [f"{base}/slack/{name}/" for name in ("events", "commands", "actions")],
        "reachable": settings.AIRE_BASE_URL.startswith(REACHABLE),
        "app_url": f"{health.workspace.url}apps" if health.workspace else "",
        "strangers": selectors.strangers(),
        "failed": selectors.failed_requests(),
        "linked": selectors.linked_count(),
    }
    return render(request, "slack/settings.html", context)


@require_safe
@role_required(Role.ADMIN)
def manifest_file(request: HttpRequest) -> HttpResponse:
    content = manifest(base_url=settings.AIRE_BASE_URL, socket_mode=_socket_mode(request))
    if request.GET.get("format") == "json":
        kind, name, text = "application/json", "aire-slack.json", json.dumps(content, indent=2)
    else:
        kind, name, text = "application/yaml", "aire-slack.yaml", as_yaml(content)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)


@require_POST
@role_required(Role.ADMIN)
def check(request: HttpRequest) -> HttpResponse:
    try:
        found = look()
    except DeliveryError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"Slack knows AIRE in {found.name or found.team}.")
    return redirect("slack:settings")


def _socket_mode(request: HttpRequest) -> bool:
    """Chosen on the page, else as this installation is set up."""
    chosen = request.GET.get("transport")
    if chosen in ("http", "socket"):
        return chosen == "socket"
    return bool(settings.AIRE_SLACK_APP_TOKEN)
