"""The pages about oneself (profile, keys), the settings index and the audit trail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.forms import KeyForm, ProfileForm, show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from accounts.settings_index import settings_for
from core.errors import Invalid
from core.pages import page_urls, paginate
from core.search import MAX_QUERY


@require_safe
def settings_home(request: HttpRequest) -> HttpResponse:
    """Every settings page by area; `q` keeps those that have its words."""
    text = request.GET.get("q", "")[:MAX_QUERY]
    context = {"areas": settings_for(current_user(request), text), "text": text}
    part = "settings_areas" if "fragment" in request.GET else "settings"
    return render(request, f"accounts/{part}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_own_profile(user=user, actor=web_actor(request), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "Your profile is saved.")
            answer = redirect("accounts:profile")
            # This browser may have chosen a theme of its own; the account's shall show now.
            answer.delete_cookie("aire_theme", samesite="Lax")
            return answer
    return render(request, "accounts/profile.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = KeyForm(request.POST or None)
    made: tuple[str, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            key, raw = services.create_api_key(
                user=user, actor=web_actor(request), **form.cleaned_data
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            made, form = (key.name, raw), KeyForm()
    context = {"form": form, "made": made, "keys": selectors.own_keys(user)}
    return render(request, "accounts/keys.html", context)


@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    key = selectors.own_key(current_user(request), pk)
    services.revoke_api_key(key=key, actor=web_actor(request))
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("accounts:keys")


@require_safe
@role_required(Role.MANAGER)
def audit_trail(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    filters = {name: request.GET.get(name, "") for name in ("kind", "ref", "person")}
    lines = selectors.audit_entries(user, **filters)
    page = paginate(lines, order=("-id",), cursor=request.GET.get("cursor"), size=50)
    context = {
        "page": page,
        "pager": page_urls(request, page),
        "filters": filters,
        "filtered": any(filters.values()),
        "people": selectors.visible_people(user),
    }
    return render(request, "accounts/audit.html", context)
