"""Addresses under /clocks/."""

from __future__ import annotations

from django.urls import path

from postmortems.clocks import views

app_name = "clocks"
urlpatterns = [
    path("", views.clock_list, name="list"),
    path("rules/", views.rule_list, name="rules"),
    path("new/", views.start, name="start"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/owner/", views.owner, name="owner"),
    path("<int:pk>/draft/", views.authority_draft, name="draft"),
    path("incidents/<str:ref>/hold/", views.hold, name="hold"),
    path("incidents/<str:ref>/aiid/", views.aiid_draft, name="aiid"),
]
