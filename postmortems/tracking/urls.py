"""Addresses under /settings/trackers/."""

from __future__ import annotations

from django.urls import path

from postmortems.tracking import views

app_name = "trackers"
urlpatterns = [
    path("", views.tracker_list, name="list"),
    path("new/<slug:kind>/", views.tracker_new, name="new"),
    path("<slug:slug>/", views.tracker_edit, name="edit"),
]
