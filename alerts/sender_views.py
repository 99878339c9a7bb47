"""Pages of what a source's sender asks for: signing secret, options, names of systems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import services, source_selectors
from alerts.changes import IGNORED
from alerts.forms import MappingField, mapping_text
from alerts.guides import guide_of
from alerts.ingest.doors import manners_of
from alerts.models import Source
from alerts.options import options_of
from alerts.placing.selectors import unplaced_names
from alerts.placing.services import place_changes
from catalog.models import System
from core.errors import Invalid, NotFound


class SenderForm(forms.Form):
    """`signing_secret` is there where the sender signs, `options` where the format has some."""

    signing_secret = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off",
                                     "class": "mono"}),
        help_text="As the sender shows it. Two, one a line, while you change it.",
    )  # fmt: skip
    unsigned = forms.BooleanField(required=False, label="Take deliveries without a signature again")
    options = MappingField(label="Options")

    def __init__(self, *args: Any, source: Source, **more: Any) -> None:
        more["initial"] = {"options": mapping_text(source.options)}
        super().__init__(*args, **more)
        if manners_of(source.format).verify is None:
            del self.fields["signing_secret"]
        if not source.signing_secret:
            del self.fields["unsigned"]
        if source.format not in options_of:
            del self.fields["options"]

    def secret(self) -> str | None:
        """None keeps what is there, "" takes it away."""
        if self.cleaned_data.get("unsigned"):
            return ""
        return self.cleaned_data.get("signing_secret") or None


@require_safe
def source_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The sender's page of the documentation."""
    row = source_selectors.source_row(current_user(request), slug)
    guide = guide_of(row.source.format)
    if not guide:
        raise NotFound("There is no guide to this sender.")
    context = {"row": row, "source": row.source, "guide": guide}
    return render(request, "alerts/source_guide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source_sender(request: HttpRequest, slug: str) -> HttpResponse:
    source = source_selectors.source_for(current_user(request), slug)
    form = SenderForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_source(
                slug=source.slug,
                name=source.name,
                format=source.format,
                system_slug=source.system.slug if source.system else None,
                options=form.cleaned_data.get("options", source.options),
                auto_resolve_after=source.auto_resolve_after,
                enabled=source.enabled,
                signing_secret=form.secret(),
                actor=web_actor(request),
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, f"The settings of {source.name} are saved.")
            return redirect("alerts:source-detail", slug=slug)
    context = {"form": form, "source": source, "options": options_of.get(source.format) or ()}
    return render(request, "alerts/source_sender.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes whose name has no system yet; a POST gives one name a system."""
    user = current_user(request)
    source = source_selectors.source_for(user, slug)
    if request.method == "POST":
        return _place(request, source)
    context = {
        "source": source,
        "names": unplaced_names(source),
        "systems": System.objects.visible_to(user).order_by("name").values_list("slug", "name"),
        "ignored": IGNORED,
    }
    return render(request, "alerts/source_changes.html", context)


@role_required(Role.RESPONDER)
def _place(request: HttpRequest, source: Source) -> HttpResponse:
    about, system = request.POST.get("about", "")[:200], request.POST.get("system", "")[:63]
    try:
        count = place_changes(
            source=source, about=about, system_slug=system, actor=web_actor(request)
        )
    except Invalid as error:
        messages.error(request, " ".join(line for lines in error.errors.values() for line in lines))
    else:
        messages.success(request, f"Changes that were recorded: {count}. Later ones follow.")
    return redirect("alerts:source-changes", slug=source.slug)
