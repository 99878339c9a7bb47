"""Addresses under /first-run/."""

from __future__ import annotations

from django.urls import path

from aire_web.first_run import source_views, views

urlpatterns = [
    path("", views.overview, name="first-run"),
    path("leave/", views.leave, name="first-run-leave"),
    path("team/", views.team, name="first-run-team"),
    path("system/", views.system, name="first-run-system"),
    path("source/", source_views.source, name="first-run-source"),
    path("source/<slug:slug>/test/", source_views.source_test, name="first-run-source-test"),
    path("source/<slug:slug>/tried/", source_views.source_tried, name="first-run-source-tried"),
    path("on-call/", views.on_call, name="first-run-on-call"),
    path("test-page/", views.test_page, name="first-run-test-page"),
    path(
        "test-page/deliveries/",
        views.test_page_deliveries,
        name="first-run-test-page-deliveries",
    ),
]
