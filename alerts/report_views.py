"""The page on which a person says that something is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import show_errors
from accounts.models import User
from accounts.permissions import current_user, web_actor
from alerts import services
from alerts.services.reports import MAX_TEXT
from catalog.models import System
from core.errors import Invalid

URGENCY = [
    ("sev3", "Wrong: somebody should look"),
    ("sev2", "Harmful: it does damage now"),
    ("sev4", "Odd: it can wait"),
]


class ReportForm(forms.Form):
    system = forms.ChoiceField(required=False, label="Which system?")
    text = forms.CharField(
        label="What is wrong?",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What it did, what it should have done, and since when. No personal data.",
    )
    severity = forms.ChoiceField(choices=URGENCY, initial="sev3", label="How urgent is it?")
    contact = forms.CharField(
        required=False, max_length=200, help_text="How to reach you, if not by your account."
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        systems = System.objects.visible_to(user).order_by("name").values_list("slug", "name")
        field: Any = self.fields["system"]
        field.choices = [("", "I do not know"), *systems]


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """For everybody who can sign in: whoever sees something wrong may say so."""
    initial = {"system": request.GET.get("system", "")[:63]}
    form = ReportForm(request.POST or None, user=current_user(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.report_problem(
                system_slug=data["system"] or None,
                text=data["text"],
                severity=data["severity"],
                contact=data["contact"],
                actor=web_actor(request),
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "Thank you. It is on its way to whoever is on call.")
            return redirect("alerts:list")
    return render(request, "alerts/report.html", {"form": form})
