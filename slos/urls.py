"""Addresses under /slos/."""

from __future__ import annotations

from django.urls import path

from slos import views

app_name = "slos"
urlpatterns = [
    path("", views.slo_list, name="list"),
    path("<slug:slug>/", views.slo_detail, name="detail"),
]
