"""Addresses under /settings/webhooks/."""

from __future__ import annotations

from django.urls import path

from notifications import webhook_views as views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhook_list, name="list"),
    path("new/", views.webhook_new, name="new"),
    path("rooms/", views.rooms, name="rooms"),
    path("rooms/<slug:slug>/remove/", views.room_remove, name="room-remove"),
    path("<slug:slug>/", views.webhook_detail, name="detail"),
    path("<slug:slug>/edit/", views.webhook_edit, name="edit"),
    path("<slug:slug>/secret/", views.webhook_secret, name="secret"),
    path("<slug:slug>/test/", views.webhook_test, name="test"),
    path("<slug:slug>/remove/", views.webhook_remove, name="remove"),
]
