"""Addresses under /actions/."""

from __future__ import annotations

from django.urls import path

from postmortems.actions import incident_views, views
from postmortems.tracking import views as tracking

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
    path("<str:ref>/tracker/", tracking.link, name="tracker-link"),
    path("<str:ref>/tracker/remove/", tracking.unlink, name="tracker-unlink"),
    path("<str:ref>/tracker/retry/", tracking.retry, name="tracker-retry"),
]
