"""The addresses of Opsgenie's API that are read. Those that are written to are ingest doors."""

from __future__ import annotations

from django.urls import path, re_path

from integrations.opsgenie import views

urlpatterns = [
    path("alerts", views.alert_list),
    path("alerts/", views.alert_list),
    path("alerts/count", views.alert_count),
    path("alerts/requests/<str:request_id>", views.request_status),
    re_path(r"^alerts/(?P<identifier>.{1,2048}?)/notes/?$", views.alert_notes),
    re_path(r"^alerts/(?P<identifier>.{1,2048}?)/?$", views.alert_detail),
    path("heartbeats", views.heartbeat_list),
    path("heartbeats/", views.heartbeat_list),
    re_path(
        r"^heartbeats/(?P<name>[^/]{1,200})/(?P<word>enable|disable)/?$", views.heartbeat_switch
    ),
    re_path(r"^heartbeats/(?P<name>[^/]{1,200})/?$", views.heartbeat_detail),
]
