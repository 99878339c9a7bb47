"""Addresses under /incidents/drills/."""

from __future__ import annotations

from django.urls import path

from incidents.drills import schedule_views, views

app_name = "drills"
urlpatterns = [
    path("", views.drill_list, name="list"),
    path("schedules/new/", schedule_views.new, name="schedule-new"),
    path("schedules/<slug:slug>/", schedule_views.edit, name="schedule-edit"),
    path("schedules/<slug:slug>/pause/", schedule_views.pause, name="schedule-pause"),
    path("schedules/<slug:slug>/delete/", schedule_views.delete, name="schedule-delete"),
    path("new/<slug:name>/", views.start, name="start"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/debrief/", views.debrief, name="debrief"),
]
