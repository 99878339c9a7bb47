"""Addresses under /postmortems/."""

from __future__ import annotations

from django.urls import path

from postmortems import (
    evidence_views,
    export_views,
    review_views,
    section_views,
    template_views,
    views,
)

app_name = "postmortems"
urlpatterns = [
    path("", views.postmortem_list, name="list"),
    path("agenda/", review_views.agenda, name="agenda"),
    path("start/<str:incident_ref>/", views.start, name="start"),
    path("templates/", template_views.template_list, name="template-list"),
    path("templates/new/", template_views.template_new, name="template-new"),
    path("templates/<slug:slug>/", template_views.template_detail, name="template-detail"),
    path("templates/<slug:slug>/edit/", template_views.template_edit, name="template-edit"),
    path("templates/<slug:slug>/retire/", template_views.template_retire, name="template-retire"),
    path("<str:ref>/", views.detail, name="detail"),
    path("<str:ref>/transition/", views.transition, name="transition"),
    path("<str:ref>/assign/", views.assign, name="assign"),
    path("<str:ref>/title/", views.rename, name="rename"),
    path("<str:ref>/set-aside/", views.set_aside, name="set-aside"),
    path("<str:ref>/take-up/", views.take_up, name="take-up"),
    path("<str:ref>/sections/<str:key>/", section_views.edit, name="section"),
    path("<str:ref>/sections/<str:key>/preview/", section_views.preview, name="section-preview"),
    path("<str:ref>/sections/<str:key>/keep/", section_views.keep, name="section-keep"),
    path("<str:ref>/sections/<str:key>/accept/", section_views.accept, name="section-accept"),
    path("<str:ref>/sections/<str:key>/history/", section_views.history, name="section-history"),
    path("<str:ref>/sections/<str:key>/comment/", review_views.comment, name="comment"),
    path("<str:ref>/comments/<uuid:comment_id>/", review_views.resolve, name="comment-resolve"),
    path("<str:ref>/reviewers/", review_views.reviewers, name="reviewers"),
    path("<str:ref>/reviewers/<int:user_id>/remove/", review_views.take_off, name="take-off"),
    path("<str:ref>/evidence/", evidence_views.drawer, name="evidence"),
    path("<str:ref>/evidence/<int:number>/remove/", evidence_views.uncite, name="uncite"),
    path("<str:ref>/files/", evidence_views.attach, name="attach"),
    path("<str:ref>/files/<uuid:attachment_id>/", evidence_views.download, name="file"),
    path("<str:ref>/files/<uuid:attachment_id>/remove/", evidence_views.detach, name="detach"),
    path("<str:ref>/addendum/", review_views.addendum, name="addendum"),
    path("<str:ref>/read/", review_views.mark_read, name="read"),
    path("<str:ref>/external/", export_views.external, name="external"),
    path("<str:ref>/export.<str:form>", export_views.export, name="export"),
]
