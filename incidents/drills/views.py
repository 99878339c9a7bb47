"""The drill pages: scenarios to play, what was played, one drill with its score. No rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Conflict, NotFound
from core.pages import page_urls
from incidents.actions import handled, saved, sentence
from incidents.drills import selectors, services
from incidents.drills.forms import DebriefForm, StartForm
from incidents.drills.scenario import scenarios
from incidents.drills.scheduling import recurring_of


@require_safe
@handled
def drill_list(request: HttpRequest) -> HttpResponse:
    user = current_user(request)
    page = selectors.drills_page(user, cursor=request.GET.get("cursor"))
    rows = [(drill, scenarios()[drill.scenario]) for drill in page.items]
    context = {
        "scenarios": list(scenarios().values()),
        "rows": rows,
        "page": page,
        "pager": page_urls(request, page),
        "schedules": [
            (row, recurring_of(row).words, scenarios().get(row.scenario))
            for row in selectors.visible_schedules(user)
        ],
        "may_start": user.can_respond,
        "may_plan": user.can_manage,
    }
    return render(request, "incidents/drills/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handled
@role_required(Role.RESPONDER)
def start(request: HttpRequest, name: str) -> HttpResponse:
    scenario = scenarios().get(name)
    if scenario is None:
        raise NotFound("There is no such drill.")
    systems = selectors.suitable_systems(current_user(request), scenario)
    form = StartForm(request.POST or None, systems=systems)
    if form.is_valid():
        system = form.cleaned_data["system"]
        try:
            drill = services.start_drill(name=name, system=system, actor=web_actor(request))
        except Conflict as error:
            form.add_error("system", sentence(error))
        else:
            messages.success(request, "The first symptom is on its way.")
            return redirect("incidents:drills:detail", pk=drill.pk)
    context = {"scenario": scenario, "systems": systems, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "incidents/drills/start.html", context, status=status)


@require_safe
@handled
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, pk)


@require_POST
@handled
@role_required(Role.RESPONDER)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    drill = selectors.drill_for(current_user(request), pk)
    try:
        services.end_drill(drill_id=drill.pk, actor=web_actor(request))
    except Conflict as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "The drill is over. Its alerts are being resolved.")
    return redirect("incidents:drills:detail", pk=pk)


@require_POST
@handled
@role_required(Role.RESPONDER)
def debrief(request: HttpRequest, pk: int) -> HttpResponse:
    user = current_user(request)
    drill = selectors.drill_for(user, pk)
    form = DebriefForm(request.POST, drill=drill, scenario=scenarios()[drill.scenario])
    if form.is_valid() and saved(
        form,
        lambda: services.debrief_drill(drill_id=pk, actor=web_actor(request), **form.cleaned_data),
    ):
        messages.success(request, "Noted.")
        return redirect("incidents:drills:detail", pk=pk)
    return _detail(request, pk, form=form, status=422)


def _detail(
    request: HttpRequest, pk: int, *, form: DebriefForm | None = None, status: int = 200
) -> HttpResponse:
    user = current_user(request)
    drill = selectors.drill_for(user, pk)
    found = selectors.drill_page(user, drill)
    context = {
        "found": found,
        "form": form or DebriefForm(drill=drill, scenario=found.scenario),
        "may_change": user.can_respond,
    }
    return render(request, "incidents/drills/detail.html", context, status=status)
