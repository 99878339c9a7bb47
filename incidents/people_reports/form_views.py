"""When reports of a system alert, and its public forms. No rules."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from catalog.selectors import system_for
from incidents.actions import handled, saved
from incidents.people_reports import clusters, services
from incidents.people_reports.forms import LinkNewForm, RuleForm


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.RESPONDER)
def settings_page(request: HttpRequest, slug: str) -> HttpResponse:
    system = system_for(current_user(request), slug)
    rule = services.rule_of(system)
    initial = {name: getattr(rule, name) for name in ("people", "within_minutes", "severity")}
    form = RuleForm(request.POST or None, initial=initial)
    if form.is_valid() and saved(
        form,
        lambda: services.save_rule(system=system, actor=web_actor(request), **form.cleaned_data),
    ):
        messages.success(request, "Saved.")
        return redirect("incidents:reports:forms", slug=slug)
    return _page(request, slug, rule_form=form, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.MANAGER)
def link_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Making a form shows its address, this once."""
    system = system_for(current_user(request), slug)
    form = LinkNewForm(request.POST or None)
    made: list[str] = []
    if form.is_valid() and saved(
        form,
        lambda: made.append(
            clusters.create_link(system=system, actor=web_actor(request), **form.cleaned_data)[1]
        ),
    ):
        address = reverse("report-form", args=[made[0]])
        url = settings.AIRE_BASE_URL.rstrip("/") + address
        return _page(request, slug, made=url)
    return _page(request, slug, link_form=form, status=422 if form.is_bound else 200)


@require_POST
@handled
@role_required(Role.MANAGER)
def link_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    system = system_for(current_user(request), slug)
    clusters.revoke_link(link_id=pk, system=system, actor=web_actor(request))
    messages.success(request, "The address takes nothing any more.")
    return redirect("incidents:reports:forms", slug=slug)


def _page(
    request: HttpRequest,
    slug: str,
    *,
    rule_form: RuleForm | None = None,
    link_form: LinkNewForm | None = None,
    made: str = "",
    status: int = 200,
) -> HttpResponse:
    user = current_user(request)
    system = system_for(user, slug)
    rule = services.rule_of(system)
    initial = {name: getattr(rule, name) for name in ("people", "within_minutes", "severity")}
    context = {
        "system": system,
        "rule_form": rule_form or RuleForm(initial=initial),
        "link_form": link_form or LinkNewForm(),
        "links": system.report_links.all(),
        "made": made,
        "frame": f'<iframe src="{made}" title="Report a wrong answer" width="100%" height="720">'
        "</iframe>",
        "may_make": user.has_role(Role.MANAGER),
    }
    return render(request, "incidents/reports/forms.html", context, status=status)
