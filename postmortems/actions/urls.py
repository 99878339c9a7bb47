"""Addresses under /actions/."""

from __future__ import annotations

from django.urls import path

from postmortems.actions import incident_views, views

app_name = "actions"
urlpatterns = [
    path("", views.action_list, name="list"),
    path("board/", views.action_board, name="board"),
    path("new/<str:ref>/", incident_views.action_new, name="new"),
    path("accept/<str:ref>/<str:key>/", incident_views.proposal_accept, name="accept"),
    path("decline/<str:ref>/<str:key>/", incident_views.proposal_decline, name="decline"),
    path("<str:ref>/", views.action_detail, name="detail"),
    path("<str:ref>/edit/", views.action_edit, name="edit"),
    path("<str:ref>/transition/", views.action_transition, name="transition"),
]
