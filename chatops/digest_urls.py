"""Addresses of the daily digests, under /settings/digests/."""

from __future__ import annotations

from django.urls import path

from chatops import digest_views

app_name = "digests"
urlpatterns = [
    path("", digest_views.digest_list, name="list"),
    path("new/", digest_views.digest_new, name="new"),
    path("<slug:slug>/", digest_views.digest_edit, name="edit"),
    path("<slug:slug>/delete/", digest_views.digest_delete, name="delete"),
]
