"""Addresses under /systems/."""

from __future__ import annotations

from django.urls import path

from catalog import views
from catalog.readiness import views as readiness_views

app_name = "catalog"
urlpatterns = [
    path("", views.system_list, name="system-list"),
    path("new/", views.system_new, name="system-new"),
    path("<slug:slug>/", views.system_detail, name="system-detail"),
    path("<slug:slug>/edit/", views.system_edit, name="system-edit"),
    path("<slug:slug>/retire/", views.system_retire, name="system-retire"),
    path("<slug:slug>/readiness/", readiness_views.readiness, name="readiness"),
    path("<slug:slug>/readiness/close/", readiness_views.close, name="readiness-close"),
    path("<slug:slug>/readiness/<slug:check>/", readiness_views.answer, name="readiness-answer"),
    path("<slug:slug>/changes/", views.change_list, name="change-list"),
    path("<slug:slug>/changes/new/", views.change_new, name="change-new"),
]
