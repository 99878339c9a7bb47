"""Addresses under /settings/ that belong to people, keys, teams and the audit trail."""

from __future__ import annotations

from django.urls import path

from accounts import people_views, team_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.settings_home, name="settings"),
    path("profile/", views.profile, name="profile"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:pk>/revoke/", views.key_revoke, name="key-revoke"),
    path("audit/", views.audit_trail, name="audit"),
    path("people/", people_views.people, name="people"),
    path("people/<int:pk>/", people_views.person, name="person"),
    path("people/<int:pk>/deactivate/", people_views.person_deactivate, name="person-deactivate"),
    path("people/<int:pk>/activate/", people_views.person_activate, name="person-activate"),
    path("teams/", team_views.team_list, name="team-list"),
    path("teams/new/", team_views.team_new, name="team-new"),
    path("teams/<slug:slug>/", team_views.team_detail, name="team-detail"),
    path("teams/<slug:slug>/edit/", team_views.team_edit, name="team-edit"),
]
