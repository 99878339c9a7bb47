"""The pages about other people: managers look, admins change."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.forms import PersonForm, show_errors
from accounts.models import Role, User
from accounts.permissions import current_user, require_role, role_required, web_actor
from core.errors import Conflict, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def people(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    form = PersonForm(request.POST or None)
    invited: tuple[User, str] | None = None
    if request.method == "POST":
        require_role(user, Role.ADMIN)
        if form.is_valid():
            invited = _invite(request, form)
            if invited is not None:
                form = PersonForm()
    context = {"form": form, "invited": invited, "people": selectors.people_list(user)}
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.person_for(current_user(request), pk)
    form = PersonForm(request.POST or None, person=found)
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data, "password": form.cleaned_data["password"] or None}
        try:
            services.save_user(
                email=found.email, is_active=found.is_active, actor=web_actor(request), **data
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, f"{found.email} is saved.")
            return redirect("accounts:people")
    return render(request, "accounts/person.html", {"form": form, "person": found})


@require_POST
@role_required(Role.ADMIN)
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.person_for(current_user(request), pk)
    try:
        services.deactivate_user(user=found, actor=web_actor(request))
    except Invalid as error:
        messages.error(request, error.message)
        return redirect("accounts:person", pk=pk)
    messages.success(request, f"{found.name} is signed out everywhere and cannot come back in.")
    return redirect("accounts:people")


@require_POST
@role_required(Role.ADMIN)
def person_activate(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.person_for(current_user(request), pk)
    services.save_user(
        email=found.email,
        name=found.name,
        role=found.role,
        time_zone=found.time_zone,
        actor=web_actor(request),
    )
    messages.success(request, f"{found.name} may sign in again, with a new password.")
    return redirect("accounts:person", pk=pk)


def _invite(request: HttpRequest, form: PersonForm) -> tuple[User, str] | None:
    """Somebody new, and the password to hand over when AIRE made it (else empty)."""
    data = form.cleaned_data
    if User.objects.filter(email__iexact=data["email"]).exists():
        form.add_error("email", "Somebody with this address is here already.")
        return None
    made = "" if data["password"] else secrets.token_urlsafe(15)
    data = {**data, "password": data["password"] or made}
    try:
        return services.save_user(actor=web_actor(request), **data), made
    except Invalid as error:
        show_errors(form, error)
    except Conflict as error:
        form.add_error("email", error.message)
    return None
