"""Addresses under /settings/slack/. Where Slack itself posts is `front`, outside of Django."""

from __future__ import annotations

from django.urls import path

from integrations.slack import link_views, settings_views

app_name = "slack"
urlpatterns = [
    path("", settings_views.overview, name="settings"),
    path("manifest/", settings_views.manifest_file, name="manifest"),
    path("check/", settings_views.check, name="check"),
    path("me/", link_views.mine, name="mine"),
    path("me/unlink/", link_views.unlink, name="unlink"),
    path("link/<str:token>/", link_views.link, name="link"),
]
