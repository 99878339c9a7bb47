"""The pages about escalation policies: everyone looks, managers edit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core import clock
from core.errors import Conflict, Invalid
from core.manifest import write_seconds
from oncall import selectors, services
from oncall.escalation import describe
from oncall.forms import show_errors, with_one_more
from oncall.models import EscalationPolicy
from oncall.policy_forms import (
    EMPTY_STEP,
    PolicyForm,
    PreviewForm,
    StepFormSet,
    steps_initial,
    target_choices,
)
from oncall.policy_preview import policy_preview
from oncall.snapshot import policy_snapshot


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    policies = selectors.visible_policies(current_user(request))
    return render(request, "oncall/policy_list.html", {"policies": policies})


@require_safe
def policy_detail(request: HttpRequest, slug: str) -> HttpResponse:
    policy = selectors.policy_for(current_user(request), slug)
    snapshot = policy_snapshot(policy)
    form = PreviewForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    context = {
        "policy": policy,
        "lines": describe(snapshot),
        "systems": selectors.systems_paged_by(policy),
        "form": form,
        "preview": policy_preview(
            snapshot,
            severity=asked.get("severity") or "sev2",
            at=asked.get("at") or clock.now(),
        ),
    }
    return render(request, "oncall/policy_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def policy_new(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None, is_new=True)
    rows = _rows(request, [])
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        slug = form.cleaned_data["slug"]
        if selectors.visible_policies(current_user(request)).filter(slug=slug).exists():
            form.add_error("slug", "A policy has this short name already.")
        elif _save(request, slug, form, rows):
            return redirect("oncall:policy-detail", slug=slug)
    return _form(request, None, form, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def policy_edit(request: HttpRequest, slug: str) -> HttpResponse:
    policy = selectors.policy_for(current_user(request), slug)
    initial = {
        "name": policy.name,
        "repeat": policy.repeat,
        "is_fallback": policy.is_fallback,
        "ack_timeout": write_seconds(policy.ack_timeout_seconds),
    }
    form = PolicyForm(request.POST or None, is_new=False, initial=initial)
    rows = _rows(request, steps_initial(policy))
    if (
        request.method == "POST"
        and form.is_valid()
        and rows.is_valid()
        and _save(request, slug, form, rows)
    ):
        return redirect("oncall:policy-detail", slug=slug)
    return _form(request, policy, form, rows)


@require_POST
@role_required(Role.MANAGER)
def policy_delete(request: HttpRequest, slug: str) -> HttpResponse:
    policy = selectors.policy_for(current_user(request), slug)
    try:
        services.delete_policy(slug=slug, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("oncall:policy-edit", slug=slug)
    messages.success(request, f"The policy “{policy.name}” is deleted.")
    return redirect("oncall:policy-list")


def _rows(request: HttpRequest, initial: list[dict[str, Any]]) -> forms.BaseFormSet[Any]:
    sent = request.POST
    return StepFormSet(
        (with_one_more(sent, "steps", EMPTY_STEP) if "more" in sent else sent) or None,
        prefix="steps",
        initial=initial,
        form_kwargs={"choices": target_choices()},
    )


def _form(
    request: HttpRequest,
    policy: EscalationPolicy | None,
    form: PolicyForm,
    rows: forms.BaseFormSet[Any],
) -> HttpResponse:
    context = {
        "policy": policy,
        "form": form,
        "rows": rows,
        "uses": selectors.what_keeps_policy(policy) if policy else [],
    }
    status = 422 if form.errors or any(rows.errors) else 200
    return render(request, "oncall/policy_form.html", context, status=status)


def _save(request: HttpRequest, slug: str, form: PolicyForm, rows: forms.BaseFormSet[Any]) -> bool:
    if "more" in request.POST:
        return False
    kept = [row for row in rows.forms if not row.cleaned_data.get("DELETE") and row.targets()]
    steps = [row.step() for row in kept]
    data = form.cleaned_data
    try:
        services.save_policy(
            slug=slug,
            name=data["name"],
            steps=steps,
            repeat=data["repeat"],
            is_fallback=data["is_fallback"],
            ack_timeout_seconds=data["ack_timeout"],
            actor=web_actor(request),
        )
    except Invalid as error:
        waits = error.errors.get("ack_timeout_seconds")
        if waits:
            form.add_error("ack_timeout", list(waits))
        rest = {name: said for name, said in error.errors.items() if name != "ack_timeout_seconds"}
        if rest or not waits:
            show_errors(form, rows, Invalid(error.message, errors=rest))
        return False
    messages.success(request, f"The policy “{data['name']}” is saved.")
    return True
