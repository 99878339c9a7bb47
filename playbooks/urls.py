"""Addresses under /playbooks/."""

from __future__ import annotations

from django.urls import path

from playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.playbook_list, name="list"),
    path("new/", views.new, name="new"),
    path("runs/", views.run_list, name="runs"),
    path("runs/<str:ref>/", views.run, name="run"),
    path("runs/<str:ref>/<slug:verb>/", views.act, name="act"),
    path("incidents/<str:ref>/<slug:slug>/", views.start, name="start"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:slug>/remove/", views.remove, name="remove"),
]
