"""Addresses under /incidents/."""

from __future__ import annotations

from django.urls import include, path

from incidents import cause_views, follow_views, people_views, suspect_views, views, work_views

app_name = "incidents"
urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.declare, name="declare"),
    path("drills/", include("incidents.drills.urls")),
    path("reports/", include("incidents.people_reports.urls")),
    path("<str:ref>/", views.detail, name="detail"),
    path("<str:ref>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<str:ref>/transition/", views.transition, name="transition"),
    path("<str:ref>/note/", work_views.note, name="note"),
    path("<str:ref>/update/", follow_views.update, name="update"),
    path("<str:ref>/reminders/", follow_views.reminders, name="reminders"),
    path("<str:ref>/files/<uuid:file_id>/", work_views.file, name="file"),
    path("<str:ref>/task/", work_views.task, name="task"),
    path("<str:ref>/task/<int:pk>/", work_views.task_done, name="task-done"),
    path("<str:ref>/times/", work_views.times, name="times"),
    path("<str:ref>/severity/", work_views.severity, name="severity"),
    path("<str:ref>/edit/", work_views.edit, name="edit"),
    path("<str:ref>/suspects/", suspect_views.suspects, name="suspects"),
    path("<str:ref>/causes/", cause_views.causes, name="causes"),
    path("<str:ref>/causes/new/", cause_views.cause_new, name="cause-new"),
    path("<str:ref>/causes/<int:pk>/", cause_views.cause_edit, name="cause-edit"),
    path("<str:ref>/causes/<int:pk>/remove/", cause_views.cause_remove, name="cause-remove"),
    path("<str:ref>/triage/", include("incidents.triage.urls")),
    path("<str:ref>/evidence/", include("incidents.evidence.urls")),
    path("<str:ref>/merge/", people_views.merge, name="merge"),
    path("<str:ref>/role/", people_views.role, name="role"),
    path("<str:ref>/private/", people_views.private, name="private"),
    path("<str:ref>/member/", people_views.member, name="member"),
    path("<str:ref>/still-on-it/", people_views.still_on_it, name="still-on-it"),
    path("<str:ref>/page/", people_views.page, name="page"),
]
