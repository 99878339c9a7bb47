"""The pages of KPIs. Values are looked at on the system's timeline. No rules."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from catalog.kpis import services
from catalog.kpis.forms import KpiForm
from catalog.kpis.models import Kpi
from catalog.kpis.selectors import kpi_for
from catalog.models import System
from catalog.selectors import system_for
from core.errors import Conflict, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def kpi_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _form(request, system_for(current_user(request), slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def kpi_edit(request: HttpRequest, slug: str, kpi: str) -> HttpResponse:
    user = current_user(request)
    system = system_for(user, slug)
    return _form(request, system, kpi_for(user, system, kpi))


@require_POST
@role_required(Role.MANAGER)
def kpi_retire(request: HttpRequest, slug: str, kpi: str) -> HttpResponse:
    user = current_user(request)
    found = kpi_for(user, system_for(user, slug), kpi)
    services.retire_kpi(kpi=found, actor=web_actor(request))
    messages.success(request, f"{found.name} is no longer shown. Its values stay.")
    return redirect("catalog:system-timeline", slug=slug)


def _form(request: HttpRequest, system: System, kpi: Kpi | None) -> HttpResponse:
    form = KpiForm(request.POST or None, kpi=kpi)
    if form.is_valid():
        fields = {"slug": kpi.slug if kpi else "", **form.cleaned_data}
        try:
            saved = services.save_kpi(
                system=system, new=kpi is None, actor=web_actor(request), **fields
            )
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            form.add_error("slug", error.message)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect("catalog:system-timeline", slug=system.slug)
    context = {"system": system, "kpi": kpi, "form": form, "base": settings.AIRE_BASE_URL}
    status = 422 if form.is_bound else 200
    return render(request, "catalog/kpis/form.html", context, status=status)
