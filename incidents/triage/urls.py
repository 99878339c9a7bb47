"""Addresses under /incidents/<ref>/triage/."""

from __future__ import annotations

from django.urls import path

from incidents.triage import views

app_name = "triage"
urlpatterns = [
    path("", views.triage, name="page"),
    path("tick/", views.tick, name="tick"),
    path("onset/", views.onset, name="onset"),
    path("onset/follow/", views.onset_follow, name="onset-follow"),
    path("hypotheses/", views.side_by_side, name="hypotheses"),
    path("hypotheses/<int:pk>/finding/", views.finding, name="finding"),
    path("hypotheses/<int:pk>/judge/", views.judge, name="judge"),
    path("split/", views.split, name="split"),
]
