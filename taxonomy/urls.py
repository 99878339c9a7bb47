"""Addresses under /taxonomy/."""

from __future__ import annotations

from django.urls import path

from taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.cause_new, name="new"),
    path("facets/", views.facets, name="facets"),
    path("<str:slug>/", views.cause, name="cause"),
    path("<str:slug>/edit/", views.cause_edit, name="edit"),
    path("<str:slug>/retire/", views.cause_retire, name="retire"),
    path("<str:slug>/give-back/", views.cause_give_back, name="give-back"),
]
