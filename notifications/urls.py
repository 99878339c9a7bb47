"""Addresses under /inbox/."""

from __future__ import annotations

from django.urls import path

from notifications import contact_views, views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read-all"),
    path("channels/", views.channels, name="channels"),
    path("contacts/", contact_views.contacts, name="contacts"),
    path("contacts/add/", contact_views.contact_add, name="contact-add"),
    path("contacts/push/", contact_views.contact_push, name="contact-push"),
    path("contacts/test/", contact_views.test_page, name="contact-test"),
    path("contacts/quiet/", contact_views.quiet_save, name="quiet"),
    path("contacts/rules/<slug:urgency>/", contact_views.rules_save, name="rules"),
    path("contacts/<int:pk>/verify/", contact_views.contact_verify, name="contact-verify"),
    path("contacts/<int:pk>/resend/", contact_views.contact_resend, name="contact-resend"),
    path("contacts/<int:pk>/remove/", contact_views.contact_remove, name="contact-remove"),
]
