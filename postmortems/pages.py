"""How the pages of documents answer what a service refuses, and find their document. No rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Role, User
from accounts.permissions import current_user, require_role
from core.errors import AireError, Conflict, Forbidden, NotFound
from incidents.actions import sentence
from postmortems.models import Postmortem
from postmortems.selectors import postmortem_for

P = ParamSpec("P")
WORDS = ("body", "text", "note", "reason")
"""Fields of forms whose words somebody has thought about."""


def handled(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A refusal becomes a message on the page of the document; where the document is not any more
    what the reader saw, a page of its own (409) with what they wrote."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotFound, Forbidden):
            raise
        except AireError as error:
            return _refused(request, error, kwargs.get("ref"))

    return answer


def _refused(request: HttpRequest, error: AireError, ref: Any) -> HttpResponse:
    if isinstance(error, Conflict) and ref:
        context = {
            "postmortem": postmortem_for(current_user(request), str(ref)),
            "message": sentence(error),
            "written": [text for name in WORDS if (text := request.POST.get(name, "").strip())],
        }
        return render(request, "postmortems/conflict.html", context, status=409)
    messages.error(request, sentence(error))
    return redirect("postmortems:detail", ref=ref) if ref else redirect("postmortems:list")


def document_to_change(request: HttpRequest, ref: str) -> Postmortem:
    """First whether they may see it, then whether they may change anything."""
    user = current_user(request)
    postmortem = postmortem_for(user, ref)
    require_role(user, Role.RESPONDER)
    return postmortem


def document_to_review(request: HttpRequest, ref: str) -> Postmortem:
    """The same for what a reviewer may do whatever their role is."""
    user = current_user(request)
    postmortem = postmortem_for(user, ref)
    if not reviews_it(user, postmortem):
        require_role(user, Role.RESPONDER)
    return postmortem


def reviews_it(user: User, postmortem: Postmortem) -> bool:
    return postmortem.reviews.filter(user=user).exists()


def back(request: HttpRequest, postmortem: Postmortem, told: str, anchor: str = "") -> HttpResponse:
    messages.success(request, told)
    address = reverse("postmortems:detail", args=[postmortem.ref])
    return redirect(f"{address}#{anchor}" if anchor else address)


def form_page(
    request: HttpRequest,
    postmortem: Postmortem | None,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    **more: Any,
) -> HttpResponse:
    """A form that is a page of its own; 422 when it comes back with errors."""
    home = reverse("postmortems:list")
    context = {
        "postmortem": postmortem,
        "form": form,
        "title": title,
        "submit": submit,
        "crumb": postmortem.ref if postmortem else "Postmortems",
        "back_url": reverse("postmortems:detail", args=[postmortem.ref]) if postmortem else home,
        **more,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "postmortems/form.html", context, status=status)
