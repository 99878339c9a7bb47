"""Shadow mode: what is in it, who would have been paged, beginning and ending it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role, User
from accounts.permissions import current_user, require_role, role_required, web_actor
from core.csv_text import csv_lines
from core.errors import AireError, Invalid
from core.registry import Registry
from oncall.shadow import selectors, services
from oncall.shadow.forms import ShadowForm

source_choices: Registry[Callable[[User], list[tuple[str, str]]]] = Registry("shadow sources")
"""Slug and name of the sources there are; filled by the room that keeps them."""


@require_http_methods(["GET", "HEAD", "POST"])
def shadow(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    sources = [pair for choices in source_choices for pair in choices(user)]
    form = ShadowForm(request.POST or None, scopes=selectors.scope_choices(sources))
    if request.method == "POST":
        require_role(user, Role.MANAGER)
        if form.is_valid() and _began(request, form):
            return redirect("oncall:shadow")
    running, ended = selectors.shadows()
    pages = selectors.recorded(user)
    context = {
        "form": form,
        "running": running,
        "ended": ended,
        "pages": pages[:100],
        "count": len(pages),
        "people": selectors.by_person(pages),
    }
    return render(request, "oncall/shadow.html", context)


def _began(request: HttpRequest, form: ShadowForm) -> bool:
    try:
        services.begin_shadow(actor=web_actor(request), **form.cleaned_data)
    except Invalid as error:
        show_errors(form, error)
    except AireError as error:
        form.add_error(None, error.message)
    else:
        messages.success(request, "Shadow mode is on. Nobody is paged about what is only of this.")
        return True
    return False


@require_POST
@role_required(Role.MANAGER)
def shadow_end(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.end_shadow(shadow_id=pk, actor=web_actor(request))
        messages.success(request, "Shadow mode has ended. What begins from now on pages for real.")
    except AireError as error:
        messages.info(request, error.message)
    return redirect("oncall:shadow")


@require_safe
def shadow_csv(request: HttpRequest) -> HttpResponse:
    """To lay beside what the old tool exports."""
    lines = csv_lines(selectors.csv_rows(current_user(request)))
    answer = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="aire-shadow-pages.csv"'
    return answer
