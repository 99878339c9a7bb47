"""The pages of reports by people: clusters, one of them, and a report of one's own. No rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from catalog.models import System
from core.errors import AireError, Invalid, NotFound
from core.pages import page_urls
from incidents.actions import handled, saved, sentence
from incidents.people_reports import clusters, selectors, services
from incidents.people_reports.forms import (
    DeclareForm,
    DismissForm,
    LinkForm,
    ReportForm,
    RevealForm,
)
from incidents.selectors import incident_for


@require_safe
@handled
def cluster_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    given = {name: request.GET[name][:200] for name in ("state", "system", "version", "q", "order")
             if request.GET.get(name)}  # fmt: skip
    asked = selectors.Asked(**given)
    page = selectors.clusters_page(user, asked, cursor=request.GET.get("cursor"))
    context = {
        "rows": selectors.rows_of(user, page.items),
        "pager": page_urls(request, page),
        "asked": asked,
        "states": selectors.STATES,
        "narrowed": bool(asked.q or asked.system or asked.version or asked.state != "open"),
        "systems": System.objects.visible_to(user).only("slug", "name").order_by("name"),
    }
    return render(request, "incidents/reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
def report_new(request: HttpRequest) -> HttpResponse:
    """Whoever can sign in may say that an answer was wrong."""
    user = current_user(request)
    initial = {name: request.GET[name][:128] for name in ("system", "version", "trace_id")
               if name in request.GET}  # fmt: skip
    form = ReportForm(request.POST or None, user=user, initial=initial)
    if form.is_valid():
        taken: list[Any] = []
        if saved(form, lambda: taken.append(_take(request, form))):
            messages.success(request, "Thank you. It is kept with the reports that are like it.")
            # It may have met one that belongs to an incident which is not theirs to see.
            if selectors.visible_clusters(user).filter(pk=taken[0].cluster_id).exists():
                return redirect("incidents:reports:detail", pk=taken[0].cluster_id)
            return redirect("incidents:reports:list")
    status = 422 if form.is_bound else 200
    return render(request, "incidents/reports/new.html", {"form": form}, status=status)


@require_safe
@handled
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    found = selectors.cluster_page(user, pk, cursor=request.GET.get("cursor"))
    context = {
        "found": found,
        "cluster": found.row.cluster,
        "pager": page_urls(request, found.page),
        "rule": services.rule_of(found.row.cluster.system),
        "may_change": user.can_respond,
        "may_reveal": user.has_role(Role.MANAGER),
    }
    return render(request, "incidents/reports/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.RESPONDER)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    def do(data: dict[str, Any]) -> None:
        try:
            incident = incident_for(current_user(request), data["incident"])
        except NotFound as error:
            raise Invalid(error.message, errors={"incident": [error.message]}) from error
        clusters.link_cluster(cluster_id=pk, incident_id=incident.pk, actor=web_actor(request))

    form = LinkForm(request.POST or None)
    return _asked(request, pk, form, do, "Link to an incident", "Link", "Linked.")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.RESPONDER)
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    cluster = selectors.cluster_for(current_user(request), pk)
    initial = {"title": f"{cluster.system.name}: {cluster.title}"[:300]}
    form = DeclareForm(request.POST or None, initial=initial)

    def do(data: dict[str, Any]) -> None:
        clusters.declare_from_cluster(cluster_id=pk, actor=web_actor(request), **data)

    return _asked(request, pk, form, do, "Declare an incident", "Declare", "The incident is open.")


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.RESPONDER)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    def do(data: dict[str, Any]) -> None:
        clusters.dismiss_cluster(cluster_id=pk, actor=web_actor(request), **data)

    form = DismissForm(request.POST or None)
    return _asked(request, pk, form, do, "Not a fault", "Dismiss", "Dismissed.")


@require_POST
@handled
@role_required(Role.RESPONDER)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    selectors.cluster_for(current_user(request), pk)
    clusters.reopen_cluster(cluster_id=pk, actor=web_actor(request))
    messages.success(request, "Open again.")
    return redirect("incidents:reports:detail", pk=pk)


@require_POST
@handled
@role_required(Role.RESPONDER)
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    selectors.cluster_for(current_user(request), pk)
    clusters.unlink_cluster(cluster_id=pk, actor=web_actor(request))
    messages.success(request, "It belongs to no incident now.")
    return redirect("incidents:reports:detail", pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def reveal(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report as it came, once, to a manager who says why."""
    user = current_user(request)
    report = selectors.report_for(user, report_id)
    form = RevealForm(request.POST or None)
    shown: dict[str, Any] = {}
    if form.is_valid():
        try:
            shown = clusters.reveal_report(
                report_id=report.pk, by=user, actor=web_actor(request), **form.cleaned_data
            )
        except AireError as error:
            form.add_error("reason", sentence(error))
    context = {
        "title": "Reveal a report",
        "back_url": reverse("incidents:reports:detail", args=[report.cluster_id]),
        "back_label": report.cluster.title,
        "form": form,
        "found": report.found,
        "shown": [(name, text) for name, text in shown.items() if text],
    }
    return render(request, "incidents/evidence/reveal.html", context)


def _take(request: HttpRequest, form: ReportForm) -> Any:
    user = current_user(request)
    return services.take_report(
        system=form.cleaned_data["system"], said=form.said(), via="app",
        reporter=f"user:{user.pk}", actor=web_actor(request),
    )  # fmt: skip


def _asked(
    request: HttpRequest,
    pk: int,
    form: django_forms.Form,
    do: Callable[[dict[str, Any]], None],
    title: str,
    submit: str,
    told: str,
) -> HttpResponse:
    """A form about one cluster, as a page of its own."""
    cluster = selectors.cluster_for(current_user(request), pk)
    if form.is_valid():
        try:
            if saved(form, lambda: do(form.cleaned_data)):
                messages.success(request, told)
                return redirect("incidents:reports:detail", pk=pk)
        except AireError as error:
            form.add_error(None, sentence(error))
    context = {"cluster": cluster, "form": form, "title": title, "submit": submit}
    return render(
        request, "incidents/reports/ask.html", context, status=422 if form.is_bound else 200
    )
