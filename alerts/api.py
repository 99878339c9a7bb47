"""The alerts room in the REST API."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
