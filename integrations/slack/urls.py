"""Addresses under /settings/slack/. Where Slack itself posts is `front`, outside of Django."""

from __future__ import annotations

from django.urls import path

from integrations.slack import link_views, settings_views
from integrations.slack.channels import views as channel_views

app_name = "slack"
urlpatterns = [
    path("", settings_views.overview, name="settings"),
    path("manifest/", settings_views.manifest_file, name="manifest"),
    path("check/", settings_views.check, name="check"),
    path("channels/", channel_views.channels, name="channels"),
    path("channels/again/", channel_views.try_again, name="channels-again"),
    path("channels/new/", channel_views.announcement_new, name="announcement-new"),
    path("channels/<slug:slug>/", channel_views.announcement_edit, name="announcement"),
    path(
        "channels/<slug:slug>/remove/",
        channel_views.announcement_remove,
        name="announcement-remove",
    ),
    path("incidents/<str:ref>/", channel_views.open_channel, name="open-channel"),
    path("me/", link_views.mine, name="mine"),
    path("me/unlink/", link_views.unlink, name="unlink"),
    path("link/<str:token>/", link_views.link, name="link"),
]
