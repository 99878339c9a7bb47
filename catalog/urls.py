"""Addresses under /systems/."""

from __future__ import annotations

from django.urls import path

from catalog import around_views, timeline_views, views
from catalog.kpis import views as kpi_views
from catalog.readiness import views as readiness_views

app_name = "catalog"
urlpatterns = [
    path("", views.system_list, name="system-list"),
    path("new/", views.system_new, name="system-new"),
    path("gaps/", around_views.gaps, name="gaps"),
    path("<slug:slug>/", views.system_detail, name="system-detail"),
    path("<slug:slug>/edit/", views.system_edit, name="system-edit"),
    path("<slug:slug>/retire/", views.system_retire, name="system-retire"),
    path("<slug:slug>/dependencies/", around_views.dependencies, name="system-dependencies"),
    path("<slug:slug>/timeline/", timeline_views.system_timeline, name="system-timeline"),
    path("<slug:slug>/changes/sending/", timeline_views.change_sending, name="change-sending"),
    path("<slug:slug>/kpis/new/", kpi_views.kpi_new, name="kpi-new"),
    path("<slug:slug>/kpis/<slug:kpi>/", kpi_views.kpi_edit, name="kpi-edit"),
    path("<slug:slug>/kpis/<slug:kpi>/retire/", kpi_views.kpi_retire, name="kpi-retire"),
    path("<slug:slug>/readiness/", readiness_views.readiness, name="readiness"),
    path("<slug:slug>/readiness/close/", readiness_views.close, name="readiness-close"),
    path("<slug:slug>/readiness/<slug:check>/", readiness_views.answer, name="readiness-answer"),
    path("<slug:slug>/changes/", views.change_list, name="change-list"),
    path("<slug:slug>/changes/new/", views.change_new, name="change-new"),
]
