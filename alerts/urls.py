"""Addresses under /alerts/."""

from __future__ import annotations

from django.urls import path

from alerts import (
    mapping_views,
    receipt_views,
    report_views,
    route_views,
    sender_views,
    source_views,
    views,
)
from alerts.heartbeats import views as heartbeat_views
from alerts.looking import views as look_views
from alerts.noise import rule_views
from alerts.noise import views as silence_views
from alerts.quality import views as quality_views
from alerts.redaction import views as redaction_views

app_name = "alerts"
urlpatterns = [
    path("", views.alert_list, name="list"),
    path("set-aside/", receipt_views.set_aside, name="set-aside"),
    path("receipts/<uuid:pk>/", receipt_views.receipt, name="receipt"),
    path("receipts/<uuid:pk>/raw/", receipt_views.receipt_raw, name="receipt-raw"),
    path("receipts/<uuid:pk>/replay/", receipt_views.replay, name="receipt-replay"),
    path("sources/", source_views.source_list, name="source-list"),
    path("sources/new/", source_views.source_new, name="source-new"),
    path("sources/<slug:slug>/", source_views.source_detail, name="source-detail"),
    path("sources/<slug:slug>/edit/", source_views.source_edit, name="source-edit"),
    path("sources/<slug:slug>/arrival/", source_views.source_arrival, name="source-arrival"),
    path("sources/<slug:slug>/rotate/", source_views.source_rotate, name="source-rotate"),
    path(
        "sources/<slug:slug>/keys/<int:key_id>/revoke/",
        source_views.source_revoke,
        name="source-revoke",
    ),
    path("sources/<slug:slug>/test/", source_views.source_test, name="source-test"),
    path("sources/<slug:slug>/switch/", source_views.source_switch, name="source-switch"),
    path("sources/<slug:slug>/look/", look_views.source_look, name="source-look"),
    path("sources/<slug:slug>/mapping/", mapping_views.source_mapping, name="source-mapping"),
    path(
        "sources/<slug:slug>/redaction/",
        redaction_views.source_redaction,
        name="source-redaction",
    ),
    path("receipts/<uuid:pk>/reveal/", redaction_views.reveal, name="receipt-reveal"),
    path("sources/<slug:slug>/sender/", sender_views.source_sender, name="source-sender"),
    path("sources/<slug:slug>/guide/", sender_views.source_guide, name="source-guide"),
    path("sources/<slug:slug>/changes/", sender_views.source_changes, name="source-changes"),
    path("report/", report_views.report, name="report"),
    path("heartbeats/", heartbeat_views.heartbeat_list, name="heartbeat-list"),
    path("heartbeats/new/", heartbeat_views.heartbeat_new, name="heartbeat-new"),
    path("heartbeats/<slug:slug>/", heartbeat_views.heartbeat_detail, name="heartbeat-detail"),
    path(
        "heartbeats/<slug:slug>/delete/", heartbeat_views.heartbeat_delete, name="heartbeat-delete"
    ),
    path(
        "heartbeats/<slug:slug>/rotate/", heartbeat_views.heartbeat_rotate, name="heartbeat-rotate"
    ),
    path("routes/", route_views.route_list, name="route-list"),
    path("routes/new/", route_views.route_new, name="route-new"),
    path("routes/try/", route_views.route_try, name="route-try"),
    path("routes/<slug:slug>/", route_views.route_edit, name="route-edit"),
    path("routes/<slug:slug>/delete/", route_views.route_delete, name="route-delete"),
    path("silences/", silence_views.silence_list, name="silence-list"),
    path("silences/new/", silence_views.silence_new, name="silence-new"),
    path("silences/<uuid:pk>/", silence_views.silence_detail, name="silence-detail"),
    path("silences/<uuid:pk>/edit/", silence_views.silence_edit, name="silence-edit"),
    path("silences/<uuid:pk>/expire/", silence_views.silence_expire, name="silence-expire"),
    path("quality/", quality_views.quality, name="quality"),
    path("noise/", rule_views.noise, name="noise"),
    path("noise/inhibitions/new/", rule_views.inhibition_new, name="inhibition-new"),
    path("noise/inhibitions/<slug:slug>/", rule_views.inhibition_edit, name="inhibition-edit"),
    path(
        "noise/inhibitions/<slug:slug>/delete/",
        rule_views.inhibition_delete,
        name="inhibition-delete",
    ),
    path("<uuid:pk>/", views.alert_detail, name="detail"),
    path("<uuid:pk>/payload/", views.alert_payload, name="payload"),
]
