"""Addresses under /incidents/drills/."""

from __future__ import annotations

from django.urls import path

from incidents.drills import views

app_name = "drills"
urlpatterns = [
    path("", views.drill_list, name="list"),
    path("new/<slug:name>/", views.start, name="start"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/debrief/", views.debrief, name="debrief"),
]
