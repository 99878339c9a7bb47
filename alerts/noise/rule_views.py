"""Pages of inhibition rules, dependencies and flapping."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, require_role, role_required, web_actor
from alerts import services
from alerts.matchers import MatcherError
from alerts.models import Inhibition, NoiseSettings
from alerts.noise import selectors
from alerts.noise.flaps import flapping_conditions
from alerts.noise.forms import InhibitionForm, NoiseForm
from alerts.noise.hindsight import (
    Hindsight,
    dependencies_in_hindsight,
    inhibition_in_hindsight,
)
from alerts.noise.loading import noise_settings
from core.errors import Conflict, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
def noise(request: HttpRequest) -> HttpResponse:
    """Everyone may read the rules; managers change them. `action=preview` saves nothing."""
    user = current_user(request)
    form = NoiseForm(request.POST or None, user=user, chosen=noise_settings())
    found = None
    if request.method == "POST":
        require_role(user, Role.MANAGER)
        if form.is_valid():
            fields = form.fields_of_settings()
            if request.POST.get("action") == "preview":
                draft = NoiseSettings(follow_dependencies=fields["follow_dependencies"])
                found = dependencies_in_hindsight(user, draft, fields["system_slugs"])
            elif _settings_saved(request, form):
                messages.success(request, "Saved. It counts for what comes from now on.")
                return redirect("alerts:noise")
    rules = selectors.visible_inhibitions(user)[: selectors.MOST]
    flaps = flapping_conditions(user)
    context = {"form": form, "rules": rules, "hindsight": found, "flaps": flaps}
    return render(request, "alerts/noise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def inhibition_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def inhibition_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit(request, selectors.inhibition_for(current_user(request), slug))


@require_POST
@role_required(Role.MANAGER)
def inhibition_delete(request: HttpRequest, slug: str) -> HttpResponse:
    rule = selectors.inhibition_for(current_user(request), slug)
    services.delete_inhibition(rule=rule, actor=web_actor(request))
    messages.success(request, f"The rule {rule.name} is deleted.")
    return redirect("alerts:noise")


def _settings_saved(request: HttpRequest, form: NoiseForm) -> bool:
    try:
        services.save_noise_settings(actor=web_actor(request), **form.fields_of_settings())
    except Invalid as error:
        show_errors(form, error)
        return False
    return True


def _edit(request: HttpRequest, rule: Inhibition | None) -> HttpResponse:
    form = InhibitionForm(request.POST or None, rule=rule)
    found = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("action") == "preview":
            found = _hindsight(request, form)
        elif _saved(request, form, rule):
            messages.success(request, f"The rule {form.cleaned_data['name']} is saved.")
            return redirect("alerts:noise")
    context = {"form": form, "rule": rule, "hindsight": found}
    return render(request, "alerts/inhibition_form.html", context)


def _hindsight(request: HttpRequest, form: InhibitionForm) -> Hindsight | None:
    data = form.cleaned_data
    try:
        return inhibition_in_hindsight(
            current_user(request),
            source=data["source_match"],
            target=data["target_match"],
            equal=data["equal"],
        )
    except MatcherError as error:
        form.add_error(None, f"{error}.")
        return None


def _saved(request: HttpRequest, form: InhibitionForm, rule: Inhibition | None) -> bool:
    actor, fields = web_actor(request), form.fields_of_rule()
    try:
        if rule is None:
            services.create_inhibition(slug=form.chosen_slug(), actor=actor, **fields)
        else:
            services.save_inhibition(slug=rule.slug, actor=actor, **fields)
    except Invalid as error:
        show_errors(form, error)
        return False
    except Conflict as error:
        form.add_error("slug", error.message)
        return False
    return True
