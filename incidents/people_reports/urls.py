"""Addresses under /incidents/reports/."""

from __future__ import annotations

from django.urls import path

from incidents.people_reports import form_views, views

app_name = "reports"
urlpatterns = [
    path("", views.cluster_list, name="list"),
    path("new/", views.report_new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/unlink/", views.unlink, name="unlink"),
    path("<int:pk>/declare/", views.declare, name="declare"),
    path("<int:pk>/dismiss/", views.dismiss, name="dismiss"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("reveal/<uuid:report_id>/", views.reveal, name="reveal"),
    path("forms/<slug:slug>/", form_views.settings_page, name="forms"),
    path("forms/<slug:slug>/new/", form_views.link_new, name="form-new"),
    path("forms/<slug:slug>/<int:pk>/revoke/", form_views.link_revoke, name="form-revoke"),
]
