"""TEMPORARY while rooms are being built side by side: mounts what is already there."""
import importlib

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularRedocView


def _get(p):
    module, _, name = p.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError):
        return None


api = []
for room in ("catalog", "alerts", "incidents", "oncall", "accounts", "taxonomy"):
    api += _get(f"{room}.api:urlpatterns") or []
api += [
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("docs/", SpectacularRedocView.as_view(url_name="api:openapi"), name="docs"),
]
urlpatterns = []
if v := _get("incidents.now_views:now"):
    urlpatterns.append(path("", v, name="now"))
if v := _get("core.design_views:design"):
    urlpatterns.append(path("settings/design/", v, name="design"))
for prefix, module in (
    ("incidents/", "incidents.urls"), ("alerts/", "alerts.urls"), ("systems/", "catalog.urls"),
    ("on-call/", "oncall.urls"), ("inbox/", "notifications.urls"), ("taxonomy/", "taxonomy.urls"),
    ("settings/", "accounts.urls"), ("accounts/", "allauth.urls"),
):
    if _get(f"{module}:urlpatterns") is not None:
        urlpatterns.append(path(prefix, include(module)))
urlpatterns.append(path("api/v1/", include((api, "api"))))
for p, v, name in (
    ("slack/actions/", "integrations.slack.views:actions", "slack-actions"),
    ("slack/events/", "integrations.slack.views:events", "slack-events"),
    ("healthz", "aire_web.operations:healthz", "healthz"),
    ("readyz", "aire_web.operations:readyz", "readyz"),
    ("metrics", "aire_web.operations:metrics", "metrics"),
):
    if view := _get(v):
        urlpatterns.append(path(p, view, name=name))
handler400 = "core.problems.bad_request"
handler403 = "core.problems.permission_denied"
handler404 = "core.problems.page_not_found"
handler500 = "core.problems.server_error"
