"""Pages of routes: the list in order, the form with its preview, the try box."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts import selectors, services
from alerts.dry_run import difference
from alerts.forms import RouteForm, TryForm
from alerts.matchers import MatcherError, parse_matchers
from alerts.models import Route
from alerts.preview import RoutePreview, preview_route, try_labels
from alerts.routing import DEFAULT_GROUP_BY
from alerts.source_selectors import source_for
from core.errors import Conflict, Invalid


@require_safe
def route_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    context = {
        "routes": selectors.visible_routes(user)[: selectors.MAX_ROUTES],
        "form": TryForm(user=user),
        "default_group": ", ".join(DEFAULT_GROUP_BY),
    }
    return render(request, "alerts/route_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def route_try(request: HttpRequest) -> HttpResponse:
    """What would become of an alert with the labels given. Changes nothing, so anyone may."""
    user = current_user(request)
    form = TryForm(request.POST or None, user=user)
    trial = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        source = source_for(user, data["source"]) if data["source"] else None
        trial = try_labels(user, labels=data["labels"], source=source, severity=data["severity"])
    return render(request, "alerts/route_try.html", {"form": form, "trial": trial})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def route_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def route_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit(request, selectors.route_for(current_user(request), slug))


@require_POST
@role_required(Role.MANAGER)
def route_delete(request: HttpRequest, slug: str) -> HttpResponse:
    route = selectors.route_for(current_user(request), slug)
    services.delete_route(route=route, actor=web_actor(request))
    messages.success(request, f"The route {route.name} is deleted.")
    return redirect("alerts:route-list")


def _edit(request: HttpRequest, route: Route | None) -> HttpResponse:
    """The form; `action=preview` shows which recent alerts it fits and saves nothing."""
    form = RouteForm(request.POST or None, user=current_user(request), route=route)
    preview = changes = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("action") == "preview":
            preview = _preview(request, form, route)
            if preview is not None:
                draft = form.draft(route.slug if route else None)
                days = form.cleaned_data["days"]
                changes = difference(current_user(request), draft, days=days)
        elif _saved(request, form, route):
            messages.success(request, f"The route {form.cleaned_data['name']} is saved.")
            return redirect("alerts:route-list")
    context = {"form": form, "route": route, "preview": preview, "difference": changes}
    return render(request, "alerts/route_form.html", context)


def _preview(request: HttpRequest, form: RouteForm, route: Route | None) -> RoutePreview | None:
    try:
        parse_matchers(form.cleaned_data["match"])
    except MatcherError as error:
        form.add_error("match", f"{error}.")
        return None
    return preview_route(current_user(request), form.draft(route.slug if route else None))


def _saved(request: HttpRequest, form: RouteForm, route: Route | None) -> bool:
    actor, fields = web_actor(request), form.fields_of_route()
    try:
        if route is None:
            services.create_route(slug=form.chosen_slug(), actor=actor, **fields)
        else:
            services.save_route(slug=route.slug, actor=actor, **fields)
    except Invalid as error:
        show_errors(form, error)
        return False
    except Conflict as error:
        form.add_error("slug", error.message)
        return False
    return True
