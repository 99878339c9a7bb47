"""How the pages of follow-ups answer what a service refuses, and find their action. No rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Role
from accounts.permissions import current_user, require_role
from core.errors import AireError, Conflict, Forbidden, NotFound
from core.stale import SeenForm
from incidents.actions import saved as saved_beside_fields
from incidents.actions import sentence
from postmortems.actions.selectors import action_for
from postmortems.models import Action

P = ParamSpec("P")


def handled(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A refusal becomes a message on the page of the action, or on the list."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotFound, Forbidden):
            raise
        except AireError as error:
            messages.error(request, sentence(error))
            ref = kwargs.get("ref")
            if isinstance(ref, str) and ref.lower().startswith("inc-"):
                return redirect("incidents:detail", ref=ref)
            return redirect("actions:detail", ref=ref) if ref else redirect("actions:list")

    return answer


def saved(form: forms.Form, do: Callable[[], object]) -> bool:
    """Call the service; what it refuses goes beside the fields, or on top of the form."""
    try:
        return saved_beside_fields(form, do)
    except Conflict as error:
        form.add_error(None, error.message)
        return False


def action_to_change(request: HttpRequest, ref: str) -> Action:
    """First whether they may see it, then whether they may change anything."""
    user = current_user(request)
    action = action_for(user, ref)
    require_role(user, Role.RESPONDER)
    return action


def form_page(
    request: HttpRequest, form: forms.Form, *, title: str, submit: str, **more: Any
) -> HttpResponse:
    """A form that is a page of its own; 422 when it comes back with errors, 409 when somebody
    else has changed meanwhile what the reader wanted to change."""
    overtaken: list[str] = []
    if isinstance(form, SeenForm) and form.is_bound and form.is_valid():
        overtaken = form.overtaken()
        form.renewed()
    about: Any = more.get("action") or more.get("incident")
    page = "actions:detail" if "action" in more else "incidents:detail"
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "overtaken": overtaken,
        "back_url": reverse(page, args=[about.ref]),
        "back_label": f"{about.ref} {about.title}",
        **more,
    }
    status = 409 if overtaken else 422 if form.is_bound and form.errors else 200
    return render(request, "actions/form.html", context, status=status)
