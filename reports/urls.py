"""Addresses under /reports/."""

from __future__ import annotations

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("quarterly/", views.quarterly, name="quarterly"),
    path("digest/", views.digest, name="digest"),
    path("filters/", views.filter_save, name="filter-save"),
    path("filters/<int:pk>/remove/", views.filter_remove, name="filter-remove"),
    path("<slug:name>/", views.report, name="report"),
]
