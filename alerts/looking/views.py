"""The page that says where a source can be looked at."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import source_selectors
from alerts.looking.models import Look
from alerts.looking.services import EVERY, save_look
from core.errors import Invalid


class LookForm(forms.Form):
    url = forms.CharField(
        label="Address",
        required=False,
        max_length=500,
        help_text="Of Alertmanager or Prometheus, the part before /api. Empty: do not look.",
    )
    authorization = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="The whole value of the Authorization header, “Bearer …” or “Basic …”. "
        "Kept encrypted. Empty keeps what is set while the address stays the same.",
    )
    every = forms.IntegerField(
        label="Every how many seconds", initial=300, min_value=EVERY[0], max_value=EVERY[1]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source_look(request: HttpRequest, slug: str) -> HttpResponse:
    source = source_selectors.source_for(current_user(request), slug)
    look = Look.objects.filter(source=source).first()
    known = {"url": look.url, "every": look.every} if look else {}
    form = LookForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_look(
                source=source,
                url=form.cleaned_data["url"],
                authorization=form.cleaned_data["authorization"] or None,
                every=form.cleaned_data["every"],
                actor=web_actor(request),
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            said = "AIRE looks there from now on." if saved else "AIRE does not look there."
            messages.success(request, said)
            return redirect("alerts:source-detail", slug=slug)
    return render(request, "alerts/source_look.html", {"source": source, "form": form})
