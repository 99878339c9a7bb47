"""The pages of a readiness review. No rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_errors
from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from catalog.readiness import selectors, services
from catalog.readiness.checks import all_checks
from catalog.readiness.forms import AnswerForm, ReviewForm
from catalog.readiness.models import ReadinessAnswer
from catalog.selectors import system_for
from core.errors import AireError, Invalid, NotFound


@require_safe
def readiness(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    system = system_for(user, slug)
    context = {
        "system": system,
        "page": selectors.readiness_page(user, system),
        "form": ReviewForm(),
        "may_change": user.can_respond,
    }
    return render(request, "catalog/readiness/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.RESPONDER)
def answer(request: HttpRequest, slug: str, check: str) -> HttpResponse:
    system = system_for(current_user(request), slug)
    asked = all_checks().get(check)
    if asked is None or not asked.is_for(system.kind):
        raise NotFound("This system is not asked that.")
    row = ReadinessAnswer.objects.filter(system=system, check_slug=check).first()
    form = AnswerForm(request.POST or None, check=asked, row=row)
    if form.is_valid():
        try:
            services.answer_check(
                system=system, check=check, actor=web_actor(request), **form.cleaned_data
            )
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, "The answer is kept.")
            return redirect("catalog:readiness", slug=slug)
    context = {"system": system, "check": asked, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "catalog/readiness/answer.html", context, status=status)


@require_POST
@role_required(Role.MANAGER)
def close(request: HttpRequest, slug: str) -> HttpResponse:
    system = system_for(current_user(request), slug)
    try:
        review = services.close_review(
            system=system, note=request.POST.get("note", ""), actor=web_actor(request)
        )
    except AireError as error:
        messages.error(request, error.message)
    else:
        said = "It passed." if review.passed else "It has not passed: blocking checks are open."
        messages.success(request, f"The review is closed. {said}")
    return redirect("catalog:readiness", slug=slug)
