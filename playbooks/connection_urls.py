"""Addresses under /settings/connections/."""

from __future__ import annotations

from django.urls import path

from playbooks import connection_views as views

app_name = "connections"
urlpatterns = [
    path("", views.connection_list, name="list"),
    path("new/<slug:kind>/", views.connection_new, name="new"),
    path("<slug:slug>/", views.connection_edit, name="edit"),
    path("<slug:slug>/remove/", views.connection_remove, name="remove"),
]
