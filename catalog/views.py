"""The pages of the catalog: everyone looks, responders note changes, managers edit systems."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role, User
from accounts.permissions import current_user, role_required, web_actor
from catalog import selectors, services
from catalog.forms import ChangeForm, SystemForm
from catalog.models import System
from catalog.panels import Fact, panels, system_facts
from catalog.readiness.selectors import readiness_badge
from core.errors import Conflict, Invalid
from core.pages import page_urls


@require_safe
def system_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    filters = selectors.system_filter(user, request.GET)
    page = selectors.systems_page(user, request.GET, cursor=request.GET.get("cursor"))
    rows = [
        (system, selectors.owner_slots(system), facts)
        for system, facts in zip(page.items, _facts(page.items, user), strict=True)
    ]
    context = {
        "rows": rows,
        "form": filters.form,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "pager": page_urls(request, page),
    }
    return render(request, "catalog/system_list.html", context)


@require_safe
def system_detail(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    page = selectors.system_page(user, slug)
    shown = [(panel, panel.render(page.system, user, request)) for panel in panels]
    context = {
        "page": page,
        "system": page.system,
        "readiness": readiness_badge(user, page.system),
        "panels": [(panel, html) for panel, html in shown if html],
    }
    return render(request, "catalog/system_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def system_new(request: HttpRequest) -> HttpResponse:
    form = SystemForm(request.POST or None, user=current_user(request), state=None)
    if request.method == "POST" and form.is_valid():
        try:
            system = services.create_system(
                slug=form.chosen_slug(), actor=web_actor(request), **form.state()
            )
        except Invalid as error:
            _show_errors(form, error)
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            messages.success(request, f"{system.name} is in the catalog.")
            _tell_circle(request, system)
            return redirect("catalog:system-detail", slug=system.slug)
    return render(request, "catalog/system_form.html", {"form": form, "system": None})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def system_edit(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    system = selectors.system_for(user, slug)
    state = services.system_state(system)
    form = SystemForm(request.POST or None, user=user, state=state)
    overtaken: list[str] = []
    if request.method == "POST" and form.is_valid() and not (overtaken := form.overtaken()):
        try:
            system = services.change_system(
                slug=slug, expected=state, actor=web_actor(request), **form.changes()
            )
        except Invalid as error:
            _show_errors(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            _tell_circle(request, system)
            return redirect("catalog:system-detail", slug=slug)
    if overtaken:
        form.renewed()
    text = (
        f"Somebody else changed: {', '.join(overtaken).lower()}. Nothing of yours was saved, and "
        "what you typed is still below. Send it again to replace what they wrote."
    )
    context = {"form": form, "system": system, "overtaken": overtaken, "overtaken_text": text}
    status = 409 if overtaken else 200
    return render(request, "catalog/system_form.html", context, status=status)


@require_POST
@role_required(Role.MANAGER)
def system_retire(request: HttpRequest, slug: str) -> HttpResponse:
    system = selectors.system_for(current_user(request), slug)
    services.retire_system(slug=system.slug, actor=web_actor(request))
    messages.success(request, f"{system.name} is retired. Its history stays.")
    return redirect("catalog:system-detail", slug=system.slug)


@require_safe
def change_list(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    system = selectors.system_for(user, slug)
    page = selectors.changes_page(user, system, cursor=request.GET.get("cursor"))
    context = {"system": system, "changes": page.items, "pager": page_urls(request, page)}
    return render(request, "catalog/change_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def change_new(request: HttpRequest, slug: str) -> HttpResponse:
    system = selectors.system_for(current_user(request), slug)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_change(system=system, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "The change is noted.")
            return redirect("catalog:system-detail", slug=slug)
    return render(request, "catalog/change_form.html", {"form": form, "system": system})


def _facts(systems: Sequence[System], user: User) -> list[list[Fact]]:
    """What other rooms say of each system: one call a room for the whole page."""
    answers = [facts(systems, user) for facts in system_facts]
    return [[answer[system.pk] for answer in answers if system.pk in answer] for system in systems]


def _tell_circle(request: HttpRequest, system: System) -> None:
    """A circle of dependencies is legal, and rarely meant."""
    circle = selectors.surroundings(current_user(request), system.slug).circle
    if circle:
        way = " → ".join(circle)
        messages.warning(request, f"{system.name} depends on itself now: {way}.")


def _show_errors(form: SystemForm, error: Invalid) -> None:
    """The form calls two things otherwise than the services: the team, and the owners' five."""
    renamed = {"team": "team_slug", "traffic_share": "traffic_percent"}
    errors = {renamed.get(field, field): lines for field, lines in error.errors.items()}
    show_errors(form, Invalid(error.message, errors=errors))
