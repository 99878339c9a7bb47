"""Pages of redaction: what a source has redacted, and revealing what came with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import services
from alerts.forms import LinesField
from alerts.models import RawBody, Redaction
from alerts.redaction.detector import Level, Plan, check_own, redact_text
from alerts.services.redaction import MAX_REASON, MOST_HOURS
from alerts.source_selectors import receipt_for, source_for
from core import clock
from core.errors import Invalid

SHOWN_BYTES = 200_000


class RedactionForm(forms.Form):
    level = forms.ChoiceField(
        choices=Redaction.Level.choices, widget=forms.RadioSelect, label="What is taken out"
    )
    own = LinesField(
        label="Patterns of your own",
        help_text="RE2, one a line, for example customer-[0-9]{8}.",
    )
    keep_hours = forms.IntegerField(
        min_value=0,
        max_value=MOST_HOURS,
        label="Keep the raw bytes, encrypted, for",
        help_text="Hours; 0: not at all.",
    )
    sample = forms.CharField(
        required=False,
        max_length=20_000,
        label="Try it on a text",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "mono"}),
        help_text="Shown redacted, stored nowhere.",
    )

    def clean_own(self) -> list[str]:
        patterns: list[str] = self.cleaned_data["own"]
        if problems := check_own(patterns):
            raise forms.ValidationError(problems)
        return patterns


class RevealForm(forms.Form):
    reason = forms.CharField(
        max_length=MAX_REASON, help_text="It is written to the audit trail with your name."
    )


def raw_of(receipt_id: UUID) -> RawBody | None:
    """The raw bytes of a delivery, while they are kept."""
    rows = RawBody.objects.filter(pk=receipt_id, delete_at__gt=clock.now())
    return rows.defer("sealed").first()


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def source_redaction(request: HttpRequest, slug: str) -> HttpResponse:
    source = source_for(current_user(request), slug)
    row = Redaction.objects.filter(source=source).first() or Redaction(source=source)
    initial = {"level": row.level, "own": "\n".join(row.own), "keep_hours": row.keep_hours}
    form = RedactionForm(request.POST or None, initial=initial)
    tried = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if request.POST.get("action") == "preview":
            plan = Plan(Level(data["level"]), tuple(data["own"]))
            tried = redact_text(data["sample"], plan)
        else:
            fields = {name: data[name] for name in ("level", "own", "keep_hours")}
            services.save_redaction(source=source, actor=web_actor(request), **fields)
            messages.success(request, "Saved. It counts for what comes from now on.")
            return redirect("alerts:source-detail", slug=slug)
    context = {"source": source, "form": form, "tried": tried}
    return render(request, "alerts/redaction_form.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bytes as they came, once, to a manager who says why."""
    receipt = receipt_for(current_user(request), pk)
    form = RevealForm(request.POST or None)
    shown: str | None = None
    if request.method == "POST" and form.is_valid():
        reason: Any = form.cleaned_data["reason"]
        try:
            raw = services.reveal_raw(receipt_id=pk, reason=reason, actor=web_actor(request))
            shown = raw[:SHOWN_BYTES].decode("utf-8", "replace")
        except Invalid as error:
            show_errors(form, error)
    context = {"receipt": receipt, "form": form, "raw": raw_of(pk), "shown": shown}
    return render(request, "alerts/reveal.html", context)
