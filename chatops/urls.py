"""Addresses of this room, under /incidents/."""

from __future__ import annotations

from django.urls import path

from chatops import views

app_name = "chatops"
urlpatterns = [
    path("commands/", views.commands, name="commands"),
    path("commands/completion/", views.completion, name="completion"),
    path("<str:ref>/command/", views.command, name="command"),
]
