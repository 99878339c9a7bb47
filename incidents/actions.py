"""How the pages of this room answer what a service refuses, and find their incident. No rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, require_role
from core.errors import AireError, Conflict, Forbidden, Invalid, NotFound
from core.stale import SeenForm
from incidents.models import Incident
from incidents.selectors import incident_for

P = ParamSpec("P")
WORDS = ("title", "summary", "text", "note", "reason")
"""Fields of forms whose words somebody has thought about."""


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def handled(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A refusal becomes a message on the page of the incident, or a page of its own where the
    incident is not any more what the reader saw; for htmx the message alone, as 409 or 422."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotFound, Forbidden):
            # There is no page of the incident to lead back to: `accounts.page_errors` answers.
            raise
        except AireError as error:
            return _refused(request, error, kwargs.get("ref"))

    return answer


def _refused(request: HttpRequest, error: AireError, ref: Any) -> HttpResponse:
    if is_htmx(request):
        context = {"tone": "error", "text": sentence(error)}
        status = 409 if isinstance(error, Conflict) else 422
        return render(request, "components/callout.html", context, status=status)
    if isinstance(error, Conflict) and ref:
        return _conflict(request, error, ref)
    messages.error(request, sentence(error))
    return redirect("incidents:detail", ref=ref) if ref else redirect("incidents:list")


def _conflict(request: HttpRequest, error: Conflict, ref: Any) -> HttpResponse:
    """What it is now, and what the reader wrote, so that nothing has to be written twice."""
    incident = incident_for(current_user(request), str(ref))
    context = {
        "incident": incident,
        "message": sentence(error),
        "latest": incident.events.order_by("-recorded_at", "-id").first(),
        "written": [text for name in WORDS if (text := request.POST.get(name, "").strip())],
    }
    return render(request, "incidents/conflict.html", context, status=409)


def sentence(error: AireError) -> str:
    """One line that says what happened, with what the fields say where there is no field."""
    if isinstance(error, Invalid) and error.errors:
        lines = [line for lines in error.errors.values() for line in lines]
        return " ".join([error.message, *lines])
    return error.message


def incident_to_change(request: HttpRequest, ref: str) -> Incident:
    """First whether they may see it, then whether they may change anything: who may not see it
    learns nothing from the answer."""
    user = current_user(request)
    incident = incident_for(user, ref)
    require_role(user, Role.RESPONDER)
    return incident


def back(request: HttpRequest, incident: Incident, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("incidents:detail", ref=incident.ref)


def form_page(
    request: HttpRequest,
    incident: Incident,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    **more: Any,
) -> HttpResponse:
    """A form that is a page of its own; 422 when it comes back with errors, 409 when somebody else
    has changed meanwhile what the reader wanted to change."""
    overtaken: list[str] = []
    if isinstance(form, SeenForm) and form.is_bound and form.is_valid():
        overtaken = form.overtaken()
        form.renewed()
    context = {
        "overtaken": overtaken,
        "incident": incident,
        "form": form,
        "title": title,
        "submit": submit,
        "back_url": reverse("incidents:detail", args=[incident.ref]),
        **more,
    }
    status = 409 if overtaken else 422 if form.is_bound and form.errors else 200
    return render(request, "incidents/form.html", context, status=status)


def saved(form: forms.Form, do: Callable[[], object]) -> bool:
    """Call the service; its complaints about the input go beside the fields."""
    try:
        do()
    except Invalid as error:
        show_errors(form, error)
        return False
    return True
