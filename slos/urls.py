"""Addresses under /slos/."""

from __future__ import annotations

from django.urls import path

from slos import edit_views, input_views, simulator_views, views

app_name = "slos"
urlpatterns = [
    path("", views.slo_list, name="list"),
    path("library/", edit_views.library, name="library"),
    path("planner/", edit_views.planner, name="planner"),
    path("new/", edit_views.slo_new, name="new"),
    path("<slug:slug>/", views.slo_detail, name="detail"),
    path("<slug:slug>/edit/", edit_views.slo_edit, name="edit"),
    path("<slug:slug>/indicator/", edit_views.indicator_edit, name="indicator"),
    path("<slug:slug>/delete/", edit_views.slo_delete, name="delete"),
    path("<slug:slug>/switch/", edit_views.slo_switch, name="switch"),
    path("<slug:slug>/correct/", edit_views.correct, name="correct"),
    path(
        "<slug:slug>/corrections/<uuid:correction>/withdraw/", edit_views.withdraw, name="withdraw"
    ),
    path("<slug:slug>/data/", input_views.slo_inputs, name="inputs"),
    path("<slug:slug>/compare/", views.slo_compare, name="compare"),
    path("<slug:slug>/simulator/", simulator_views.simulator, name="simulator"),
]
