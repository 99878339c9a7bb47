"""Addresses under /incidents/<ref>/evidence/."""

from __future__ import annotations

from django.urls import path

from incidents.evidence import case_views, views

app_name = "evidence"
urlpatterns = [
    path("", views.evidence, name="page"),
    path("samples/new/", views.sample_new, name="sample-new"),
    path("samples/of-report/<uuid:report_id>/", views.sample_of_report, name="sample-of-report"),
    path("samples/<int:number>/", views.sample, name="sample"),
    path("samples/<int:number>/remove/", views.sample_remove, name="sample-remove"),
    path("samples/<int:number>/reveal/", views.sample_reveal, name="sample-reveal"),
    path("samples/<int:number>/case/", case_views.case, name="case"),
    path("cases/<slug:shape>/", case_views.export, name="cases"),
    path("tries/", views.tries_new, name="tries"),
    path("affected/", views.affected_new, name="affected"),
    path("reports/new/", views.report_new, name="report-new"),
    path("reports/<uuid:report_id>/remove/", views.report_remove, name="report-remove"),
]
