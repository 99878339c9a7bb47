"""The living page of the look: every component and tag, with sample values. No data of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.clock import now


class SampleForm(forms.Form):
    """One control of each kind, bound with one mistake so that the error state shows."""

    title = forms.CharField(help_text="What people see first. Say what is wrong, not why.")
    email = forms.EmailField(label="Notify")
    severity = forms.ChoiceField(
        choices=[(f"sev{level}", f"SEV{level}") for level in range(1, 5)], required=False
    )
    summary = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    visibility = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("all", "Everybody in the organisation"), ("people", "Only its people")],
    )
    private = forms.BooleanField(
        label="Keep this private", required=False, help_text="Only people of the incident see it."
    )


@dataclass(frozen=True)
class SamplePage:
    previous_url: str | None = "?cursor=previous"
    next_url: str | None = "?cursor=next"


@dataclass(frozen=True)
class SamplePerson:
    name: str


def design(request: HttpRequest) -> HttpResponse:
    """`/settings/design/`, for staff."""
    if not getattr(request.user, "is_staff", False):
        raise PermissionDenied
    return render(request, "core/design.html", sample_context())


def sample_context() -> dict[str, Any]:
    at = now()
    form = SampleForm({"title": "Checkout assistant answers in the wrong language", "email": "ana"})
    return {
        "form": form,
        "page": SamplePage(),
        "people": [SamplePerson(name) for name in ("Ana Ruiz", "Ben Okafor", "Chidi Mensah")],
        "severities": ["sev1", "sev2", "sev3", "sev4"],
        "statuses": ["open", "acknowledged", "mitigated", "resolved", "closed", "cancelled"],
        "alert_statuses": ["firing", "resolved", "silenced"],
        "delivery_statuses": ["pending", "sent", "failed"],
        "minutes_ago": at - timedelta(minutes=3, seconds=12),
        "hours_ago": at - timedelta(hours=5),
        "days_ago": at - timedelta(days=6),
        "soon": at + timedelta(minutes=5),
        "rows": _rows(),
        "spark": [2, 3, 2, 5, 8, 21, 34, 30, 12, 9, 4, 3],
        "spark_gap": [4, 5, 4, None, None, None, 6, 9, 7],
        "spark_none": [None, None],
        "snippet": 'curl -X POST "$AIRE_URL/in/$KEY/alertmanager/" \\\n  -d @alerts.json',
        "text": "Answers came in **Portuguese** for German customers.\n\n- rolled back to `v30`\n"
        "- watching the language score",
    }


def _rows() -> list[dict[str, Any]]:
    at = now()
    facts = [
        ("sev1", "INC-214", "Checkout assistant answers in the wrong language", "open", 4, "rag"),
        (
            "sev2",
            "INC-213",
            "Fraud model flags every transaction above 400 EUR",
            "acknowledged",
            47,
            "classical",
        ),
        (
            "sev3",
            "INC-209",
            "Support agent loops on refunds and spends 9x its usual tokens",
            "mitigated",
            190,
            "agent",
        ),
        (
            "sev4",
            "INC-201",
            "Evaluator of the summariser returns no scores",
            "resolved",
            1500,
            "llm",
        ),
    ]
    return [
        {
            "severity": severity,
            "ref": ref,
            "title": title,
            "status": status,
            "opened_at": at - timedelta(minutes=minutes),
            "system": kind,
            "spark": [1, 1, 2, 1, minutes % 7, 5, 9, 4],
        }
        for severity, ref, title, status, minutes, kind in facts
    ]
